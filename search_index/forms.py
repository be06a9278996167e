"""The other forms of a word that a stemmer does not bring together: a rule of grammar each, no list of words to grow.

German verbs change at both ends and in the middle (*umstellen, stellt um, umgestellt, umzustellen; verbinden,
verbunden*), and nouns are made of them (*installieren, Installation*). The forms made here are candidates: many are no
word at all, and whoever asks for them keeps those that the index knows.
Everything is folded (``languages.fold``): *lädt* is *ladt*. Everything here is a pure function of its arguments.
"""

from collections.abc import Iterator
from functools import lru_cache

from search_index.languages import Language, stem

SHORTEST_ROOT = 3

PARTICLES = tuple(
    "herunter zusammen zuruck weiter wieder heraus herein hinzu bereit durch unter nach fest frei fort hoch weg vor "
    "uber auf aus bei ein her hin los mit nieder ab an um zu raus rein runter rauf ran rum".split()
)
"""What is parted from a German verb: *ab-melden, ab-gemeldet, melde ... ab*."""
_PREFIXES = ("be", "emp", "ent", "er", "ver", "zer", "miss")
"""What is never parted from it, and leaves no room for *ge*."""
_SPOKEN = {
    "raus": ("heraus", "aus"),
    "rein": ("herein", "ein"),
    "runter": ("herunter", "ab"),
    "rauf": ("hinauf", "auf", "hoch"),
    "ran": ("heran", "an"),
    "rum": ("herum", "um"),
}
_ENDINGS = ("en", "n", "ten", "tet", "et", "te", "t", "e")
_ADJECTIVE_ENDINGS = ("tes", "ter", "tem", "nes", "nem", "ner")

# The roots of irregular verbs, folded; those of one verb in one string.
_ROOTS = (
    "bind bund band,find fund fand,schwind schwund schwand,spring sprung sprang,dring drung drang,kling klung klang,"
    "beginn begonn begann,brech brich broch brach,sprech sprich sproch sprach,treff triff troff traf,"
    "werf wirf worf warf,werb wirb worb warb,helf hilf holf half,sterb stirb storb starb,nehm nimm nomm nahm,"
    "stehl stiehl stohl stahl,fehl fiehl fohl fahl,geb gib gab,seh sieh sah,les lies las,mess miss mass,"
    "gess giss gass,tret tritt trat,lieg leg lag,bitt bet bat,schreib schrieb,bleib blieb,treib trieb,steig stieg,"
    "weis wies,schein schien,scheid schied,leih lieh,schweig schwieg,schneid schnitt,streich strich,gleich glich,"
    "reiss riss,greif griff,weich wich,zieh zog,bieg bog,biet bot,lier lor,frier fror,flieg flog,schieb schob,"
    "schliess schloss,giess goss,fliess floss,lug log,trug trog,fahr fuhr,lad lud,trag trug,schlag schlug,"
    "wachs wuchs,wasch wusch,fall fiel,halt hielt,lass liess,lauf lief,ruf rief,stoss stiess,fang fing,hang hing,"
    "rat riet,geh gang ging,steh stand,komm kam,bring brach,denk dach,kenn kann,nenn nann,send sand,wend wand,"
    "brenn brann,wiss wuss weiss,heb hob,schwor schwur"
)
_ROOT_GROUPS = [tuple(group.split()) for group in _ROOTS.split(",")]
_RELATED = {
    root: tuple(other for group in _ROOT_GROUPS if root in group for other in group if other != root)
    for root in {root for group in _ROOT_GROUPS for root in group}
}

_ENGLISH = (
    "break broke broken,buy bought,bring brought,build built,catch caught,choose chose chosen,come came,deal dealt,"
    "draw drew drawn,fall fell fallen,feel felt,find found,forget forgot forgotten,freeze froze frozen,get got gotten,"
    "give gave given,go went gone,grow grew grown,hang hung,hear heard,hide hid hidden,hold held,keep kept,"
    "know knew known,leave left,lend lent,lose lost loss,make made,meet met,pay paid,ring rang rung,run ran,say said,"
    "see saw seen,sell sold,send sent,shake shook shaken,shoot shot,show shown,shrink shrank shrunk,speak spoke spoken,"
    "spend spent,stand stood,steal stole stolen,stick stuck,take took taken,tell told,think thought,"
    "throw threw thrown,wake woke woken,wear wore worn,win won,write wrote written,begin began begun,"
    "blow blew blown,drive drove driven,overwrite overwrote overwritten,reset resetting,withdraw withdrew withdrawn"
)
_ENGLISH_FORMS = {
    form: tuple(other for other in group.split() if other != form)
    for group in _ENGLISH.split(",")
    for form in group.split()
}
_NUMBERS: dict[Language, tuple[str, ...]] = {
    "de": ("null", "eins", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwolf"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}


@lru_cache(maxsize=20_000)
def other_forms(word: str, language: Language) -> tuple[str, ...]:
    """The stems that a folded word may have in its other forms, likely ones first, its own left out."""
    made = (*_numbers(word, language), *(_german(word) if language == "de" else _ENGLISH_FORMS.get(word, ())))
    found = dict.fromkeys(stem(form, language) for form in made)
    found.pop(stem(word, language), None)
    return tuple(found)


def verb_forms(word: str, language: Language) -> tuple[str, ...]:
    """The same of a word that is written as verbs are in dictionaries, nothing of any other."""
    is_verb = language == "en" or (word.endswith(("en", "ern", "eln")) and word not in PARTICLES)
    return other_forms(word, language) if is_verb else ()


def joined(particle: str, word: str) -> tuple[str, ...]:
    """The stems of a German verb whose particle stands apart: *melde ... ab* is *abmelden*. Both are folded."""
    if particle not in PARTICLES:
        return ()
    return tuple(
        dict.fromkeys(
            stem(form, "de")
            for root in (word, *_roots(word))
            for form in (f"{particle}{root}en", *_german(f"{particle}{root}en"))
        )
    )


def _numbers(word: str, language: Language) -> Iterator[str]:
    if word in _NUMBERS[language]:
        yield str(_NUMBERS[language].index(word))
    elif word.isdigit() and len(word) <= 2 and int(word) < len(_NUMBERS[language]):
        yield _NUMBERS[language][int(word)]


def _german(word: str) -> Iterator[str]:
    if not word.isalpha() or len(word) < SHORTEST_ROOT + 1:
        return
    yield from _nouns(word)
    if word.endswith(_ADJECTIVE_ENDINGS) or ("ge" in word and word.endswith(("te", "ten"))):
        word = stem(word, "de")  # ein aufgezeichnetes Gespräch
    particle, rest = _parted(word)
    for root in _roots(rest):
        for beginning in (particle, *_SPOKEN.get(particle, ())):
            yield from _conjugated(beginning, root)


def _parted(word: str) -> tuple[str, str]:
    """The particle that a word begins with, if any, and the rest, without the *zu* or *ge* between them."""
    particle = next((one for one in PARTICLES if word.startswith(one) and len(word) > len(one) + SHORTEST_ROOT), "")
    rest = word[len(particle) :]
    if particle and rest.startswith("zu") and rest.endswith("en") and len(rest) > 4 + SHORTEST_ROOT:
        return particle, rest[2:]
    if rest.startswith("ge") and rest.endswith(("t", "en")) and len(rest) > 3 + SHORTEST_ROOT:
        return particle, rest[2:]
    return particle, rest


def _roots(word: str) -> Iterator[str]:
    """What may be left of a verb without its ending."""
    for ending in _ENDINGS:
        root = word[: len(word) - len(ending)]
        if word.endswith(ending) and len(root) >= SHORTEST_ROOT and (ending != "n" or root.endswith(("el", "er"))):
            yield root


def _conjugated(particle: str, root: str) -> Iterator[str]:
    """The forms of a verb that have stems of their own."""
    takes_ge = not root.endswith("ier") and not root.startswith(_PREFIXES)
    for one in (root, *_related(root)):
        finite = one + ("et" if one.endswith(("t", "d")) else "t")
        yield f"{particle}{one}en"
        yield particle + finite
        if takes_ge:
            yield f"{particle}ge{finite}"
            if one is not root or root in _RELATED:
                yield f"{particle}ge{one}en"
    if particle:
        yield f"{particle}zu{root}en"


def _related(root: str) -> tuple[str, ...]:
    """The other roots of an irregular verb: *bind* has *bund* and *band*, and *verbind* has *verbund*."""
    if root in _RELATED:
        return _RELATED[root]
    for prefix in _PREFIXES:
        if root.startswith(prefix) and root[len(prefix) :] in _RELATED:
            return tuple(prefix + other for other in _RELATED[root[len(prefix) :]])
    return ()


def _nouns(word: str) -> Iterator[str]:
    """Nouns of verbs and verbs of nouns: *Störung, stören*; *Installation, installieren, Installierung*."""
    for ending in ("ungen", "ung"):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_ROOT:
            particle, root = _parted(word[: -len(ending)])
            yield from _conjugated(particle, root)
            return
    for ending in ("ationen", "ation", "ieren", "iert", "iere", "ierung"):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_ROOT:
            base = word[: -len(ending)]
            yield from (base + other for other in ("ieren", "ation", "iert", "ierung"))
            break
    if word.endswith("en"):
        yield word[:-2] + "ung"

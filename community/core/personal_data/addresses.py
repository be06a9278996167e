"""Postal addresses, German and English: a street with a number, a postcode with a town. A hint only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import Finding, Kind

_HOUSE = r"\d{1,4}(?: ?[a-zA-Z](?![\w]))?(?: ?[-/+] ?\d{1,4}[a-zA-Z]?)?(?![\w%]|[.,:]\d| ?(?:mbit|kbit|uhr|€|eur|kwh|gb|mal|jahre|tage|wochen|minuten|stunden|meter|km|prozent|dbm?|st(?:ü|ue)ck)\b)"
_TOWN = r"[A-ZÄÖÜ][a-zäöüß]{2,30}(?:[ -](?:am|an der|bei|im|in|ob der|vor der|upon|on|[A-ZÄÖÜ][a-zäöüß]{2,20}))?(?: [A-ZÄÖÜ][a-zäöüß]{2,20})?"
_STREET_DE = re.compile(
    rf"(?<!\w)(?:[A-ZÄÖÜ][\wäöüß]{{1,20}}[. -]{{1,2}}){{0,2}}[A-ZÄÖÜa-zäöü][\wäöüß]{{0,30}}(?:stra(?:ß|ss)e|str\.?|weg|gasse|allee|platz|ring|damm|ufer|chaussee|"
    rf"steig|pfad|stieg|graben|markt|berg|feld|hof|wall|kamp|winkel|grund|siedlung|anger|zeile|promenade|bogen|aue|tor|garten|gärten|park|wiese|wiesen|brücke|höhe|hang|busch)"
    rf"(?:e)?,? ?(?:nr\.? ?|hausnr\.? ?|hausnummer )?{_HOUSE}"
    rf"|(?<!\w)(?:[A-ZÄÖÜ][\wäöüß]{{1,20}}-){{0,3}}(?:[A-ZÄÖÜ][\wäöüß]{{1,20}}[ -])(?:Stra(?:ß|ss)e|Str\.?|Weg|Gasse|Allee|Platz|Ring|Damm|Ufer|Chaussee|Markt|Pfad|Berg) ?(?:Nr\.? ?)?{_HOUSE}"
    rf"|(?<!\w)(?:Am|An der|An den|An dem|Im|In der|In den|Auf der|Auf dem|Auf den|Zum|Zur|Unter den|Unter der|Hinter dem|Hinter der|Vor dem|Beim|Bei der|Alte|Alter|Neue|Neuer|Obere|Untere|Lange|Kleine|Große)"
    rf" (?:(?:[Aa]lten?|[Nn]euen?|[Oo]beren|[Uu]nteren|[Kk]leinen|[Gg]roßen) )?[A-ZÄÖÜ][a-zäöüß]{{2,25}} {_HOUSE}",
)
_STREET_EN = re.compile(
    r"(?<![\w.,/-])(?:(?:Flat|Apt\.?|Apartment|Unit) \d{1,4}[A-Za-z]?,? )?\d{1,5}[A-Za-z]?,? (?:(?:St\.?|[NSEW]\.?|North|South|East|West|Old|New|Great|The) )?(?:[A-Z][a-z'’]{1,20} ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Gardens|Crescent|Cres|Grove|Hill|Row|Mews|Boulevard|Blvd|Park|Walk|Gate|Rise|View|Parade|Quay|Green)\b\.?"
    r"|(?i:(?<![\w.,/-])\d{1,5}[a-z]? [a-z]{3,20} (?:street|road|avenue|lane|crescent|terrace)\b)"
)
_CUE = re.compile(
    r"(?:(?:\b(?:in|plz|aus|nach|bei|wohnort|ort|adresse|anschrift|postleitzahl|standort|lieferadresse|address|postcode|zip)\b\s*:? ?)|[,;|(]\s?|\n|\A)(?:D-|A-|CH-|DE-|AT-)?\Z",
    re.IGNORECASE,
)
_POSTCODE_DE = re.compile(rf"(?<![\w.,/+])(?:(?<!\w)(?:D|A|CH|DE|AT)[- ])?(?<!\d[-])\d{{4,5}} (?P<town>{_TOWN})(?!\w)")
_POSTCODE_UK = re.compile(r"(?<![\w-])(?:[A-Z][A-Za-z]{2,20},? )?[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![\w-])")
_POSTCODE_US = re.compile(
    r"(?<!\w)[A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20})?, (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) \d{5}(?:-\d{4})?(?![\w-])"
)
#: Nouns that a number counts: no towns.
_COUNTED = frozenset(
    "kunden euro mbit kbit kilobit megabit gigabit minuten stunden tage tagen wochen monate jahre jahren meter kilometer haushalte nutzer leute menschen stück punkte beiträge "
    "punkten artikel volt watt kwh uhr pakete pings fehler einträge zeilen mal prozent grad dank sekunden sms anrufe ports clients geräte follower members customers users "
    "euros dollars points posts people packets errors lines hours minutes days weeks months years router anschlüsse adern verbindungen samples".split()
)
_STREET_STOP = re.compile(r"(?:weg|tor|hof|park|feld|berg|ring|platz|umzug|auf dem weg|standby)\Z", re.IGNORECASE)
_JOIN = re.compile(r"[ ,;|/]{0,3}(?:\n(?:> ?){0,5} {0,3})?(?:in |D-)?\Z")


def addresses(text: str) -> Iterator[Finding]:
    """Streets, towns with their postcode, and both in one where one follows the other."""
    last: tuple[int, int] | None = None
    for start, end in sorted([*_streets(text), *_towns(text)]):
        if last is not None and start < last[1]:
            last = last[0], max(end, last[1])
        elif last is not None and start - last[1] < 20 and _JOIN.match(text[last[1] : start]):
            last = last[0], end
        else:
            if last is not None:
                yield Finding(Kind.ADDRESS, *last)
            last = start, end
    if last is not None:
        yield Finding(Kind.ADDRESS, *last)


def _streets(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_STREET_DE, _STREET_EN):
        for match in pattern.finditer(text):
            yield match.span()


def _towns(text: str) -> Iterator[tuple[int, int]]:
    for match in _POSTCODE_DE.finditer(text):
        counted = match.group("town").split()[0].lower()
        before = text[max(0, match.start() - 20) : match.start()]
        if counted not in _COUNTED and _CUE.search(before):
            yield match.span()
    for pattern in (_POSTCODE_UK, _POSTCODE_US):
        for match in pattern.finditer(text):
            yield match.span()

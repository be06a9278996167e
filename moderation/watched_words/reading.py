"""What staff type as a watched word, and why it may not be taken: each complaint is a sentence that says what to do."""

from __future__ import annotations

from flask_babel import gettext as _

from community.core.errors import Invalid
from community.core.text import is_blank, normalise_line

from .matching import Watched, has_unseen, words_in
from .models import KEY_MAX, WRITTEN_MAX, Act

SHORTEST_WORD = 2
SHORTEST_STEM = 3
LONGEST_PHRASE = 10


def read_watched(typed: str, act: Act) -> Watched:
    """A word or some in a row, with a star at the end for everything that begins so. Raises Invalid about `written`."""
    if has_unseen(typed) and not is_blank(typed):
        raise _wrong(_("There are characters in it that cannot be seen. Type it anew instead of pasting it."))
    written = normalise_line(typed)
    if is_blank(written):
        raise _wrong(_("Write the word that is to be watched."))
    if len(written) > WRITTEN_MAX:
        raise _wrong(_("At most %(count)s characters fit here.", count=WRITTEN_MAX))
    if "*" in written.removesuffix("*"):
        raise _wrong(_("One star fits, and only at the end: it stands for all that begins so."))
    watched = Watched(
        tuple(word.folded for word in words_in(written)), is_stem=written.endswith("*"), written=written, act=act
    )
    _must_be_selective(watched)
    return watched


def _must_be_selective(watched: Watched) -> None:
    if watched.is_stem and not _star_follows_a_letter(watched) and watched.words:
        raise _wrong(_("The star belongs directly behind a letter or a digit."))
    if watched.is_stem and len("".join(watched.words[-1:])) < SHORTEST_STEM:
        raise _wrong(
            _("Before the star, write at least %(count)s letters: else it is in every text.", count=SHORTEST_STEM)
        )
    if not watched.words:
        raise _wrong(_("Words are made of letters and digits; other characters are not looked at."))
    if len(watched.key) > KEY_MAX or len(watched.words) > LONGEST_PHRASE:
        raise _wrong(_("This is too long. Watch fewer words in a row."))
    if sum(map(len, watched.words)) < SHORTEST_WORD:
        raise _wrong(_("A single letter is in every text. Write at least %(count)s.", count=SHORTEST_WORD))


def _star_follows_a_letter(watched: Watched) -> bool:
    return any(True for _word in words_in(watched.written[-2:-1]))


def _wrong(message: str) -> Invalid:
    return Invalid(message, "written")

"""What staff read of a ground, and what the author of a held post reads."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from community.threads.promise import wait_in_words

from .queries import usual_wait


def ground_in_words(ground: Mapping[str, str]) -> str:
    """Why a post is held."""
    detail = ground.get("detail", "")
    match ground.get("ground"):
        case "first_post":
            return str(_("One of this author’s first posts"))
        case "link":
            return str(_("Links elsewhere: %(hosts)s", hosts=detail))
        case "word":
            return str(_("Watched word: %(word)s", word=detail))
        case "spam":
            return (
                str(_("Reads like advertising: %(score)s", score=detail))
                if detail
                else str(_("Reads like advertising"))
            )
        case other:
            return detail or str(other or "")


def held_note() -> str:
    """One sentence for the author, with the usual time where it is known."""
    wait = usual_wait()
    if wait is None:
        return str(_("Staff look at it before others can read it."))
    return str(_("Staff look at it before others can read it; that usually takes %(time)s.", time=wait_in_words(wait)))

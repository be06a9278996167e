"""What a notification says, in one sentence of plain text. Pages and mails show it and escape it as each must."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from . import kinds

_SENTENCES = {
    "replied": _l("%(who)s replied in “%(title)s”"),
    "mentioned": _l("%(who)s mentioned you in “%(title)s”"),
    "solved": _l("%(who)s marked a solution in “%(title)s”"),
    "edited": _l("%(who)s edited your post in “%(title)s”"),
    "hidden": _l("%(who)s hid your post in “%(title)s”"),
    "restored": _l("%(who)s restored your post in “%(title)s”"),
    "approved": _l("%(who)s approved your post in “%(title)s”: everybody can read it now"),
    "approved_changed": _l("%(who)s changed your post in “%(title)s” and approved it: everybody can read it now"),
    "rejected": _l("%(who)s rejected your post in “%(title)s”"),
    "moved": _l("%(who)s moved your thread “%(title)s” to another category"),
    "locked": _l("%(who)s locked your thread “%(title)s”"),
    "unlocked": _l("%(who)s unlocked your thread “%(title)s”"),
    "closed": _l("%(who)s closed your thread “%(title)s”"),
    "opened": _l("%(who)s opened your thread “%(title)s” again"),
    "redacted": _l("%(who)s took something out of your post in “%(title)s”"),
    "duplicate": _l("%(who)s linked your thread “%(title)s” to an earlier one"),
    "unlinked": _l("%(who)s took back that your thread “%(title)s” leads to an earlier one"),
    "merged": _l("%(who)s merged a thread that you follow into “%(title)s”"),
    "split": _l("%(who)s moved a post of yours into a thread of its own, “%(title)s”"),
    "posts_moved": _l("%(who)s moved a post of yours to “%(title)s”"),
    "reopened": _l("%(who)s reopened your thread “%(title)s”"),
    "handed_over": _l("%(who)s handed “%(title)s” over to you"),
}
KINDS = frozenset(_SENTENCES)


def sentence(kind: str, who: str, title: str) -> str:
    """The sentence in the language of what is being written now. `who` did it, `title` is the thread's."""
    added = kinds.added(kind)
    return str(added.sentence if added else _SENTENCES[kind]) % {"who": who, "title": title}

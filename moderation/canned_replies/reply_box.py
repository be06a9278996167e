"""What a reply box of staff shows of canned replies: which are offered there, and which macro goes along with the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community.core.incoming import asked_id
from community.threads.models import Thread

from .models import CannedReply
from .queries import offered_in


@dataclass(frozen=True)
class Tools:
    """The canned replies of one reply box. `macro` and `used`: ids that the page was asked with, if they are offered."""

    offered: Sequence[CannedReply]
    macro: int | None
    used: int | None

    @property
    def macros(self) -> list[CannedReply]:
        """Those that do more than fill in a text."""
        return [reply for reply in self.offered if reply.is_macro]


def canned_replies_in(thread: Thread) -> Tools:
    """What the reply box of this thread shows."""
    offered = offered_in(thread)
    ids = {reply.id for reply in offered}
    macro, used = asked_id("macro"), asked_id("used")
    return Tools(offered, macro if macro in ids else None, used if used in ids else None)

"""Alice has a case with two private details; what they say are canaries."""

from __future__ import annotations

from dataclasses import dataclass

from community.case_file import details
from community.core.extensions import db, writing
from community.threads.models import Thread
from tests.making import Cast, Make

NUMBER = "4711-canary-number"
IBAN = "DE02-canary-iban"


@dataclass
class CaseScene:
    """The thread, and its path."""

    thread: Thread
    cast: Cast
    make: Make

    @property
    def page(self) -> str:
        return f"/threads/{self.thread.id}/{self.thread.slug}"


def set_case(make: Make) -> CaseScene:
    """Alice's case with two private details, told when asking."""
    cast = make.cast()
    thread = make.thread(by=cast.alice)
    with writing():
        for kind, value in (("customer_number", NUMBER), ("iban", IBAN)):
            details.add(cast.alice, thread, kind=kind, value=value, by=cast.alice, source="asked")
    db.session.rollback()
    return CaseScene(thread, cast, make)

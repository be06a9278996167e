"""A customer is erased: of what was private nothing stays, in any table, under any name; the case stays readable."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from community.accounts import erasing
from community.attachments import inspection
from community.attachments import keeping as files
from community.attachments.models import Attachment, AttachmentBytes
from community.case_file import asking, details, reading
from community.case_file.contact_entries import keeping as entries
from community.case_file.contact_entries.models import ContactEntry
from community.case_file.models import Detail, DetailRequest, Reading
from community.core import clock
from community.core.extensions import db, writing
from community.intake import drafts
from community.intake.drafts import Owner
from community.intake.models import Draft
from community.intake.requests import answering
from community.intake.requests.answering import Told
from community.threads.models import Thread
from community.threads.rating import giving
from community.threads.rating.models import Rating
from tests.making import Cast, Make
from tests.working import work


def fill(make: Make, cast: Cast) -> Thread:
    """Something private of Alice's in every place, and a public contact that is a part of the case."""
    thread = make.thread(by=cast.alice, solved=True)
    said = entries.Written("call", clock.now(), "She called about it.")
    with writing():
        photo = inspection.inspect_bytes(b"A log without a word.", "alice-brandt.log", "file")
        kept = files.keep(photo, by_id=cast.alice.id, is_private=True)
        files.bind(kept)
        details.add(cast.alice, thread, kind="iban", value="DE89370400440532013000", by=cast.alice, source="thread")
        details.add(
            cast.alice, thread, kind="photo", value="log", by=cast.alice, source="thread", attachment_id=kept.id
        )
        details.add(cast.alice, None, kind="phone", value="0431 220 470", by=cast.alice, source="thread")
        reading.open_details(thread, by=cast.carol, purpose="identify")
        asking.ask(cast.alice, thread, kinds=[], question="Which floor, Alice?", by=cast.carol)
        entries.log_entry(said, entries.Where(cast.alice, thread), by=cast.carol)
        entries.log_entry(
            entries.Written("visit", clock.now(), "The cable was mended.", True),
            entries.Where(cast.alice, thread),
            by=cast.carol,
        )
        giving.rate(thread, "well", "yes", by=cast.alice, via="thread")
        giving.comment(thread, "It was Carol who helped.", by=cast.alice, via="thread")
        draft = drafts.begin(Owner(person_id=cast.alice.id), category=make.category(), title="Another thing")
        answering.tell(draft, Told("phone", "0431 220 470"))
    return thread


def counts(cast: Cast) -> dict[str, int]:
    """How many rows with private content there are of Alice."""
    hers = {
        "details": select(func.count()).where(Detail.person_id == cast.alice.id),
        "readings": select(func.count()).where(Reading.person_id == cast.alice.id),
        "questions": select(func.count()).where(DetailRequest.person_id == cast.alice.id),
        "contacts": select(func.count()).where(ContactEntry.sealed != ""),
        "files": select(func.count()).select_from(Attachment),
        "bytes": select(func.count()).select_from(AttachmentBytes),
        "comments": select(func.count()).where(Rating.sealed_comment.is_not(None)),
        "drafts": select(func.count()).where(Draft.sealed != ""),
    }
    return {name: db.session.scalar(asked) or 0 for name, asked in hers.items()}


def test_all_of_it_goes_and_the_case_stays_readable(app: Flask, make: Make, cast: Cast, stranger, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = fill(make, cast)
    assert all(counts(cast).values()), "what is not there cannot be seen to go"
    with writing():
        erasing.erase(cast.alice)
    work()
    assert set(counts(cast).values()) == {0}
    for browser in (stranger, browser_of(cast.carol), browser_of(cast.bob)):
        page = browser.get(f"/threads/{thread.id}/{thread.slug}")
        assert page.status_code == 200
        assert "Former customer" in page.text
        assert "The cable was mended." in page.text
        assert "She called about it." not in page.text
    assert browser_of(cast.carol).get(f"/moderation/threads/{thread.id}/details").status_code == 200

"""A notice of illegal content: anyone gives one, staff decide with reasons, both sides are told, each may appeal once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import permissions
from community.accounts.permissions import Holder, Verb
from community.core import clock
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications.models import Notification
from community.threads import moderating
from community.threads.models import Post, Thread
from moderation.appeals.models import Appeal
from moderation.models import AuditEntry
from moderation.notices import giving, queries
from moderation.notices.models import Notice, NoticeLink
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of
from tests.working import work

NAME, ADDRESS = "Nora Neumann", "nora@example.net"
WHY = "He calls me a goose, and I am none."
GIVEN = {"kind": "insult", "explanation": WHY, "name": NAME, "email": ADDRESS, "good_faith": "y"}
REMOVE = {"outcome": "removed", "facts": "It calls a person a goose.", "ground": "law", "rule": "§ 185 StGB"}
KEEP = {"outcome": "kept", "facts": "A goose is a bird.", "ground": "rule", "rule": "Be clear and be kind"}
FORM = "/notices/new"


@pytest.fixture
def post(make: Make, cast: Cast) -> Post:
    return make.reply(make.thread(by=cast.alice), cast.bob, "You are a goose.")


@pytest.fixture
def receipt(post: Post, stranger: FlaskClient) -> str:
    """The address of the receipt of a stranger's notice about Bob's reply."""
    return give(stranger, post)


def give(browser: FlaskClient, post: Post, **other: str) -> str:
    answer = browser.post(FORM, data=GIVEN | {"address": f"/posts/{post.id}"} | other)
    assert answer.status_code == 303, text_of(parse(answer))
    return answer.headers["Location"]


def notice() -> Notice:
    db.session.rollback()
    return db.session.scalars(select(Notice).order_by(Notice.id)).first()  # type: ignore[return-value]


def read(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return text_of(parse(answer))


def visibility(post: Post) -> str:
    db.session.rollback()
    return db.session.get_one(Post, post.id).visibility


def logged() -> list[tuple[str, bool]]:
    db.session.rollback()
    return [(row.act, row.is_public) for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def mails(name: str) -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).where(Mail.name == name).order_by(Mail.id)))


def decide(browser: FlaskClient, sent: dict[str, str]) -> int:
    return browser.post(f"/moderation/notices/{notice().id}", data=sent).status_code


# --- Giving one


def test_a_stranger_gives_one_and_gets_a_receipt_and_a_mail(post: Post, stranger: FlaskClient) -> None:
    thread = db.session.get_one(Thread, post.thread_id)
    assert f"{FORM}?post={post.id}" in stranger.get(f"/threads/{thread.id}/{thread.slug}").get_data(as_text=True)
    fields = forms(stranger.get(f"{FORM}?post={post.id}"))[FORM]
    assert fields["address"] == f"/posts/{post.id}"
    answer = stranger.post(FORM, data=fields | GIVEN)
    given = notice()
    assert f"N-2026-000{given.id}-{given.letters}" == given.number
    page = read(stranger, answer.headers["Location"])
    assert given.number in page
    assert "Staff have not decided yet" in page
    work()
    (mail,) = mails("notice_received")
    assert (mail.address, given.number in mail.text) == (ADDRESS, True)
    link = mail.text.partition("http://localhost")[2].split()[0]
    assert given.number in read(stranger, link)
    again = stranger.post(FORM, data=fields | GIVEN)  # the same form once more
    assert again.headers["Location"] == answer.headers["Location"]
    assert len(db.session.scalars(select(Notice)).all()) == 1


def test_nobody_has_to_name_themselves(post: Post, stranger: FlaskClient) -> None:
    give(stranger, post, name="", email="")
    work()
    assert mails("notice_received") == []


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("http://localhost/posts/{post}", 2),
        ("{post}", 2),
        ("http://localhost/threads/{thread}/{slug}#post-2", 2),
        ("http://localhost/threads/{thread}/{slug}", 1),
    ],
)
def test_an_address_as_it_was_copied_leads_to_the_post(
    post: Post, stranger: FlaskClient, address: str, number: int
) -> None:
    thread = db.session.get_one(Thread, post.thread_id)
    give(stranger, post, address=address.format(post=post.id, thread=thread.id, slug=thread.slug))
    assert db.session.get_one(Post, notice().post_id).number == number


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": ""},
        {"address": "/posts/4711"},
        {"address": "/posts/99999999999"},
        {"address": "/people/bob"},
        {"kind": "dull"},
        {"explanation": " \u200b "},
        {"explanation": "z" * 4_001},
        {"email": "nora at home"},
        {"name": "z" * 101},
        {"good_faith": ""},
    ],
    ids=str,
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    post: Post, stranger: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = stranger.post(FORM, data=GIVEN | {"address": f"/posts/{post.id}"} | wrong)
    assert answer.status_code == 422
    kept = forms(answer)[FORM]
    assert kept["explanation"].strip() == wrong.get("explanation", WHY).strip()
    assert kept["name"] == wrong.get("name", NAME)
    assert notice() is None


def test_a_hidden_post_is_not_found(post: Post, cast: Cast, stranger: FlaskClient) -> None:
    with writing():
        moderating.hide_post(post, by=cast.dora, reason="So.")
    sent = GIVEN | {"address": f"/posts/{post.id}"}
    hidden, missing = (stranger.post(FORM, data=sent | more) for more in ({}, {"address": "/posts/4711"}))
    assert (hidden.status_code, missing.status_code) == (422, 422)
    assert "No public post is found" in hidden.get_data(as_text=True)


def test_one_network_gives_ten_an_hour(post: Post, stranger: FlaskClient) -> None:
    for _each in range(10):
        give(stranger, post, email="")
    answer = stranger.post(FORM, data=GIVEN | {"address": f"/posts/{post.id}", "email": ""})
    assert answer.status_code == 429
    assert WHY in answer.get_data(as_text=True)


# --- Deciding


def test_removed_it_is_gone_and_both_sides_are_told(  # type: ignore[no-untyped-def]
    receipt: str, post: Post, cast: Cast, stranger: FlaskClient, browser_of
) -> None:
    work()
    dora, bob = browser_of(cast.dora), browser_of(cast.bob)
    assert "Notices 1" in read(dora, "/moderation")
    case = read(dora, f"/moderation/notices/{notice().id}")
    for told in (WHY, NAME, ADDRESS, "You are a goose."):
        assert told in case
    assert decide(dora, REMOVE) == 303
    assert visibility(post) == "hidden"
    assert logged() == [("notice.upheld", True)]
    work()
    (to_nora,), (to_bob,) = mails("notice_decided"), mails("notice_decided_author")
    for mail, whom in ((to_nora, ADDRESS), (to_bob, cast.bob.email)):
        assert (mail.address, REMOVE["facts"] in mail.text, REMOVE["rule"] in mail.html) == (whom, True, True)
    assert mails("notification") == [] or all(mail.person_id != cast.bob.id for mail in mails("notification"))
    row = db.session.scalars(select(Notification).where(Notification.person_id == cast.bob.id)).one()
    assert row.kind == "notice_upheld"
    decision = bob.post(f"/notifications/{row.id}").headers["Location"]
    page = read(bob, decision)
    assert REMOVE["facts"] in page
    assert "none; a person decided" in page
    assert "removed your post after a notice" in read(bob, "/settings/standing")
    assert f'href="{decision}"' in bob.get("/settings/standing").get_data(as_text=True)
    assert f"/appeals/new?about=notice-{notice().id}" in bob.get(decision).get_data(as_text=True)
    assert REMOVE["facts"] in read(stranger, receipt)
    for browser in (browser_of(cast.alice), browser_of(cast.dora)):
        assert browser.get(decision).status_code == 404


def test_kept_the_author_is_told_and_nobody_else(  # type: ignore[no-untyped-def]
    receipt: str, post: Post, cast: Cast, stranger: FlaskClient, browser_of
) -> None:
    assert decide(browser_of(cast.dora), KEEP) == 303
    assert visibility(post) == "published"
    assert logged() == [("notice.dismissed", False)]
    work()
    assert [mail.person_id for mail in mails("notice_decided_author")] == [cast.bob.id]
    bob = browser_of(cast.bob)
    assert KEEP["facts"] in read(bob, "/settings/standing")
    assert "/appeals/new" not in bob.get(f"/notices/decisions/{notice().id}").get_data(as_text=True)
    assert KEEP["facts"] not in read(stranger, "/moderation/log")
    assert KEEP["facts"] not in read(browser_of(cast.alice), "/settings/standing")


@pytest.mark.parametrize("missing", list(REMOVE))
def test_a_decision_is_reasoned(receipt: str, post: Post, cast: Cast, browser_of, missing: str) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.dora).post(f"/moderation/notices/{notice().id}", data=REMOVE | {missing: " "})
    assert answer.status_code == 422
    typed = forms(answer)[f"/moderation/notices/{notice().id}"]
    assert typed["facts"] == REMOVE["facts"] * (missing != "facts")
    assert (visibility(post), logged()) == ("published", [])


def test_two_at_once_one_decides(receipt: str, post: Post, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert decide(browser_of(cast.jana), KEEP) == 303
    answer = browser_of(cast.dora).post(f"/moderation/notices/{notice().id}", data=REMOVE)
    assert answer.status_code == 409
    assert REMOVE["facts"] in answer.get_data(as_text=True)
    assert (visibility(post), logged()) == ("published", [("notice.dismissed", False)])


def test_who_may_not_decides_nothing(receipt: str, cast: Cast, stranger: FlaskClient, browser_of) -> None:  # type: ignore[no-untyped-def]
    address = f"/moderation/notices/{notice().id}"
    for person in (cast.alice, cast.bob, cast.carol):  # an agent usually may not
        for page in ("/moderation/notices", address):
            assert browser_of(person).get(page).status_code == 403
        assert decide(browser_of(person), REMOVE) == 403
    assert stranger.post(address, data=REMOVE).headers["Location"].startswith("/login")
    with writing():
        cast.dora.suspended_until = clock.ago(days=-1)
    assert decide(browser_of(cast.dora), REMOVE) == 403
    assert browser_of(cast.jana).get(address, query_string=REMOVE).status_code == 200
    assert logged() == []


def test_nobody_decides_about_a_post_of_theirs(make: Make, cast: Cast, stranger: FlaskClient, browser_of) -> None:  # type: ignore[no-untyped-def]
    give(stranger, make.reply(make.thread(by=cast.alice), cast.dora, "Restart it."))
    assert decide(browser_of(cast.dora), KEEP) == 403
    assert decide(browser_of(cast.jana), KEEP) == 303


def test_the_next_one_comes_by_itself(receipt: str, post: Post, cast: Cast, stranger: FlaskClient, browser_of) -> None:  # type: ignore[no-untyped-def]
    give(stranger, post)
    dora, first = browser_of(cast.dora), notice()
    answer = dora.post(f"/moderation/notices/{first.id}", data=KEEP)
    assert answer.headers["Location"] == f"/moderation/notices/{first.id + 1}"
    answer = dora.post(answer.headers["Location"], data=KEEP)
    assert answer.headers["Location"] == "/moderation/notices"


# --- Appeals


def test_the_author_appeals_and_another_moderator_puts_it_back(  # type: ignore[no-untyped-def]
    receipt: str, post: Post, cast: Cast, stranger: FlaskClient, browser_of
) -> None:
    bob, dora, jana = (browser_of(person) for person in (cast.bob, cast.dora, cast.jana))
    decide(dora, REMOVE)
    assert bob.get(f"/appeals/new?about=post-{post.id}").status_code == 404  # one decision, one appeal
    about = f"notice-{notice().id}"
    assert bob.post("/appeals/new", data={"about": about, "text": "A figure of speech."}).status_code == 303
    appeal = db.session.scalars(select(Appeal)).one()
    sent = {"outcome": "granted", "reason": "Indeed."}
    assert dora.post(f"/moderation/appeals/{appeal.id}", data=sent).status_code == 403
    assert browser_of(cast.carol).post(f"/moderation/appeals/{appeal.id}", data=sent).status_code == 403
    assert WHY in read(jana, f"/moderation/appeals/{appeal.id}")
    assert jana.post(f"/moderation/appeals/{appeal.id}", data=sent).status_code == 303
    assert visibility(post) == "published"
    assert logged() == [("notice.upheld", True), ("appeal.granted", True)]
    work()
    assert [("The content stays." in mail.text, "Indeed." in mail.text) for mail in mails("notice_decided")][-1] == (
        True,
        True,
    )
    assert "An appeal was granted" in read(stranger, receipt)
    assert [mail.person_id for mail in mails("appeal_decided")] == [cast.bob.id]


def test_who_gave_it_appeals_by_the_receipt_once(  # type: ignore[no-untyped-def]
    receipt: str, post: Post, cast: Cast, stranger: FlaskClient, browser_of
) -> None:
    assert stranger.post(receipt, data={"text": "Too early."}).status_code == 409
    decide(browser_of(cast.dora), KEEP)
    assert stranger.post(receipt, data={"text": ""}).status_code == 422
    assert stranger.post(receipt, data={"text": "But I am no bird."}).status_code == 303
    assert stranger.post(receipt, data={"text": "Once more."}).status_code == 409
    appeal = db.session.scalars(select(Appeal)).one()
    sent = {"outcome": "granted", "reason": "A person is no bird."}
    assert browser_of(cast.jana).post(f"/moderation/appeals/{appeal.id}", data=sent).status_code == 303
    assert visibility(post) == "hidden"
    work()
    (told,) = [mail for mail in mails("notice_decided_author") if "removed" in mail.subject]
    assert (told.person_id, "A person is no bird." in told.text) == (cast.bob.id, True)
    assert "The content is removed." in mails("notice_decided")[-1].text
    bob = browser_of(cast.bob)  # was never heard, so he is now, by a third
    assert bob.get(f"/appeals/new?about=notice-{notice().id}").status_code == 200
    assert stranger.post("/notices/receipt/no-such-token", data={"text": "x"}).status_code == 404


def test_the_tab_lists_and_counts_what_one_may_decide_alone(  # type: ignore[no-untyped-def]
    make: Make, post: Post, cast: Cast, stranger: FlaskClient, browser_of
) -> None:
    elsewhere = make.reply(make.thread(cast.alice, category="power"), cast.bob)
    power = make.category("power").id
    give(stranger, elsewhere)
    give(stranger, post)
    with writing():
        permissions.put(Holder(role="moderator"), Verb.NOTICES, power, False, by=cast.jana)
    assert [one.post_id for one in queries.open_notices(cast.dora)] == [post.id]
    assert (queries.open_count(cast.dora), queries.open_count(cast.jana)) == (1, 2)
    following = queries.next_for(cast.dora)
    assert following is not None
    assert following.post_id == post.id
    theirs = db.session.scalars(select(Notice).where(Notice.post_id == elsewhere.id)).one()
    page = browser_of(cast.dora).get("/moderation/notices").text
    assert theirs.number not in page


# --- Figures, leaks, load


def test_the_yearly_figures_count_and_name_nobody(post: Post, cast: Cast, stranger: FlaskClient, browser_of) -> None:  # type: ignore[no-untyped-def]
    for kind in ("insult", "insult", "fraud", "other"):
        give(stranger, post, kind=kind)
    dora = browser_of(cast.dora)
    for minutes, sent in ((10, KEEP), (30, KEEP), (70, REMOVE)):
        with clock.frozen(clock.now() + timedelta(minutes=minutes)):
            waiting = queries.open_notices(cast.dora)[0]
            assert dora.post(f"/moderation/notices/{waiting.id}", data=sent).status_code == 303
    (year,) = queries.years(2026)
    assert (year.received, year.removed, year.kept, year.open, year.median_minutes) == (4, 1, 2, 1, 30)
    page = stranger.get("/notices").get_data(as_text=True)
    assert "30 minutes" in page
    assert not any(word in page for word in (NAME, ADDRESS, WHY, KEEP["facts"], "Bob"))


def test_what_a_notice_says_and_who_gave_it_stands_in_its_row(  # type: ignore[no-untyped-def]
    app: Flask, receipt: str, post: Post, cast: Cast, stranger: FlaskClient, browser_of, caplog
) -> None:
    """No event, audit row, job, notification or line of the log repeats it; the author and the public never meet it."""
    caplog.set_level("DEBUG", logger="theke")
    work()
    decide(browser_of(cast.dora), REMOVE)
    work()
    secret = receipt.rpartition("/")[2]
    allowed = {NAME: {"notices"}, ADDRESS: {"notices", "mails"}, WHY: {"notices"}, secret: set()}
    for word, tables in allowed.items():
        found = {
            table.name
            for table in db.metadata.sorted_tables
            for row in db.session.execute(table.select()).mappings()
            if word in str(dict(row))
        }
        assert found <= tables, word
        assert word not in caplog.text
    number, thread = notice().id, db.session.get_one(Thread, post.thread_id)
    assert len(db.session.scalars(select(NoticeLink)).all()) == 3
    for browser in (browser_of(cast.bob), browser_of(cast.alice), app.test_client()):
        for page in (
            f"/notices/decisions/{number}",
            "/settings/standing",
            "/notifications",
            "/moderation/log",
            "/notices",
            f"/threads/{thread.id}/{thread.slug}",
        ):
            told = browser.get(page).get_data(as_text=True)
            assert not any(word in told for word in (*allowed, notice().number)), page
    for mail in mails("notice_decided_author"):
        assert not any(word in f"{mail.text}{mail.html}{mail.subject}" for word in (*allowed, notice().number))


def test_a_year_after_the_decision_it_is_forgotten_who_gave_it(receipt: str, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    decide(browser_of(cast.dora), KEEP)
    for days, name in ((365, NAME), (366, "")):
        with clock.frozen(clock.now() + timedelta(days=days)):
            giving.sweep()
        assert (notice().name, bool(notice().email)) == (name, bool(name))


def test_forty_notices_cost_as_many_questions_as_one(receipt: str, post: Post, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    dora = browser_of(cast.dora)
    with statements() as one:
        dora.get("/moderation/notices")
    with writing():
        for _each in range(40):
            db.session.add(
                Notice(
                    year=2026,
                    letters="KX",
                    post_id=post.id,
                    kind="fraud",
                    explanation=WHY,
                    language="de",
                    received_at=clock.now(),
                    overturned_by=[],
                )
            )
    with statements() as many:
        answer = dora.get("/moderation/notices")
    assert len(many) == len(one)
    assert "after=" in answer.get_data(as_text=True)

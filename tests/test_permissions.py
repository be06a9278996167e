"""Who may do what: one table, asked of the policy functions and of the addresses alike.

    +  may        -  may not (a stranger is sent to the login, everyone else is refused or finds nothing)

The stage: Alice opened a thread; Carol (agent) and Bob replied, and a second reply of Bob's is hidden. A second thread of
Alice's is hidden, a third one locked. Una never confirmed her address; Dis was shut out.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import AnonymousUserMixin
from sqlalchemy import select

from community.accounts.models import Person, Session
from community.accounts.permissions import Verb, may, may_somewhere
from community.core import clock, limits
from community.core.extensions import db, writing
from community.core.security import hash_token
from community.threads import closing, endorsing, moderating, policy, posting
from community.threads.models import Post, Thread
from moderation.appeals import appealing
from moderation.appeals.subjects import matter_named
from moderation.blocking import keeping
from moderation.blocking.reading import read_network
from moderation.canned_replies.policy import can_edit_canned_replies
from moderation.flagging.policy import can_flag
from moderation.notes import noting
from moderation.notes import policy as notes_policy
from moderation.notes.models import StaffNote
from moderation.notices import giving
from moderation.restructuring import merging
from moderation.sanctions import imposing
from moderation.service_targets.policy import can_set
from tests.making import Cast, Make, words

WHO = ("stranger", "una", "alice", "bob", "carol", "dora", "jana", "dis")

#                                   stranger
#                                   | una (not confirmed)
#                                   | | alice (asked)
#                                   | | | bob (another customer)
#                                   | | | | carol (agent)
#                                   | | | | | dora (moderator)
#                                   | | | | | | jana (admin)
#                                   | | | | | | | dis (shut out)
TABLE = """
read a thread                       + + + + + + + +
read the hidden thread              - - + - + + + -
read the hidden reply               - - - + + + + -
read who edited a post              + + + + + + + +
read who edited the hidden reply    - - - - + + + -
read the public log                 + + + + + + + +
ask                                 - - + + + + + -
reply                               - - + + + + + -
reply to the locked thread          - - - - + + + -
reply to the hidden thread          - - - - - - - -
look at a preview                   - + + + + + + -
edit Alice's question               - - + - + + + -
edit Bob's reply                    - - - + + + + -
edit Bob's hidden reply             - - - - + + + -
edit in the locked thread           - - - - + + + -
retitle                             - - + - + + + -
mark Carol's reply as solution      - - + - + + + -
take the solution mark back         - - + - + + + -
mark Alice's question as solution   - - - - - - - -
say that Carol's reply helped       - - + + - + + -
say "I have this too"               - - - + + + + -
follow                              - + + + + + + -
follow the hidden thread            - - + - + + + -
see the desk                        - - - - + + + -
hide                                - - - - + + + -
restore                             - - - - + + + -
lock                                - - - - + + + -
unlock                              - - - - + + + -
move                                - - - - + + + -
set tags at the desk                - - - - + + + -
link a duplicate                    - - - - + + + -
close                               - - - - + + + -
open again                          - - - - + + + -
make Bob's reply official           - - - - + + + -
make it official no longer          - - - - + + + -
look at redacting Bob's reply       - - - - - + + -
redact Bob's reply                  - - - - - + + -
see the service targets             - - - - - - + -
set a service target                - - - - - - + -
see the calendars                   - - - - - - + -
add a calendar                      - - - - - - + -
see the categories' settings        - - - - - - + -
add a category                      - - - - - - + -
see the requests                    - - - - - + + -
begin to build a request            - - - - - + + -
see the tags' settings              - - - - - + + -
rename a tag                        - - - - - + + -
see the staff                       - - - - - - + -
see what staff may                  - - - - - - + -
change what agents may              - - - - - - + -
claim                               - - - - + + + -
renew and say that one is there     - - - - + + + -
take a case over                    - - - - + + + -
release                             - - - - + + + -
hand a thread over                  - - - - + + + -
see who is there                    - - - - + + + -
go off duty                         - - - - + + + -
come on duty                        - - - - + + + -
write a staff note                  - - - - + + + -
change Carol's staff note           - - - - + - - -
delete Carol's staff note           - - - - + - - -
see the canned replies              - - - - - + + -
write a canned reply                - - - - - + + -
insert a canned reply               - - - - + + + -
reply with a macro                  - - - - + + + -
see what is held                    - - - - + + + -
approve Bob's held reply            - - - - + + + -
reject Bob's held reply             - - - - + + + -
look at editing Bob's held reply    - - - - + + + -
edit and approve Bob's held reply   - - - - + + + -
read Bob's held reply               - - - + + + + -
edit Bob's held reply, as posted    - - - + + + + -
see the settings of approval        - - - - - + + -
set what is held                    - - - - - + + -
see the watched words               - - - - - + + -
watch a word                        - - - - - + + -
try a text for watched words        - - - - - + + -
see the spam scorer                 - - - - - + + -
set the spam thresholds             - - - - - + + -
look at a merge                     - - - - + + + -
merge                               - - - - + + + -
look at a split                     - - - - + + + -
split off the hidden reply          - - - - + + + -
move Bob's reply                    - - - - + + + -
undo a merge                        - - - - + + + -
flag Bob's reply                    - - + - + + + -
see the flags                       - - - - + + + -
uphold the flag of Bob's reply      - - - - + + + -
dismiss the flag of Bob's reply     - - - - + + + -
see a person at the desk            - - - - + + + -
warn                                - - - - + + + -
silence                             - - - - - + + -
suspend                             - - - - - + + -
lift a warning                      - - - - + + + -
see the blocks                      - - - - - + + -
block a network                     - - - - - + + -
block a mail domain                 - - - - - + + -
remove a block                      - - - - - + + -
report a post as illegal            + + + + + + + +
read what became of notices         + + + + + + + +
read the receipt                    + + + + + + + +
see the notices                     - - - - - + + -
read a notice                       - - - - - + + -
decide about a notice               - - - - - + + -
appeal against the hidden reply     - - - + - - - -
read Bob's appeal                   - - - + - - - -
see the appeals                     - - - - + + + -
decide about Bob's appeal           - - - - + - + -
look at an act on many threads      - - - - + + + -
move many threads                   - - - - + + + -
see what is new at the desk         - - - - + + + -
see one's saved filters             - - - - + + + -
save a filter                       - - - - + + + -
switch the keys off                 - - - - + + + -
switch the keys on                  - - - - + + + -
see the known issues                - - - - + + + -
see one's notifications             - + + + + + + -
see one's settings                  - + + + + + + -
see one's standing                  - + + + + + + -
end Bob's session                   - - - + - - - -
"""


@dataclass
class Scene:
    """The stage of the module's docstring."""

    opened: Thread
    hidden: Thread
    locked: Thread
    question: Post
    carols: Post
    bobs: Post
    hidden_reply: Post
    locked_question: Post
    bobs_session: int
    carols_note: StaffNote
    merge: int
    closed: Thread
    warning: int
    block: int
    notice: int
    appeal: int
    held_reply: Post


@dataclass(frozen=True)
class Action:
    """How an action of the table is tried: an address, what is sent, and the policy function that answers for it."""

    address: str
    sent: dict[str, str] | None = None  # None: a GET
    policy: Callable[[Any, Scene], bool] | None = None


REASON = {"reason": "It shows a customer number."}
BODY = {"body": "A text that is long enough.", "started_from": "1", "title": "A title that is long enough"}
CALENDAR = {"name": "Office", "zone": "UTC", "hours": "Mon-Fri 8-17"}
APPROVAL = {f"{field}-{category}": "1" for field in ("first_posts", "link_posts") for category in (1, 2, 3)}
CATEGORY = {"name_de": "Strom", "name_en": "Electricity"}
CANNED = {"name": "Restart", "text_en": "Restart the box.", "afterwards": "waiting"}
NOTICE = {"kind": "insult", "explanation": "It calls me a goose.", "good_faith": "y"}
RECEIPT = "r" * 43
ACTIONS: dict[str, Action] = {
    "read a thread": Action("/threads/{opened}/{slug}"),
    "read the hidden thread": Action("/threads/{hidden}/{slug}"),
    "read the hidden reply": Action("/posts/{hidden_reply}"),
    "read who edited a post": Action("/posts/{carols}/revisions", None, lambda p, s: policy.can_see_revisions(p, s.carols)),
    "read who edited the hidden reply": Action(
        "/posts/{hidden_reply}/revisions", None, lambda p, s: policy.can_see_revisions(p, s.hidden_reply)
    ),
    "read the public log": Action("/moderation/log"),
    "ask": Action("", None, lambda p, s: policy.can_ask(p)),
    "reply": Action("/threads/{opened}/replies", BODY, lambda p, s: policy.can_reply(p, s.opened)),
    "reply to the locked thread": Action("/threads/{locked}/replies", BODY, lambda p, s: policy.can_reply(p, s.locked)),
    "reply to the hidden thread": Action("/threads/{hidden}/replies", BODY, lambda p, s: policy.can_reply(p, s.hidden)),
    "look at a preview": Action("/preview", BODY),
    "edit Alice's question": Action("/posts/{question}/edit", BODY, lambda p, s: policy.can_edit(p, s.question)),
    "edit Bob's reply": Action("/posts/{bobs}/edit", BODY, lambda p, s: policy.can_edit(p, s.bobs)),
    "edit Bob's hidden reply": Action("/posts/{hidden_reply}/edit", BODY, lambda p, s: policy.can_edit(p, s.hidden_reply)),
    "edit in the locked thread": Action("/posts/{locked_question}/edit", BODY, lambda p, s: policy.can_edit(p, s.locked_question)),
    "retitle": Action("", None, lambda p, s: policy.can_retitle(p, s.opened)),
    "mark Carol's reply as solution": Action("/posts/{carols}/solution", {}, lambda p, s: policy.can_mark_solution(p, s.carols)),
    "take the solution mark back": Action(
        "/posts/{carols}/solution/withdrawal", {}, lambda p, s: policy.can_mark_solution(p, s.carols)
    ),
    "mark Alice's question as solution": Action(
        "/posts/{question}/solution", {}, lambda p, s: policy.can_mark_solution(p, s.question)
    ),
    "say that Carol's reply helped": Action("/posts/{carols}/helpful", {}, lambda p, s: policy.can_vote_helpful(p, s.carols)),
    'say "I have this too"': Action("/threads/{opened}/me-too", {}, lambda p, s: policy.can_say_me_too(p, s.opened)),
    "follow": Action("/threads/{opened}/follow", {}, lambda p, s: policy.can_follow(p, s.opened)),
    "follow the hidden thread": Action("/threads/{hidden}/follow", {}),
    "see the desk": Action("/moderation", None, lambda p, s: policy.can_moderate(p)),
    "hide": Action("/moderation/posts/{bobs}/hide", REASON, lambda p, s: policy.can_moderate(p)),
    "restore": Action("/moderation/posts/{hidden_reply}/restore", REASON, lambda p, s: policy.can_moderate(p)),
    "lock": Action("/moderation/threads/{opened}/lock", REASON, lambda p, s: policy.can_moderate(p)),
    "unlock": Action("/moderation/threads/{locked}/unlock", REASON, lambda p, s: policy.can_moderate(p)),
    "move": Action("/moderation/threads/{opened}/move", {"category": "internet"}, lambda p, s: policy.can_moderate(p)),
    "set tags at the desk": Action("/moderation/threads/{opened}/tags", {"tags": "wlan"}, lambda p, s: policy.can_moderate(p)),
    "link a duplicate": Action(
        "/moderation/threads/{opened}/duplicate", {"master": "{locked}"}, lambda p, s: policy.can_moderate(p)
    ),
    "close": Action("/moderation/threads/{opened}/close", REASON),
    "open again": Action("/moderation/threads/{closed}/open", REASON),
    "make Bob's reply official": Action("/moderation/posts/{bobs}/official", {}, lambda p, s: policy.can_endorse(p, s.bobs)),
    "make it official no longer": Action("/moderation/posts/{carols}/official/withdrawal", {}),
    "look at redacting Bob's reply": Action("/moderation/posts/{bobs}/redact", None, lambda p, s: policy.can_redact(p, s.bobs)),
    "redact Bob's reply": Action("/moderation/posts/{bobs}/redact", REASON | {"secret": "other socket"}),
    "see the service targets": Action("/moderation/settings/targets", None, lambda p, s: can_set(p)),
    "set a service target": Action("/moderation/settings/targets/internet", {}, lambda p, s: can_set(p)),
    "see the calendars": Action("/moderation/settings/calendars", None, lambda p, s: can_set(p)),
    "add a calendar": Action("/moderation/settings/calendars", CALENDAR, lambda p, s: can_set(p)),
    "see the categories' settings": Action("/moderation/settings/categories", None, lambda p, s: may(p, Verb.CATEGORIES)),
    "add a category": Action("/moderation/settings/categories", CATEGORY),
    "see the requests": Action("/moderation/settings/requests", None, lambda p, s: may(p, Verb.REQUESTS)),
    "begin to build a request": Action("/moderation/settings/requests/drafts/new", CATEGORY | {"category": "1"}),
    "see the tags' settings": Action("/moderation/settings/tags", None, lambda p, s: may(p, Verb.TAGS)),
    "rename a tag": Action("/moderation/settings/tags/1/rename", {"name": "wifi"}),
    "see the staff": Action("/moderation/settings/staff", None, lambda p, s: may(p, Verb.STAFF)),
    "see what staff may": Action("/moderation/settings/permissions", None, lambda p, s: may(p, Verb.STAFF)),
    "change what agents may": Action("/moderation/settings/permissions", {"lock-0": "not", "role": "agent"}),
    "claim": Action("/moderation/threads/{opened}/claim", {}, lambda p, s: policy.can_moderate(p)),
    "renew and say that one is there": Action("/moderation/threads/{opened}/presence", {"typing": "1"}),
    "take a case over": Action("/moderation/threads/{opened}/claim/take-over", {"from": "1"}),
    "release": Action("/moderation/threads/{opened}/claim/release", {}),
    "hand a thread over": Action("/moderation/threads/{opened}/hand-over", {"to": "1"}),
    "see who is there": Action("/moderation/presence?threads={opened}"),
    "go off duty": Action("/moderation/off-duty", {}),
    "come on duty": Action("/moderation/off-duty/end", {}),
    "write a staff note": Action("/moderation/threads/{opened}/notes", BODY, lambda p, s: notes_policy.can_write_note(p, s.opened)),
    "change Carol's staff note": Action(
        "/moderation/notes/{carols_note}/edit", BODY, lambda p, s: notes_policy.can_change_note(p, s.carols_note)
    ),
    "delete Carol's staff note": Action("/moderation/notes/{carols_note}/delete", {}),
    "see the canned replies": Action("/moderation/settings/replies", None, lambda p, s: can_edit_canned_replies(p)),
    "write a canned reply": Action("/moderation/settings/replies", CANNED, lambda p, s: can_edit_canned_replies(p)),
    "insert a canned reply": Action("/moderation/threads/{opened}/canned-replies", None, lambda p, s: policy.can_moderate(p)),
    "reply with a macro": Action("/moderation/threads/{opened}/replies", BODY, lambda p, s: policy.can_moderate(p)),
    "see what is held": Action("/moderation/held", None, lambda p, s: may_somewhere(p, Verb.APPROVE)),
    "approve Bob's held reply": Action(
        "/moderation/held/{held_reply}/approve", {"revision": "1"}, lambda p, s: may(p, Verb.APPROVE, s.opened.category_id)
    ),
    "reject Bob's held reply": Action("/moderation/held/{held_reply}/reject", REASON),
    "look at editing Bob's held reply": Action("/moderation/held/{held_reply}/edit"),
    "edit and approve Bob's held reply": Action("/moderation/held/{held_reply}/edit", BODY | {"revision": "1"}),
    "read Bob's held reply": Action("/posts/{held_reply}"),
    "edit Bob's held reply, as posted": Action("/posts/{held_reply}/edit", BODY, lambda p, s: policy.can_edit(p, s.held_reply)),
    "see the settings of approval": Action("/moderation/settings/approval", None, lambda p, s: may(p, Verb.WORDS)),
    "set what is held": Action("/moderation/settings/approval", APPROVAL, lambda p, s: may(p, Verb.WORDS)),
    "see the watched words": Action("/moderation/settings/words", None, lambda p, s: may(p, Verb.WORDS)),
    "watch a word": Action("/moderation/settings/words", {"written": "casino", "act": "hold"}, lambda p, s: may(p, Verb.WORDS)),
    "try a text for watched words": Action("/moderation/settings/words/try", {"text": "Casino"}),
    "see the spam scorer": Action("/moderation/settings/spam", None, lambda p, s: may(p, Verb.WORDS)),
    "set the spam thresholds": Action("/moderation/settings/spam", {"hold_from": "80"}, lambda p, s: may(p, Verb.WORDS)),
    "look at a merge": Action("/moderation/threads/{opened}/merge", None, lambda p, s: policy.can_moderate(p)),
    "merge": Action(
        "/moderation/threads/{opened}/merge", REASON | {"into": "{locked}"}, lambda p, s: policy.can_moderate(p)
    ),
    "look at a split": Action("/moderation/threads/{opened}/split", None, lambda p, s: policy.can_moderate(p)),
    "split off the hidden reply": Action(  # which is refused as a beginning
        "/moderation/threads/{opened}/split",
        REASON | {"posts": "{hidden_reply}", "title": "A title that is long enough", "category": "internet"},
        lambda p, s: policy.can_moderate(p),
    ),
    "move Bob's reply": Action(
        "/moderation/threads/{opened}/move-posts",
        REASON | {"posts": "{bobs}", "into": "{locked}"},
        lambda p, s: policy.can_moderate(p),
    ),
    "undo a merge": Action("/moderation/restructurings/{merge}/undo", {}, lambda p, s: policy.can_moderate(p)),
    "flag Bob's reply": Action("/posts/{bobs}/flag", None, lambda p, s: can_flag(p, s.bobs)),
    "see the flags": Action("/moderation/flags", None, lambda p, s: policy.can_moderate(p)),
    "uphold the flag of Bob's reply": Action("/moderation/flags/{bobs}/uphold", REASON, lambda p, s: policy.can_moderate(p)),
    "dismiss the flag of Bob's reply": Action("/moderation/flags/{bobs}/dismiss", {}, lambda p, s: policy.can_moderate(p)),
    "see a person at the desk": Action("/moderation/people/alice"),
    "warn": Action("/moderation/people/alice/warn", REASON),
    "silence": Action("/moderation/people/alice/silence", REASON | {"term": "3"}),
    "suspend": Action("/moderation/people/alice/suspend", REASON | {"term": "3"}),
    "lift a warning": Action("/moderation/sanctions/{warning}/lift", REASON),
    "see the blocks": Action("/moderation/settings/blocks"),
    "block a network": Action("/moderation/settings/blocks/networks", {"network": "192.0.2.0/24", "note": "So."}),
    "block a mail domain": Action("/moderation/settings/blocks/domains", {"domain": "example.com", "note": "So."}),
    "remove a block": Action("/moderation/settings/blocks/{block}/remove", {}),
    "report a post as illegal": Action("/notices/new", NOTICE | {"address": "{question}"}),
    "read what became of notices": Action("/notices"),
    "read the receipt": Action("/notices/receipt/" + RECEIPT),
    "see the notices": Action("/moderation/notices"),
    "read a notice": Action("/moderation/notices/{notice}"),
    "decide about a notice": Action("/moderation/notices/{notice}", {"outcome": "kept"}, lambda p, s: may(p, Verb.NOTICES)),
    "appeal against the hidden reply": Action("/appeals/new?about=post-{hidden_reply}"),
    "read Bob's appeal": Action("/appeals/{appeal}"),
    "see the appeals": Action("/moderation/appeals", None, lambda p, s: policy.can_moderate(p)),
    "decide about Bob's appeal": Action("/moderation/appeals/{appeal}", {"outcome": "denied"}),  # Dora hid the reply
    "look at an act on many threads": Action("/moderation/bulk?do=move&threads={opened}"),
    "move many threads": Action("/moderation/bulk", {"do": "move", "threads": "{opened}", "category": "internet"}),
    "see what is new at the desk": Action("/moderation/news?case={opened}&seen=1"),
    "see one's saved filters": Action("/moderation/filters"),
    "save a filter": Action("/moderation/filters", {"name": "Mine", "owner": "me"}),
    "switch the keys off": Action("/moderation/keys/off", {}),
    "switch the keys on": Action("/moderation/keys/on", {}),
    "see the known issues": Action("/moderation/known-issues"),
    "see one's notifications": Action("/notifications"),
    "see one's settings": Action("/settings/account"),
    "see one's standing": Action("/settings/standing"),
    "end Bob's session": Action("/settings/sessions/{bobs_session}/end", {}),
}  # fmt: skip


def rows() -> dict[str, dict[str, bool]]:
    """The table, read: action -> who -> may they?"""
    found = {}
    for line in TABLE.strip().splitlines():
        name, cells = line[:36].strip(), line[36:].split()
        assert len(cells) == len(WHO), line
        found[name] = dict(zip(WHO, (cell == "+" for cell in cells), strict=True))
    return found


@pytest.fixture
def people(make: Make, cast: Cast) -> dict[str, Any]:
    return {
        "stranger": AnonymousUserMixin(),
        "una": make.person("una"),
        "dis": make.person("dis"),
        **{name: getattr(cast, name) for name in ("alice", "bob", "carol", "dora", "jana")},
    }


@pytest.fixture
def scene(make: Make, people: dict[str, Any], browsers: dict[str, FlaskClient]) -> Scene:
    alice, bob, carol, dora = (people[name] for name in ("alice", "bob", "carol", "dora"))
    opened, hidden, locked = (
        make.thread(by=alice, title=f"A thread, number {number}", tags=["box"]) for number in range(3)
    )
    carols, bobs = make.reply(opened, carol), make.reply(opened, bob)
    hidden_reply = make.reply(opened, bob)

    def opening(thread: Thread) -> Post:
        return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()

    with writing():
        people["una"].email_verified_at = None
        people["dis"].disabled_at = clock.now()
        moderating.hide_post(hidden_reply, by=dora, reason="So.")
        moderating.hide_post(opening(hidden), by=dora, reason="So.")
        moderating.lock_thread(locked, by=dora, reason="So.")
        closed = make.thread(by=bob)
        closing.close_thread(closed, by=dora, reason="So.")
        endorsing.endorse(carols, by=carol)
        merge = merging.merge(make.thread(by=bob), make.thread(by=bob), by=dora, reason="So.").id
        warning = imposing.warn(alice, by=carol, reason="So.").id
        block = keeping.block_network(
            read_network("198.51.100.0/24"), keeping.About("So."), by=dora, own_network="unknown"
        ).id
    with writing():
        note = noting.write_note(opened, by=carol, words=words("Careful with this one."))
        notice = giving.give(
            carols, kind="insult", explanation="So.", name="", email="", language="en", secret=RECEIPT
        ).id
        grounds = ({"ground": "link", "detail": "shop.example"},)
        held_reply = posting.reply(opened, by=bob, words=words("Cheap here."), grounds=grounds)
    matter = matter_named(f"post-{hidden_reply.id}")
    assert matter is not None
    with writing():
        appeal = appealing.make(matter, by=bob, text="So not.").id
    scene = Scene(
        *(opened, hidden, locked, opening(opened), carols, bobs, hidden_reply, opening(locked), 0, note, merge, closed),
        warning=warning,
        block=block,
        notice=notice,
        appeal=appeal,
        held_reply=held_reply,
    )
    with browsers["bob"].session_transaction() as cookie:
        token = cookie["_user_id"]
    scene.bobs_session = db.session.scalars(select(Session.id).where(Session.token_hash == hash_token(token))).one()
    return scene


@pytest.fixture
def browsers(app: Flask, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, FlaskClient]:
    """Everyone's browser; nobody is held up by limits here."""
    monkeypatch.setattr(limits, "spend", lambda *arguments: None)
    found = {name: app.test_client() for name in WHO}
    for name, person in people.items():
        if isinstance(person, Person):
            Make.sign_in(found[name], person)
    return found


def is_refused(answer: Any) -> bool:
    """Sent to the login, refused, or told that there is nothing."""
    location = answer.headers.get("Location", "")
    return answer.status_code in (401, 403, 404) or (answer.status_code in (302, 303) and location.startswith("/login"))


def fill(pattern: str, scene: Scene) -> str:
    ids = {name: getattr(value, "id", value) for name, value in vars(scene).items()}
    slug = scene.hidden.slug if "{hidden}" in pattern else scene.opened.slug
    return pattern.format(**ids, slug=slug)


def test_the_table_and_the_actions_name_the_same_things() -> None:
    assert list(rows()) == list(ACTIONS)


def test_every_policy_stands_in_the_table() -> None:
    source = "".join(inspect.getsource(action.policy) for action in ACTIONS.values() if action.policy)
    asked = {name for name in dir(policy) if name.startswith("can_") and name in source}
    assert {name for name in dir(policy) if name.startswith("can_")} - asked == {"can_reopen"}  # see tests/threads


#: Looking changes nothing, so all of it is tried on one stage; each act has one of its own.
LOOKS = [name for name, action in ACTIONS.items() if action.sent is None]
ACTS = [name for name in ACTIONS if name not in LOOKS]


@pytest.mark.parametrize("names", [LOOKS, *([name] for name in ACTS)], ids=["looking", *ACTS])
def test_it_is_as_the_table_says(
    names: list[str], scene: Scene, people: dict[str, Any], browsers: dict[str, FlaskClient]
) -> None:
    for name in names:
        assert (name, _those_who_may(name, scene, people, browsers)) == (name, rows()[name])


def _those_who_may(
    name: str, scene: Scene, people: dict[str, Any], browsers: dict[str, FlaskClient]
) -> dict[str, bool]:
    """Who may, as the policy says (which must agree with the table) and as the address answers."""
    action, expected = ACTIONS[name], rows()[name]
    if action.policy is not None:
        seen_by_policy = {who: bool(action.policy(person, scene)) for who, person in people.items()}
        can_come_so_far = {who: may for who, may in expected.items() if may or "hidden" not in name}
        assert {who: seen_by_policy[who] for who in can_come_so_far} == can_come_so_far
    if not action.address:
        return expected
    address = fill(action.address, scene)
    sent = {field: fill(value, scene) for field, value in (action.sent or {}).items()}
    found = {}
    for who in sorted(WHO, key=lambda each: expected[each]):  # first those who may not, while nothing has changed
        answer = browsers[who].get(address) if action.sent is None else browsers[who].post(address, data=sent)
        assert answer.status_code < 500
        assert answer.status_code != 405
        found[who] = not is_refused(answer)
    return found

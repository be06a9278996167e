"""A tour of the whole site: a scene with one of everything, and every address of the URL map with real things behind it.

A new address whose arguments are not known here fails the tour: give it its samples in `SAMPLES` or `ARGUMENTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from flask import Flask, url_for
from sqlalchemy import select, update
from werkzeug.routing import Rule

from community.accounts import tokens
from community.accounts.models import Person, Registration, Session
from community.accounts.tokens import Purpose
from community.attachments.models import Attachment
from community.case_file import asking, details, reading
from community.case_file.contact_entries import keeping as entries
from community.case_file.contact_entries.keeping import Source, Where
from community.case_file.contact_entries.models import ContactEntry
from community.case_file.hooks import keeping as hooks
from community.case_file.hooks.models import Hook
from community.case_file.models import Detail, DetailRequest
from community.case_file.number_patterns import NumberPattern
from community.case_file.opened_for import opening
from community.case_file.opened_for.opening import Case
from community.core import clock
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.intake import drafts
from community.intake.drafts import Owner, Sitting, Written
from community.intake.models import Draft
from community.intake.requests import answering
from community.intake.requests import keeping as requests
from community.intake.requests.definition import Both, Field, Form, Kind, Step
from community.intake.requests.models import Request
from community.notifications.models import Notification
from community.threads import editing, moderating, posting, solving, tagging
from community.threads.models import Category, Post, Tag, Thread
from community.threads.rating import giving as rating
from moderation.appeals import appealing
from moderation.appeals.models import Appeal
from moderation.appeals.subjects import matter_named
from moderation.blocking import keeping as blocking
from moderation.blocking.models import Block
from moderation.blocking.reading import read_network
from moderation.bulk import kinds as bulk_kinds
from moderation.bulk.models import BulkAct
from moderation.canned_replies import keeping
from moderation.canned_replies.models import CannedReply
from moderation.estimating import estimating
from moderation.flagging import raising
from moderation.notes import noting
from moderation.notes.models import StaffNote
from moderation.notices import deciding, giving
from moderation.notices.models import Notice, Outcome
from moderation.owning import claiming, contacts, presence
from moderation.restructuring import merging, splitting
from moderation.restructuring.models import Restructuring
from moderation.sanctions import imposing
from moderation.sanctions.models import Sanction
from moderation.saved_filters import keeping as saved_filters
from moderation.saved_filters.models import SavedFilter
from moderation.service_targets.models import Calendar
from moderation.settings.private_numbers import keeping as private_numbers
from moderation.settings.requests import drafts as form_drafts
from moderation.settings.requests.models import FormDraft
from moderation.watched_words import keeping as watched_words
from moderation.watched_words.models import Act, WatchedWord
from moderation.watched_words.reading import read_watched
from search_index.models import SynonymGroup
from tests.making import Cast, Make, words
from tests.moderation.settings.requests_scene import a_request, form_of, text
from tests.working import work

STAFF = frozenset({"carol", "dora", "jana"})
#: What stands in the address of a thread that once had another title.
OTHER_SLUG = "another-title"
#: A word that stands beside every canary, for searches that must not find it.
BESIDE = "zebrafinch"


@dataclass
class Scene:
    """One of everything. `canaries`: a word that stands in one place only -> the names of those who may read it there."""

    cast: Cast
    canaries: dict[str, frozenset[str]] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    def canary(self, what: str, *who: str) -> str:
        """A new canary for one place, with the words for which it could be found."""
        word = f"canary{len(self.canaries)}{what}".lower()
        self.canaries[word] = frozenset(who)
        return word


def set_scene(make: Make) -> Scene:
    """Open, solved, hidden, held and removed threads and posts, drafts, mails, sessions: by the fixed cast."""
    scene = Scene(make.cast())
    _threads(make, scene)
    _notes(scene)
    _drafts(make, scene)
    _accounts(scene)
    _canned_replies(scene)
    _flags(scene)
    _sanctions(scene)
    _complaints(make, scene)
    _held(make, scene)
    _watched_words(scene)
    _number_patterns(scene)
    _contacts(scene)
    _ratings(scene)
    _case_file(scene)
    _requests(make, scene)
    return scene


def _case_file(scene: Scene) -> None:
    """Private details of Alice and Bob on one thread, staff who read them, and what staff asked for."""
    alice, bob, carol, opened = scene.cast.alice, scene.cast.bob, scene.cast.carol, scene.threads["open"]
    with writing():
        for person in (alice, bob):
            value = f"{BESIDE} {scene.canary('detail', person.name)}"
            details.add(person, opened, kind="customer_number", value=value, by=person, source="thread")
        reading.open_details(opened, by=carol, purpose=f"identify\n{scene.canary('purpose', 'alice', 'bob')}")
        question = scene.canary("detailquestion", "alice", *STAFF)
        asking.ask(alice, opened, kinds=["phone"], question=question, by=carol)


def _guided_draft(make: Make, scene: Scene) -> None:
    """Alice fills a guided request, in public and in private."""
    public = Field("model", Kind.TEXT, Both("Modell", "Model"))
    private = Field("number", Kind.TEXT, Both("Nummer", "Number"), is_private=True)
    form = Form((Step("one", Both("Eins", "One"), (public, private)),))
    naming = requests.Naming("Ich frage", "I ask")
    asked = requests.add_request(make.category(), naming, form, by=scene.cast.jana)
    draft = drafts.begin(
        Owner(person_id=scene.cast.alice.id),
        category=make.category(),
        title=f"Guided {scene.canary('guidedtitle', 'alice')}",
    )
    answering.choose_request(draft, asked)
    answers = {"model": scene.canary("publicanswer", "alice"), "number": scene.canary("privateanswer", "alice")}
    answering.store(draft, form, answers)
    answering.tell(draft, answering.Told("phone", scene.canary("told", "alice")))


def _complaints(make: Make, scene: Scene) -> None:
    """A notice that waits, one that removed a post, and the appeal of its author. Whoever decides reads them, nobody else does."""
    bob, dora = scene.cast.bob, scene.cast.dora
    removed = make.reply(scene.threads["open"], bob, "What a goose you are.")
    with writing():
        for post in (scene.posts["answer"], removed):
            notice = giving.give(
                post,
                kind="insult",
                explanation=f"{BESIDE} {scene.canary('complaint', 'dora', 'jana')}",
                name=scene.canary("complainer", "dora", "jana"),
                email=f"{scene.canary('complaineraddress', 'dora', 'jana')}@example.net",
                language="en",
                secret=scene.canary("receipt"),
            )
        reasons = deciding.Reasons("It calls a person a goose.", "law", "§ 185 StGB")
        deciding.decide(notice, Outcome.REMOVED, reasons, by=dora)
    matter = matter_named(f"notice-{notice.id}")
    assert matter is not None
    with writing():
        appealing.make(matter, by=bob, text=f"{BESIDE} {scene.canary('appeal', 'bob', 'dora', 'jana')}")


def _threads(make: Make, scene: Scene) -> None:
    alice, bob, carol, dora = scene.cast.alice, scene.cast.bob, scene.cast.carol, scene.cast.dora
    make.category("power")
    opened = scene.threads["open"] = make.thread(by=alice, tags=["wlan"], body=f"It blinks red, said the {BESIDE}.")
    scene.posts["answer"] = make.reply(opened, carol, f"Restart the {BESIDE} first.")
    scene.posts["bob"] = make.reply(opened, bob, "Same here.")
    solved = scene.threads["solved"] = make.thread(by=bob, title="The box drops calls at night", solved=True)
    scene.threads["secret"] = make.thread(
        by=alice,
        title=f"{BESIDE} {scene.canary('oldtitle', *STAFF)}",
        body=f"{BESIDE} {scene.canary('oldbody', *STAFF)}",
        tags=[scene.canary("tag", "alice", *STAFF)],
    )
    scene.posts["secret_reply"] = make.reply(opened, bob, f"{BESIDE} {scene.canary('oldreply', *STAFF)}")
    scene.posts["held"] = make.reply(opened, bob, f"{BESIDE} {scene.canary('heldreply', 'bob', *STAFF)}")
    scene.posts["removed"] = make.reply(opened, bob, f"{BESIDE} {scene.canary('removedreply')}")
    scene.posts["wrong_solution"] = make.reply(solved, bob, f"{BESIDE} {scene.canary('solution', 'bob', *STAFF)}")
    scene.threads["held"] = make.thread(
        by=bob,
        title=f"{BESIDE} {scene.canary('heldtitle', 'bob', *STAFF)}",
        body=f"{BESIDE} {scene.canary('heldbody', 'bob', *STAFF)}",
    )
    scene.threads["removed"] = make.thread(
        by=alice, title=f"{BESIDE} {scene.canary('removedtitle')}", body=f"{BESIDE} {scene.canary('removedbody')}"
    )
    scene.threads["duplicate"] = make.thread(by=bob, title="No internet since this morning, too")
    with writing():
        contacts.hand_over(opened, dora, by=carol, note=scene.canary("handover", *STAFF))
        claiming.claim(opened, by=carol)
        presence.note(opened, by=dora, is_writing=True)
        saved_filters.save(scene.canary("savedfilter", "carol"), {"owner": "me"}, by=carol)
        solving.mark_solution(scene.posts["wrong_solution"], by=carol)
        moderating.mark_duplicate(scene.threads["duplicate"], scene.threads["secret"], by=dora, reason="The same.")
        tagging.set_tags(solved, ["wlan", "box"], by=dora)
    _restructure(make, scene)


def _restructure(make: Make, scene: Scene) -> None:
    """A thread that was merged into the open one, and one that was split off it again."""
    bob, dora, opened = scene.cast.bob, scene.cast.dora, scene.threads["open"]
    merged = scene.threads["merged"] = make.thread(
        by=bob,
        title=f"{BESIDE} {scene.canary('mergedtitle', *STAFF)}",
        body=f"{BESIDE} {scene.canary('mergedbody', 'bob', *STAFF)}",
    )
    aside = make.reply(merged, bob, "And my telephone is silent.")
    with writing():
        done = merging.merge(merged, opened, by=dora, reason="The same issue.")
        scene.posts["merged"] = db.session.get_one(Post, done.first_post_id)
        splitting.split(
            opened, [aside.id], title="A silent telephone", category=make.category(), by=dora, reason="Another."
        )


def _notes(scene: Scene) -> None:
    """Staff notes beside what everybody reads and beside what will be hidden; one changed, one taken back."""
    carol, dora = scene.cast.carol, scene.cast.dora
    for name in ("open", "solved", "secret", "duplicate"):
        told = words(f"@dora {BESIDE} blinks, {scene.canary(f'note{name}', *STAFF)}")
        with writing():
            noting.write_note(
                scene.threads[name],
                by=carol,
                words=posting.Words(told.source, told.rendered, (dora.id, scene.cast.alice.id)),
            )
    for act in ("changed", "deleted"):
        with writing():
            note = noting.write_note(
                scene.threads["open"], by=dora, words=words(f"{BESIDE} {scene.canary(f'note{act}before')}")
            )
            if act == "deleted":
                noting.delete_note(note, by=dora)
            else:
                anew = words(f"{BESIDE} {scene.canary('noteafter', *STAFF)}")
                noting.edit_note(note, by=dora, words=anew, started_from=1)


def hide(scene: Scene) -> None:
    """Everything that has a canary goes out of sight."""
    alice, bob, dora = scene.cast.alice, scene.cast.bob, scene.cast.dora
    secret = scene.threads["secret"]
    opening = db.session.scalars(select(Post).where(Post.thread_id == secret.id, Post.number == 1)).one()
    new_title = f"{BESIDE} {scene.canary('title', 'alice', *STAFF)}"
    new_body = words(f"{BESIDE} {scene.canary('body', 'alice', *STAFF)}")
    new_reply = words(f"{BESIDE} {scene.canary('reply', 'bob', *STAFF)}")
    with writing():
        editing.edit_post(opening, by=alice, words=new_body, started_from=1, title=new_title)
        editing.edit_post(scene.posts["secret_reply"], by=bob, words=new_reply, started_from=1)
        for post in (opening, scene.posts["secret_reply"], scene.posts["wrong_solution"], scene.posts["merged"]):
            moderating.hide_post(post, by=dora, reason="It shows a customer number.")
    _set_visibility("held", [scene.posts["held"]], [scene.threads["held"]])
    _set_visibility("removed", [scene.posts["removed"]], [scene.threads["removed"]])


def _set_visibility(visibility: str, posts: list[Post], threads: list[Thread]) -> None:
    """States that no verb leads to yet, as one would store them."""
    from community.core import pages  # noqa: PLC0415 - goes with the first verb that holds or removes
    from community.threads.changing import mark_changed  # noqa: PLC0415

    with writing():
        for thread in threads:
            mark_changed(thread)
            db.session.execute(update(Thread).where(Thread.id == thread.id).values(visibility=visibility))
            db.session.execute(update(Post).where(Post.thread_id == thread.id).values(visibility=visibility))
        for post in posts:
            mark_changed(db.session.get_one(Thread, post.thread_id))
            db.session.execute(update(Post).where(Post.id == post.id).values(visibility=visibility))
        pages.touch(pages.SITE)
    db.session.expire_all()


def _drafts(make: Make, scene: Scene) -> None:
    with writing():
        draft = drafts.begin(Owner(person_id=scene.cast.alice.id), category=make.category(), title="")
        written = Written(
            title=scene.canary("drafttitle", "alice"),
            body=f"{BESIDE} {scene.canary('draftbody', 'alice')}",
            tags=scene.canary("drafttag", "alice"),
            language="en",
        )
        drafts.save(draft, written, Sitting())
        _guided_draft(make, scene)
        drafts.begin(Owner(browser_hash="f" * 64), category=make.category(), title=scene.canary("browserdraft"))
        drafts.save_reply(
            scene.threads["open"],
            Written(body=f"{BESIDE} {scene.canary('replydraft', 'alice')}"),
            Sitting(),
            by=scene.cast.alice,
        )


def _accounts(scene: Scene) -> None:
    cast = scene.cast
    with writing():
        for person in (cast.alice, cast.bob, cast.carol):
            person.email = f"{scene.canary('address', person.name)}@example.org"
            person.email_key = person.email
            person.password_hash = scene.canary("passwordhash")
            db.session.add(
                Session(
                    token_hash=scene.canary("tokenhash"),
                    person_id=person.id,
                    created_at=clock.now(),
                    seen_at=clock.now(),
                    expires_at=clock.ago(days=-1),
                    browser=scene.canary("browser", person.name),
                    network=scene.canary("network", person.name),
                )
            )
        db.session.add(
            Registration(
                name=scene.canary("registered"),
                display_name=scene.canary("registered"),
                email=f"{scene.canary('registered')}@example.org",
                email_key="somebody@example.org",
                password_hash=scene.canary("passwordhash"),
                language="en",
                created_at=clock.now(),
                expires_at=clock.ago(days=-7),
            )
        )
        tokens.issue(Purpose.RESET, cast.alice)


def _canned_replies(scene: Scene) -> None:
    secret = f"{{case:{scene.threads['secret'].id}}}"
    with writing():
        for name, text in (
            (scene.canary("cannedname", *STAFF), scene.canary("cannedtext", *STAFF)),
            ("Of a case", f"See {secret}"),
        ):
            keeping.add(keeping.Written(name, text_en=text, tags=("box",)), by=scene.cast.dora)


def _flags(scene: Scene) -> None:
    """A post that everyone reads, flagged for a reason that only staff read."""
    with writing():
        raising.raise_flag(
            scene.posts["bob"], by=scene.cast.alice, reason="other", text=scene.canary("flagtext", *STAFF)
        )


def _requests(make: Make, scene: Scene) -> None:
    """A request that everybody is offered, and what the admin makes of its form."""
    request = a_request(make, scene.cast.jana)
    with writing():
        draft = form_drafts.begin(request, by=scene.cast.jana)
        form_drafts.build(draft, form_of(replace(text("canary"), label=Both(scene.canary("formdraft", "jana"), "?"))))


def _watched_words(scene: Scene) -> None:
    word, note = scene.canary("watched", "dora", "jana"), scene.canary("watchedfor", "dora", "jana")
    with writing():
        watched_words.add([read_watched(word, Act.HOLD)], note, by=scene.cast.dora)


def _number_patterns(scene: Scene) -> None:
    """What the site's own numbers look like: read by those who say so."""
    name, example = (scene.canary(word, "dora", "jana") for word in ("numbername", "numberexample"))
    columns = {"name_de": name, "name_en": name, "written": "NL-######", "is_expression": False, "example": example}
    with writing():
        private_numbers.add(columns, by=scene.cast.dora)


def _ratings(scene: Scene) -> None:
    """What Bob says of his solved thread. Of the staff only Carol has given an estimate, and may read it."""
    solved = scene.threads["solved"]
    with writing():
        rating.rate(solved, "well", "partly", by=scene.cast.bob, via="thread")
        rating.comment(
            solved, f"{BESIDE} {scene.canary('ratingline', 'bob', 'carol')}", by=scene.cast.bob, via="thread"
        )
        estimating.estimate(solved, by=scene.cast.carol, well="yes", personal="yes")


def _sanctions(scene: Scene) -> None:
    """A silence that stands and one that was lifted, of Bob; a network that is blocked."""
    cast = scene.cast
    end = clock.ago(days=-3)
    with writing():
        lifted = imposing.silence(cast.bob, by=cast.dora, reason=scene.canary("lifted", "bob", *STAFF), ends_at=end)
        imposing.lift(lifted, by=cast.jana, reason=scene.canary("liftreason", "bob", *STAFF))
        imposing.warn(cast.bob, by=cast.carol, reason=scene.canary("warned", "bob", *STAFF))
        imposing.silence(cast.alice, by=cast.dora, reason=scene.canary("silenced", "alice", *STAFF), ends_at=None)
        note = scene.canary("blockwhy", *STAFF - {"carol"})
        blocking.block_network(read_network("192.0.2.0/24"), blocking.About(note), by=cast.dora, own_network="unknown")


def _contacts(scene: Scene) -> None:
    """Contacts by other channels, of Alice and of nobody yet; a system that tells of them; a case for somebody who called."""
    alice, carol, jana = scene.cast.alice, scene.cast.carol, scene.cast.jana
    moment = clock.now()
    with writing():
        hook, _secret = hooks.connect(scene.canary("hook", "jana"), by=jana)
        told = Source(hook.id, "call-1", moment)
        for person, thread in ((alice, scene.threads["open"]), (alice, None), (None, None)):
            said = scene.canary("contact", *([person.name] if person else []), *STAFF)
            where = Where(person, thread)
            entries.log_entry(
                entries.Written("call", moment, f"{BESIDE} {said}"),
                where,
                by=carol if person else None,
                source=None if person else told,
            )
        opening.open_case(
            Case(
                category=db.session.scalars(select(Category)).first(),  # type: ignore[arg-type]
                title="Somebody called from the harbour",
                words=words("The line drops every evening."),
                language="en",
                contact=entries.Written("call", moment, f"{BESIDE} {scene.canary('firstcall', *STAFF)}"),
            ),
            f"{scene.canary('invited', *STAFF)}@example.org",
            by=carol,
        )


# --- Addresses

Samples = Callable[[Scene], Iterable[Any]]


def _threads_with_slugs(scene: Scene) -> Iterator[dict[str, Any]]:
    for thread_id, slug in db.session.execute(select(Thread.id, Thread.slug)).all():
        yield {"thread_id": thread_id, "slug": slug}
        yield {"thread_id": thread_id, "slug": OTHER_SLUG}
    yield {"thread_id": 4711, "slug": "no-such-thread"}


def _all(column: Any, *unknown: Any) -> Samples:
    return lambda scene: [*db.session.scalars(select(column)), *unknown]


#: One argument of an address -> what stands there.
ARGUMENTS: dict[str, Samples] = {
    "thread_id": _all(Thread.id, 4711),
    "post_id": _all(Post.id, 4711),
    "slug": _all(Category.slug, "no-such-category"),
    "secret": _all(Draft.secret, "no-such-draft"),
    "token": lambda scene: ["no-such-token"],
    "mail_id": _all(Mail.id, 4711),
    "session_id": _all(Session.id, 4711),
    "notification_id": _all(Notification.id, 4711),
    "digest": lambda scene: ["0"],
    "group_id": _all(SynonymGroup.id, 4711),
    "calendar_id": _all(Calendar.id, 4711),
    "category_id": _all(Category.id, 4711),
    "tag_id": _all(Tag.id, 4711),
    "person_id": _all(Person.id, 4711),
    "note_id": _all(StaffNote.id, 4711),
    "reply_id": _all(CannedReply.id, 4711),
    "sanction_id": _all(Sanction.id, 4711),
    "block_id": _all(Block.id, 4711),
    "notice_id": _all(Notice.id, 4711),
    "appeal_id": _all(Appeal.id, 4711),
    "word_id": _all(WatchedWord.id, 4711),
    "step_key": lambda scene: ["one", "no-such-step", "step_1"],
    "field_key": lambda scene: ["number", "no-such-field", "canary"],
    "draft_id": _all(FormDraft.id, 4711),
    "pattern_id": _all(NumberPattern.id, 4711),
    "restructuring_id": _all(Restructuring.id, 4711),
    "bulk_id": _all(BulkAct.id, 4711),
    "filter_id": _all(SavedFilter.id, 4711),
    "entry_id": _all(ContactEntry.id, 4711),
    "hook_id": _all(Hook.id, 4711),
    "detail_id": _all(Detail.id, 4711),
    "request_id": _all(DetailRequest.id, 4711),
    "number": lambda scene: [0, 1],  # a part of the sitemap
}


def _public_tags() -> list[str]:
    return [*(name for name in db.session.scalars(select(Tag.name)) if "canary" not in name), "no-such-tag"]


#: (endpoint, argument) -> what stands there, where the argument's name is not enough.
SAMPLES: dict[tuple[str, str], Samples] = {
    ("threads.person", "name"): _all(Person.name, "nobody"),
    **{(f"sanctions.{name}", "name"): _all(Person.name, "nobody") for name in ("person", "warn", "silence", "suspend")},
    ("entries.of_person", "name"): _all(Person.name, "nobody"),
    ("entries.log_with_person", "name"): _all(Person.name, "nobody"),
    ("opened_for.look", "secret"): lambda scene: ["no-such-secret"],
    ("opened_for.claim", "secret"): lambda scene: ["no-such-secret"],
    **{(f"erasing.{name}", "name"): _all(Person.name, "nobody") for name in ("page", "erase")},
    **{
        (f"request_settings.{name}", "slug"): _all(Request.slug, "no-such-request")
        for name in ("one", "change", "swap", "archive", "unarchive")
    },
    ("threads.tag", "name"): lambda scene: _public_tags(),
    ("attachments.file", "secret"): _all(Attachment.secret, "no-such-file"),
    ("publishing.feed_of_tag", "name"): lambda scene: _public_tags(),
    ("asset", "name"): lambda scene: ["css", "js/main.js", "img/logo.svg", "no-such-file", "../wsgi.py"],
}
#: Further query strings worth asking, by endpoint.
QUERIES: dict[str, list[str]] = {
    "threads.show": ["page=2", "used=1&macro=2", "quote=1", *(f"quote={n}&reply_to={n}" for n in range(2, 8)), "page=x"],
    "case_file.index": ["after=1_1_1", "after=x"],
    "case_file.readings": ["before=1"],
    "threads.index": ["show=new", "show=needs_answer", "show=solved", "show=waiting_for_you", "before=1_1", "after=1_1"],
    "threads.category": ["show=needs_answer", "show=solved"],
    "threads.revisions": ["revision=1", "revision=2"],
    "publishing.feed_of_threads": ["show=solved", "show=needs_answer", "lang=de"],
    "publishing.feed_of_category": ["show=solved"],
    "search_feed.index": [f"q={BESIDE}", "q=blinks", "q=author:bob", "q=box+is:solved"],
    "widget.cases": [f"q={BESIDE}", "q=box", "q=box&lang=de", "q=restart&category=internet"],
    "notices.form": ["post=1", "post=4711"],
    "appeals.new": [*(f"about=post-{n}" for n in range(1, 8)), "about=notice-1", "about=notice-2", "about=sanction-3", "about=nothing"],
    "threads.find": [f"title={BESIDE}"],
    "intake.ask": [f"title={BESIDE}", "category=power", "category=internet&request=i-ask"],
    "moderation.desk": [*(f"tab={t}" for t in ("mine", "waiting", "solved", "closed", "hidden")), *(f"case={n}" for n in range(1, 9))],
    "flagging.flags": [*(f"post={n}" for n in range(1, 9)), "after=100-1", "after=x"],
    "approving.held": ["after=1"],
    "owning.signs": ["threads=1-2-3-4"],
    "bulk.page": ["do=lock", *(f"do={kind}&threads=1&threads=2&threads=3&threads=4711" for kind in bulk_kinds.KINDS)],
    "news.index": ["since=1&owner=nobody", *(f"case={n}&seen=0&since=1" for n in range(1, 9))],
    "saved_filters.index": ["category=power&owner=me"],
    "moderation_log.index": ["act=post.hidden&by=dora", "category=internet", "since=2026-01-01&until=2026-12-31", "since=x"],
    "search.index": [f"q={BESIDE}", f"q={BESIDE}+is:solved", "q=", "q=blinks", "q=author:bob", "q=tag:wlan", "q=-box"],
    "search.suggest": [f"q={BESIDE}", "q=blinks", "q=canary"],
    "search.in_thread": [f"q={BESIDE}", "q=canary", "q=blinks+restart"],
    "tag_settings.index": ["q=wlan", "after=1_box"],
    "form_drafts.new": ["category=1"],
    "permission_settings.index": ["role=moderator", "person=carol", "person=alice"],
    "findability.searches": ["days=7"],
    "findability.figures": ["days=365"],
    "rating.asked": ["well=yes"],
    "search.similar": [f"title={BESIDE}", f"title=no+internet&body={BESIDE}", "title=", "title=blinks+red"],
}  # fmt: skip


def rules(app: Flask, method: str) -> list[Rule]:
    """The rules of the URL map that take this method."""
    return sorted((rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())), key=str)


def addresses(app: Flask, rule: Rule, scene: Scene) -> list[str]:
    """Every address of this rule that the scene has something (or nothing) behind."""
    if {"thread_id", "slug"} <= rule.arguments:
        choices: Iterable[dict[str, Any]] = list(_threads_with_slugs(scene))
    else:
        names = sorted(rule.arguments)
        values = [list(_samples(rule, name)(scene)) for name in names]
        choices = [dict(zip(names, chosen, strict=True)) for chosen in product(*values)]
    with app.test_request_context():
        plain = [url_for(rule.endpoint, **chosen) for chosen in choices]
    asked = [f"?{query}" for query in QUERIES.get(rule.endpoint, [])]
    return [f"{address}{query}" for address in plain for query in ("", *([] if OTHER_SLUG in address else asked))]


def _samples(rule: Rule, name: str) -> Samples:
    return SAMPLES.get((rule.endpoint, name)) or ARGUMENTS[name]


def tour(app: Flask, scene: Scene, but: tuple[str, ...] = ()) -> list[str]:
    """All GET addresses, without those of the endpoints that begin with one of `but`."""
    found = [
        address
        for rule in rules(app, "GET")
        if not rule.endpoint.startswith(but or ("\0",))
        for address in addresses(app, rule, scene)
    ]
    return list(dict.fromkeys(found))


def _held(make: Make, scene: Scene) -> None:
    """A thread and a reply that were held from the beginning, and for what; they mention Alice."""
    alice, bob = scene.cast.alice, scene.cast.bob
    told = words(f"@alice {BESIDE} blinks red, {scene.canary('bornheldbody', 'bob', *STAFF)}")
    grounds = ({"ground": "word", "detail": scene.canary("ground", *STAFF)},)
    with writing():
        scene.threads["born_held"] = posting.post_thread(
            by=bob,
            category=make.category(),
            title=f"No internet, {BESIDE}, {scene.canary('bornheldtitle', 'bob', *STAFF)}",
            words=posting.Words(told.source, told.rendered, (alice.id,)),
            language="en",
            tags=[scene.canary("bornheldtag", *STAFF)],
            grounds=grounds,
        )
        told = words(f"@alice {BESIDE} {scene.canary('bornheldreply', 'bob', *STAFF)}")
        scene.posts["born_held"] = posting.reply(
            scene.threads["open"],
            by=bob,
            words=posting.Words(told.source, told.rendered, (alice.id,)),
            grounds=grounds,
        )


__all__ = ["BESIDE", "STAFF", "Scene", "addresses", "hide", "posting", "rules", "set_scene", "tour", "work"]

"""The spam scorer: what it learns from, what it says, and that staff alone say what follows from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from community.core import doctor, events
from community.core.extensions import db, writing
from community.threads import moderating, solving, voting
from community.threads.models import Post
from moderation.approving.judging import Outcome, Submission
from moderation.models import AuditEntry
from moderation.spam import examples, following, learning, scoring, setting
from moderation.spam.learning import ENOUGH, EVERY, Seen
from moderation.spam.marks import Text, marks_of, readable_marks
from moderation.spam.models import SpamExample, SpamMark
from moderation.spam.scoring import Thresholds
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import parse, send, text_of
from tests.working import work

PAGE = "/moderation/settings/spam"
SPAM = "Cheap watches, best casino bonus, click https://win.example now"
HAM = "My box blinks red since the storm and the telephone is silent"

# --- Learning and scoring: sums alone

MARKS = st.frozensets(st.sampled_from("abcdefgh"), max_size=6)
EXAMPLES = st.lists(st.tuples(MARKS, st.booleans()), max_size=30)


def counts_from(learnt: list[tuple[frozenset[str], bool]], enough: bool = True) -> dict[str, Seen]:
    counts: dict[str, Seen] = {EVERY: Seen(ENOUGH, ENOUGH)} if enough else {}
    for marks, is_spam in learnt:
        counts = learning.learnt(counts, marks, is_spam)
    return counts


@given(EXAMPLES, MARKS)
def test_a_score_is_between_nothing_and_one(learnt: list[tuple[frozenset[str], bool]], marks: frozenset[str]) -> None:
    score = learning.score(marks, counts_from(learnt))
    assert (score is None) == (not marks)
    assert score is None or 0 <= score <= 1


@given(EXAMPLES, MARKS, st.booleans(), st.booleans())
def test_unlearning_is_the_reverse_of_learning(
    learnt: list[tuple[frozenset[str], bool]], marks: frozenset[str], is_spam: bool, enough: bool
) -> None:
    before = counts_from(learnt, enough)
    assert learning.unlearnt(learning.learnt(before, marks, is_spam), marks, is_spam) == before


@given(EXAMPLES, MARKS, st.sampled_from("abcdefgh"))
def test_more_evidence_of_spam_never_lowers_the_weight_of_what_speaks_for_spam(
    learnt: list[tuple[frozenset[str], bool]], marks: frozenset[str], mark: str
) -> None:
    before = counts_from(learnt)
    weight = learning.weight(before.get(mark, Seen()), before[EVERY])
    assume(weight >= 0)
    after = learning.learnt(before, marks | {mark}, True)
    assert learning.weight(after[mark], after[EVERY]) >= weight - 1e-9


@given(EXAMPLES, MARKS)
def test_what_was_never_seen_weighs_nothing(learnt: list[tuple[frozenset[str], bool]], marks: frozenset[str]) -> None:
    assert learning.score({"never seen"}, counts_from(learnt)) == 0.5


def test_there_is_no_opinion_before_enough_of_both_were_learnt() -> None:
    counts = {EVERY: Seen(ENOUGH, ENOUGH - 1), "a": Seen(ENOUGH, 0)}
    assert learning.score({"a"}, counts) is None
    score = learning.score({"a"}, learning.learnt(counts, {"b"}, False))
    assert score is not None
    assert score > 0.9


def test_words_pairs_links_capitals_and_age_are_looked_at_and_kept_as_hashes() -> None:
    text = Text("FREE MONEY", "CLICK HERE NOW", "CLICK HERE https://www.Win.example/x NOW", timedelta(hours=2))
    assert readable_marks(text) == {
        *("free", "money", "click", "here", "now", "free money", "money click", "click here", "here now"),
        *("@win.example", "#links-many", "#shouting", "#author-new"),
    }
    assert all(len(mark) == 16 for mark in marks_of(text))


# --- What it learns from


def learnt() -> list[tuple[int, bool]]:
    db.session.rollback()
    return [(row.post_id, row.is_spam) for row in db.session.scalars(select(SpamExample).order_by(SpamExample.post_id))]


def counted() -> dict[str, tuple[int, int]]:
    db.session.rollback()
    return {row.mark: (row.spam, row.ham) for row in db.session.scalars(select(SpamMark))}


def happens(action: str, post: Post, **payload: object) -> int:
    """An event about this post, as the verbs of another room would record it."""
    with writing():
        event = events.Event(
            action=action, at=post.created_at, thread_id=post.thread_id, post_id=post.id, payload=payload
        )
        db.session.add(event)
        db.session.flush()
        number = event.id
    return number


def learn(event_id: int, post: Post) -> None:
    post_id, thread_id = post.id, post.thread_id
    db.session.rollback()
    following.learn(event_id=event_id, thread_id=thread_id, post_id=post_id)


def test_replies_of_customers_that_helped_or_solved_are_no_spam_and_what_staff_write_is_nothing(
    make: Make, cast: Cast
) -> None:
    thread = make.thread(by=cast.alice)
    bobs, carols, other = make.reply(thread, cast.bob), make.reply(thread, cast.carol), make.reply(thread, cast.bob)
    with writing():
        voting.vote_helpful(bobs, by=cast.alice)
        voting.vote_helpful(carols, by=cast.alice)
        solving.mark_solution(other, by=cast.alice)
    with writing():
        moderating.hide_post(other, by=cast.dora, reason="A number.")
    work()
    assert learnt() == [(bobs.id, False)]  # the other is out of sight when its turn comes
    with writing():
        moderating.restore_post(other, by=cast.dora, reason="Without it.")
    work()
    assert learnt() == [(bobs.id, False), (other.id, False)]
    assert set(counted().values()) <= {(0, 1), (0, 2)}


@pytest.mark.parametrize(
    ("action", "payload", "verdict"),
    [
        ("post.rejected", {"before": "held"}, True),
        ("post.hidden", {"before": "held"}, True),
        ("post.hidden", {"before": "published"}, None),
        ("flag.upheld", {"reasons": ["spam", "other"]}, True),
        ("flag.upheld", {"reasons": ["insulting"]}, None),
        ("flag.dismissed", {}, False),
        ("post.approved", {"before": "held"}, False),
    ],
)
def test_it_follows_what_staff_decide(
    make: Make, cast: Cast, action: str, payload: dict[str, object], verdict: bool | None
) -> None:
    reply = make.reply(make.thread(by=cast.alice), cast.bob)
    learn(happens(action, reply, **payload), reply)
    assert learnt() == ([] if verdict is None else [(reply.id, verdict)])


def test_learning_twice_is_once_and_the_latest_word_counts(make: Make, cast: Cast) -> None:
    reply = make.reply(make.thread(by=cast.alice), cast.bob, SPAM)
    approved, rejected = happens("post.approved", reply), happens("post.rejected", reply)
    learn(rejected, reply)
    once = counted()
    for event in (rejected, approved, rejected):
        learn(event, reply)
    assert learnt() == [(reply.id, True)]
    assert counted() == once
    assert set(once.values()) == {(1, 0)}
    learn(happens("post.restored", reply), reply)
    assert learnt() == [(reply.id, False)]
    assert counted() == dict.fromkeys(once, (0, 1))


def test_only_the_newest_examples_count(make: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "KEPT", 2)
    thread = make.thread(by=cast.alice)
    replies = [make.reply(thread, cast.bob, f"Number{count} is good") for count in range(3)]
    for reply in replies:
        learn(happens("post.approved", reply), reply)
    assert learnt() == [(reply.id, False) for reply in replies[1:]]
    assert list(examples.drift()) == []
    assert scoring.learnt() == Seen(0, 2)


def test_the_doctor_counts_anew(make: Make, cast: Cast) -> None:
    reply = make.reply(make.thread(by=cast.alice), cast.bob)
    learn(happens("post.approved", reply), reply)
    before = counted()
    with writing():
        db.session.add(SpamMark(mark="stray", spam=3, ham=0))
        db.session.execute(delete(SpamMark).where(SpamMark.mark == EVERY))
    check = doctor.checks()["spam"]
    assert list(check.problems()) == ["what the spam scorer counted differs from its examples in 2 marks"]
    assert check.repair is not None
    assert check.repair() == 2
    assert counted() == before


# --- What it says


@pytest.fixture
def experience(make: Make, cast: Cast) -> list[Post]:
    """Enough of each kind: half of Bob's replies were rejected."""
    thread = make.thread(by=cast.alice)
    posts = [
        make.reply(thread, cast.bob, f"{text}, number {count}.") for count in range(ENOUGH) for text in (SPAM, HAM)
    ]
    with writing():
        for number, post in enumerate(posts):
            marks = marks_of(following.text_of(following.post_to_learn(post.id)))  # type: ignore[arg-type]
            examples.put(post.id, marks, is_spam=number % 2 == 0, event_id=number)
    return posts


def offered(cast: Cast, text: str, edited_id: int | None = None) -> Submission:
    return Submission(cast.bob.id, 1, "", text, text, edited_id=edited_id)


def test_what_resembles_what_was_rejected_is_held_or_refused_and_staff_are_not_judged(
    experience: list[Post], cast: Cast
) -> None:
    said = scoring.judge(offered(cast, "The best casino bonus, click https://win.example"))
    assert said is not None
    assert (said.outcome, said.ground, said.detail[-1]) == (Outcome.HOLD, "spam", "%")
    assert scoring.judge(offered(cast, "Since the storm my telephone blinks red.")) is None
    assert scoring.judge(offered(cast, SPAM, edited_id=experience[0].id)) is None  # no worse than before
    assert scoring.judge(offered(cast, f"{SPAM}, number 0.", edited_id=experience[1].id)) is not None
    assert scoring.judge(Submission(cast.carol.id, 1, "", SPAM, SPAM)) is None
    with writing():
        setting.put_thresholds(Thresholds(None, 80), by=cast.dora)
    refused = scoring.judge(offered(cast, SPAM))
    assert refused is not None
    assert refused.outcome is Outcome.REFUSE
    with statements() as asked:
        scoring.judge(offered(cast, HAM * 50))
    assert len(asked) <= 3


def test_without_enough_decisions_nothing_is_held(make: Make, cast: Cast) -> None:
    assert scoring.judge(offered(cast, SPAM)) is None


def test_the_page_says_how_right_it_is(experience: list[Post], cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    doras = browser_of(cast.dora)
    page = text_of(parse(doras.get(PAGE)))
    assert f"Spam{ENOUGH} posts" in page.replace("Spam ", "Spam")
    assert f"Spam0{ENOUGH}0" in page.replace(" ", "")
    assert f"Nospam{ENOUGH}00" in page.replace(" ", "")
    with writing():
        examples.forget(experience[0].id)
    assert "It has no opinion yet: it needs 20 of each." in text_of(parse(doras.get(PAGE)))


def test_a_text_can_be_tried_and_nothing_is_stored(experience: list[Post], cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    doras = browser_of(cast.dora)
    page = text_of(parse(send(doras, PAGE, f"{PAGE}/try", text=SPAM)))
    assert "percent. A post with this text would be held." in page
    page = text_of(parse(send(doras, PAGE, f"{PAGE}/try", text=HAM)))
    assert "percent. A post with this text would be published." in page
    assert send(doras, PAGE, f"{PAGE}/try", text="\u200b").status_code == 422
    assert len(learnt()) == 2 * ENOUGH
    assert doras.get(f"{PAGE}/try").status_code == 405


# --- Its settings


def test_thresholds_are_stored_and_leave_one_row(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    doras = browser_of(cast.dora)
    assert send(doras, PAGE, PAGE, hold_from="80", refuse_from=" 99 % ").status_code == 303
    assert send(doras, PAGE, PAGE).status_code == 303
    assert scoring.thresholds() == Thresholds(80, 99)
    assert send(doras, PAGE, PAGE, hold_from="", refuse_from="").status_code == 303
    assert scoring.thresholds() == Thresholds(None, None)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.act, entry.is_public) for entry in entries] == [("spam.thresholds_changed", False)] * 2
    assert entries[0].change == {
        "before": {"hold_from": 90, "refuse_from": None},
        "after": {"hold_from": 80, "refuse_from": 99},
    }


@pytest.mark.parametrize(
    ("field", "hold_from", "refuse_from"),
    [
        ("hold_from", "49", ""),
        ("hold_from", "eighty", "99"),
        ("hold_from", "٩٠", ""),
        ("refuse_from", "80", "101"),
        ("refuse_from", "90", "90"),
        ("refuse_from", "", "-60"),
    ],
)
def test_what_is_no_threshold_is_said_beside_it_and_kept(  # type: ignore[no-untyped-def]
    cast: Cast, browser_of, field: str, hold_from: str, refuse_from: str
) -> None:
    answer = browser_of(cast.dora).post(PAGE, data={"hold_from": hold_from, "refuse_from": refuse_from})
    assert answer.status_code == 422
    page = parse(answer)
    assert [item.get("id") for item in page.iter("p") if "field-error" in (item.get("class") or "")] == [
        f"{field}-error"
    ]
    typed = {item.get("name"): item.get("value") for item in page.iter("input") if "_from" in (item.get("name") or "")}
    assert typed == {"hold_from": hold_from, "refuse_from": refuse_from}
    assert scoring.thresholds() == Thresholds()


def test_others_than_those_who_may_are_refused(cast: Cast, browser_of, stranger: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    for person in (cast.bob, cast.carol):
        assert browser_of(person).get(PAGE).status_code == 403
        assert browser_of(person).post(PAGE, data={"hold_from": "60"}).status_code == 403
        assert browser_of(person).post(f"{PAGE}/try", data={"text": "60"}).status_code == 403
    assert stranger.post(PAGE, data={"hold_from": "60"}).headers["Location"].startswith("/login")
    assert scoring.thresholds() == Thresholds()

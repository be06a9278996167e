"""The seed story is coherent, has something true to show on every page, and names nobody real."""

import re
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from community.seed.reader import STORY, Story, StoryError, StoryState, StoryThread, load_story

PRIVATE = {
    "IBAN": re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[0-9A-Z]{4}){2,}"),
    "phone number": re.compile(r"(?<![\w.,:-])(?:\+|00?)[1-9]\d*(?:[ /()-]?\d){5,}"),
    "card number": re.compile(r"\b(?:\d{4}[ -]?){3}\d{4}\b"),
    "mail address": re.compile(r"\w@\w+\.\w"),
}


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the story's files that a test may spoil."""
    return shutil.copytree(STORY, tmp_path / "story", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def in_state(story: Story, state: StoryState) -> list[StoryThread]:
    return [thread for thread in story.threads if thread.state is state]


def texts(story: Story) -> list[str]:
    """Everything that a reader of the community could ever see, earlier revisions included."""
    posts = [post for thread in story.threads for post in thread.posts]
    reasons = [act.reason for post in posts for act in (post.edit, post.hidden) if act]
    first_bodies = [post.edit.first_body for post in posts if post.edit]
    return [*(thread.title for thread in story.threads), *(post.body for post in posts), *reasons, *first_bodies]


def test_the_cast_is_twelve_people_and_the_tests_know_five_of_them(story: Story) -> None:
    assert Counter(person.role for person in story.people) == {"admin": 1, "moderator": 2, "agent": 2, "customer": 7}
    cast = {name: story.person(name).role for name in ("alice", "bob", "carol", "dora", "jana")}
    assert cast == {"alice": "customer", "bob": "customer", "carol": "agent", "dora": "moderator", "jana": "admin"}


def test_six_categories_are_named_in_both_languages_and_all_are_used(story: Story) -> None:
    assert len(story.categories) == 6
    assert {thread.category for thread in story.threads} == {category.slug for category in story.categories}
    assert all(category.name_de != category.name_en for category in story.categories)


def test_every_tag_is_used(story: Story) -> None:
    assert 20 <= len(story.tags) <= 30
    assert {tag for thread in story.threads for tag in thread.tags} == set(story.tags)


def test_about_sixty_threads_a_third_of_them_english(story: Story) -> None:
    languages = Counter(thread.language for thread in story.threads)
    assert 58 <= languages.total() <= 70
    assert 0.25 <= languages["en"] / languages.total() <= 0.4
    assert all(1 <= len(thread.posts) <= 8 for thread in story.threads)


def test_every_state_is_there_often_enough(story: Story) -> None:
    assert len(in_state(story, StoryState.SOLVED)) >= 32
    assert len(in_state(story, StoryState.NEEDS_STAFF)) >= 10
    assert len(in_state(story, StoryState.WAITING_FOR_CUSTOMER)) >= 8
    assert sum(thread.lock is not None for thread in story.threads) == 2
    assert sum(thread.duplicate is not None for thread in story.threads) == 2


def test_solutions_come_from_staff_and_customers_and_are_marked_by_both(story: Story) -> None:
    solved = in_state(story, StoryState.SOLVED)
    authors = Counter(story.person(t.posts[t.solution.post].author).is_staff for t in solved if t.solution)
    assert authors[True] >= 10
    assert authors[False] >= 10
    markers = Counter(thread.solved_by for thread in solved)
    assert markers["asker"] >= 5
    assert markers["staff"] >= 5


def test_open_cases_wait_from_twenty_minutes_to_six_days(story: Story) -> None:
    ages = [thread.ago for thread in in_state(story, StoryState.NEEDS_STAFF)]
    assert min(ages) == timedelta(minutes=20)
    assert max(ages) > timedelta(days=6)


def test_whose_turn_it_is_can_be_told_from_the_last_word(story: Story) -> None:
    """After a word of staff only the asker replies, so that both readings of "whose turn" say the same."""
    for thread in in_state(story, StoryState.NEEDS_STAFF):
        heard = any(story.person(post.author).is_staff for post in thread.posts)
        assert not heard or thread.posts[-1].author == thread.author, thread.key


def test_the_abilities_of_a_thread_all_occur(story: Story) -> None:
    posts = [post for thread in story.threads for post in thread.posts]
    assert sum(post.hidden is not None for post in posts) >= 3
    assert sum(post.edit is not None for post in posts) >= 4
    assert any(post.edit and post.edit.by != thread.author for thread in story.threads for post in thread.posts)
    assert any(post.language != thread.language for thread in story.threads for post in thread.posts)
    for sign in ("@carol", "```", "\n| ", "\n- ", "\n1. ", "> "):
        assert any(sign in post.body for post in posts), sign


def test_mentions_name_people_of_the_story(story: Story) -> None:
    names = {person.name for person in story.people}
    mentioned = {name for text in texts(story) for name in re.findall(r"(?<!\w)@([a-z][a-z0-9-]*)", text)}
    assert mentioned
    assert mentioned <= names


def test_nothing_looks_like_private_data(story: Story) -> None:
    for text in texts(story):
        for kind, pattern in PRIVATE.items():
            assert not pattern.search(text), f"{kind} in {text!r}"


@pytest.mark.parametrize("sample", ["DE00 1234 5678 9012 3456 78", "+49 40 1234567", "040 1234567", "0171/1234567"])
def test_private_data_would_be_noticed(sample: str) -> None:
    assert any(pattern.search(f"Ruf an: {sample}.") for pattern in PRIVATE.values())


def test_two_scenes_that_everything_refers_to(story: Story) -> None:
    german = story.thread("stoerungsmeldung-nicht-angenommen")
    assert german.title == "Störungsmeldung für Internetausfall wird nicht angenommen"
    english = story.thread("cable-light-blinking")
    for scene in (german, english):
        assert scene.solution is not None
        assert scene.solved_by == "asker"
        assert len(scene.posts[scene.solution.post].body) > 400
    assert any(thread.duplicate and thread.duplicate.of == german.key for thread in story.threads)


def test_threads_come_oldest_first_and_nothing_lies_in_the_future(story: Story) -> None:
    ages = [thread.ago for thread in story.threads]
    assert ages == sorted(ages, reverse=True)
    assert all(thread.age_of(post) >= timedelta() for thread in story.threads for post in thread.posts)


def test_wrapped_lines_are_one_paragraph_but_code_and_tables_keep_theirs(story: Story) -> None:
    opening = story.thread("stoerungsmeldung-nicht-angenommen").posts[0].body
    assert "Ich will im Kundenkonto eine Störungsmeldung abgeben, aber am Ende kommt" in opening
    log = story.thread("dsl-abbrueche-nachts").posts[0].body
    assert "kbit/s\n03:04:02  PPP  Angemeldet\n```" in log
    table = story.thread("koogbox-lichter").posts[1].body
    assert table.count("\n| ") == 9


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("people.toml", 'role = "admin"', 'role = "boss"', "person jana: 'role' is 'boss'"),
        ("people.toml", "jana@example.com", "jana@example.net", "mail addresses end in"),
        ("people.toml", 'name = "jana"', 'name = "Jana P"', "lowercase"),
        ("people.toml", 'joined = "900d"', 'joined = "long ago"', "not a span"),
        ("people.toml", 'name = "jana"', 'name = "dora"', "'dora' is there twice"),
        ("story.toml", '"abschlag", ', "", "no tag 'abschlag'"),
        ("story.toml", "provider", "company", "'provider' must be a str"),
        ("categories.toml", 'slug = "wifi"', 'slug = "lan"', "no category 'wifi'"),
        ("threads/app.toml", "me_too = [", "metoo = [", "unknown: metoo"),
        ("threads/app.toml", 'after = "25m"', 'after = "3h"', "not later than the one before"),
        ("threads/app.toml", 'ago = "136d 4h"', 'ago = "1h"', "after the story is planted"),
        ("threads/app.toml", 'ago = "136d 4h"', 'ago = "800d"', "had not joined yet"),
        ("threads/app.toml", 'author = "alice"', 'author = "eve"', "nobody is called 'eve'"),
        ("threads/app.toml", "post = 2", "post = 9", "not one of the replies"),
        ("threads/app.toml", 'by = "alice"', 'by = "bob"', "only the asker or staff mark"),
        ("threads/app.toml", 'by = "henning"', 'by = "bob"', "only staff hide, lock"),
        ("threads/app.toml", 'me_too = ["bob"', 'me_too = ["alice"', "cannot say 'me too'"),
        ("threads/app.toml", 'me_too = ["bob"', 'me_too = ["carol"', "staff do not say 'me too'"),
        ("threads/bills.toml", 'after = "1h"\nreason', 'after = "5m"\nreason', "touched before it is written"),
        ("threads/internet.toml", 'of = "stoerungsmeldung', 'of = "nirgends', "which is none"),
        ("threads/internet.toml", "[[thread]]", "[thread", "internet.toml: "),
    ],
)
def test_a_story_that_contradicts_itself_is_refused(copy: Path, file: str, old: str, new: str, message: str) -> None:
    spoil(copy, file, old, new)
    with pytest.raises(StoryError, match=re.escape(message)):
        load_story(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "people.toml").unlink()
    with pytest.raises(StoryError, match=re.escape("people.toml: ")):
        load_story(copy)

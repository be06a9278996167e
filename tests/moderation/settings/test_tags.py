"""Tags in the settings: renamed, merged, given other words, deleted; whoever types an old or another word means the tag."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.errors import Conflict, Invalid
from community.core.extensions import db, writing
from community.core.jobs import Job
from community.threads import tag_keeping, tagging
from community.threads.models import Tag, TagSynonym, Thread
from community.threads.repair import drift
from moderation.models import AuditEntry
from search_index import tag_following
from tests.making import Cast, Make
from tests.sending import parse, send, text_of
from tests.test_architecture import faults_of
from tests.working import reindex, work

LIST = "/moderation/settings/tags"


@pytest.fixture
def threads(make: Make, cast: Cast) -> list[Thread]:
    """Three: of wlan, of wlan and wifi, of wifi."""
    return [make.thread(by=cast.alice, tags=tags) for tags in (["wlan"], ["wlan", "wifi"], ["wifi", "box"])]


@pytest.fixture
def doras(threads: list[Thread], cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.dora)  # type: ignore[no-any-return]


def tag(name: str) -> Tag:
    db.session.rollback()
    return db.session.scalars(select(Tag).where(Tag.name == name)).one()


def address(name: str, act: str = "") -> str:
    return f"{LIST}/{tag(name).id}{act}"


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def complaint(answer: Any) -> str:
    return " ".join(text_of(item) for item in parse(answer).iter("p") if "field-error" in (item.get("class") or ""))


def test_a_renamed_tag_is_met_under_its_old_name(doras: FlaskClient, stranger: FlaskClient, make: Make) -> None:
    page = address("wlan")
    assert send(doras, page, f"{page}/rename", name="W-LAN").status_code == 303
    (entry,) = entries()
    assert (entry.act, entry.change) == ("tag.renamed", {"before": "wlan", "after": "w-lan"})
    for path in ("/tags/wlan", "/tags/wlan/feed.atom"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, path.replace("wlan", "w-lan"))
    assert tagging.names_of(make.thread(tags=["WLAN".casefold()])) == ["w-lan"]
    assert send(doras, page, f"{page}/rename", name="wlan").status_code == 303  # and back again
    assert [row.name for row in db.session.scalars(select(TagSynonym))] == ["w-lan"]


def test_merged_tags_are_one_with_right_counts_and_leave_one_row(
    doras: FlaskClient, stranger: FlaskClient, threads: list[Thread]
) -> None:
    ids = [thread.id for thread in threads]
    page = address("wlan")
    assert send(doras, page, f"{page}/merge", into="WiFi").status_code == 303
    assert tag("wifi").thread_count == 3
    assert [tagging.names_of(db.session.get_one(Thread, number)) for number in ids] == [
        ["wifi"],
        ["wifi"],
        ["box", "wifi"],
    ]
    assert stranger.get("/tags/wlan").headers["Location"] == "/tags/wifi"
    assert list(drift()) == []
    (entry,) = entries()
    assert entry.change == {
        "before": {"tag": "wlan", "threads": 2, "into": "wifi", "threads_of_that": 2},
        "after": {"tag": "wifi", "threads": 3},
    }
    assert doras.post(f"{page}/merge", data={"into": "box"}).status_code == 409


def found(browser: FlaskClient, query: str) -> set[str]:
    """The threads that a search finds."""
    page = browser.get("/search", query_string={"q": query}).get_data(as_text=True)
    return set(re.findall(r"/threads/(\d+)/", page))


def test_the_search_follows_a_merge_in_batches(
    doras: FlaskClient, stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_following, "BATCH", 2)
    reindex()
    assert len(found(stranger, "tag:box")) == 1
    doras.post(address("box", "/merge"), data={"into": "wlan"})
    work()
    assert list(db.session.scalars(select(Job.name))) == []
    assert [len(found(stranger, f"tag:{name}")) for name in ("wlan", "box")] == [3, 3]


def test_another_word_means_the_tag_wherever_it_is_typed(
    doras: FlaskClient, stranger: FlaskClient, make: Make, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    page = address("wifi")
    assert send(doras, page, f"{page}/words", word="Wi-Fi").status_code == 303
    assert "wi-fi" in text_of(parse(doras.get(LIST)))
    assert stranger.get("/tags/wi-fi").headers["Location"] == "/tags/wifi"
    thread = make.thread(tags=["wi-fi", "wifi", "box"])
    browser_of(cast.carol).post(f"/moderation/threads/{thread.id}/tags", data={"tags": "wi-fi"})
    db.session.rollback()
    assert tagging.names_of(thread) == ["wifi"]
    assert send(doras, page, f"{page}/words/remove").status_code == 303
    assert stranger.get("/tags/wi-fi").status_code == 404
    assert [entry.act for entry in entries()] == ["tag.synonym_added", "thread.tagged", "tag.synonym_removed"]


WRONG = [
    ("/rename", {"name": "wifi"}, "There is a tag of this name."),
    ("/rename", {"name": "!!"}, "one word of letters"),
    ("/rename", {"name": "two words"}, "one word of letters"),
    ("/rename", {"name": "x" * 31}, "30 characters"),
    ("/rename", {"name": "cable"}, "“cable” stands for the tag “box”."),
    ("/merge", {"into": "nothing"}, "There is no tag of this name."),
    ("/merge", {"into": "wlan"}, "cannot be merged into itself"),
    ("/words", {"word": "wlan"}, "own name"),
    ("/words", {"word": "wifi"}, "is a tag of threads"),
    ("/words", {"word": "cable"}, "“cable” stands for the tag “box”."),
]


def test_a_complaint_stands_at_its_field_and_what_was_typed_is_kept(doras: FlaskClient, cast: Cast) -> None:
    with writing():
        tag_keeping.add_synonym(db.session.scalars(select(Tag).where(Tag.name == "box")).one(), "cable", by=cast.dora)
    for act, sent, said in WRONG:
        answer = doras.post(address("wlan", act), data=sent)
        assert answer.status_code == 422
        assert said in complaint(answer)
        (value,) = sent.values()
        assert f'value="{value}"' in answer.get_data(as_text=True)
        assert faults_of(answer.get_data(as_text=True)) == []
    assert len(entries()) == 1


def test_there_are_no_circles_and_no_chains(doras: FlaskClient, cast: Cast) -> None:
    with writing():
        tag_keeping.add_synonym(tag("wlan"), "funk", by=cast.dora)
    with writing():
        tag_keeping.merge(tag("wlan"), tag("wifi"), by=cast.dora)
    with writing():
        tag_keeping.rename(tag("wifi"), "wlan", by=cast.dora)
    assert tagging.meant(["wlan", "funk", "wifi"]) == ["wlan"]
    tags = set(db.session.scalars(select(Tag.name)))
    assert tags.isdisjoint(db.session.scalars(select(TagSynonym.name)))
    with pytest.raises(Conflict), writing():
        tag_keeping.remove_synonym(tag("wlan"), "wifi", by=cast.dora)  # it was a tag's name


def test_only_an_unused_tag_is_deleted_or_gives_its_name_away(
    doras: FlaskClient, threads: list[Thread], cast: Cast
) -> None:
    assert doras.post(address("box", "/delete")).status_code == 409
    with pytest.raises(Invalid), writing():
        tag_keeping.add_synonym(tag("wifi"), "box", by=cast.dora)
    with writing():
        tagging.set_tags(threads[2], ["cable"], by=cast.alice)
        tagging.set_tags(threads[2], ["wifi"], by=cast.alice)
    assert send(doras, address("box"), address("box", "/delete")).status_code == 303
    assert send(doras, address("wifi"), address("wifi", "/words"), word="cable").status_code == 303
    assert set(db.session.scalars(select(Tag.name))) == {"wlan", "wifi"}
    assert [entry.act for entry in entries()] == ["tag.deleted", "tag.synonym_added"]


def test_the_list_is_leafed_through_and_searched(doras: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first, key = tag_keeping.by_use(most=2)
    second, end = tag_keeping.by_use(after=key, most=2)
    assert ([each.name for each in first + second], end) == (["wifi", "wlan", "box"], None)
    assert [each.name for each in tag_keeping.by_use("WL")[0]] == ["wlan"]
    assert [each.name for each in tag_keeping.by_use("%")[0]] == []
    for page in (LIST, f"{LIST}?q=wl", f"{LIST}?after=2_wifi", address("wlan")):
        assert faults_of(doras.get(page).get_data(as_text=True)) == []


def test_agents_are_refused_and_acts_refuse_get(doras: FlaskClient, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carols = browser_of(cast.carol)
    for act in ("/rename", "/merge", "/words", "/words/remove", "/delete"):
        assert carols.post(address("wlan", act)).status_code == 403
        assert doras.get(address("wlan", act)).status_code == 405
    assert carols.get(LIST).status_code == 403

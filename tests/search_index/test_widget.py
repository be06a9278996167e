"""The widget: small, without cookies, for named sites only, and only solved cases that everyone may read."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community import config
from community.core.extensions import db, writing
from community.threads import moderating, solving
from community.threads.models import Post, Thread
from search_index import indexing, widget
from search_index.engines.contract import IndexUnavailable
from tests.making import Cast, Make

SHOP = "https://www.example.org"


@pytest.fixture
def settings(settings: dict[str, object]) -> dict[str, object]:
    """A site whose company has a product page elsewhere."""
    return settings | {"WIDGET_ORIGINS": [SHOP, "http://127.0.0.1:4000"]}


@pytest.fixture
def threads(app: Flask, make: Make, cast: Cast) -> list[Thread]:
    """A solved and an open case about a router."""
    found = [
        make.thread(by=cast.alice, title="The <b>router</b> blinks", solved=True),
        make.thread(by=cast.bob, title="My router is hot"),
    ]
    with app.app_context():
        indexing.rebuild()
    return found


def found(stranger: FlaskClient, query: str = "q=router", **headers: str) -> list[dict[str, Any]]:
    answer = stranger.get(f"/widget/cases?{query}", headers=headers)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return answer.get_json()["cases"]  # type: ignore[no-any-return]


# --- The script


def test_the_script_is_small_and_plain(stranger: FlaskClient) -> None:
    answer = stranger.get("/widget.js")
    assert answer.mimetype == "text/javascript"
    assert len(answer.get_data()) < 5_000
    source = answer.get_data(as_text=True)
    for forbidden in (
        "innerHTML",
        "eval(",
        "Function(",
        ".style",
        "cookie =",
        "localStorage",
        "document.write",
        "import(",
    ):
        assert forbidden not in source
    assert not re.findall(r"https?://", source)


def test_any_site_may_load_the_script_and_keep_it_for_a_while(stranger: FlaskClient) -> None:
    answer = stranger.get("/widget.js")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert stranger.get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_script_speaks_both_languages_whoever_asks(
    app: Flask, stranger: FlaskClient, browser_of, cast: Cast
) -> None:  # type: ignore[no-untyped-def]
    source = stranger.get("/widget.js").get_data(as_text=True)
    words = json.loads(source.split("const everyWord = ")[1].split("; //")[0])
    assert set(words) == {"de", "en"}
    assert set(words["de"]) == set(words["en"])
    assert words["en"]["label"] == "Search solved cases"
    used = set(re.findall(r"words\.(\w+)", source))
    assert used == set(words["en"])
    assert stranger.get("/widget.js", headers={"Accept-Language": "de"}).get_data(as_text=True) == source
    assert browser_of(cast.alice).get("/widget.js").get_data(as_text=True) == source


# --- Its answers


def test_solved_cases_are_answered_with_title_address_state_and_passage(
    threads: list[Thread], stranger: FlaskClient
) -> None:
    (case,) = found(stranger, "q=router+restart&lang=en", Origin=SHOP)
    assert case["title"] == "The <b>router</b> blinks"
    assert case["url"] == f"http://localhost/threads/{threads[0].id}/{threads[0].slug}"
    assert case["state"] == "Solved"
    assert case["language"] == "en"
    assert {"text": "Restart", "is_marked": True} in case["passage"]
    assert stranger.get(case["url"].removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize(
    "asked", ["q=router", "q=router&status=needs_staff", "q=router+is:open", "q=hot", "q=author:bob"]
)
def test_open_cases_are_not_told_whatever_is_asked(threads: list[Thread], stranger: FlaskClient, asked: str) -> None:
    assert all("hot" not in case["title"] for case in found(stranger, asked))


def test_it_can_be_narrowed_to_a_category(threads: list[Thread], make: Make, stranger: FlaskClient) -> None:
    make.category("power")
    assert len(found(stranger, "q=router&category=internet")) == 1
    assert found(stranger, "q=router&category=power") == []


def test_what_is_hidden_or_reopened_is_gone_before_the_index_knows(
    threads: list[Thread], make: Make, cast: Cast, app: Flask, stranger: FlaskClient
) -> None:
    hidden = make.thread(by=cast.bob, title="The router canary", solved=True)
    with app.app_context():
        indexing.rebuild()
    assert len(found(stranger)) == 2
    opening = db.session.scalar(db.select(Post).where(Post.thread_id == hidden.id, Post.number == 1))
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="Not for all.")
        solving.reopen(db.session.get_one(Thread, threads[0].id), by=cast.alice)
    assert indexing.engine().thread_ids() >= {hidden.id, threads[0].id}
    assert found(stranger) == []


def test_a_hidden_reply_is_no_passage(
    threads: list[Thread], make: Make, cast: Cast, app: Flask, stranger: FlaskClient
) -> None:
    reply = make.reply(threads[0], cast.bob, "A canary of the router")
    with app.app_context():
        indexing.rebuild()
    assert "canary" in json.dumps(found(stranger, "q=router+canary"))
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="Not for all.")
    assert "canary" not in json.dumps(found(stranger, "q=router+canary"))


def test_staff_get_what_strangers_get_and_no_cookie_is_read_or_set(
    threads: list[Thread], cast: Cast, stranger: FlaskClient, browser_of
) -> None:  # type: ignore[no-untyped-def]
    staff = browser_of(cast.dora)
    staff.set_cookie("lang", "de")
    answers = [browser.get("/widget/cases?q=router&", headers={"Origin": SHOP}) for browser in (stranger, staff)]
    assert answers[0].get_data() == answers[1].get_data()
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


# --- Whose pages may ask


@pytest.mark.parametrize("origin", [SHOP, "http://127.0.0.1:4000", "HTTPS://www.Example.org"])
def test_named_sites_may_read_the_answer(threads: list[Thread], stranger: FlaskClient, origin: str) -> None:
    answer = stranger.get("/widget/cases?q=router", headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://www.example.org",
        "https://www.example.org.evil.example",
        "https://example.org",
        "",
    ],
)
def test_no_other_site_may(threads: list[Thread], stranger: FlaskClient, origin: str) -> None:
    answer = stranger.get("/widget/cases?q=router", headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]
    assert "router" not in answer.get_data(as_text=True)


def test_without_an_origin_it_is_an_address_as_any_other(threads: list[Thread], stranger: FlaskClient) -> None:
    answer = stranger.get("/widget/cases?q=router")
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_it_cannot_be_posted_to_and_no_preflight_is_answered(stranger: FlaskClient) -> None:
    assert stranger.post("/widget/cases?q=router").status_code == 405
    asked = stranger.options("/widget/cases", headers={"Origin": SHOP, "Access-Control-Request-Method": "PUT"})
    assert "Access-Control-Allow-Origin" not in asked.headers


def test_whoever_asks_too_often_is_told_so_in_a_way_that_the_script_reads(
    threads: list[Thread], stranger: FlaskClient
) -> None:
    answers = [stranger.get("/widget/cases?q=x", headers={"Origin": SHOP}) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert answers[-1].mimetype == "application/json"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].headers["Access-Control-Allow-Origin"] == SHOP


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=%22",
        "q=" + "a+" * 3_000,
        "q=%F0%9F%98%80",
        "q=<script>",
        "q='%3B+DROP+TABLE",
        "q=*",
        "q=zebrafinch&lang=xx",
    ],
)
def test_any_query_is_answered(threads: list[Thread], stranger: FlaskClient, query: str) -> None:
    assert found(stranger, query) == []


def test_without_an_index_it_says_so(
    threads: list[Thread], stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*arguments: object, **options: object) -> None:
        raise IndexUnavailable("It is being repaired.")

    monkeypatch.setattr(widget, "search", unavailable)
    answer = stranger.get("/widget/cases?q=router", headers={"Origin": SHOP})
    assert answer.get_json() == {"is_available": False, "total": 0, "cases": []}


# --- Settings


def test_sites_are_read_from_the_environment() -> None:
    read = config.from_environment({"WIDGET_ORIGINS": " https://www.Example.org/, https://shop.example.org:8443 ,"})
    assert read["WIDGET_ORIGINS"] == ["https://www.example.org", "https://shop.example.org:8443"]


@pytest.mark.parametrize(
    "origin", ["*", "www.example.org", "https://", "https://example.org/shop", "https://*.example.org"]
)
def test_what_is_no_site_is_refused_at_the_start(settings: dict[str, object], origin: str) -> None:
    with pytest.raises(config.UnsafeSettings, match="WIDGET_ORIGINS"):
        config.settings(settings | {"WIDGET_ORIGINS": [origin]})

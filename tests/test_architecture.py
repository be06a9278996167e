"""What holds for every address and every module, now and later: these tests walk the URL map and the source tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from community.config import ROOT
from community.core import clock, security
from community.core.extensions import db
from community.factory import create_app
from tests.conftest import MONDAY, SETTINGS, Browser, Stage
from tests.making import Make
from tests.sending import Element, forms, parse
from tests.touring import Scene, addresses, hide, rules, set_scene, tour
from tests.working import work

#: Endpoints of the staff's room that everyone may read.
PUBLIC_AT_THE_DESK = {"moderation_log.index"}
#: POSTs without a CSRF token, and why.
WITHOUT_TOKEN = {
    "hooks.receive": "is for programs, which sign what they send; it reads no cookie",
    "preferences": "changes only how this browser is shown the site; visitors' kept pages hold no token",
    "search.unhelped": "notes no person and changes nothing that anyone sees; visitors' kept pages hold no token",
}
#: A GET may change these: when a session was last seen, and what is counted against a limit.
MAY_GROW = {"rate_windows"}
DEVELOPMENT = ("dev_mail",)
PACKAGES = ("community", "moderation", "search_index")


@pytest.fixture
def scene(make: Make) -> Scene:
    """One of everything, hidden things hidden, the worker done."""
    return _scene(make)


def _scene(make: Make) -> Scene:
    scene = set_scene(make)
    work()
    hide(scene)
    work()
    return scene


# --- Doors


def test_every_address_of_the_desk_is_behind_the_door(app: Flask, scene: Scene, browser_of) -> None:  # type: ignore[no-untyped-def]
    stranger, bob = app.test_client(), browser_of(scene.cast.bob)
    walked = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/moderation") or rule.endpoint in PUBLIC_AT_THE_DESK:
            continue
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            for address in addresses(app, rule, scene)[:3]:
                walked += 1
                assert bob.open(address, method=method).status_code == 403, (method, address)
                answer = stranger.open(address, method=method)
                assert answer.status_code == 303, (method, address)
                assert answer.headers["Location"].startswith("/login"), (method, address)
    assert walked >= 8


@pytest.fixture
def settings(settings: dict[str, object], request: pytest.FixtureRequest) -> dict[str, object]:
    """The CSRF tests want tokens; the others do without."""
    return settings | {"WTF_CSRF_ENABLED": "csrf" in request.node.name}


def test_no_post_is_taken_without_its_csrf_token(app: Flask, scene: Scene, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(scene.cast.carol)
    before = counts()
    for rule in rules(app, "POST"):
        if rule.endpoint in WITHOUT_TOKEN:
            continue
        for address in addresses(app, rule, scene)[:1]:
            answer = carol.post(address, data={"body": "A text that was typed with care."})
            assert answer.status_code == 400, address
            assert "A text that was typed with care." in answer.get_data(as_text=True)
    assert counts() == before


def test_a_form_with_its_csrf_token_is_taken(app: Flask, scene: Scene, browser_of) -> None:  # type: ignore[no-untyped-def]
    bob = browser_of(scene.cast.bob)
    thread = scene.threads["open"]
    fields = forms(bob.get(f"/threads/{thread.id}/{thread.slug}"))[f"/threads/{thread.id}/replies"]
    assert bob.post(f"/threads/{thread.id}/replies", data=fields | {"body": "Another try."}).status_code == 303


def test_after_an_old_csrf_token_the_text_can_be_sent_from_the_page_that_says_so(
    app: Flask, scene: Scene, browser_of
) -> None:  # type: ignore[no-untyped-def]
    bob = browser_of(scene.cast.bob)
    action = f"/threads/{scene.threads['open'].id}/replies"
    refused = bob.post(action, data={"csrf_token": "stale", "body": "A text that was typed with care."})
    assert refused.status_code == 400
    assert bob.post(action, data=forms(refused)[action]).status_code == 303


def test_only_what_is_named_here_goes_without_a_token(app: Flask) -> None:
    csrf = app.extensions["csrf"]
    assert len(csrf._exempt_views) + len(csrf._exempt_blueprints) == len(WITHOUT_TOKEN)


# --- Reading


def counts() -> dict[str, int]:
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
        if table.name not in MAY_GROW
    }


def contents() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, but for what a GET may change."""
    db.session.rollback()
    return {
        table.name: [
            tuple(row) for row in db.session.execute(select(*[c for c in table.c if c.name != "seen_at"])).all()
        ]
        for table in db.metadata.sorted_tables
        if table.name not in MAY_GROW
    }


@dataclass(frozen=True)
class Visit:
    """What somebody got at an address."""

    who: str
    address: str
    answer: TestResponse

    @property
    def source(self) -> str:
        return self.answer.get_data(as_text=True)

    @property
    def is_page(self) -> bool:
        return self.answer.mimetype == "text/html" and not 300 <= self.answer.status_code < 400


@dataclass(frozen=True)
class Tour:
    """All addresses, asked by a stranger, a customer and staff; and the tables that looked different afterwards."""

    visits: list[Visit]
    changed: set[str]


@pytest.fixture(scope="module")
def toured(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """One tour for all tests that only look at what it brought home."""
    app = create_app(SETTINGS | stage.fresh(tmp_path_factory.mktemp("toured")))
    app.test_client_class = Browser
    with clock.frozen(MONDAY), app.app_context():
        scene = _scene(Make())
        browsers = {"a stranger": app.test_client(), "alice": app.test_client(), "carol": app.test_client()}
        Make.sign_in(browsers["alice"], scene.cast.alice)
        Make.sign_in(browsers["carol"], scene.cast.carol)
        before = contents()
        visits = [
            Visit(who, address, browser.get(address))
            for who, browser in browsers.items()
            for address in tour(app, scene, DEVELOPMENT)
        ]
        after = contents()
        db.session.remove()
        db.engine.dispose()
    return Tour(visits, {name for name in before if before[name] != after[name]})


def test_no_get_changes_anything(toured: Tour) -> None:
    assert toured.changed == set()


def test_no_get_fails(toured: Tour) -> None:
    assert [(visit.who, visit.address) for visit in toured.visits if visit.answer.status_code >= 500] == []


def test_strange_addresses_are_no_error(app: Flask, scene: Scene, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(scene.cast.carol)
    names = ("q", "title", "case", "before", "after", "page", "tag", "category", "revision", "quote", "next", "show")
    for strange in ("%00", "99999999999999999999", "%ED%A0%80", "..%2f..", "a" * 3000, "%0d%0a"):
        for rule in rules(app, "GET"):
            filled = re.sub(r"<[^>]+>", strange, rule.rule)
            for address in {filled, f"{filled}?" + "&".join(f"{name}={strange}" for name in names)}:
                assert carol.get(address).status_code < 500, address


# --- Pages


def test_every_answer_carries_the_security_headers(toured: Tour) -> None:
    for visit in toured.visits:
        for name in (*security.HEADERS, "Cache-Control"):
            assert name in visit.answer.headers, (visit.address, name)
        assert visit.answer.headers["Content-Security-Policy"] == security.POLICY, visit.address


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in security.POLICY
    assert "http" not in security.POLICY
    assert "*" not in security.POLICY
    for closed in ("default-src", "base-uri", "object-src", "frame-ancestors"):
        assert f"{closed} 'none'" in security.POLICY


def faults_of(source: str) -> list[str]:
    """What is wrong with this page."""
    tree = parse(source)
    return [*_parse_errors(source), *_inline(tree), *_foreign(tree), *_ids(tree), *_outline(tree)]


def _parse_errors(source: str) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(source) if "<html" in source else parser.parseFragment(source)
    return [f"{code} at {position} {details}" for position, code, details in parser.errors]


def _inline(tree: Element) -> list[str]:
    faults = []
    for item in tree.iter():
        if not isinstance(item.tag, str):
            continue
        faults += [f"<{item.tag} {name}>" for name in item.attrib if name == "style" or name.startswith("on")]
        is_script = item.tag == "script" and item.get("type") != "application/ld+json"  # which is data, and never runs
        if item.tag == "style" or (is_script and (not item.get("src") or (item.text or "").strip())):
            faults.append(f"inline <{item.tag}>")
        if any(str(item.get(name, "")).strip().lower().startswith("javascript:") for name in ("href", "src", "action")):
            faults.append(f"javascript: in <{item.tag}>")
    return faults


def _foreign(tree: Element) -> list[str]:
    """What the page loads or leads to outside the texts that people wrote."""
    written = {
        id(item) for prose in tree.iter() if "prose" in (prose.get("class") or "").split() for item in prose.iter()
    }
    return [
        f"{name}={item.get(name)}"
        for item in tree.iter()
        for name in ("src", "href", "action", "poster", "srcset")
        if isinstance(item.tag, str)
        and item.get(name)
        and urlsplit(item.get(name)).netloc not in ("", "localhost")
        and id(item) not in written
    ]


def _ids(tree: Element) -> list[str]:
    ids = [item.get("id") for item in tree.iter() if isinstance(item.tag, str) and item.get("id")]
    faults = [f"id={each} stands twice" for each in sorted({each for each in ids if ids.count(each) > 1})]
    for item in tree.iter():
        if not isinstance(item.tag, str):
            continue
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            faults += [f"{name}={word} points nowhere" for word in (item.get(name) or "").split() if word not in ids]
    return faults


def _outline(tree: Element) -> list[str]:
    if tree.find(".//main") is None:
        return []  # a fragment
    faults = [] if len(list(tree.iter("h1"))) == 1 else [f"{len(list(tree.iter('h1')))} headings of level 1"]
    if not (tree.findtext(".//title") or "").strip():
        faults.append("no title")
    return faults


@pytest.mark.alike("pages are made from the same rows")
def test_every_page_is_valid_and_holds_nothing_inline_or_foreign(toured: Tour) -> None:
    pages = {visit.source: visit for visit in toured.visits if visit.is_page}
    found = {(visit.who, visit.address): faults for source, visit in pages.items() if (faults := faults_of(source))}
    assert found == {}


@pytest.mark.parametrize(
    ("asked", "shown"), [("de-AT,de;q=0.9", "de"), ("en-GB", "en"), ("fr", "en"), ("fr,de;q=0.5", "de")]
)
def test_every_page_says_its_language(app: Flask, scene: Scene, asked: str, shown: str) -> None:
    visitor = app.test_client()
    for rule in rules(app, "GET"):
        if rule.endpoint == "asset" or rule.endpoint.startswith(DEVELOPMENT):
            continue
        for address in addresses(app, rule, scene)[:1]:
            visit = Visit("a stranger", address, visitor.get(address, headers={"Accept-Language": asked}))
            if visit.is_page and "<html" in visit.source:
                assert parse(visit.source).get("lang") == shown, address


def test_no_page_with_a_form_forbids_the_referrer_that_the_form_needs(toured: Tour) -> None:
    """Over https a form is taken only with a Referer of this site, so a page with a form must let browsers send it."""
    for visit in toured.visits:
        if visit.is_page and 'method="post"' in visit.source:
            assert visit.answer.headers["Referrer-Policy"] != "no-referrer", visit.address


# --- Source


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def test_every_module_says_what_rule_lives_in_it() -> None:
    assert [str(path) for path, tree in modules() if not ast.get_docstring(tree)] == []


def test_no_import_stands_inside_a_function() -> None:
    found = [
        f"{path}:{inner.lineno}"
        for path, tree in modules()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    assert found == []


def test_no_name_says_nothing() -> None:
    empty = re.compile(r"^(utils?|helpers?|managers?|services?|common|handle_.*|process_.*|data)$")
    found = [
        f"{path}: {node.name}"
        for path, tree in modules()
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and empty.match(node.name)
    ]
    found += [str(path) for path, _tree in modules() if empty.match(path.stem)]
    assert found == []


def test_only_routes_and_the_rooms_edges_know_who_is_asking() -> None:
    """No `current_user` below a route: verbs are told who acts."""
    may = {"routes.py", "wiring.py", "access.py", "i18n.py", "idempotency.py", "preferences.py"}
    may |= {"findability.py"}  # the desk's pages about searching
    may |= {"sessions.py", "reply_box.py"}  # who is logged in; a part of a page
    found = [
        str(path.relative_to(ROOT))
        for path, tree in modules()
        if path.name not in may
        and any(
            isinstance(node, ast.ImportFrom) and any(a.name == "current_user" for a in node.names)
            for node in ast.walk(tree)
        )
    ]
    assert found == []


def test_no_verb_commits() -> None:
    """`writing()` commits, and nothing else does."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        if path.name != "transactions.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit" and "session" in ast.dump(node.value)
    ]
    assert found == []


def test_templates_trust_only_what_was_rendered() -> None:
    """`| safe` stands only behind HTML that `core.text` made, or that a template of ours made."""
    trusted = re.compile(r"(html|preview|PATHS|SHAPES)[\w.()\[\]]*\s*\|\s*safe")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for line in path.read_text().splitlines()
        if re.search(r"\|\s*safe\b", line) and not trusted.search(line)
    ]
    assert found == []


def test_a_stranger_gets_no_cookie_for_looking(app: Flask, scene: Scene, stranger: FlaskClient) -> None:
    thread = scene.threads["open"]
    for address in ("/", "/threads", "/categories", f"/threads/{thread.id}/{thread.slug}", "/moderation/log", "/about"):
        assert "Set-Cookie" not in stranger.get(address).headers, address

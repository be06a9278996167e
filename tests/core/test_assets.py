"""Styles, scripts and pictures: under an address that names their content, kept for ever, and nothing else of the disk."""

from __future__ import annotations

import re

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.config import ROOT
from community.core.assets import asset
from tests.sending import parse


def test_every_asset_that_a_page_names_is_there(stranger: FlaskClient) -> None:
    page = parse(stranger.get("/"))
    named = [
        item.get(name)
        for item in page.iter()
        for name in ("src", "href")
        if (item.get(name) or "").startswith("/assets/")
    ]
    assert len(named) >= 3
    for address in named:
        assert stranger.get(address).status_code == 200, address


def test_every_script_that_a_script_imports_is_there(app: Flask, stranger: FlaskClient) -> None:
    for path in (ROOT / "static" / "js").glob("*.js"):
        for name in re.findall(r"""(?:from|import)\s*\(?['"]\./([\w-]+\.js)['"]""", path.read_text()):
            assert stranger.get(asset(f"js/{path.name}").rsplit("/", 1)[0] + f"/{name}").status_code == 200, name


def test_all_style_sheets_are_named_in_order(stranger: FlaskClient, app: Flask) -> None:
    ordered = (ROOT / "static" / "css" / "ORDER").read_text().split("\n")
    files = {path.name for path in (ROOT / "static" / "css").glob("*.css")}
    assert files == {line.strip() for line in ordered if line.strip() and not line.startswith("#")}
    style = stranger.get(asset("css")).get_data(as_text=True)
    for name in files:
        assert (ROOT / "static" / "css" / name).read_text() in style


def test_types_are_right_and_browsers_do_not_guess(app: Flask, stranger: FlaskClient) -> None:
    for name, content_type in (
        ("css", "text/css; charset=utf-8"),
        ("js/main.js", "text/javascript; charset=utf-8"),
        ("img/logo.svg", "image/svg+xml"),
    ):
        answer = stranger.get(asset(name))
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_in_production_they_are_kept_for_ever(app: Flask, stranger: FlaskClient) -> None:
    app.config["DEVELOPMENT"] = False
    assert "immutable" in stranger.get(asset("css")).headers["Cache-Control"]


def test_they_travel_small(app: Flask, stranger: FlaskClient) -> None:
    small = stranger.get(asset("css"), headers={"Accept-Encoding": "br"})
    assert brotli.decompress(small.get_data()) == stranger.get(asset("css")).get_data()


@pytest.mark.parametrize(
    "name",
    ["../wsgi.py", "..%2fwsgi.py", "%2e%2e/wsgi.py", "js/../../wsgi.py", "/etc/passwd", "js", "", "css/../../pyproject.toml", "%00", "js/%00.js", "a" * 400, "js/" + "b/" * 300],
)  # fmt: skip
def test_nothing_else_is_served(stranger: FlaskClient, name: str) -> None:
    assert stranger.get(f"/assets/0/{name}").status_code in (404, 308)

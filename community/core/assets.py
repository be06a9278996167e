"""Style sheets, scripts and pictures: plain files without a build step, served under an address that names their content.

The style sheets of `static/css/ORDER` are served as one, so that a first visit needs one request for them.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, current_app, request

from ..config import ROOT

STATIC = ROOT / "static"
FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    body: bytes
    compressed: bytes | None
    content_type: str
    digest: str


@lru_cache(maxsize=200)
def _load(name: str, stamp: float) -> Asset:
    body = _style_sheets() if name == "css" else (STATIC / name).read_bytes()
    content_type = _TYPES[".css"] if name == "css" else _content_type(name)
    packed = brotli.compress(body, quality=9) if content_type.startswith(("text/", "image/svg")) else None
    return Asset(body, packed, content_type, hashlib.sha256(body).hexdigest()[:12])


def _content_type(name: str) -> str:
    return _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _style_sheets() -> bytes:
    names = [line.strip() for line in (STATIC / "css" / "ORDER").read_text().splitlines()]
    sheets = [(STATIC / "css" / name).read_bytes() for name in names if name and not name.startswith("#")]
    return b"\n".join([*sheets, _accent(current_app.config["SITE_ACCENT"]).encode()])


def _accent(colour: str) -> str:
    """The rule for the site's own accent colour (its contrast was checked at the start); lighter in the dark."""
    if not colour:
        return ""
    light = f"color-mix(in oklab, {colour} 45%, white)"
    return (
        "@layer tokens { :root { "
        f"--accent: light-dark({colour}, {light}); "
        f"--accent-strong: light-dark(color-mix(in oklab, {colour} 85%, black), color-mix(in oklab, {colour} 30%, white)); "
        "--accent-ink: light-dark(#ffffff, #14120d); "
        f"--accent-wash: light-dark(color-mix(in oklab, {colour} 8%, white), color-mix(in oklab, {colour} 25%, #14120d)); "
        "} }"
    )


def _stamp_of(name: str) -> float:
    if name == "css":
        return max(path.stat().st_mtime for path in (STATIC / "css").iterdir())
    return (STATIC / name).stat().st_mtime


def _is_ours(name: str) -> bool:
    """Is it a file below static/? A name that no file can have is none."""
    try:
        path = (STATIC / name).resolve()
        return STATIC in path.parents and path.is_file()
    except (OSError, ValueError):
        return False


def _find(name: str) -> Asset:
    if name != "css" and not _is_ours(name):
        abort(404)
    return _load(name, _stamp_of(name) if current_app.config["DEVELOPMENT"] else 0.0)


@lru_cache(maxsize=4)
def _scripts_digest(stamp: float) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted((STATIC / "js").glob("*.js")))).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a file below static/ ('css' for all style sheets together), changing with its content.

    Scripts import each other by relative address, so they share one digest and change address together. In
    production files do not change while the server runs, so they are looked at once.
    """
    return _address(name) if current_app.config["DEVELOPMENT"] else _fixed_address(name)


def _address(name: str) -> str:
    digest = _scripts_digest(_newest_script()) if name.startswith("js/") else _find(name).digest
    return f"/assets/{digest}/{name}"


_fixed_address = lru_cache(maxsize=200)(_address)


def _newest_script() -> float:
    return max(path.stat().st_mtime for path in (STATIC / "js").iterdir())


def serve(digest: str, name: str) -> Response:
    """Answer with the file. Any digest is answered, so that modules may import each other by relative address."""
    found = _find(name)
    if found.compressed is not None and "br" in request.headers.get("Accept-Encoding", ""):
        response = Response(found.compressed, content_type=found.content_type)
        response.headers["Content-Encoding"] = "br"
    else:
        response = Response(found.body, content_type=found.content_type)
    response.headers["Cache-Control"] = FOR_EVER if not current_app.config["DEVELOPMENT"] else "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def init_app(app: Flask) -> None:
    """Serve /assets/<digest>/<name>; offer `asset()` to templates."""
    app.add_url_rule("/assets/<digest>/<path:name>", "asset", serve)
    app.jinja_env.globals["asset"] = asset

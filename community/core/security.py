"""Tokens, headers, addresses: what keeps a stranger out and a customer's browser on this site."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SAFE_TARGET = re.compile(r"/(?![/\\])[A-Za-z0-9\-._~!$&'()*+,;=:@%/?#\[\]]*")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
EVERYWHERE = [*HEADERS.items(), ("Cache-Control", "private, no-store")]
ON_HTTPS = [*EVERYWHERE, ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")]


def new_token() -> str:
    """A secret of 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored in place of a secret: SHA-256, 64 hex digits (the secrets are long and random, so no salt)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def safe_next(target: str | None) -> str | None:
    """`target` if it is an address on this site, else None. Strict: plain ASCII path, no `//`, no backslash, no control."""
    if not target or len(target) > 500 or not _SAFE_TARGET.fullmatch(target):
        return None
    decoded = unquote(unquote(target))
    path = urlsplit(target).path
    if "\\" in decoded or "//" in unquote(path) or any(ord(char) < 32 for char in decoded):
        return None
    return target


def comes_from_here() -> bool:
    """Was this sent from a page of ours? For forms without a token, which every visitor may send and which do no harm."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def client_network() -> str:
    """The asker's network, for limits: the IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class WithHeaders:
    """Puts the security headers on every answer that does not say otherwise; private answers are never stored by anyone."""

    def __init__(self, answer: WSGIApplication) -> None:
        self._answer = answer

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, as WSGI says."""
        missing = ON_HTTPS if environ["wsgi.url_scheme"] == "https" else EVERYWHERE

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            said = {name.lower() for name, _value in headers}
            return start_response(status, headers + [one for one in missing if one[0].lower() not in said], *error)

        return self._answer(environ, start)


def init_app(app: Flask) -> None:
    """Hang the headers on every answer."""
    app.wsgi_app = WithHeaders(app.wsgi_app)  # type: ignore[method-assign]

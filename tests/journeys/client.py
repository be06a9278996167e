"""A customer's program without a screen: cookies, the token of the page that it read last, and forms it can send again."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from community.seed.planting import DEMO_PASSWORD
from tests.journeys.live import Site

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Client:
    """One visitor of a site. Raises OSError or HTTPException when the site does not answer."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._cookies: dict[str, str] = {}
        self._token = ""

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        status, _location, text = self._ask("GET", path)
        return status, text

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Status of the answer, and where it leads."""
        status, location, _text = self._ask("POST", path, urlencode({"csrf_token": self._token, **fields}))
        return status, location.removeprefix(self._site.address)

    def log_in(self, name: str) -> Client:
        """One of the story's people."""
        self.get("/login")
        status, _location = self.post("/login", who=name, password=DEMO_PASSWORD)
        assert status == 303, f"{name} cannot log in: {status}"
        self.get("/settings/account")  # its token belongs to the new session
        return self

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", self._site.port, timeout=20)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            headers = {"Cookie": cookies, "Origin": self._site.address} | (FORM if body else {})
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for line in answer.headers.get_all("Set-Cookie") or []:
                self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            if found := re.search(r'name="csrf_token" value="([^"]+)"', text):
                self._token = found[1]
            return answer.status, answer.headers.get("Location", ""), text
        finally:
            connection.close()

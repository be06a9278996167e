"""How outsiders read what is published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

from tests.sending import Element, parse


@pytest.fixture
def head_of(stranger: FlaskClient) -> Callable[[str], Element]:
    """`head_of(address)`: the head of the page that a stranger gets there."""
    return lambda address: parse(stranger.get(address)).find("head")


@pytest.fixture
def xml_of(stranger: FlaskClient) -> Callable[[str], Any]:
    """`xml_of(address)`: the root of the document that a stranger gets there; it must be one."""

    def read(address: str) -> Any:
        answer = stranger.get(address)
        assert answer.status_code == 200, address
        return fromstring(answer.get_data())

    return read

"""Blocked networks and mail domains: who is refused and told so, who never is, and what cannot be blocked."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import gates
from community.accounts.models import Registration
from community.core import clock
from community.core.errors import Invalid
from community.core.extensions import db, writing
from moderation import audit
from moderation.blocking import keeping, reading
from moderation.blocking.models import Block
from moderation.models import AuditEntry
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of
from tests.test_architecture import faults_of

PAGE = "/moderation/settings/blocks"
NETWORK = {"network": "192.0.2.0/24", "note": "Adverts every night."}
DOMAIN = {"domain": "throwaway.example.com", "note": "Adverts every night."}
ACCOUNT = {"name": "newcomer", "email": "new@example.org", "password": "seven calm herons at dawn"}
FROM_THERE = {"REMOTE_ADDR": "192.0.2.77"}


def page_text(answer: Any) -> str:
    return text_of(parse(answer))


def blocks() -> list[Block]:
    db.session.rollback()
    return list(db.session.scalars(select(Block).order_by(Block.id)))


def entries() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def blocked_network(cast: Cast, what: str = "192.0.2.0/24", **about: Any) -> None:
    with writing():
        keeping.block_network(
            reading.read_network(what), keeping.About("Adverts.", **about), by=cast.dora, own_network="unknown"
        )


def blocked_domain(cast: Cast, what: str) -> None:
    with writing():
        keeping.block_domain(reading.read_domain(what), keeping.About("Adverts."), by=cast.dora)


def test_what_is_blocked_is_listed_logged_and_removed_again(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    dora = browser_of(cast.dora)
    assert dora.post(f"{PAGE}/networks", data=NETWORK | {"until": "2026-12-24"}).status_code == 303
    assert dora.post(f"{PAGE}/domains", data=DOMAIN).status_code == 303
    network, domain = blocks()
    assert (network.what, network.note, network.by_id) == ("192.0.2.0/24", "Adverts every night.", cast.dora.id)
    assert (network.ends_at is None, domain.ends_at is None) == (False, True)
    page = dora.get(PAGE)
    assert "refused 0 times" in page_text(page)
    assert faults_of(page.get_data(as_text=True)) == []
    remove = f"{PAGE}/{network.id}/remove"
    assert dora.get(remove).status_code == 405
    assert [dora.post(remove).status_code for _twice in range(2)] == [303, 409]
    assert [block.what for block in blocks()] == ["throwaway.example.com"]
    assert entries() == ["block.added", "block.added", "block.removed"]
    assert audit.public_entries() == []


@pytest.mark.parametrize(
    ("typed", "network"),
    [
        (" 192.0.2.7 ", "192.0.2.7/32"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("2001:DB8:0:1::/64", "2001:db8:0:1::/64"),
        ("2001:db8::7", "2001:db8::/64"),
    ],
)
def test_networks_are_written_in_one_way(typed: str, network: str) -> None:
    assert str(reading.read_network(typed)) == network


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "This is no network."),
        ("everything", "This is no network."),
        ("300.1.1.1/8", "This is no network."),
        ("0.0.0.0/0", "too wide: at most /8"),
        ("::/0", "too wide: at most /19"),
        ("10.1.2.3/8", "You probably mean 10.0.0.0/8."),
        ("2001:db8::1/128", "Block 2001:db8::/64."),
        ("127.0.0.0/16", "the server itself"),
        ("203.0.113.0/24", "You are in this network yourself"),
        ("198.51.100.128/25", "already covered by 198.51.100.0/24"),
        ("198.51.0.0/16", "This covers 198.51.100.0/24"),
    ],
)
def test_what_cannot_be_blocked_is_said_and_kept(cast: Cast, browser_of, typed: str, sentence: str) -> None:  # type: ignore[no-untyped-def]
    blocked_network(cast, "198.51.100.0/24")
    answer = browser_of(cast.dora).post(
        f"{PAGE}/networks", data=NETWORK | {"network": typed}, environ_base={"REMOTE_ADDR": "203.0.113.9"}
    )
    assert (answer.status_code, len(blocks())) == (422, 1)
    assert sentence in page_text(answer)
    fields = forms(answer)[f"{PAGE}/networks"]
    assert (fields["network"], fields["note"]) == (typed, NETWORK["note"])


def test_domains_are_folded_and_bad_ones_refused(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert reading.read_domain(" spam@MÜLL.example.com. ") == "xn--mll-hoa.example.com"
    assert reading.read_domain("*.example.com") == "example.com"
    blocked_domain(cast, "spam.example.com")
    dora = browser_of(cast.dora)
    for typed, sentence in (
        ("", "This is no mail domain."),
        ("com", "This is no mail domain."),
        ("a b.example", "This is no mail domain."),
        ("deep.spam.example.com", "already covered by spam.example.com"),
        ("example.com", "This covers spam.example.com"),
        ("example.org", "Your own address is of this domain."),
    ):
        answer = dora.post(f"{PAGE}/domains", data=DOMAIN | {"domain": typed})
        assert (answer.status_code, sentence in page_text(answer)) == (422, True), typed
        assert forms(answer)[f"{PAGE}/domains"]["domain"] == typed
    for changed, sentence in (({"note": " "}, "Note why"), ({"until": "2026-11-01"}, "This day is over.")):
        answer = dora.post(f"{PAGE}/domains", data=DOMAIN | changed)
        assert (answer.status_code, sentence in page_text(answer)) == (422, True)
    assert len(blocks()) == 1


def test_nobody_registers_from_there_and_everybody_reads(cast: Cast, stranger: FlaskClient) -> None:
    blocked_network(cast)
    refused = stranger.post("/register", data=ACCOUNT, environ_base=FROM_THERE)
    assert refused.status_code == 403
    assert "There was abuse from your network" in page_text(refused)
    assert "write to us: community@localhost" in page_text(refused)
    assert forms(refused)[""]["name"] == "newcomer"
    assert stranger.get("/threads", environ_base=FROM_THERE).status_code == 200
    assert (blocks()[0].hit_count, blocks()[0].last_hit_at) == (1, clock.now())
    assert stranger.post("/register", data=ACCOUNT).status_code == 303


def test_newcomers_write_nothing_from_there_and_others_do(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    blocked_network(cast)
    thread = make.thread(by=cast.bob)
    newcomer = make.person("newt", created_at=clock.ago(days=6))
    colleague = make.person("ines", "agent", created_at=clock.ago(days=1))
    address, text = f"/threads/{thread.id}/replies", "A text that took me a while."
    refused = browser_of(newcomer).post(address, data={"body": text}, environ_base=FROM_THERE)
    assert refused.status_code == 403
    assert "There was abuse from your network" in page_text(refused)
    assert text in refused.get_data(as_text=True)
    for person, origin in ((newcomer, {}), (cast.alice, FROM_THERE), (colleague, FROM_THERE)):
        assert browser_of(person).post(address, data={"body": text}, environ_base=origin).status_code == 303
    assert blocks()[0].hit_count == 1


def test_an_ended_block_refuses_nobody_and_can_be_set_anew(cast: Cast, stranger: FlaskClient) -> None:
    blocked_network(cast, ends_at=clock.ago(days=-1))
    with clock.frozen(clock.ago(days=-2)):
        assert stranger.post("/register", data=ACCOUNT, environ_base=FROM_THERE).status_code == 303
        blocked_network(cast)
        assert [block.ends_at for block in blocks()] == [None]


@pytest.mark.parametrize("address", ["me@spam.example.com", "me@a.SPAM.example.com", "me@xn--mll-hoa.example.com"])
def test_nobody_takes_an_address_of_a_blocked_domain(cast: Cast, stranger: FlaskClient, address: str) -> None:
    blocked_domain(cast, "spam.example.com")
    blocked_domain(cast, "müll.example.com")
    refused = stranger.post("/register", data=ACCOUNT | {"email": address})
    assert refused.status_code == 422
    assert "We take no addresses of this mail provider." in page_text(refused)
    assert db.session.scalar(select(Registration.id)) is None
    assert sum(block.hit_count for block in blocks()) == 1
    with pytest.raises(Invalid):
        gates.require_address(address, cast.alice)
    gates.require_address(address, cast.carol)  # who works here changes their address as they like
    assert stranger.post("/register", data=ACCOUNT | {"email": "me@notspam.example.com"}).status_code == 303


def test_two_who_block_the_same_at_once_block_it_once(cast: Cast) -> None:
    blocked_domain(cast, "spam.example.com")
    with pytest.raises(Invalid), writing():
        keeping._add(keeping.Kind.DOMAIN, "spam.example.com", keeping.About("Adverts."), cast.jana)


def test_agents_customers_and_strangers_are_refused(cast: Cast, browser_of, stranger: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    blocked_network(cast)
    for address in (f"{PAGE}/networks", f"{PAGE}/domains", f"{PAGE}/1/remove"):
        for person in (cast.carol, cast.bob):
            assert browser_of(person).post(address, data=NETWORK | DOMAIN).status_code == 403
        assert stranger.post(address).headers["Location"].startswith("/login")
    assert browser_of(cast.carol).get(PAGE).status_code == 403
    assert (len(blocks()), len(entries())) == (1, 1)

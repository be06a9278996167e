"""What staff type, made one form: networks in their shortest writing, domains in ASCII and lower case. Pure, but for words.

A network may not be so wide that it is half a country's, and an IPv6 one not narrower than what we know of a browser (/64).
"""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Network, IPv6Network

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from community.core.errors import Invalid

Network = IPv4Network | IPv6Network
WIDEST = {4: 8, 6: 19}
NARROWEST = {4: 32, 6: 64}
_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


def read_network(typed: str) -> Network:
    """The network that was typed: an address, or an address and how much of it counts. Raises Invalid on `network`."""
    typed = typed.strip()
    try:
        network = _folded(ipaddress.ip_network(typed, strict=False))
        is_exact = "/" not in typed or _folded(ipaddress.ip_network(typed, strict=False)) == _exactly(typed)
    except ValueError as error:
        raise Invalid(_("This is no network. Write it like 192.0.2.0/24 or 2001:db8::/32."), "network") from error
    if network.prefixlen < WIDEST[network.version]:
        raise Invalid(_("This is too wide: at most /%(width)d.", width=WIDEST[network.version]), "network")
    if network.prefixlen > NARROWEST[network.version]:
        wider = network.supernet(new_prefix=NARROWEST[network.version])
        if "/" in typed:
            raise Invalid(_("One browser has a /64 of its own. Block %(network)s.", network=wider), "network")
        network = wider
    if not is_exact:
        raise Invalid(
            _("There are digits after the part that counts. You probably mean %(network)s.", network=network), "network"
        )
    if any(overlap(network, loopback) for loopback in _LOOPBACK):
        raise Invalid(_("This is the server itself. It cannot be blocked."), "network")
    return network


def _exactly(typed: str) -> Network | None:
    """The network, if no bit is set behind its length."""
    try:
        return _folded(ipaddress.ip_network(typed))
    except ValueError:
        return None


def _folded(network: Network) -> Network:
    """IPv4 in the clothes of IPv6 (::ffff:192.0.2.0/120) is IPv4."""
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped and network.prefixlen >= 96:
        return ipaddress.ip_network((network.network_address.ipv4_mapped, network.prefixlen - 96))
    return network


def overlap(one: Network, other: Network) -> bool:
    """Have they an address in common?"""
    return one.version == other.version and one.overlaps(other)


def read_domain(typed: str) -> str:
    """The mail domain that was typed, also as `@domain`, `*.domain` or a whole address. Raises Invalid on `domain`."""
    bare = typed.strip().rpartition("@")[2].removeprefix("*.").strip(".")
    try:
        return _ascii(bare)
    except EmailNotValidError as error:
        raise Invalid(_("This is no mail domain. Write it like example.com."), "domain") from error


def _ascii(domain: str) -> str:
    return str(validate_email(f"a@{domain}", check_deliverability=False).ascii_domain).casefold()


def domain_of(address: str) -> str:
    """The domain of a mail address, as `read_domain` writes it."""
    domain = address.rpartition("@")[2].strip().strip(".").casefold()
    try:
        return _ascii(domain)
    except EmailNotValidError:
        return domain


def is_within(domain: str, blocked: str) -> bool:
    """Is it the blocked domain, or below it?"""
    return domain == blocked or domain.endswith(f".{blocked}")


def with_parents(domain: str) -> list[str]:
    """The domain and all that it is below: a.b.example -> a.b.example, b.example, example."""
    parts = domain.split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]

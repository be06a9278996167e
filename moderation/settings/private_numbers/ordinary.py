"""Numbers that stand in posts and are nobody's: a pattern that finds them would stop people for nothing."""

from __future__ import annotations

from community.core.personal_data import Pattern

_ORDINARY = """
7590|50667|2026|50000|116800|1732212191|4006381333931|00340434161094015902|12.11.2026|2026-11-02T14:03:22Z|20261121180311|18:30
39,99|1.120,45|8.02|113.07.57|10.0.19045.3693|192.168.178.1|2001:db8:85a3::8a2e:370:7334|00:1A:2B:3C:4D:5E|5500 MHz|93.4 Mbit/s
3.412 kWh|0x80070035|RFC 3261|Windows 11 23H2|FRITZ!Box 7530|SM-S921B|Galaxy S24|Cat 6a|USB 3.0|WPA3|IPv6|0800 3301000
0180 5 123456|24/7|550e8400-e29b-41d4-a716-446655440000|9fceb02d0ae598e95dc970b74767f19372d61af8
"""
_NUMBERS = _ORDINARY.strip().replace("\n", "|").split("|")


def caught_by(pattern: Pattern) -> list[str]:
    """Those that the pattern finds, or finds something in."""
    return [number for number in _NUMBERS if any(True for _place in pattern.places(number))]

"""Personal data in a text that somebody is about to publish: where it stands and of which kind it is.

It is a help before posting, not a censor: what is sure (a checksum, a number that is named) is found, what merely looks
alike (an order number, an error code, an address in a network, a hotline) is left alone. Texts are Markdown as it was
typed. This package knows neither the web framework nor the database, keeps nothing, and costs the length of the text.
"""

from __future__ import annotations

from .finding import TEXT_MAX, find, without
from .findings import Finding, Kind, fingerprint, replace
from .patterns import Pattern, Unusable, expression, notation

__all__ = [
    "TEXT_MAX",
    "Finding",
    "Kind",
    "Pattern",
    "Unusable",
    "expression",
    "find",
    "fingerprint",
    "notation",
    "replace",
    "without",
]

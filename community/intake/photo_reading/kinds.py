"""What can be read in a photo, and what a reading is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reads(StrEnum):
    """What is looked for: a meter's reading, a device's serial number, the number of an invoice or of a customer."""

    METER = "meter"
    SERIAL = "serial"
    INVOICE = "invoice"


@dataclass(frozen=True)
class Guess:
    """What a photo seems to say; `confidence` from 0 to 1."""

    text: str
    confidence: float

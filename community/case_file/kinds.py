"""Kinds of private details that every case knows, what they are called, and how long they are kept."""

from __future__ import annotations

from dataclasses import dataclass

KEEP_DAYS = 180
LONGEST_DAYS = 3650
FIELD = "field"  # the answer to a form's field, which brings its own name


@dataclass(frozen=True)
class Label:
    """What a detail is called, and for how many days it is kept after its case is over."""

    de: str
    en: str
    keep_days: int = KEEP_DAYS

    def in_language(self, language: str) -> str:
        """The name in 'de' or 'en'."""
        return self.de if language == "de" else self.en


#: The words are the names of these kinds in both languages at once, as a form's labels are; they are stored with each detail.
KINDS: dict[str, Label] = {
    "customer_number": Label("Kundennummer", "Customer number", 365),
    "contract_number": Label("Vertragsnummer", "Contract number", 365),
    "meter_number": Label("Zählernummer", "Meter number", 365),
    "number": Label("Nummer", "Number"),
    "phone": Label("Telefonnummer", "Phone number"),
    "mail": Label("E-Mail-Adresse", "Mail address"),
    "address": Label("Anschrift", "Postal address"),
    "iban": Label("IBAN", "IBAN", 60),
    "card": Label("Kartennummer", "Card number", 30),
    "imei": Label("IMEI", "IMEI"),
    "photo": Label("Foto", "Photo"),
    "other": Label("Weiteres", "Something else"),
}
#: What a form may ask again in another case: these are offered there.
KNOWN = ("customer_number", "contract_number", "meter_number", "phone", "address", "iban")

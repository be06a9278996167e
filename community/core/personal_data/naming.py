"""The word that names a number ("Bestellnummer: ...", "my customer no. is ..."), which says more than its digits do."""

from __future__ import annotations

import re
from enum import Enum, auto

_NO = r"(?:[ -]?(?:nummern?|nrn?|no|number|num|id|code)\b\.?|#|[ -]?№)"

#: What belongs to one customer. Each is followed by what stands for "number", unless it says so by itself.
_OWN = (
    r"(?:kunden|kd|kund|vertrags?|vertragskonto|vertragskonten|z(?:ä|ae)hler|strom[ -]?z(?:ä|ae)hler|gasz(?:ä|ae)hler|rechnungs?|mandats?|konto|"
    r"girokonto|teilnehmer|anschluss|mitglieds?|versicherungs?|steuer|ausweis|personalausweis|reisepass|sim[ -]?karten|sim|"
    r"debitoren?|gesch(?:ä|ae)ftspartner|verbrauchsstellen|verbrauchstellen|abnahmestellen|liefer(?:stellen)?|home|"
    r"customer|client|contract|account|acct?|meter|invoice|bill|mandate|subscriber|membership|member|policy|"
    r"passport|line|sim card)"
)
_OWN_ALONE = (
    r"(?:kdnr|kd-nr|kunr|vnr|vertragsnr|vertragskonto|z(?:ä|ae)hlernr|kontonr|rgnr|rg-nr|rechnungsnr|z(?:ä|ae)hlpunkt|marktlokation|messlokation|"
    r"malo|melo|mandatsreferenz|mandate reference|iccid|mpan|mprn|zugangskennung|anschlusskennung|account|"
    r"kundennr|kundenkonto|zählerkennung|steuer-id|steueridentifikationsnummer|home-id|homeid|imsi)"
)
_OWN_NAME = rf"(?:\b{_OWN}{_NO}|\b{_OWN_ALONE}\b\.?{_NO}?)"

#: What belongs to a thing or to a case, and to nobody's person.
_THING = (
    r"(?:\b(?:auftrags?|bestell(?:ungs?)?|ticket|vorgangs?|st(?:ö|oe)rungs?(?:meldungs?)?|fall|case|order|reference|ref|referenz|"
    r"sendungs?|sendungsverfolgungs?|tracking|paket|parcel|shipment|serien|serial|ger(?:ä|ae)te|artikel|article|item|product|produkt|"
    r"part|teile|fehler|error|code|fault|incident|request|anfrage|beitrags?|thread|post|modell?|version|firmware|build|kernel|"
    r"revision|session|lizenz|licen[cs]e|aktions|gutschein|voucher|promo|tarif|wkn|hrb?|ust-?id|vat|register|handelsregister|"
    r"gewerbe|filial|shop|charge|batch|lot|isbn|asin|hersteller|verfolgungs?|transaktions?|transaction|payment|zahlungs?|bug|issue|pr|rma|"
    r"retouren?|return|abholungs?|abhol|liefersschein|lieferschein|patent|norm)"
    rf"{_NO}?|\b(?:s/n|sn|ser\.? ?nr|art\.? ?nr|ean|gtin|upc|pzn|mac|uuid|port|vlan|pid|crc|hash|commit|hotline|zentrale|callcenter|"
    r"servicenummer|service-nummer|kundenservice|kundendienst|kundenhotline|servicehotline|service-hotline|service hotline|helpline|helpdesk|customer service|"
    r"support(?:[ -]?(?:hotline|nummer|number|line))?|switchboard|customer care))"
)
_PERSON = r"\b(?:tel(?:efon|ephone)?|handy|mobil(?:e|funk|telefon)?|cell(?:phone)?|phone|fon|fax|ruf|r(?:ü|ue)ckruf|call|festnetz|whatsapp|privat|landline)[ -]?(?:nummer|nr|no|number)?\b\.?"
_DEVICE = r"\bimei(?:[ -]?(?:nummer|nr|no|number|sv|1|2)\b\.?)?"

#: Small words between a name and its number.
_BETWEEN = frozenset(
    "meine meiner mein my our unsere ist is lautet war was die der das the wäre waere hier here von of für fuer for mir nochmal again also "
    "folgende folgt folgendes following wie as follows nr no nummer number alt neu alte neue old new its it s unter under at auf on id "
    "denn noch mal eben gerade right now bitte please be to me erreichbar reach".split()
)
_MOST_BETWEEN = 5
_WORD = re.compile(r"[^\W\d_]+")
#: What may stand between them besides words; a stop or a comma begins something new.
_SIGNS = frozenset(" *_`:.=#\"'„“”«»([>-–~+")


class Name(Enum):
    """What a number is said to be."""

    OWN = auto()
    THING = auto()
    PERSON = auto()
    DEVICE = auto()


OWN_NAME = re.compile(_OWN_NAME, re.IGNORECASE)
_NAMES = re.compile(
    rf"(?P<OWN>{_OWN_NAME})|(?P<THING>{_THING})|(?P<PERSON>{_PERSON})|(?P<DEVICE>{_DEVICE})", re.IGNORECASE
)
_WINDOW = 60


def name_before(text: str, start: int) -> Name | None:
    """What the words directly before a number say of it, on its line."""
    line = text.rfind("\n", max(0, start - _WINDOW), start)
    begin = max(0, start - _WINDOW, line + 1)
    last = None
    for last in _NAMES.finditer(text, begin, start):
        pass
    if last is None or last.lastgroup is None or after_name(text, last.end(), start) != start:
        return None
    return Name[last.lastgroup]


def after_name(text: str, begin: int, end: int) -> int:
    """Where what is named begins: behind signs and a few small words, no further than `end`."""
    place, words = begin, 0
    while place < end:
        if text[place] in _SIGNS:
            place += 1
        elif (word := _WORD.match(text, place, end)) and word.group().lower() in _BETWEEN and words < _MOST_BETWEEN:
            place, words = word.end(), words + 1
        else:
            break
    return place

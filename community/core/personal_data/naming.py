"""The word that names a number ("Bestellnummer: ...", "my customer no. is ..."), which says more than its digits do."""

from __future__ import annotations

import re
from collections import deque
from enum import Enum, auto


def one_of(words: str) -> str:
    """An expression for any of these words; `_` stands for a space, and ä, ö, ü may be spelled out."""
    for letter, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        words = words.replace(letter, f"(?:{letter}|{spelled})")
    return "(?:" + "|".join(words.split()).replace("_", " ") + ")"


_NUMBER = one_of("nummern? nrn? no number num id code key schlüssel")
_NO = rf"(?:[ .-]{{0,2}}{_NUMBER}\b\.?| ?#| ?№)"

#: What belongs to one customer. Each is followed by what stands for "number", unless it says so by itself.
_OWN = one_of("""
    kunden? kundn kd kund vertrags? vertragskonto vertragskonten zähler strom[_-]?zähler
    gaszähler rechnungs? mandats? konto girokonto
    teilnehmer anschluss mitglieds? versicherungs? steuer ausweis personalausweis reisepass
    sim[_-]?karten sim debitoren? geschäftspartner
    verbrauchss?tellen abnahmestellen liefer(?:stellen)? home
    customer costumer client contract account acct? meter invoice bill mandate subscriber
    membership member policy passport line sim_card
""")
_OWN_ALONE = one_of("""
    kdnr kd-nr kunr vnr kundennr kundenkonto vertragsnr vertragskonto zählernr zählpunkt
    zählerkennung kontonr rgnr rg-nr rechnungsnr
    marktlokation messlokation malo melo mandatsreferenz steuer-id steueridentifikationsnummer zugangskennung anschlusskennung
    account mandate_reference iccid imsi mpan mprn home-id homeid
""")
_OWN_NAME = rf"\b(?:{_OWN}{_NO}|{_OWN_ALONE}(?:{_NO}|\b\.?))"

#: What belongs to a thing, a case or a company, and to nobody's person.
_THING = one_of("""
    auftrags? bestell(?:ungs?)? ticket vorgangs? störungs?(?:meldungs?)? fall referenz
    sendungs? (?:sendungs)?verfolgungs? paket serien
    geräte artikel produkt teile fehler anfrage beitrags? modell? lizenz aktions
    gutschein tarif wkn hrb? ust-?id handelsregister
    register gewerbe filial charge hersteller transaktions? zahlungs? retouren? abhol(?:ungs?)? lieferschein patent norm
    case order reference ref tracking parcel shipment serial article item product part
    error code fault incident request thread post
    version firmware build kernel revision session licen[cs]e voucher promo vat shop batch
    lot isbn asin transaction payment bug issue
    pr rma return
""")
_THING_ALONE = one_of("""
    s/n sn ser\\.?_?nr art\\.?_?nr ean gtin upc pzn mac uuid
    crc hash commit zentrale callcenter (?:service|kunden|support)?[_-]?hotline
    service-?nummer kundenservice kundendienst
    helpline helpdesk customer_service customer_care switchboard support(?:[_-]?(?:nummer|number|line))?
""")
_PERSON = one_of("""
    tel(?:efon|ephone)? handy mobil(?:e|funk|telefon)? cell(?:phone)? phone fon fax ruf rückruf
    call festnetz whatsapp privat landline
""")
_NAMES = re.compile(
    rf"(?P<OWN>{_OWN_NAME})|\b(?P<THING>{_THING}{_NO}?|{_THING_ALONE})"
    rf"|\b(?P<PERSON>{_PERSON}[ -]?(?:nummer|nr|no|number)?\b\.?)"
    r"|\b(?P<DEVICE>imei(?:[ -]?(?:nummer|nr|no|number|sv|1|2)\b\.?)?)",
    re.IGNORECASE,
)
OWN_NAME = re.compile(_OWN_NAME, re.IGNORECASE)

#: Small words between a name and its number.
_BETWEEN = frozenset(
    """
    meine meiner mein unsere ist lautet war die der das wäre waere hier von für fuer
    mir nochmal folgende folgt folgendes wie nr nummer
    bei euch ihnen ich glaube alt neu alte neue unter auf denn noch mal eben gerade bitte erreichbar
    with you i think believe my our is was the here of for again also following as follows no number old new its it s
    at on id right now please be to me reach
    """.split()
)
_MOST_BETWEEN = 6
_WORD = re.compile(r"[^\W\d_]+")
#: What may stand between them besides words; a stop or a comma begins something new.
_SIGNS_IN_ROW = " *_`:.=#\"'„“”«»()[>-–~+"
_SIGNS = frozenset(_SIGNS_IN_ROW)
_WINDOW = 60


class Name(Enum):
    """What a number is said to be."""

    OWN = auto()
    THING = auto()
    PERSON = auto()
    DEVICE = auto()


def name_before(text: str, start: int) -> Name | None:
    """What the words directly before a number say of it, on its line."""
    line = text.rfind("\n", max(0, start - _WINDOW), start)
    begin = max(0, start - _WINDOW, line + 1)
    if _is_wordless(text[begin:start]):
        return None
    for last in deque(_NAMES.finditer(text, begin, start), maxlen=1):
        if last.lastgroup and after_name(text, last.end(), start) == start:
            return Name[last.lastgroup]
    return None


def _is_wordless(before: str) -> bool:
    """Surely no name stands there: another number does, or nothing but signs. That is soon seen, looking up is not."""
    said = before.rstrip(_SIGNS_IN_ROW)
    return not said or (said[-1].isdigit() and "imei" not in said.lower())


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

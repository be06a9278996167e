"""Photos of meters, type labels and invoices, drawn and then spoilt as a hand-held camera spoils them. The same seed gives the
same photos. Real ones differ more; what cannot be read here will not be read there."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from ttf_opensans import OPENSANS_BOLD, OPENSANS_REGULAR

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
#: Which of the seven segments (top, upper right, lower right, bottom, lower left, upper left, middle) a digit lights.
SEGMENTS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")


@dataclass(frozen=True)
class Photo:
    """One photo, and what a careful reader would read in it (None: nothing is to be read)."""

    name: str
    kind: str
    content: bytes
    says: str | None


def _font(size: int, bold: bool = False, mono: bool = False) -> ImageFont.FreeTypeFont:
    if mono and (path := DEJAVU / "DejaVuSansMono-Bold.ttf").exists():
        return ImageFont.truetype(str(path), size)
    opened = OPENSANS_BOLD if bold else OPENSANS_REGULAR
    return ImageFont.truetype(opened.path, size)


def _digits(chance: Generator, count: int) -> str:
    return "".join(str(chance.integers(0, 10)) for _ in range(count))


# --- Meters


def _face(chance: Generator) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A meter's face: a light plate with the usual words and numbers on it, which are not the reading."""
    shade = int(chance.integers(190, 240))
    image = Image.new("RGB", (1400, 1000), (90, 88, 84))
    brush = ImageDraw.Draw(image)
    brush.rounded_rectangle((90, 70, 1310, 930), 40, fill=(shade, shade, shade - 6))
    brush.text(
        (180, 120), f"Typ AX{_digits(chance, 2)} {chance.integers(2008, 2024)}", font=_font(38), fill=(40, 40, 40)
    )
    brush.text((180, 760), f"3x230/400 V   {chance.integers(5, 60)} A   50 Hz", font=_font(36), fill=(40, 40, 40))
    brush.text((180, 830), f"Nr. 1 ESY {_digits(chance, 8)}", font=_font(40, bold=True), fill=(30, 30, 30))
    for bar in range(60):
        if chance.integers(0, 2):
            brush.rectangle((880 + bar * 6, 790, 883 + bar * 6, 880), fill=(20, 20, 20))
    return image, brush


def _segment_digit(
    brush: ImageDraw.ImageDraw, digit: int, box: tuple[float, float, float, float], ink: tuple[int, int, int]
) -> None:
    left, top, right, bottom = box
    thick, gap, slant = (right - left) * 0.2, (right - left) * 0.035, (right - left) * 0.12
    middle = (top + bottom) / 2
    ends = {
        "a": (left, top, right, top),
        "b": (right, top, right, middle),
        "c": (right, middle, right, bottom),
        "d": (left, bottom, right, bottom),
        "e": (left, middle, left, bottom),
        "f": (left, top, left, middle),
        "g": (left, middle, right, middle),
    }

    def lean(x: float, y: float) -> tuple[float, float]:
        return x + slant * (bottom - y) / (bottom - top), y

    for name in SEGMENTS[digit]:
        x1, y1, x2, y2 = ends[name]
        half = thick / 2
        if y1 == y2:
            shape = [(x1 + gap, y1), (x1 + gap + half, y1 - half), (x2 - gap - half, y1 - half)]
            shape += [(x2 - gap, y1), (x2 - gap - half, y1 + half), (x1 + gap + half, y1 + half)]
        else:
            shape = [(x1, y1 + gap), (x1 + half, y1 + gap + half), (x1 + half, y2 - gap - half)]
            shape += [(x1, y2 - gap), (x1 - half, y2 - gap - half), (x1 - half, y1 + gap + half)]
        brush.polygon([lean(x, y) for x, y in shape], fill=ink)


def seven_segments(chance: Generator) -> tuple[Image.Image, str]:
    """A display of seven segments, dark on grey-green, with faint segments that are not lit and perhaps one decimal."""
    image, brush = _face(chance)
    whole, decimals = _digits(chance, int(chance.integers(5, 8))), _digits(chance, int(chance.integers(0, 2)))
    count = len(whole + decimals)
    wide, high, step = 74, 150, 112
    left, top = 700 - count * step // 2, 380
    brush.rectangle((left - 70, top - 70, left + count * step + 60, top + high + 70), fill=(166, 178, 158))
    for place, digit in enumerate(whole + decimals):
        box = (left + place * step, top, left + place * step + wide, top + high)
        _segment_digit(brush, 8, box, (160, 172, 152))
        _segment_digit(brush, int(digit), box, (38, 42, 40))
    if decimals:
        dot = left + len(whole) * step - 19
        brush.ellipse((dot - 7, top + high - 8, dot + 7, top + high + 7), fill=(38, 42, 40))
    brush.text((left + count * step + 70, top + 90), "kWh", font=_font(44), fill=(40, 40, 40))
    return image, ",".join(filter(None, (whole, decimals)))


def rollers(chance: Generator) -> tuple[Image.Image, str]:
    """Rollers behind a window: white digits on black between frame lines; decimals are framed in red."""
    image, brush = _face(chance)
    whole, decimals = _digits(chance, int(chance.integers(5, 7))), _digits(chance, int(chance.integers(0, 3)))
    count, step, high = len(whole + decimals), 112, 170
    left, top = 700 - count * step // 2, 370
    brush.rectangle((left - 14, top - 14, left + count * step + 14, top + high + 14), fill=(60, 60, 60))
    for place, digit in enumerate(whole + decimals):
        x = left + place * step
        ground = (16, 16, 18) if place < len(whole) else (150, 24, 22)
        brush.rectangle((x + 5, top, x + step - 5, top + high), fill=ground, outline=(120, 120, 120), width=3)
        shift = int(chance.integers(-5, 6))
        brush.text(
            (x + step / 2, top + high / 2 + shift), digit, font=_font(124, bold=True), fill=(236, 236, 228), anchor="mm"
        )
    brush.text((left + count * step + 30, top + 100), "m³", font=_font(46), fill=(40, 40, 40))
    return image, ",".join(filter(None, (whole, decimals)))


def liquid_crystal(chance: Generator) -> tuple[Image.Image, str]:
    """A grey display with plain digits of little contrast."""
    image, brush = _face(chance)
    whole, decimals = _digits(chance, int(chance.integers(5, 8))), _digits(chance, int(chance.integers(0, 2)))
    says = ",".join(filter(None, (whole, decimals)))
    font = _font(150, mono=True)
    width = font.getlength(says.replace(",", "."))
    brush.rectangle((640 - width / 2, 350, 760 + width / 2, 590), fill=(150, 156, 150))
    brush.text((700, 470), says.replace(",", "."), font=font, fill=(62, 66, 64), anchor="mm")
    brush.text((780 + width / 2, 520), "kWh", font=_font(44), fill=(40, 40, 40))
    return image, says


# --- Type labels

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def label(chance: Generator) -> tuple[Image.Image, str]:
    """The label of a router: model, serial number, address of the device, and a line of small print."""
    image = Image.new("RGB", (1500, 900), (54, 56, 60))
    brush = ImageDraw.Draw(image)
    brush.rounded_rectangle((70, 60, 1430, 840), 16, fill=(238, 238, 234))
    shape = "".join(str(chance.choice(list("9A"))) for _ in range(int(chance.integers(9, 13))))
    serial = "".join(_digits(chance, 1) if mark == "9" else str(chance.choice(list(_LETTERS))) for mark in shape)
    serial = f"{serial[:-4]}{_digits(chance, 4)}"
    caption = str(chance.choice(["S/N:", "Serial No.", "Seriennummer:", "SN", "Ser.-Nr.:"]))
    address = ":".join(f"{chance.integers(0, 256):02X}" for _ in range(6))
    lines = [
        (f"Modell  HG{_digits(chance, 3)}-v{_digits(chance, 1)}", False),
        (f"{caption}  {serial}", True),
        (f"MAC  {address}", False),
        (f"12 V = 2.{_digits(chance, 1)} A   IP20", False),
        (f"WLAN-Key  {_digits(chance, 20)}", False),
    ]
    for number, (line, bold) in enumerate(lines):
        brush.text((130, 110 + number * 112), line, font=_font(58, bold=bold), fill=(24, 24, 24))
    for bar in range(150):
        if chance.integers(0, 2):
            brush.rectangle((130 + bar * 7, 710, 134 + bar * 7, 800), fill=(20, 20, 20))
    return image, serial


# --- Invoices


def invoice(chance: Generator) -> tuple[Image.Image, str]:
    """A page with several numbers, the invoice number among them."""
    image = Image.new("RGB", (1700, 2200), (248, 247, 243))
    brush = ImageDraw.Draw(image)
    plain, bold = _font(36), _font(40, bold=True)
    ink = (34, 34, 38)
    number = str(
        chance.choice(
            [_digits(chance, 10), f"RE-{chance.integers(2021, 2027)}-{_digits(chance, 5)}", f"R{_digits(chance, 8)}"]
        )
    )
    number = number if number[0] != "0" else f"4{number[1:]}"
    brush.text((150, 140), "Stadtwerke Musterhafen", font=_font(60, bold=True), fill=ink)
    brush.text((150, 330), "Frau Alma Beispiel\nHafenstraße 17\n24103 Musterhafen", font=plain, fill=ink, spacing=14)
    captions = str(chance.choice(["Rechnungsnummer", "Rechnungs-Nr.", "Rechnung Nr.", "Invoice number"]))
    rows = [
        (captions, number),
        ("Kundennummer", _digits(chance, 8)),
        ("Vertragskonto", _digits(chance, 12)),
        ("Datum", f"{chance.integers(10, 29)}.0{chance.integers(1, 10)}.2026"),
    ]
    order = [rows[place] for place in chance.permutation(4)]
    for place, (caption, value) in enumerate(order):
        brush.text((940, 330 + place * 62), f"{caption}:", font=plain, fill=ink)
        brush.text((1280, 330 + place * 62), value, font=plain, fill=ink)
    brush.text((150, 720), "Ihre Jahresabrechnung Strom", font=bold, fill=ink)
    text = "Sehr geehrte Frau Beispiel,\nfür die Zeit vom 01.01.2026 bis 30.09.2026 berechnen wir Ihnen:"
    brush.text((150, 810), text, font=plain, fill=ink, spacing=16)
    for place in range(6):
        line = f"Posten {place + 1}   Zählernummer {_digits(chance, 8)}   {chance.integers(100, 999)} kWh"
        brush.text((150, 980 + place * 66), line, font=plain, fill=ink)
        brush.text((1330, 980 + place * 66), f"{chance.integers(10, 900)},{_digits(chance, 2)} €", font=plain, fill=ink)
    brush.text((150, 1460), "IBAN DE12 5001 0517 0648 4898 90    BIC MUSTDEFF", font=plain, fill=ink)
    brush.text((150, 1530), "Bitte geben Sie bei Zahlung die Rechnungsnummer an.", font=plain, fill=ink)
    return image, number


# --- The camera


def photographed(image: Image.Image, chance: Generator, hardness: float = 1.0) -> bytes:
    """The picture as a hand-held camera sees it: turned by up to 8 degrees, from the side, unevenly lit, with glare, soft,
    noisy, as a JPEG. `hardness` scales all of it."""
    image = _from_the_side(image, chance, hardness)
    image = image.rotate(float(chance.uniform(-8, 8)) * hardness, Image.Resampling.BICUBIC, fillcolor=(70, 66, 60))
    image = _lit(image, chance, hardness)
    image = image.filter(ImageFilter.GaussianBlur(float(chance.uniform(0, 2.2)) * hardness))
    points = np.asarray(image, dtype=np.float32)
    points += chance.normal(0, float(chance.uniform(2, 14)) * hardness, points.shape)
    packed = io.BytesIO()
    Image.fromarray(points.clip(0, 255).astype(np.uint8)).save(packed, "JPEG", quality=int(chance.integers(35, 90)))
    return packed.getvalue()


def _from_the_side(image: Image.Image, chance: Generator, hardness: float) -> Image.Image:
    width, height = image.size
    far = 0.045 * hardness
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    seen = [(x + chance.uniform(-far, far) * width, y + chance.uniform(-far, far) * height) for x, y in corners]
    lines, values = [], []
    for (x, y), (u, v) in zip(corners, seen, strict=True):
        lines += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    coefficients = np.linalg.solve(np.array(lines, dtype=float), np.array(values, dtype=float))
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, tuple(coefficients), Image.Resampling.BICUBIC, fillcolor=(70, 66, 60)
    )


def _lit(image: Image.Image, chance: Generator, hardness: float) -> Image.Image:
    width, height = image.size
    angle, dim = chance.uniform(0, 2 * np.pi), float(chance.uniform(0.0, 0.5)) * hardness
    across = np.linspace(-1, 1, width)[None, :] * np.cos(angle) + np.linspace(-1, 1, height)[:, None] * np.sin(angle)
    light = (1 - dim * (across + 1.4) / 2.8)[..., None]
    lit = Image.fromarray((np.asarray(image, dtype=np.float32) * light).clip(0, 255).astype(np.uint8))
    if chance.random() < 0.5:
        glare = Image.new("L", image.size, 0)
        x, y, size = (
            chance.uniform(0.1, 0.9) * width,
            chance.uniform(0.1, 0.9) * height,
            chance.uniform(60, 160) * hardness,
        )
        ImageDraw.Draw(glare).ellipse((x - size, y - size * 0.6, x + size, y + size * 0.6), fill=int(110 * hardness))
        glare = glare.filter(ImageFilter.GaussianBlur(50))
        lit = ImageChops.add(lit, Image.merge("RGB", (glare,) * 3))
    return lit


# --- What is measured

DRAWN = (
    ("seven segments", "meter", seven_segments),
    ("rollers", "meter", rollers),
    ("liquid crystal", "meter", liquid_crystal),
    ("label", "serial", label),
    ("invoice", "invoice", invoice),
)


def photos(each: int, seed: int = 7, hardness: float = 1.0) -> list[Photo]:
    """`each` photos of every kind."""
    chance = np.random.default_rng(seed)
    made = []
    for name, kind, draw in DRAWN:
        for _ in range(each):
            image, says = draw(chance)
            made.append(Photo(name, kind, photographed(image, chance, hardness), says))
    return made


def empty_ones(seed: int = 7) -> list[Photo]:
    """Photos in which nothing is to be read: a bare wall, a face without digits, one in the dark, a page of words."""
    chance = np.random.default_rng(seed)
    wall = Image.new("RGB", (1400, 1000), (150, 140, 128))
    words = Image.new("RGB", (1400, 1000), (240, 238, 230))
    text = "Bitte den Keller\nimmer abschließen\nund das Licht löschen"
    ImageDraw.Draw(words).text((180, 200), text, font=_font(90), fill=(30, 30, 30), spacing=30)
    dark = Image.eval(seven_segments(chance)[0], lambda value: value // 26)
    shown = {"wall": wall, "words alone": words, "dark": dark}
    return [
        Photo(name, kind, photographed(image, chance, 1.0), None)
        for name, image in shown.items()
        for kind in ("meter", "serial", "invoice")
    ]

"""Photos are drawn anew, a few kinds of files are taken, and everything else is refused with a sentence."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from community.attachments import redrawing
from community.attachments.inspection import inspect
from community.core.errors import Invalid
from tests.attachments.hostile import PDF, animation, picture, png_of, upload


def refused(content: bytes, kind: str = "photo", name: str = "photo.jpg") -> str:
    with pytest.raises(Invalid) as refusal:
        inspect(upload(content, name), kind)
    return str(refusal.value.message)


def test_a_photo_is_drawn_anew_upright_small_and_without_metadata(app: Flask) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "a maker whom nobody need know"
    sent = picture(size=(3000, 1500), exif=exif, comment=b"where it was taken")
    found = inspect(upload(sent, "Zähler.JPG"), "photo")
    image = Image.open(io.BytesIO(found.content))
    assert (found.width, found.height) == image.size == (1200, 2400)
    assert not image.getexif()
    assert b"maker" not in found.content
    assert b"where it was" not in found.content
    assert found.name == "Zähler.JPG"


@pytest.mark.parametrize(
    ("form", "mode", "becomes"),
    [
        ("PNG", "RGB", "image/png"),
        ("PNG", "P", "image/png"),
        ("WEBP", "RGB", "image/jpeg"),
        ("AVIF", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
    ],
)
def test_photos_of_all_kinds_are_taken(app: Flask, form: str, mode: str, becomes: str) -> None:
    found = inspect(upload(picture(form, mode=mode), "a.heic"), "photo")
    assert (found.media_type, found.width, found.height) == (becomes, 320, 200)


def test_what_is_transparent_stays_so(app: Flask) -> None:
    packed = io.BytesIO()
    Image.new("RGBA", (10, 10), (1, 2, 3, 0)).save(packed, "WEBP")
    found = inspect(upload(packed.getvalue()), "photo")
    assert Image.open(io.BytesIO(found.content)).mode == "RGBA"


def test_of_an_animation_the_first_frame_is_taken(app: Flask) -> None:
    found = inspect(upload(animation()), "photo")
    image = Image.open(io.BytesIO(found.content)).convert("RGB")
    assert image.size == (40, 30)
    assert image.getpixel((5, 5))[0] > 200


def test_nothing_of_a_page_behind_a_photo_is_left(app: Flask) -> None:
    found = inspect(upload(picture() + b"<script>alert(1)</script>"), "photo")
    assert b"script" not in found.content


def test_a_huge_jpeg_is_shrunk_while_it_is_decoded(app: Flask) -> None:
    found = inspect(upload(picture(size=(16_000, 12_500), mode="L", quality=10)), "photo")
    assert (found.width, found.height) == (2400, 1875)


HOSTILE = {
    "nothing at all": (b"", "empty"),
    "a text": (b"this is no photo", "not a photo"),
    "a drawing in markup": (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "not a photo"),
    "Apple's own": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "HEIC"),
    "half a photo": (picture(size=(900, 900), quality=95)[:4000], "damaged"),
    "only its first bytes": (b"\xff\xd8\xff\xe0 and no more", "damaged"),
    "a broken PNG": (picture("PNG")[:60] + bytes(60), "damaged"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_photo_is_refused_with_the_reason(app: Flask, what: str) -> None:
    content, word = HOSTILE[what]
    assert word in refused(content)


def test_a_bomb_is_refused_before_it_is_unpacked(app: Flask) -> None:
    bomb = png_of(16_000, 12_500)
    assert len(bomb) < 100_000
    assert "40 megapixels" in refused(bomb)


def test_a_photo_that_costs_too_much_is_refused_and_others_are_not(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redrawing, "WALL_SECONDS", 0.01)
    assert "too large to be opened" in refused(picture())
    monkeypatch.undo()
    assert inspect(upload(picture()), "photo").width == 320


def test_files_are_pdf_text_and_pictures(app: Flask) -> None:
    assert inspect(upload(PDF, "../../etc/Rechnung\u202efdp.exe"), "file").name == "Rechnungfdp.exe.pdf"
    log = inspect(upload("Störung".encode("cp1252"), "router.log"), "file")
    assert (log.name, log.content.decode()) == ("router.log", "Störung")
    assert inspect(upload("Störung".encode("utf-16"), "x.exe"), "file").content.decode() == "Störung"
    assert inspect(upload(picture("PNG"), "a" * 300), "file").media_type == "image/png"
    assert len(inspect(upload(picture("PNG"), "a" * 300), "file").name) == 120


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"MZ\x90\0\x03", "not taken"),
        (b"a text\0with a NUL", "not taken"),
        (b"<!DOCTYPE html><script>", "not taken"),
        (b"PK\x03\x04" + bytes(50), "not taken"),
        (PDF[:-8], "not complete"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 MB"),
    ],
    ids=["program", "nul", "page", "archive", "half a PDF", "too large"],
)
def test_other_files_are_refused_with_what_is_taken(app: Flask, content: bytes, word: str) -> None:
    assert word in refused(content, "file", "a.txt")

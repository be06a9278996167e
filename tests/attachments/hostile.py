"""Photos and files as people send them, and as nobody should."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image
from werkzeug.datastructures import FileStorage

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def upload(content: bytes, name: str = "photo.jpg") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def picture(form: str = "JPEG", size: tuple[int, int] = (320, 200), mode: str = "RGB", **options: object) -> bytes:
    packed = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.save(packed, form, **options)
    return packed.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says this size and has hardly any bytes: zeros pack a thousandfold."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    row = bytes(width // 8 + 2)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def animation() -> bytes:
    packed = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    frames[0].save(packed, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return packed.getvalue()

"""Draws one photo anew: from standard input to standard output, in a process that has nothing and may be killed.

Upright, in sRGB, at most 2,400 points long, without anything but its points. The answer: a line of JSON, then the bytes.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings

from PIL import AvifImagePlugin, Image, ImageCms, ImageOps

from .redrawing_bounds import (
    CPU_SECONDS,
    DAMAGED,
    JPEG_QUALITY,
    LONGEST_SIDE,
    MEMORY_BYTES,
    MOST_POINTS,
    MOST_POINTS_WRITTEN,
    PNG_AT_MOST,
    TOO_COSTLY,
    TOO_LARGE,
    TRANSPARENT_PNG_AT_MOST,
)

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")


class TooLarge(Exception):
    """More points than can be decoded here."""


def main() -> int:
    """One photo; how it went (see `redrawing_bounds`)."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    try:
        packed, media_type, (width, height) = redraw(sys.stdin.buffer.read())
    except TooLarge:
        return TOO_LARGE
    except MemoryError:
        return TOO_COSTLY
    except Exception:  #  whatever a decoder says of hostile bytes: it could not read them
        return DAMAGED
    said = json.dumps({"media_type": media_type, "width": width, "height": height})
    sys.stdout.buffer.write(said.encode() + b"\n" + packed)
    return 0


def redraw(content: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """The photo's bytes, media type and size. Raises TooLarge, MemoryError, or whatever the decoder raises."""
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        _shrink_while_decoding(image)
        image.load()
        came_as = image.format
        drawn = _upright_and_small(image)
    return _packed(_plain(drawn), came_as)


def _shrink_while_decoding(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_POINTS_WRITTEN:
        raise TooLarge
    share = min(1.0, LONGEST_SIDE / max(width, height))
    image.draft(None, (max(1, round(width * share)), max(1, round(height * share))))
    if image.size[0] * image.size[1] > MOST_POINTS:
        raise TooLarge


def _upright_and_small(image: Image.Image) -> Image.Image:
    profile, exif = image.info.get("icc_profile"), image.getexif()
    if image.mode.startswith("I"):  # 16 bits a point
        image = image.convert("F").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    small = _in_srgb(image, profile)
    small.getexif().update({0x0112: exif.get(0x0112, 1)})
    return ImageOps.exif_transpose(small)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _plain(image: Image.Image) -> Image.Image:
    """Points alone: a new picture that knows nothing of the old one's metadata."""
    has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    converted = image.convert("RGBA" if has_alpha else "L" if image.mode in {"L", "1"} else "RGB")
    plain = Image.new(converted.mode, converted.size)
    plain.paste(converted)
    return plain


def _packed(image: Image.Image, came_as: str | None) -> tuple[bytes, str, tuple[int, int]]:
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255:
        if len(packed := _saved(image, "PNG")) <= TRANSPARENT_PNG_AT_MOST:
            return packed, "image/png", image.size
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if came_as in {"PNG", "GIF"}:
        packed = _saved(image, "PNG")
        if len(packed) <= PNG_AT_MOST:
            return packed, "image/png", image.size
    solid = image.convert("RGB") if image.mode == "RGBA" else image
    return _saved(solid, "JPEG", quality=JPEG_QUALITY, optimize=True), "image/jpeg", image.size


def _saved(image: Image.Image, format_: str, **options: int) -> bytes:
    packed = io.BytesIO()
    image.save(packed, format_, **options)
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main())

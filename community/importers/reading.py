"""Reads the rows of an XML file as a stream. A document type, and with it every entity, is refused.

A file that breaks off or is malformed gives the rows before that place; the place is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from .progress import Advance
from .report import WHOLE_FILE, Report

Row = Mapping[str, str]
"""The attributes of one `<row>`."""


def rows(path: Path, report: Report, advance: Advance = lambda _bytes: None) -> Iterator[Row]:
    """Every row of the file, in order; `advance` is told the bytes read. Never raises on account of the file."""
    last_id = "none"
    try:
        with path.open("rb") as stream:
            for row in _stream(stream, advance):
                last_id = row.get("Id", "without an Id")
                yield row
    except DefusedXmlException:
        report.problem(path.name, WHOLE_FILE, "the file declares a document type or entities: refused")
    except ParseError as error:
        line, _column = error.position
        report.problem(
            path.name, f"line {line}", f"malformed XML; nothing after this line is read (last row {last_id})"
        )
    except (OSError, ValueError, LookupError) as error:
        report.problem(path.name, WHOLE_FILE, f"cannot be read ({type(error).__name__}); last row {last_id}")


def _stream(stream: IO[bytes], advance: Advance) -> Iterator[Row]:
    root: Element | None = None
    told = 0
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if root is None:
            root = element
        elif event == "end" and element.tag == "row":
            if stream.tell() > told:
                advance(stream.tell() - told)
                told = stream.tell()
            yield dict(element.attrib)
            root.clear()
    advance(stream.tell() - told)

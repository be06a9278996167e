"""`bin/bench [pages [SIZE ...]]`."""

from __future__ import annotations

import sys

from . import pages

if __name__ == "__main__":
    words = sys.argv[1:] or ["pages"]
    if words[0] != "pages" or not all(word.isdigit() for word in words[1:]):
        raise SystemExit("usage: bin/bench [pages [SIZE ...]]")
    pages.main(tuple(int(word) for word in words[1:]) or pages.SIZES)

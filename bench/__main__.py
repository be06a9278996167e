"""`bin/bench [pages [SIZE ...] | queue [SIZE ...] | search [SIZE ...] | duplicates DIR
| relevance [DIR | --corpus FILE --queries FILE] | guard | photos [EACH]]`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from . import duplicates, guard, pages, photos, queue, relevance, search

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # so that servers are stopped as at any end
    match sys.argv[1:]:
        case [] | ["pages"]:
            pages.main()
        case ["pages", *sizes] if all(size.isdigit() for size in sizes):
            pages.main(tuple(int(size) for size in sizes))
        case ["queue"]:
            queue.main()
        case ["queue", *sizes] if all(size.isdigit() for size in sizes):
            queue.main(tuple(int(size) for size in sizes))
        case ["search"]:
            search.main()
        case ["search", *sizes] if all(size.isdigit() for size in sizes):
            search.main(tuple(int(size) for size in sizes))
        case ["duplicates", folder]:
            duplicates.main(Path(folder))
        case ["guard"]:
            guard.main()
        case ["relevance", *arguments]:
            relevance.main(arguments)
        case ["photos"]:
            photos.main()
        case ["photos", each] if each.isdigit():
            photos.main(int(each))
        case _:
            raise SystemExit(
                "usage: bin/bench [pages [SIZE ...] | queue [SIZE ...] | search [SIZE ...] | duplicates DIR"
                " | relevance [--help | DIR] | guard | photos [EACH]]"
            )

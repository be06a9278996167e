"""What drawing a photo anew may cost, and how the two processes speak."""

from __future__ import annotations

LONGEST_SIDE = 2_400  # points
MOST_POINTS = 40_000_000  # as they are decoded
MOST_POINTS_WRITTEN = 500_000_000  # what a JPEG may have that is shrunk while it is decoded
JPEG_QUALITY = 85
PNG_AT_MOST = 1_000_000  # bytes; a larger one without transparency becomes a JPEG
TRANSPARENT_PNG_AT_MOST = 4_000_000  # bytes; a larger one gets a white ground
MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 12
WALL_SECONDS = 20
WAIT_SECONDS = 15

# How the child ends.
DONE, DAMAGED, TOO_LARGE, TOO_COSTLY = 0, 3, 4, 5

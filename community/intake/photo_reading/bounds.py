"""What reading one photo may cost. Tesseract's own processes inherit the limits."""

from __future__ import annotations

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20  # each process
WALL_SECONDS = 45  # all together
LONGEST_TEXT = 40
DARK = 40  # of 255: nine tenths of such a photo are darker

#: Below this the best reading is no guess: whoever corrects a wrong number is worse off than who types it.
SURE_ENOUGH = 0.5

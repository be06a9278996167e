"""How much a text may cost. The numbers are measured ones; what exceeds them is shown as escaped text, never cut."""

from __future__ import annotations

HTML_MAX_BYTES = 256_000
DEPTH_MAX = 100
LINKS_MAX = 200
IMAGES_MAX = 50
MENTIONS_MAX = 20

BLOCK_NESTING_MAX = 16
"""Lists and quotes inside one another; markers beyond it are plain text."""
INLINE_NESTING_MAX = 16
"""Emphasis inside emphasis; runs beyond it are plain text."""
TABLE_COLUMNS_MAX = 64
TABLE_CELLS_MAX = 5_000
URL_MAX = 2_000
LABEL_MAX = 200

RENDER_CPU_SECONDS = 2.0
RENDER_WALL_SECONDS = 10.0
RENDER_MEMORY_BYTES = 256 * 1024 * 1024
RENDERERS = 2
"""Children per web process."""
RENDERS_PER_CHILD = 1_000

"""How much a flag counts: more if its author's earlier flags were upheld, less if they were dismissed. In hundredths.

Pure functions: they know numbers only.
"""

from __future__ import annotations

USUAL = 100


def weight(upheld: int, dismissed: int) -> int:
    """The weight of a flag by somebody with so many flags that were upheld and dismissed: above 0 and below 200.

    Twice the share of upheld flags to be expected next, by Laplace's rule of succession; 100 for somebody without any.
    """
    return max(1, min(2 * USUAL - 1, round(2 * USUAL * (upheld + 1) / (upheld + dismissed + 2))))


def weight_of_staff(hides_at: int) -> int:
    """The flag of somebody who may hide the post anyway hides it alone. `hides_at`: flags of usual weight."""
    return max(1, hides_at) * USUAL


def is_heavy_enough(total: int, hides_at: int) -> bool:
    """Do open flags of this weight together hide a post? `hides_at` as above; 0: never."""
    return hides_at > 0 and total >= hides_at * USUAL

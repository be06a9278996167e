"""`case`: Alice's case with private details."""

from __future__ import annotations

import pytest

from tests.case_file.scene import CaseScene, set_case
from tests.making import Make


@pytest.fixture
def case(make: Make) -> CaseScene:
    return set_case(make)

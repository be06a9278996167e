"""The two questions and their three answers, in words.

Two answers are too few for "it took long, but now it works"; more than three cannot be told apart at a tap. Customer and staff
are asked the same, so that what they say can be laid side by side.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WELL, PERSONAL = "well", "personal"
YES, PARTLY, NO = "yes", "partly", "no"

QUESTIONS: dict[str, Any] = {WELL: _l("Were you served well?"), PERSONAL: _l("Was it personal?")}
ANSWERS: dict[str, Any] = {YES: _l("Yes"), PARTLY: _l("Partly"), NO: _l("No")}

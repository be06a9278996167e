"""What can go wrong on purpose. Verbs raise these; pages, API and mail turn them into an answer in the reader's language."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Something was not done. `message` is a (lazy) translated sentence that says what to do, or None for the usual one."""

    status = 400

    def __init__(self, message: Any = None) -> None:
        super().__init__(str(message) if message else type(self).__name__)
        self.message = message


class Conflict(Refusal):
    """The thing has changed meanwhile, so that this act no longer fits."""

    status = 409


class NotAllowed(Refusal):
    """This person may not do this."""

    status = 403


class Gone(Refusal):
    """It was here, and was taken away on purpose."""

    status = 410


class Invalid(Refusal):
    """What was sent cannot be used. `field` names the input it is about."""

    status = 422

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooMany(Refusal):
    """A limit is reached; `wait_seconds` says when to come back."""

    status = 429

    def __init__(self, wait_seconds: int, message: Any = None) -> None:
        super().__init__(message)
        self.wait_seconds = max(1, wait_seconds)


class Busy(Refusal):
    """The database could not take the change in time. Nothing was stored; trying again is safe."""

    status = 503


def require(allowed: bool, message: Any = None) -> None:
    """Raise `NotAllowed` unless `allowed`. Every route says with it what it needs."""
    if not allowed:
        raise NotAllowed(message)

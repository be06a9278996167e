"""What is private is sealed before it is stored: the database alone, or a backup of it, tells nobody anything.

Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec) through `cryptography`. The keys stand beside the database,
never in it: in the setting DETAILS_KEYS, or in a file of DATA_DIR that is made at the first need. The first key seals, all of
them open. A sealed text begins with the name of its key, so what an old key sealed can be counted and sealed anew while the
site runs; and it holds what it is about, so it opens nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from . import doctor, jobs
from .errors import Conflict
from .extensions import db, rows_changed, writing

FILE = "details.keys"
NAME_LENGTH = 8
_AT_ONCE = 100
_BYTES_AT_ONCE = 5  # files may have megabytes
SETTLED_AFTER = 600  # seconds; no transaction lasts as long
_RING = "theke-keys"


class Unreadable(Exception):
    """No key at hand opens this, or it was sealed for something else. Says nothing of what is inside."""


@dataclass(frozen=True)
class Key:
    """One Fernet key and its name: the first hex digits of its SHA-256."""

    secret: str

    @property
    def name(self) -> str:
        """What texts that it sealed begin with."""
        return hashlib.sha256(self.secret.encode()).hexdigest()[:NAME_LENGTH]

    @property
    def fernet(self) -> Fernet:
        """The key at work. Raises ValueError if it is none."""
        return Fernet(self.secret)


class Ring:
    """The keys of this process. A file is read again when it changes, so that a new key is known to all at once."""

    def __init__(self, given: str, file: Path) -> None:
        self._given, self._file = given, file
        self._read_from: tuple[int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    @property
    def is_a_file(self) -> bool:
        """Can keys be added here, or does the operator hold them?"""
        return not self._given

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys, the one that seals first."""
        if self._given:
            self._keys = self._keys or _read(self._given.replace(",", "\n"))
            return self._keys
        with suppress(FileNotFoundError):
            stat = self._file.stat()
            if self._read_from != (stat.st_mtime_ns, stat.st_ino):
                self._keys = _read(self._file.read_text())
                self._read_from = (stat.st_mtime_ns, stat.st_ino)
            return self._keys
        return ()

    def to_seal(self) -> Key:
        """The first key; the first one ever is made here. Two who make it at once end with the same."""
        if not self.keys:
            self._write_first()
        return self.keys[0]

    def _write_first(self) -> None:
        beside = self._file.with_name(f"{FILE}.{os.getpid()}")
        _write(beside, [Key(Fernet.generate_key().decode())])
        with suppress(FileExistsError):
            os.link(beside, self._file)  # only if there is none: a link never replaces
        beside.unlink()

    @property
    def is_settled(self) -> bool:
        """Has every transaction ended that may have begun before the keys last changed?"""
        return time.time() - self._file.stat().st_mtime > SETTLED_AFTER

    def put(self, keys: list[Key]) -> None:
        """These are the keys from now on; whoever reads meanwhile finds the old file or the new one."""
        beside = self._file.with_name(f"{FILE}.new")
        _write(beside, keys)
        beside.replace(self._file)


def _read(text: str) -> tuple[Key, ...]:
    return tuple(Key(line.strip()) for line in text.splitlines() if line.strip())


def _write(path: Path, keys: list[Key]) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("".join(f"{key.secret}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())


def ring() -> Ring:
    """The keys of this app."""
    found: Ring = current_app.extensions[_RING]
    return found


def seal(text: str, about: str) -> str:
    """`text`, readable with a key alone. `about` names what it belongs to; it opens for nothing else."""
    return seal_bytes(text.encode("utf-8", "surrogatepass"), about).decode()


def unseal(sealed: str, about: str) -> str:
    """What `seal` was given. Raises Unreadable."""
    return unseal_bytes(sealed.encode(), about).decode("utf-8", "surrogatepass")


def seal_bytes(content: bytes, about: str) -> bytes:
    """The same for bytes; the answer is ASCII and a third longer."""
    key = ring().to_seal()
    return f"{key.name}:".encode() + key.fernet.encrypt(_bound(content, about))


def unseal_bytes(sealed: bytes, about: str) -> bytes:
    """What `seal_bytes` was given. Raises Unreadable."""
    name, _colon, token = sealed.partition(b":")
    for key in ring().keys:
        if key.name.encode() == name:
            with suppress(InvalidToken):
                return _unbound(key.fernet.decrypt(token), about)
    raise Unreadable


def _bound(content: bytes, about: str) -> bytes:
    return hashlib.sha256(about.encode()).digest() + content


def _unbound(content: bytes, about: str) -> bytes:
    if content[:32] != hashlib.sha256(about.encode()).digest():
        raise Unreadable
    return content[32:]


def seal_json(value: Any, about: str) -> str:
    """The same for what can be written as JSON."""
    return seal(json.dumps(value, ensure_ascii=False), about)


def unseal_json(sealed: str, about: str) -> Any:
    """What `seal_json` was given. Raises Unreadable."""
    return json.loads(unseal(sealed, about))


# --- New keys, while the site runs

_kept: dict[str, InstrumentedAttribute[Any]] = {}


def keeps(column: InstrumentedAttribute[Any]) -> None:
    """This column holds sealed texts (or bytes, or nothing). Idempotent. Its table has an `id`."""
    _kept[str(column)] = column


def add_key() -> Key:
    """A new key seals from now on; the old ones still open. Raises Conflict if the operator holds the keys."""
    if not ring().is_a_file:
        raise Conflict
    ring().to_seal()
    key = Key(Fernet.generate_key().decode())
    ring().put([key, *ring().keys])
    return key


def drop_old_keys() -> int:
    """Forget all keys but the first; how many. Raises Conflict if something is, or may just be, sealed with one of them."""
    if not ring().is_a_file or not ring().is_settled or count_old():
        raise Conflict
    first, *old = ring().keys
    ring().put([first])
    return len(old)


def count_old() -> int:
    """How many texts are sealed with another key than the first."""
    return sum(db.session.scalar(select(func.count()).where(_is_old(column))) or 0 for column in _kept.values())


def _is_old(column: InstrumentedAttribute[Any]) -> Any:
    prefix = f"{ring().to_seal().name}:"
    first = func.substr(column, 1, NAME_LENGTH + 1)
    mark: Any = prefix.encode() if column.type.python_type is bytes else prefix
    return column.is_not(None) & (column != column.type.python_type()) & (first != mark)


@jobs.handler("details.seal_anew")
def seal_anew() -> int:
    """Seal with the first key what an older one sealed, a hundred in a transaction; how many. What no key opens stays."""
    return sum(_seal_column_anew(column) for column in _kept.values())


def _seal_column_anew(column: InstrumentedAttribute[Any]) -> int:
    table, done, last = column.class_, 0, 0
    at_once = _BYTES_AT_ONCE if column.type.python_type is bytes else _AT_ONCE
    while True:
        with writing():
            old = select(table.id, column).where(_is_old(column), table.id > last).order_by(table.id).limit(at_once)
            rows = db.session.execute(old).all()
            for row_id, sealed in rows:
                last = row_id
                with suppress(Unreadable):
                    done += rows_changed(
                        update(table).where(table.id == row_id, column == sealed).values({column: _anew(sealed)})
                    )
        if len(rows) < at_once:
            return done


def _anew(sealed: str | bytes) -> str | bytes:
    given = sealed if isinstance(sealed, bytes) else sealed.encode()
    name, _colon, token = given.partition(b":")
    first = ring().to_seal()
    for key in ring().keys:
        if key.name.encode() == name:
            with suppress(InvalidToken):
                anew = f"{first.name}:".encode() + first.fernet.encrypt(key.fernet.decrypt(token))
                return anew if isinstance(sealed, bytes) else anew.decode()
    raise Unreadable


def _problems() -> Iterator[str]:
    known = {key.name for key in ring().keys}
    for column in _kept.values():
        name = func.substr(column, 1, NAME_LENGTH)
        for found, count in db.session.execute(
            select(name, func.count()).where(column.is_not(None), column != column.type.python_type()).group_by(name)
        ):
            if (said := found.decode() if isinstance(found, bytes) else found) not in known:
                yield f"{count} of {column} cannot be read: the key {said} is missing"


def init_app(app: Flask) -> None:
    """The keys of this app; `flask doctor` asks whether they open everything."""
    app.extensions[_RING] = Ring(app.config["DETAILS_KEYS"], Path(app.config["DATA_DIR"]) / FILE)
    doctor.add_check("sealed", _problems)

"""How the web process and its renderers talk: JSON, each message with its length (four bytes) in front."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct(">I")
_MESSAGE_MAX = 16 * 1024 * 1024

Message = dict[str, Any]


class Disconnected(Exception):
    """The other side is gone, or does not speak as agreed."""


def send(connection: socket.socket, message: Message) -> None:
    """Raises OSError (TimeoutError after the socket's timeout)."""
    body = json.dumps(message).encode()
    connection.sendall(_LENGTH.pack(len(body)) + body)


def receive(connection: socket.socket) -> Message:
    """Raises Disconnected, or OSError (TimeoutError after the socket's timeout)."""
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    if length > _MESSAGE_MAX:
        raise Disconnected
    message = json.loads(_exactly(connection, length))
    if not isinstance(message, dict):
        raise Disconnected
    return message


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(count - len(parts))
        if not part:
            raise Disconnected
        parts += part
    return bytes(parts)

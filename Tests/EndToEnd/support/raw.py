"""Requests byte by byte, for what no client library would send or could observe."""

from __future__ import annotations

import json
import socket


def request_bytes(path: str, body: bytes | dict | None, key: str | None, method="POST", **fields: str) -> bytes:
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    head = [f"{method} {path} HTTP/1.1", "Host: test"]
    if key:
        head.append(f"Authorization: Bearer {key}")
    if body is not None:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + (body or b"")


def read_head(sock: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Status, fields in lower case, and what came of the body already."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            raise EOFError(f"the connection ended within the head: {data!r}")
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.split(":", 1) for line in lines[1:])
    return int(lines[0].split()[1]), {name.lower(): value.strip() for name, value in fields.items()}, rest


def read_all(sock: socket.socket) -> bytes:
    """Everything until the peer closes."""
    data = b""
    while True:
        try:
            more = sock.recv(1 << 20)
        except ConnectionResetError:
            return data
        if not more:
            return data
        data += more

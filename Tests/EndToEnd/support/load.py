"""Offers load: one thread, many connections, every answer timed from when its request was due."""

from __future__ import annotations

import dataclasses
import re
import selectors
import socket
import time

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


@dataclasses.dataclass
class Answer:
    due: float
    seconds: float
    status: int


class Connection:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setblocking(False)
        self.due = 0.0
        self.received = b""

    def is_complete(self) -> bool:
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return False
        length = LENGTH.search(head)
        return len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")


class Load:
    """Connections to one port that send one and the same request again and again."""

    def __init__(self, port: int, request: bytes, connections: int):
        self.request = request
        self.selector = selectors.EpollSelector()
        self.idle = [Connection(port) for _ in range(connections)]
        for connection in self.idle:
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)
        self.answers: list[Answer] = []
        #: All bytes of the last answer that was no 200.
        self.refusal = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()

    def closed(self, callers: int, seconds: float) -> list[Answer]:
        """So many callers, each of which asks again as soon as it has its answer."""
        end = time.monotonic() + seconds
        return self._run(lambda now, sent: now if len(self.idle) > self.count - callers else None, end)

    def open(self, rate: float, seconds: float) -> list[Answer]:
        """So many requests a second, whatever becomes of them."""
        began = time.monotonic()
        return self._run(lambda now, sent: began + sent / rate, began + seconds)

    @property
    def count(self) -> int:
        return len(self.selector.get_map())

    def _run(self, next_due, end: float) -> list[Answer]:
        """Sends what is due until `end`, then waits for the answers that are missing."""
        self.answers = []
        sent = 0
        while True:
            now = time.monotonic()
            while now < end and self.idle and (due := next_due(now, sent)) is not None and due <= now:
                self._send(due)
                sent += 1
            if now >= end and len(self.idle) == self.count:
                return self.answers
            assert now < end + 30, f"{self.count - len(self.idle)} answers are missing"
            for key, _ in self.selector.select(0.0005 if now < end else 1):
                self._receive(key.data)

    def _send(self, due: float) -> None:
        connection = self.idle.pop()
        connection.due = due
        connection.received = b""
        assert connection.socket.send(self.request) == len(self.request)

    def _receive(self, connection: Connection) -> None:
        piece = connection.socket.recv(262144)
        assert piece, "the connection was closed"
        connection.received += piece
        if not connection.is_complete():
            return
        now = time.monotonic()
        status = int(connection.received[9:12])
        if status != 200:
            self.refusal = connection.received
        self.answers.append(Answer(connection.due, now - connection.due, status))
        self.idle.append(connection)


def percentile(answers: list[Answer], share: float) -> float:
    """Seconds that this share of the answers took at most; endless when there are none."""
    if not answers:
        return float("inf")
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

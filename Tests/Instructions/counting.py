"""Counts what the router does for a request: instructions by callgrind, system calls by strace, page faults."""

from __future__ import annotations

import collections.abc
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import subprocess

from support.processes import KEY, Router, eventually, plain_connection, standard_config, stripped
from support.scripts import script

THRESHOLDS = pathlib.Path(__file__).with_name("thresholds.json")
TOLERANCE = 1.02
FEW, MANY = 50, 250
#: Few enough that most counts end before the router does something by the clock: health that is stored every ten
#: seconds, lag that is measured ten times in one.
REQUESTS, CHUNKS = (20, 60), (40, 160)
COUNTS = 10
CLIENTS, STREAMS = 48, 8


def check(measured, name: str, value: float, of: float | None = None) -> None:
    """That a count is at most its threshold and two percent: of itself, or of the larger count that it is a part of."""
    measured[name] = value
    print(f"{name}: {value:.1f}")
    if not os.environ.get("MARTLET_UPDATE_THRESHOLDS"):
        limit = json.loads(THRESHOLDS.read_text())[name]
        allowed = limit + (TOLERANCE - 1) * (of or limit)
        assert value <= allowed, f"{name}: {value:.1f}, at most {limit} and two percent of {of or limit:.1f}"


@dataclasses.dataclass(frozen=True)
class Asked:
    """Whom requests go to, and by which route."""

    path: str = "/chat/completions"
    model: str = "test/one"


def send(router: Router, count: int, message: str, stream: bool, asked: Asked = Asked()) -> None:
    """Sends `count` requests, one after the other, on one connection."""
    connection = plain_connection(router)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    body = {"model": asked.model, "stream": stream, "messages": [{"role": "user", "content": message}]}
    if asked.path == "/messages":
        body["max_tokens"] = 1000
    data = json.dumps(body)
    for _ in range(count):
        connection.request("POST", f"/api/v1{asked.path}", data, headers)
        response = connection.getresponse()
        answer = response.read()
        assert response.status == 200, answer
    connection.close()


@contextlib.contextmanager
def running(simulator, directory, wrapper, config=None):
    """A router with one loop under `wrapper`."""
    config = config or {**standard_config(simulator), "workers": 1}
    # Tables of other seeds would make two starts differ by more than all the requests.
    env = {"SWIFT_DETERMINISTIC_HASHING": "1"}
    with Router(config, directory, wrapper=wrapper, program=stripped(), env=env) as router:
        yield router


class Callgrind:
    """Counts the instructions of a running router between two marks, so that its start and its end do not count."""

    def __init__(self, router: Router, out: pathlib.Path):
        self.router = router
        self._out = out
        self._dumps = 0

    def of(self, work: collections.abc.Callable[[], None]) -> int:
        """How many instructions the router executes while `work` is done."""
        totals = re.search(r"^(?:totals|summary): (\d+)", self._dump(work).read_text(), re.M)
        assert totals, "callgrind wrote no totals"
        return int(totals[1])

    def inside(self, function: str, work: collections.abc.Callable[[], None]) -> int:
        """How many of them in the one function whose mangled name has `function` in it, and in what it calls."""
        command = ("callgrind_annotate", "--inclusive=yes", "--threshold=100", str(self._dump(work)))
        table = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        rows = re.findall(rf"^ *([\d,]+) .*{re.escape(function)}", table, re.M)
        assert len(rows) == 1, f"{len(rows)} functions are called {function}"
        return int(rows[0].replace(",", ""))

    def _dump(self, work: collections.abc.Callable[[], None]) -> pathlib.Path:
        self._tell("zero")
        work()
        self._tell("dump")
        self._dumps += 1
        return pathlib.Path(f"{self._out}.{self._dumps}")

    def _tell(self, what: str) -> None:
        process = self.router.process.pid
        subprocess.run(("vgdb", f"--pid={process}", what), check=True, capture_output=True, timeout=60)


@contextlib.contextmanager
def callgrind(simulator, directory, config=None):
    out = directory / "callgrind.out"
    wrapper = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--log-file=/dev/null")
    with running(simulator, directory, wrapper, config) as router:
        yield Callgrind(router, out)


def least_difference(cost: collections.abc.Callable[[int], int], counts: tuple[int, int]) -> float:
    """What one more costs, by the least of some counts. What differs between them only ever adds: a first call that
    fills a cache, a checkpoint of the database, what is done by the clock, one read that becomes two."""

    def least(count: int) -> int:
        return min(cost(count) for _ in range(COUNTS))

    few, many = counts
    return (least(many) - least(few)) / (many - few)


def instructions_per_request(counter: Callgrind, message: str, asked: Asked = Asked()) -> float:
    """What one plain request costs, by the difference of two counts, which is free of what a connection costs."""

    def cost(requests: int) -> int:
        return counter.of(lambda: send(counter.router, requests, message, False, asked))

    return least_difference(cost, REQUESTS)


def instructions_per_chunk(
    counter: Callgrind, gap_ms: int = 5, asked: Asked = Asked(), provider="alpha", more=""
) -> float:
    """What one chunk of a stream costs whose chunks come one by one, by the difference of two streams."""

    def cost(chunks: int) -> int:
        message = script(**{provider: {"chunks": chunks, "gap_ms": gap_ms}}) + more
        return counter.of(lambda: send(counter.router, 1, message, True, asked))

    return least_difference(cost, CHUNKS)


def system_calls(simulator, directory, count: int, message: str, stream: bool, clients: int = 1) -> int:
    """How many system calls a router makes from its start to its end for `count` requests of every client."""
    out = directory / "strace.out"
    # -D: strace is the grandchild, so that signals reach the router itself.
    wrapper = ("strace", "-D", "-f", "-c", "-U", "calls,name", "-o", str(out))
    with running(simulator, directory, wrapper) as router, concurrent.futures.ThreadPoolExecutor(clients) as pool:
        for sent in [pool.submit(send, router, count, message, stream) for _ in range(clients)]:
            sent.result()
    pattern = re.compile(r"^ *(\d+) total$", re.M)
    eventually(lambda: out.exists() and pattern.search(out.read_text()), "strace has written its counts")
    return int(pattern.search(out.read_text())[1])


def system_calls_per_request(simulator, tmp_path, message: str, clients: int = 1) -> float:
    """What one plain request costs, by the difference of two runs that differ only in their number."""

    def cost(requests: int) -> int:
        return system_calls(simulator, tmp_path / str(requests), requests, message, stream=False, clients=clients)

    return (cost(MANY) - cost(FEW)) / (MANY - FEW) / clients


def system_calls_per_chunk(simulator, tmp_path, clients: int = 1, gap_ms: int = 10) -> float:
    """What one chunk of a stream costs whose chunks come one by one, by the difference of two streams that last equally
    long: what a router does by the clock is no cost of a chunk."""

    def cost(chunks: int) -> int:
        message = script(alpha={"chunks": chunks, "gap_ms": gap_ms * MANY // chunks})
        return system_calls(simulator, tmp_path / str(chunks), 2, message, stream=True, clients=clients)

    return (cost(MANY) - cost(FEW)) / (2 * (MANY - FEW)) / clients


def page_faults(process_id: int) -> int:
    """Pages that the process was given since it started."""
    return int(pathlib.Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[7])


SMALL = script(alpha={"text": "x" * 300}) + "\n" + "word " * 150
LARGE = script(alpha={"text": "x" * 300}) + "\n" + "word " * 20_000

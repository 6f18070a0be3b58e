"""Counts what the router does for a request: instructions by callgrind, system calls by strace, page faults."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re

from support.processes import KEY, Router, eventually, plain_connection, standard_config, stripped
from support.scripts import script

THRESHOLDS = pathlib.Path(__file__).with_name("thresholds.json")
TOLERANCE = 1.02
FEW, MANY = 50, 250
# Two starts differ by up to a million instructions, which 200 requests would show and 1,500 hardly do.
VERY_MANY = FEW + 1_500
CLIENTS, STREAMS = 48, 8


def check(measured, name: str, value: float) -> None:
    measured[name] = value
    print(f"{name}: {value:.1f}")
    if not os.environ.get("MARTLET_UPDATE_THRESHOLDS"):
        limit = json.loads(THRESHOLDS.read_text())[name]
        assert value <= limit * TOLERANCE, f"{name}: {value:.1f}, at most {limit} and two percent"


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


def run_requests(
    simulator,
    directory,
    wrapper,
    count: int,
    message: str,
    stream: bool,
    clients: int = 1,
    config=None,
    asked: Asked = Asked(),
) -> Router:
    """Starts a router with one loop under `wrapper`, lets every client send `count` requests, stops it."""
    config = config or {**standard_config(simulator), "workers": 1}
    # Tables of other seeds would make two starts differ by more than all the requests.
    env = {"SWIFT_DETERMINISTIC_HASHING": "1"}
    with Router(config, directory, wrapper=wrapper, program=stripped(), env=env) as router:
        with concurrent.futures.ThreadPoolExecutor(clients) as pool:
            for sent in [pool.submit(send, router, count, message, stream, asked) for _ in range(clients)]:
                sent.result()
    return router


def instructions(simulator, directory, **more) -> int:
    out = directory / "callgrind.out"
    wrapper = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--log-file=/dev/null")
    run_requests(simulator, directory, wrapper, **more)
    totals = re.search(r"^(?:totals|summary): (\d+)", out.read_text(), re.M)
    assert totals, "callgrind wrote no totals"
    return int(totals[1])


def system_calls(simulator, directory, **more) -> int:
    out = directory / "strace.out"
    # -D: strace is the grandchild, so that signals reach the router itself.
    run_requests(simulator, directory, ("strace", "-D", "-f", "-c", "-U", "calls,name", "-o", str(out)), **more)
    pattern = re.compile(r"^ *(\d+) total$", re.M)
    eventually(lambda: out.exists() and pattern.search(out.read_text()), "strace has written its counts")
    return int(pattern.search(out.read_text())[1])


def page_faults(process_id: int) -> int:
    """Pages that the process was given since it started."""
    return int(pathlib.Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[7])


def per_request(count, simulator, tmp_path, message, clients: int = 1, many: int = MANY) -> float:
    """Cost of one plain request."""

    def cost(requests: int) -> int:
        return count(
            simulator, tmp_path / str(requests), count=requests, message=message, stream=False, clients=clients
        )

    return (cost(many) - cost(FEW)) / (many - FEW) / clients


def per_chunk(count, simulator, tmp_path, clients: int = 1, gap_ms: int = 5, many: int = MANY) -> float:
    """Cost of one chunk of a stream whose chunks come one by one."""

    def cost(chunks: int) -> int:
        message = script(alpha={"chunks": chunks, "gap_ms": gap_ms})
        return count(simulator, tmp_path / str(chunks), count=2, message=message, stream=True, clients=clients)

    return (cost(many) - cost(FEW)) / (2 * (many - FEW)) / clients


SMALL = script(alpha={"text": "x" * 300}) + "\n" + "word " * 150
LARGE = script(alpha={"text": "x" * 300}) + "\n" + "word " * 20_000

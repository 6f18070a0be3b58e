"""What a request and a chunk cost in instructions, system calls and page faults: the guard against getting slower.

Counted by callgrind and strace, because counts are the same on a busy machine and wall time is not. Each figure is the
difference between two runs that differ only in the number of requests or chunks, so that starting and stopping do not
count. `thresholds.json` holds what was reached; a change may raise an entry by two percent without a word, more only
with a reason. MARTLET_UPDATE_THRESHOLDS=1 writes what was measured.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import pathlib
import re

import pytest
from support.processes import KEY, Router, Simulator, eventually, plain_connection, standard_config, stripped
from support.scripts import script

THRESHOLDS = pathlib.Path(__file__).with_name("thresholds.json")
TOLERANCE = 1.02
FEW, MANY = 50, 250
# Two starts differ by up to a million instructions, which 200 requests would show and 1,500 hardly do.
VERY_MANY = FEW + 1_500
CLIENTS, STREAMS = 48, 8

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def simulator():
    with Simulator() as process:
        yield process


@pytest.fixture(scope="module")
def measured():
    """All figures of this run; written back on demand."""
    figures: dict[str, float] = {}
    yield figures
    if os.environ.get("MARTLET_UPDATE_THRESHOLDS"):
        known = json.loads(THRESHOLDS.read_text()) | {name: round(value, 1) for name, value in figures.items()}
        THRESHOLDS.write_text(json.dumps(known, indent=4) + "\n")


def check(measured, name: str, value: float) -> None:
    measured[name] = value
    print(f"{name}: {value:.1f}")
    if not os.environ.get("MARTLET_UPDATE_THRESHOLDS"):
        limit = json.loads(THRESHOLDS.read_text())[name]
        assert value <= limit * TOLERANCE, f"{name}: {value:.1f}, at most {limit} and two percent"


def send(router: Router, count: int, message: str, stream: bool) -> None:
    """Sends `count` requests, one after the other, on one connection."""
    connection = plain_connection(router)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    body = {"model": "test/one", "stream": stream, "messages": [{"role": "user", "content": message}]}
    data = json.dumps(body)
    for _ in range(count):
        connection.request("POST", "/api/v1/chat/completions", data, headers)
        response = connection.getresponse()
        answer = response.read()
        assert response.status == 200, answer
    connection.close()


def run_requests(
    simulator, directory, wrapper, count: int, message: str, stream: bool, clients: int = 1, config=None
) -> Router:
    """Starts a router with one loop under `wrapper`, lets every client send `count` requests, stops it."""
    config = config or {**standard_config(simulator), "workers": 1}
    # Tables of other seeds would make two starts differ by more than all the requests.
    env = {"SWIFT_DETERMINISTIC_HASHING": "1"}
    with Router(config, directory, wrapper=wrapper, program=stripped(), env=env) as router:
        with concurrent.futures.ThreadPoolExecutor(clients) as pool:
            for sent in [pool.submit(send, router, count, message, stream) for _ in range(clients)]:
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


def per_request(count, simulator, tmp_path, message, clients: int = 1) -> float:
    """Cost of one plain request."""
    few = count(simulator, tmp_path / "few", count=FEW, message=message, stream=False, clients=clients)
    many = count(simulator, tmp_path / "many", count=MANY, message=message, stream=False, clients=clients)
    return (many - few) / (MANY - FEW) / clients


def per_chunk(count, simulator, tmp_path, clients: int = 1, gap_ms: int = 5, many: int = MANY) -> float:
    """Cost of one chunk of a stream whose chunks come one by one."""

    def cost(chunks: int) -> int:
        message = script(alpha={"chunks": chunks, "gap_ms": gap_ms})
        return count(simulator, tmp_path / str(chunks), count=2, message=message, stream=True, clients=clients)

    return (cost(many) - cost(FEW)) / (2 * (many - FEW)) / clients


SMALL = script(alpha={"text": "x" * 300}) + "\n" + "word " * 150
LARGE = script(alpha={"text": "x" * 300}) + "\n" + "word " * 20_000


@pytest.fixture(autouse=True)
def one_way_to_copy(monkeypatch):
    """Whether the C library copies large blocks by one repeated instruction, each repetition of which is counted,
    depends on the processor; here it never does."""
    never = 1 << 40
    names = ("x86_rep_movsb_threshold", "x86_rep_stosb_threshold", "x86_non_temporal_threshold")
    monkeypatch.setenv("GLIBC_TUNABLES", ":".join(f"glibc.cpu.{name}={never}" for name in names))


@pytest.fixture(autouse=True)
def directories(tmp_path):
    for name in ("few", "many", str(FEW), str(MANY), str(VERY_MANY)):
        (tmp_path / name).mkdir()


def test_instructions_of_a_plain_request(simulator, tmp_path, measured):
    check(measured, "instructions per plain request", per_request(instructions, simulator, tmp_path, SMALL))


def test_instructions_of_planning_among_many(simulator, tmp_path, measured):
    """What a request for a model with 20 endpoints takes more than one for a model with one, in a large catalogue."""

    def config(endpoints: int) -> dict:
        config = standard_config(simulator)
        config["routing"] = {"algorithm": "default"}
        part = {"provider": "alpha", "model": "alpha-model"}
        config["models"] = [
            {
                "id": "test/one" if number == 0 else f"test/model-{number}",
                "context_length": 128000,
                "endpoints": [
                    {**part, "tag": f"alpha/{place}", "pricing": {"prompt": f"0.00000{place + 1}", "completion": "0"}}
                    for place in range(endpoints)
                ],
            }
            for number in range(20)
        ]
        config["keys"] += [{"key": f"another-key-{number:06}", "name": f"{number}"} for number in range(500)]
        return config

    def cost(endpoints: int, count: int) -> int:
        directory = tmp_path / f"{endpoints}-{count}"
        directory.mkdir()
        return instructions(
            simulator, directory, count=count, message=SMALL, stream=False, config={**config(endpoints), "workers": 1}
        )

    among, alone = ((cost(endpoints, VERY_MANY) - cost(endpoints, FEW)) / (VERY_MANY - FEW) for endpoints in (20, 1))
    check(measured, "instructions of planning among 20 endpoints", among - alone)


def test_instructions_of_a_request_of_100_kb(simulator, tmp_path, measured):
    check(measured, "instructions per request of 100 KB", per_request(instructions, simulator, tmp_path, LARGE))


def test_page_faults_of_a_request_of_100_kb(simulator, tmp_path, measured):
    """Memory of a request that ended is used again by the next, not given back and mapped anew."""
    with Router({**standard_config(simulator), "workers": 1}, tmp_path) as router:
        send(router, FEW, LARGE, False)
        before = page_faults(router.process.pid)
        send(router, MANY, LARGE, False)
        check(measured, "page faults per request of 100 KB", (page_faults(router.process.pid) - before) / MANY)


def test_instructions_of_a_chunk(simulator, tmp_path, measured):
    check(measured, "instructions per chunk", per_chunk(instructions, simulator, tmp_path, many=VERY_MANY))


def test_system_calls_of_a_plain_request(simulator, tmp_path, measured):
    check(measured, "system calls per plain request", per_request(system_calls, simulator, tmp_path, SMALL))


def test_system_calls_of_a_chunk(simulator, tmp_path, measured):
    check(measured, "system calls per chunk", per_chunk(system_calls, simulator, tmp_path))


def test_system_calls_of_a_plain_request_among_others(simulator, tmp_path, measured):
    cost = per_request(system_calls, simulator, tmp_path, SMALL, clients=CLIENTS)
    check(measured, "system calls per plain request, 48 at a time", cost)


def test_system_calls_of_a_chunk_among_others(simulator, tmp_path, measured):
    # Slow enough that no chunk waits for another.
    cost = per_chunk(system_calls, simulator, tmp_path, clients=STREAMS, gap_ms=25)
    check(measured, "system calls per chunk, 8 streams at a time", cost)

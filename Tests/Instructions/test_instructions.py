"""What a request and a chunk cost in instructions, system calls and page faults: the guard against getting slower.

Counted by callgrind and strace, because counts are the same on a busy machine and wall time is not. Each figure is the
difference between two counts that differ only in the number of requests or chunks, so that nothing else counts.
`thresholds.json` holds what was reached; a change may raise an entry by two percent without a word, more only
with a reason. MARTLET_UPDATE_THRESHOLDS=1 writes what was measured.
"""

from __future__ import annotations

import pytest
from counting import (
    CLIENTS,
    FEW,
    LARGE,
    MANY,
    SMALL,
    STREAMS,
    callgrind,
    check,
    instructions_per_chunk,
    instructions_per_request,
    page_faults,
    send,
    system_calls_per_chunk,
    system_calls_per_request,
)
from support.processes import Router, standard_config

pytestmark = pytest.mark.timeout(600)


def test_instructions_of_a_plain_request(simulator, tmp_path, measured):
    with callgrind(simulator, tmp_path) as counter:
        check(measured, "instructions per plain request", instructions_per_request(counter, SMALL))


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

    def cost(endpoints: int) -> float:
        directory = tmp_path / f"{endpoints}"
        directory.mkdir()
        with callgrind(simulator, directory, {**config(endpoints), "workers": 1}) as counter:
            return instructions_per_request(counter, SMALL)

    check(measured, "instructions of planning among 20 endpoints", cost(20) - cost(1))


def test_instructions_of_a_request_of_100_kb(simulator, tmp_path, measured):
    with callgrind(simulator, tmp_path) as counter:
        check(measured, "instructions per request of 100 KB", instructions_per_request(counter, LARGE))


def test_page_faults_of_a_request_of_100_kb(simulator, tmp_path, measured):
    """Memory of a request that ended is used again by the next, not given back and mapped anew."""
    with Router({**standard_config(simulator), "workers": 1}, tmp_path) as router:
        send(router, FEW, LARGE, False)
        before = page_faults(router.process.pid)
        send(router, MANY, LARGE, False)
        check(measured, "page faults per request of 100 KB", (page_faults(router.process.pid) - before) / MANY)


def test_instructions_of_a_chunk(simulator, tmp_path, measured):
    with callgrind(simulator, tmp_path) as counter:
        check(measured, "instructions per chunk", instructions_per_chunk(counter))


def test_system_calls_of_a_plain_request(simulator, tmp_path, measured):
    check(measured, "system calls per plain request", system_calls_per_request(simulator, tmp_path, SMALL))


def test_system_calls_of_a_chunk(simulator, tmp_path, measured):
    check(measured, "system calls per chunk", system_calls_per_chunk(simulator, tmp_path))


def test_system_calls_of_a_plain_request_among_others(simulator, tmp_path, measured):
    cost = system_calls_per_request(simulator, tmp_path, SMALL, clients=CLIENTS)
    check(measured, "system calls per plain request, 48 at a time", cost)


def test_system_calls_of_a_chunk_among_others(simulator, tmp_path, measured):
    # Slow enough that no chunk waits for another.
    cost = system_calls_per_chunk(simulator, tmp_path, clients=STREAMS, gap_ms=25)
    check(measured, "system calls per chunk, 8 streams at a time", cost)

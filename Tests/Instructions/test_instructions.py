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

#: `RoutePlanner.plan(_:models:context:)`.
PLANNER = "RoutePlannerO4plan_6models7context"


def test_instructions_of_a_plain_request(simulator, tmp_path, measured):
    with callgrind(simulator, tmp_path) as counter:
        check(measured, "instructions per plain request", instructions_per_request(counter, SMALL))


def crowd(simulator, endpoints: int, models: int = 20, keys: int = 500) -> dict:
    """Models with so many endpoints each, and further keys."""
    config = {**standard_config(simulator), "workers": 1}
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
        for number in range(models)
    ]
    config["keys"] += [{"key": f"another-key-{number:06}", "name": f"{number}"} for number in range(keys)]
    return config


def test_instructions_of_planning_among_many(simulator, tmp_path, measured):
    """What a request for a model with 20 endpoints takes more than one for a model with one, in a large catalogue."""

    def cost(endpoints: int) -> float:
        directory = tmp_path / f"{endpoints}"
        directory.mkdir()
        with callgrind(simulator, directory, crowd(simulator, endpoints)) as counter:
            return instructions_per_request(counter, SMALL)

    among_many = cost(20)
    check(measured, "instructions of planning among 20 endpoints", among_many - cost(1), of=among_many)


def test_planning_takes_no_more_in_a_large_catalogue(simulator, tmp_path):
    """Counted in the planner alone. What it allocates is among its instructions, so that it does not grow either."""

    def cost(models: int, keys: int) -> float:
        directory = tmp_path / f"{models}"
        directory.mkdir()
        with callgrind(simulator, directory, crowd(simulator, 20, models, keys)) as counter:
            send(counter.router, FEW, SMALL, False)
            return counter.inside(PLANNER, lambda: send(counter.router, MANY, SMALL, False)) / MANY

    small, large = cost(models=2, keys=1), cost(models=60, keys=2000)
    print(f"instructions inside the planner: {small:.1f}, and {large:.1f} in a large catalogue")
    # Five percent: tables of other sizes are probed a little differently.
    assert small > 5000 and large <= small * 1.05


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

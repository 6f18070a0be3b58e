"""`adaptive` over HTTP: the cheapest by price with failures counted in, as a caller's sort or the operator's rule."""

from __future__ import annotations

import pytest
import requests
from support.processes import eventually, standard_config
from support.scripts import tagged

ADAPTIVE = {"provider": {"sort": "adaptive"}}
# One request of 256 looks how an endpoint is that nobody asks: of a few dozen, hardly ever more than this.
LOOKS = 2


def config(simulator) -> dict:
    """Models whose second endpoint costs a hundredth more, or twice as much."""
    config = standard_config(simulator)
    config.pop("routing")
    config["models"] = [
        {
            "id": f"test/{name}",
            "endpoints": [
                {"provider": provider, "model": provider, "pricing": {"prompt": price, "completion": price}}
                for provider, price in (("alpha", "0.00000100"), ("beta", dearer))
            ],
        }
        for name, dearer in (("close", "0.00000101"), ("near", "0.00000101"), ("far", "0.00000200"))
    ]
    config.pop("default_model")
    return config


def ask(router, simulator, model: str, fails: bool = False, **more) -> list[str]:
    """Who is asked; the answer comes in any case."""
    tag, message = tagged(alpha={"status": 500} if fails else {}, beta={})
    assert router.chat(message, model=model, **more).status_code == 200
    return simulator.providers_asked(tag)


def firsts(router, simulator, model: str, count: int, **more) -> dict[str, int]:
    asked = [ask(router, simulator, model, **more)[0] for _ in range(count)]
    return {name: asked.count(name) for name in ("alpha", "beta")}


def explain(router, model: str, **more) -> dict:
    answer = requests.post(
        router.base + "/route/explain", json={"model": model, **more}, headers=router.headers, timeout=30
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def order(plan: dict) -> list[tuple[str, float]]:
    return [(candidate["tag"], candidate["share"]) for candidate in plan["candidates"]]


def test_a_caller_sorts_by_price_with_failures_counted_in(own_router, simulator):
    """An endpoint that fails a third of its requests is behind the others for everybody but who asks for this."""
    router = own_router(config=config(simulator))
    # Each failure is known to the next request.
    asked = [ask(router, simulator, "test/far", fails=number % 3 == 0, **ADAPTIVE) for number in range(30)]
    expected = [["alpha", "beta"] if number % 3 == 0 else ["alpha"] for number in range(30)]
    assert sum(found != wanted for found, wanted in zip(asked, expected, strict=True)) <= LOOKS

    eventually(
        lambda: order(explain(router, "test/far")) == [("beta", 1), ("alpha", 0)], "the outage counts for the default"
    )
    assert firsts(router, simulator, "test/far", 20) == {"alpha": 0, "beta": 20}
    plan = explain(router, "test/far", **ADAPTIVE)
    assert plan["algorithm"] == "default" and plan["sort"] == "adaptive"
    assert order(plan) == [("alpha", 1), ("beta", 0)]
    assert "recent_outage" in plan["candidates"][0]["standing"]
    assert firsts(router, simulator, "test/far", 20, **ADAPTIVE)["alpha"] >= 20 - LOOKS


@pytest.mark.parametrize(("model", "first"), [("test/close", "beta"), ("test/far", "alpha")])
def test_an_operator_lets_failures_count_a_twentieth_of_an_answer(own_router, simulator, model, first):
    """One failure beside the four successes that are assumed adds 1.25 % to a price."""
    router = own_router(config=config(simulator), routing={"algorithm": "adaptive"})
    plan = explain(router, model)
    assert plan["algorithm"] == plan["sort"] == "adaptive"
    assert order(plan) == [("alpha", 1), ("beta", 0)]
    assert firsts(router, simulator, "test/near", 30)["alpha"] >= 30 - LOOKS, "nothing is drawn"

    assert ask(router, simulator, model, fails=True) == ["alpha", "beta"]
    second = "alpha" if first == "beta" else "beta"
    assert order(explain(router, model)) == [(first, 1), (second, 0)]
    assert firsts(router, simulator, model, 20)[first] >= 20 - LOOKS

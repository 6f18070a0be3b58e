"""Endpoints whose answers call tools in a way that no program can carry out."""

from __future__ import annotations

import pytest
import requests
from support import sse
from support.processes import KEY, Router, eventually, standard_config
from support.scripts import tagged

HEADERS = {"Authorization": f"Bearer {KEY}"}
TOOLS = [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}]
GOOD = {"tool_calls": [{"name": "add", "arguments": '{"a": 1}'}], "text": ""}
BROKEN = {"tool_calls": [{"name": "add", "arguments": '{"a": 1'}], "text": ""}
UNKNOWN = {"tool_calls": [{"name": "subtract", "arguments": "{}"}], "text": ""}
#: What `:exacto` wants to have seen.
SAMPLES = 50


@pytest.fixture(scope="module")
def calling(simulator, tmp_path_factory):
    config = standard_config(simulator)
    prices = {"alpha": "0.000001", "beta": "0.000004", "gamma": "0.000008"}
    config["models"] = [
        {
            "id": f"test/{name}",
            "endpoints": [
                {"provider": each, "model": each, "pricing": {"prompt": price, "completion": price}}
                for each, price in prices.items()
            ],
        }
        for name in ("plain", "streamed", "cut", "toolless", "translated")
    ]
    native = {"slug": "native", "name": "Native", "dialect": "anthropic", "api_key": KEY}
    config["providers"].append({**native, "base_url": f"{simulator.url}/p/native"})
    config["models"][-1]["endpoints"][0] |= {"provider": "native", "model": "native"}
    config["routing"] = {"algorithm": "default"}
    config.pop("default_model")
    with Router(config, tmp_path_factory.mktemp("calling")) as router:
        yield router


def seen(router, model: str, ending: str = "") -> dict[str, tuple]:
    """By provider, in the order of the plan: answers that called tools, and the share that is broken."""
    body = {"model": model + ending, "tools": TOOLS}
    answer = requests.post(router.base + "/route/explain", json=body, headers=HEADERS, timeout=30).json()["data"]
    return {
        entry["provider"]: (entry["health"]["tool_call_answers"], entry["health"].get("tool_call_error_rate"))
        for entry in answer["candidates"]
    }


def ask(router, model: str, provider: str, scenario: dict, streamed: bool = False, **more) -> None:
    body = {"model": model, "provider": {"only": [provider]}, "tools": TOOLS, **more}
    message = tagged(**{provider: scenario})[1]
    if streamed:
        assert sse.read(router.stream(message, **body)).done
    else:
        assert router.chat(message, **body).status_code == 200


@pytest.mark.parametrize("streamed", [False, True])
def test_exacto_avoids_who_breaks_them(calling, streamed):
    model = "test/streamed" if streamed else "test/plain"
    assert list(seen(calling, model, ":exacto")) == ["Alpha", "Beta", "Gamma"], "by price, as long as nothing is known"
    for number in range(SAMPLES):
        ask(calling, model, "alpha", [BROKEN, UNKNOWN, GOOD][number % 3], streamed)
        ask(calling, model, "beta", GOOD, streamed)
    ask(calling, model, "gamma", BROKEN, streamed)
    # What was worked out of the counts is good for a second.
    wanted = {"Alpha": SAMPLES, "Beta": SAMPLES, "Gamma": 1}
    eventually(
        lambda: {name: row[0] for name, row in seen(calling, model).items()} == wanted, "the figures are renewed"
    )
    found = seen(calling, model, ":exacto")
    assert list(found) == ["Beta", "Gamma", "Alpha"]
    assert [rate for _, rate in found.values()] == [0, None, pytest.approx(0.68)]
    answer = calling.chat("Hello", model=model + ":exacto")
    assert answer.json()["provider"] == "Beta"
    # A request with tools avoids it too, and one that wants the cheapest does not.
    assert list(seen(calling, model))[-1] == "Alpha"
    cheapest = calling.chat("Hello", model=model, tools=TOOLS, provider={"sort": "price"})
    assert cheapest.json()["provider"] == "Alpha"


def test_what_was_cut_short_is_not_judged(calling):
    ask(calling, "test/cut", "alpha", {**BROKEN, "finish_reason": "length"})
    ask(calling, "test/cut", "alpha", {**BROKEN, "finish_reason": "length"}, streamed=True)
    ask(calling, "test/cut", "alpha", {"text": "No call."})
    ask(calling, "test/cut", "beta", GOOD)
    eventually(lambda: seen(calling, "test/cut")["Beta"][0] == 1, "the figures are renewed")
    assert seen(calling, "test/cut")["Alpha"][0] == 0


def test_without_tools_nothing_is_counted(calling):
    """Some providers call tools that nobody offered."""
    ask(calling, "test/toolless", "alpha", BROKEN, tools=[])
    ask(calling, "test/toolless", "beta", GOOD)
    eventually(lambda: seen(calling, "test/toolless")["Beta"][0] == 1, "the figures are renewed")
    assert seen(calling, "test/toolless")["Alpha"][0] == 0


@pytest.mark.parametrize("streamed", [False, True])
def test_translated_answers_are_judged(calling, streamed):
    model = "test/translated"
    before = {name: row[0] for name, row in seen(calling, model).items()}
    for scenario in (GOOD, UNKNOWN):
        ask(calling, model, "native", scenario, streamed)
    body = {"model": model, "max_tokens": 99, "provider": {"only": ["beta"]}, "stream": streamed}
    body["tools"] = [{"name": "add", "input_schema": {"type": "object"}}]
    body["messages"] = [{"role": "user", "content": tagged(beta=BROKEN)[1]}]
    answer = requests.post(calling.url + "/v1/messages", json=body, headers=HEADERS, timeout=30)
    assert answer.status_code == 200 and "tool_use" in answer.text
    wanted = {"Native": before["Native"] + 2, "Beta": before["Beta"] + 1, "Gamma": 0}
    eventually(
        lambda: {name: row[0] for name, row in seen(calling, model).items()} == wanted, "the figures are renewed"
    )

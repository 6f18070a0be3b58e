"""What an answer costs when the provider serves another service tier than it was asked for."""

from __future__ import annotations

import decimal
import json

import pytest
import requests
from support import sse
from support.processes import KEY, Router
from support.scripts import chunk, script, tagged
from support.scripts import sse as events

USAGE = {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500}
#: Dollars per token of either kind.
PRICES = {"facts": "0.000002", "facts/flex": "0.000001", "facts/priority": "0.000004"}
SMALL_KEY = "sk-mt-v1-" + "5" * 64


@pytest.fixture(scope="module")
def tiered(simulator, tmp_path_factory):
    """A catalogue of one model with tiers, and one without."""
    directory = tmp_path_factory.mktemp("tiers")

    def sheet(tag: str) -> dict:
        return {"prompt": PRICES[tag], "completion": PRICES[tag], "input_cache_read": PRICES[tag]}

    endpoint = {"provider": "facts", "model": "tiered", "pricing": sheet("facts")}
    tiers = {"flex": sheet("facts/flex"), "priority": sheet("facts/priority")}
    provider = {"slug": "facts", "name": "Facts", "base_url": simulator.base_url("alpha"), "key_variable": "FACTS"}
    claude = {**provider, "slug": "claude", "name": "Claude", "dialect": "anthropic"}
    fast = {
        "provider": "claude",
        "model": "claude",
        "pricing": sheet("facts"),
        "tiers": {"priority": tiers["priority"]},
    }
    models = [
        {"id": "claude/fast", "created": 1, "endpoints": [fast]},
        {"id": "facts/tiered", "created": 1, "endpoints": [{**endpoint, "tiers": tiers}]},
        {"id": "facts/plain", "created": 1, "endpoints": [endpoint]},
    ]
    (directory / "providers.json").write_text(json.dumps({"providers": [provider, claude]}))
    (directory / "models.json").write_text(json.dumps({"models": models}))
    keys = [{"key": KEY, "name": "test"}, {"key": SMALL_KEY, "name": "small", "limit": 0.004}]
    config = {"billing": "metered", "keys": keys, "catalog": str(directory)}
    with Router(config, directory / "router", env={"FACTS": "key-1"}) as router:
        yield router


def record_of(router, identifier: str) -> dict:
    answer = router.generation(identifier)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def cost(tag: str, tokens: int = 1500) -> decimal.Decimal:
    return tokens * decimal.Decimal(PRICES[tag])


CASES = [
    # Less than was asked for, and more.
    ("facts/tiered", "priority", "default", "facts"),
    ("facts/tiered", "flex", "default", "facts"),
    ("facts/tiered", "flex", "priority", "facts/priority"),
    # Nobody asked, and the provider's account is of another tier by itself.
    ("facts/tiered", None, "priority", "facts/priority"),
    ("facts/tiered", None, "flex", "facts/flex"),
    # As asked for.
    ("facts/tiered", "priority", "priority", "facts/priority"),
    ("facts/tiered", None, "default", "facts"),
    ("facts/tiered", "flex", None, "facts/flex"),
    # A word that stands for no tier, and a tier that has no price.
    ("facts/tiered", "flex", "scale", "facts/flex"),
    ("facts/tiered", None, "ultrafast", "facts"),
    ("facts/plain", None, "priority", "facts"),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("model, asked, served, priced", CASES)
def test_the_tier_that_was_served_is_charged(tiered, model, asked, served, priced, streamed):
    message = script(alpha={"text": "a b", "usage": USAGE, **({"service_tier": served} if served else {})})
    body = {"service_tier": asked} if asked else {}
    if streamed:
        stream = sse.read(tiered.stream(message, model=model, **body))
        assert stream.done
        identifier, usage = stream.id, stream.usage
        shown = [part.get("service_tier") for part in stream.chunks if part["choices"][0]["delta"].get("content")]
        assert shown == [served] * 2
    else:
        answer = tiered.chat(message, model=model, **body).json()
        identifier, usage = answer["id"], answer["usage"]
        assert answer.get("service_tier") == served
    assert decimal.Decimal(str(usage["cost"])) == cost(priced)
    record = record_of(tiered, identifier)
    assert decimal.Decimal(str(record["total_cost"])) == cost(priced)
    assert decimal.Decimal(str(record["upstream_cost"])) == cost(priced)
    assert record["service_tier"] == served and record["priced_as"] == priced


@pytest.mark.parametrize(
    "asked, speed, priced",
    [
        ({"speed": "fast"}, "fast", "facts/priority"),
        ({"service_tier": "priority"}, "fast", "facts/priority"),
        ({"speed": "fast"}, "standard", "facts"),
        ({}, "standard", "facts"),
    ],
)
def test_anthropics_speed_is_charged_as_it_was_served(tiered, simulator, asked, speed, priced):
    usage = {"input_tokens": 1000, "output_tokens": 500, "service_tier": "standard", "speed": speed}
    tag, message = tagged(alpha={"text": "a b", "usage": usage})
    answer = tiered.chat(message, model="claude/fast", **asked)
    assert answer.ok, answer.text
    assert decimal.Decimal(str(answer.json()["usage"]["cost"])) == cost(priced)
    (seen,) = simulator.seen(tag)
    assert seen["body"].get("speed") == ("fast" if asked else None)
    assert seen["request"]["headers"].get("anthropic-beta") == ("fast-mode-2026-02-01" if asked else None)
    assert record_of(tiered, answer.json()["id"])["service_tier"] == ("fast" if speed == "fast" else "default")


def test_the_last_word_of_a_stream_counts(tiered):
    parts = [chunk("a", service_tier="auto"), chunk("b", service_tier="priority"), chunk("c", service_tier=None)]
    end = {**chunk(finish="stop"), "usage": USAGE}
    stream = sse.read(tiered.stream(script(alpha={"stream": events(*parts, end, "[DONE]")}), model="facts/tiered"))
    assert stream.text == "abc"
    assert decimal.Decimal(str(stream.usage["cost"])) == cost("facts/priority")


def test_the_tier_of_an_attempt_that_failed_is_forgotten(tiered):
    """The first attempt says its tier and breaks off before any content; the second says nothing."""
    broken = events(chunk(service_tier="flex"), {"error": {"message": "no", "code": 500}})
    message = script(alpha=[{"stream": broken}, {"text": "a b", "usage": USAGE}])
    stream = sse.read(tiered.stream(message, model="facts/tiered"))
    assert decimal.Decimal(str(stream.usage["cost"])) == cost("facts")
    assert record_of(tiered, stream.id)["priced_as"] == "facts"


def test_more_than_was_held_is_charged_in_full_and_once(tiered):
    headers = {"Authorization": f"Bearer {SMALL_KEY}"}
    body = {"model": "facts/tiered", "max_tokens": 100, "service_tier": "flex"}
    message = script(alpha={"text": "a b", "usage": USAGE, "service_tier": "priority"})
    answer = tiered.chat(message, headers=headers, **body)
    assert answer.status_code == 200, answer.text
    spent = requests.get(tiered.base + "/key", headers=headers, timeout=30).json()["data"]["usage"]
    assert decimal.Decimal(str(spent)) == cost("facts/priority")
    assert any(entry.get("event") == "hold_exceeded" for entry in tiered.logs())
    # What it costs is more than its limit, so that nothing is left.
    assert tiered.chat("Hello", headers=headers, **body).status_code == 403

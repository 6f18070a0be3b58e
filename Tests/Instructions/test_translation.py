"""What it costs that caller and provider speak different dialects: a request or a chunk, less what it costs where both
speak chat. 2 KB of request, of which one message is most.
"""

from __future__ import annotations

import pytest
from counting import FEW, MANY, VERY_MANY, Asked, check, instructions, script
from support.processes import Simulator, standard_config

pytestmark = pytest.mark.timeout(600)

PAIRS = {
    "messages over chat": (Asked("/messages", "test/one"), "alpha"),
    "chat over anthropic": (Asked("/chat/completions", "test/anthropic"), "claude"),
    "chat over chat": (Asked(), "alpha"),
}


def config(simulator: Simulator) -> dict:
    result = {**standard_config(simulator), "workers": 1}
    pricing = {"prompt": "0.000001", "completion": "0.000002"}
    base = f"{simulator.url}/p/claude/v1"
    result["providers"].append({"slug": "claude", "dialect": "anthropic", "base_url": base, "api_key": "secret"})
    endpoint = {"provider": "claude", "model": "claude-model", "pricing": pricing}
    result["models"].append({"id": "test/anthropic", "context_length": 128000, "endpoints": [endpoint]})
    return result


@pytest.fixture(scope="module")
def costs(simulator, tmp_path_factory):
    """What a whole run costs of a pair, so that no run is made twice."""
    known: dict = {}

    def cost(pair: str, count: int, stream: bool) -> int:
        if (pair, count, stream) not in known:
            asked, provider = PAIRS[pair]
            answer = {"chunks": count, "gap_ms": 2} if stream else {"text": "x" * 300}
            known[pair, count, stream] = instructions(
                simulator,
                tmp_path_factory.mktemp("translation"),
                count=2 if stream else count,
                message=script(**{provider: answer}) + "\n" + "word " * 350,
                stream=stream,
                config=config(simulator),
                asked=asked,
            )
        return known[pair, count, stream]

    return cost


def more_than_chat(costs, pair: str, stream: bool) -> float:
    def each(pair: str) -> float:
        # A chunk is little beside what two starts differ by, so that it takes many.
        many, streams = (VERY_MANY, 2) if stream else (MANY, 1)
        return (costs(pair, many, stream) - costs(pair, FEW, stream)) / (many - FEW) / streams

    return each(pair) - each("chat over chat")


@pytest.mark.parametrize("pair", ["messages over chat", "chat over anthropic"])
def test_translating_a_request(costs, measured, pair):
    check(measured, f"instructions to translate a request and its answer, {pair}", more_than_chat(costs, pair, False))


@pytest.mark.parametrize("pair", ["messages over chat", "chat over anthropic"])
def test_translating_a_chunk(costs, measured, pair):
    check(measured, f"instructions to translate a chunk, {pair}", more_than_chat(costs, pair, True))

"""What it costs that caller and provider speak different dialects: a request or a chunk, less what it costs where both
speak chat. 2 KB of request, of which one message is most.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from counting import (
    FEW,
    Asked,
    Callgrind,
    callgrind,
    check,
    instructions_per_chunk,
    instructions_per_request,
    script,
    send,
)
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


#: Where a request changes its dialect: to chat as it comes in, from chat as it goes out.
TRANSLATORS = {
    "messages over chat": "CompletionCallC13rewriteAsChat",
    "chat over anthropic": "CompletionCallC9translate",
}

TWO_KILOBYTES = "\n" + "word " * 350


def instructions_inside(counter: Callgrind, function: str | None, message: str, asked: Asked) -> float:
    """What a request costs in one function; 0 for none."""
    if not function:
        return 0
    return counter.inside(function, lambda: send(counter.router, FEW, message, False, asked)) / FEW


class Costs(NamedTuple):
    request_with_answer: float
    chunk: float
    request: float


@pytest.fixture(scope="module")
def costs(simulator, tmp_path_factory):
    """What a request and a chunk cost for each pair, by one start of the router each."""
    known: dict[str, Costs] = {}

    def cost(pair: str) -> Costs:
        if pair not in known:
            asked, provider = PAIRS[pair]
            with callgrind(simulator, tmp_path_factory.mktemp("translation"), config(simulator)) as counter:
                plain = script(**{provider: {"text": "x" * 300}}) + TWO_KILOBYTES
                known[pair] = Costs(
                    instructions_per_request(counter, plain, asked),
                    instructions_per_chunk(counter, 5, asked, provider, TWO_KILOBYTES),
                    instructions_inside(counter, TRANSLATORS.get(pair), plain, asked),
                )
        return known[pair]

    return cost


def check_more_than_chat(costs, measured, what: str, kind: str, pair: str) -> None:
    whole, chat = getattr(costs(pair), kind), getattr(costs("chat over chat"), kind)
    check(measured, f"instructions to translate {what}, {pair}", whole - chat, of=whole)


translated = pytest.mark.parametrize("pair", ["messages over chat", "chat over anthropic"])


@translated
def test_translating_a_request(costs, measured, pair):
    check(measured, f"instructions to translate a request, {pair}", costs(pair).request)


@translated
def test_translating_a_request_and_its_answer(costs, measured, pair):
    check_more_than_chat(costs, measured, "a request and its answer", "request_with_answer", pair)


@translated
def test_translating_a_chunk(costs, measured, pair):
    check_more_than_chat(costs, measured, "a chunk", "chunk", pair)

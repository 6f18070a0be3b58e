"""What providers and callers may send at worst: the router lives on, and others need not wait for it."""

import json
import pathlib
import time

import pytest
import requests
from support.dialects import CALLERS, config, script
from support.processes import KEY, PRICING, Router, standard_config
from support.scripts import chunk, sse

HUGE = 2**63 - 1
#: Seconds for requests of which each took ten and more when the work on them grew by the square of their size.
PROMPT = 6


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    settings = config(simulator)
    for model in settings["models"]:
        model["context_length"] = 10_000_000
    with Router(settings, tmp_path_factory.mktemp("hostile")) as process:
        yield process


def post(router, path: str, body: dict) -> requests.Response:
    return requests.post(router.base + path, json=body, headers={"Authorization": f"Bearer {KEY}"}, timeout=120)


def ask(router, caller: str, dialect: str, content: str, is_stream: bool) -> requests.Response:
    model = {"model": f"dialects/{dialect}", "stream": is_stream}
    schema = {"type": "object", "properties": {}}
    if caller == "responses":
        tools = [{"type": "function", "name": "f", "parameters": schema}]
        return post(router, "/responses", {**model, "input": content, "tools": tools})
    messages = [{"role": "user", "content": content}]
    if caller == "messages":
        tools = [{"name": "f", "input_schema": schema}]
        return post(router, "/messages", {**model, "max_tokens": 100, "messages": messages, "tools": tools})
    tools = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    return post(router, "/chat/completions", {**model, "messages": messages, "tools": tools})


def delta(index: int = 0, **members) -> dict:
    return {**chunk(), "choices": [{"index": index, "delta": members, "finish_reason": None}]}


def whole(index: int = 0, **message) -> str:
    choice = {"index": index, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    return json.dumps({"id": "c", "choices": [choice], "usage": {"prompt_tokens": 1, "completion_tokens": 1}})


def call(**members) -> dict:
    return {"type": "function", "function": {"name": "f", "arguments": "{}"}, **members}


END = [chunk(finish="stop"), "[DONE]"]
REASONING = [{"type": "reasoning.text", "text": text, "index": index} for text, index in (("a", HUGE), ("b", 3))]
ITEM = {"type": "response.output_item.added", "item": {"type": "message"}}
COMPLETED = {"type": "response.completed", "response": {"status": "completed", "output": []}}
STEPS = {"input_tokens": 1, "output_tokens": 1, "iterations": [{"output_tokens": 2**40}] * 3000}
TEXT = [{"type": "text", "text": "x"}]

#: By what is odd about them: the provider's dialect, and its answer: a list of events, or a body.
NUMBERS = {
    "choice -1": ("openai", whole(-1, content="x")),
    "choice 2^40": ("openai", whole(2**40, content="x")),
    "choice -1 in a stream": ("openai", [delta(-1, content="x"), *END]),
    "choice 2^62 in a stream": ("openai", [delta(2**62, tool_calls=[call(index=0, id="a")]), *END]),
    "call": ("openai", whole(tool_calls=[call(index=HUGE, id="a"), call(id="b")])),
    "call in a stream": (
        "openai",
        [delta(tool_calls=[call(index=HUGE, id="a")]), delta(tool_calls=[call(id="b")]), *END],
    ),
    "piece of reasoning": ("openai", whole(content="x", reasoning_details=REASONING)),
    "piece of reasoning in a stream": ("openai", [delta(content="x", reasoning_details=REASONING), *END]),
    "item": ("openai-responses", [{**ITEM, "output_index": HUGE}, ITEM, COMPLETED]),
    "steps": (
        "anthropic",
        json.dumps({"type": "message", "content": TEXT, "stop_reason": "end_turn", "usage": STEPS}),
    ),
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("dialect, answer", NUMBERS.values(), ids=NUMBERS)
def test_no_number_of_a_provider_ends_the_router(router, caller, dialect, answer):
    is_stream = isinstance(answer, list)
    content = script(dialect, **({"stream": sse(*answer)} if is_stream else {"body": answer}))
    ask(router, caller, dialect, content, is_stream)
    assert router.process.poll() is None
    after = ask(router, caller, dialect, script(dialect, text="Still here."), False)
    assert after.status_code == 200 and "Still here." in after.text


def message(**members) -> dict:
    return {"role": "user", "content": "Hello", **members}


def calls(ids: list[str]) -> dict:
    return {"role": "assistant", "content": None, "tool_calls": [call(id=name) for name in ids]}


def alike(count: int) -> list[dict]:
    return [{"type": "function", "function": {"name": "t" * 66 + f"{number:05}"}} for number in range(count)]


def function_calls(count: int) -> list[dict]:
    part = {"type": "function_call", "name": "f", "arguments": "{}"}
    return [{**part, "call_id": f"c{number}"} for number in range(count)]


IDS = [f"c{number}" for number in range(16_000)]
#: As many unknown members as are taken, less those that every request has.
MANY = {f"u{number}": 1 for number in range(4_000)}
OPTIONS = {f"o{number}": 1 for number in range(50_000)}
RESULTS = [{"role": "tool", "tool_call_id": name, "content": "x"} for name in reversed(IDS)]
#: Bodies of few megabytes: the dialect they go to, the route, and what they say.
LARGE = {
    "names of tools alike": ("openai", "/chat/completions", {"messages": [message()], "tools": alike(8000)}),
    "calls with one id": (
        "anthropic",
        "/chat/completions",
        {"messages": [message(), calls(["c"] * 16_000), message()]},
    ),
    "results in reverse": ("gemini", "/chat/completions", {"messages": [message(), calls(IDS), *RESULTS]}),
    "unknown members": ("anthropic", "/chat/completions", {"messages": [message()], **MANY}),
    "options": (
        "openai",
        "/chat/completions",
        {"messages": [message()], "provider": {"options": {"by-openai": OPTIONS}}, **MANY},
    ),
    "a long text and calls": (
        "openai",
        "/responses",
        {"input": [message(), {"role": "assistant", "content": "a" * 2_000_000}, *function_calls(3000)]},
    ),
}


@pytest.mark.alone
@pytest.mark.parametrize("dialect, path, body", LARGE.values(), ids=LARGE)
def test_work_on_a_request_grows_with_its_size_alone(router, dialect, path, body):
    began = time.monotonic()
    answer = post(router, path, {"model": f"dialects/{dialect}", **body})
    assert answer.status_code == 200, answer.text[:1000]
    assert time.monotonic() - began < PROMPT


ROUTES = ["/chat/completions", "/completions", "/messages", "/responses", "/embeddings", "/rerank"]


@pytest.mark.parametrize("path", ROUTES)
def test_a_request_of_too_many_members_is_refused(router, path):
    answer = post(router, path, {"model": "dialects/openai", **OPTIONS})
    assert answer.status_code == 400
    assert "50001 members; at most 4096" in answer.json()["error"]["message"]


def grounding(count: int) -> dict:
    supports = [
        {"segment": {"startIndex": 999_990 - number % 9, "endIndex": 999_999}, "groundingChunkIndices": [0]}
        for number in range(count)
    ]
    sources = {"groundingChunks": [{"web": {"uri": "u"}}], "groundingSupports": supports}
    text = {"content": {"parts": [{"text": "a" * 1_000_000}]}}
    return {"candidates": [{**text, "groundingMetadata": sources, "finishReason": "STOP"}]}


def partial(count: int) -> dict:
    """Each of few bytes, and a value at the end of arrays in arrays in arrays."""
    pieces = [{"jsonPath": f"$.k{number}" + "[4095]" * 62, "boolValue": True} for number in range(count)]
    part = {"functionCall": {"name": "f", "willContinue": True, "partialArgs": pieces}}
    return {"candidates": [{"content": {"parts": [part]}}]}


def resident(router) -> int:
    """Megabytes of the process."""
    pages = pathlib.Path(f"/proc/{router.process.pid}/statm").read_text().split()[1]
    return int(pages) * 4096 >> 20


EVENTS = {
    "calls without numbers": ("openai", [delta(tool_calls=[{"id": f"c{number}"} for number in range(50_000)]), *END]),
    "citations": ("gemini", [grounding(16_000)]),
    "values in pieces": ("gemini", [partial(400)]),
}


@pytest.mark.alone
@pytest.mark.parametrize("dialect, events", EVENTS.values(), ids=EVENTS)
def test_work_on_an_answer_grows_with_its_size_alone(router, dialect, events):
    before, began = resident(router), time.monotonic()
    ask(router, "chat", dialect, script(dialect, stream=sse(*events)), True)
    assert time.monotonic() - began < PROMPT and router.process.poll() is None
    assert resident(router) - before < 200


def test_a_mistyped_price_does_not_end_the_router(own_router, simulator):
    """Dollars per million where dollars per token are meant."""
    settings = standard_config(simulator)
    endpoint = {"provider": "alpha", "model": "m", "pricing": {**PRICING, "prompt": "10", "completion": "40"}}
    settings["models"].append({"id": "test/dear", "context_length": 128000, "endpoints": [endpoint]})
    router = own_router(config=settings)
    for query in ("max_price=1", "min_price=1", "max_output_price=1", "min_output_price=1"):
        answer = requests.get(f"{router.base}/models?{query}", timeout=30)
        listed = "test/dear" in [model["id"] for model in answer.json()["data"]]
        assert listed == query.startswith("min")

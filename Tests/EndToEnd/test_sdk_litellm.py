"""LiteLLM by each of its ways to the router: Chat, Messages and Responses, in its own words and in theirs."""

import json

import pytest
from support.processes import eventually, run_client
from support.scripts import script, tagged

CALLS = {"tool_calls": [{"name": "f", "arguments": '{"city": "Bern"}'}], "text": ""}
TEXT = {"text": "Hello there.", "calls": [], "tokens": [11, 2], "end": "stop"}
CALLED = {"text": "", "calls": [["f", {"city": "Bern"}]], "end": "tool_calls"}
OVERFLOW = {"message": "maximum context length is 10", "code": "context_length_exceeded"}
# What the provider does, and what must be so.
CASES = {
    "plain": ({"text": "Hello there."}, TEXT),
    "stream": ({"text": "Hello there."}, TEXT),
    "tools": (CALLS, CALLED),
    "tools-stream": (CALLS, CALLED),
    "json_schema": ({"text": '{"a": 1}'}, {"text": '{"a": 1}'}),
    "limited": ({"status": 429}, {"error": "RateLimitError"}),
}
# Its interface for Messages streams only with the packages of LiteLLM's proxy, and has no word for a schema.
MESSAGES = ["plain", "tools", "limited"]


@pytest.mark.parametrize("route", ["openrouter", "openai", "anthropic", "messages", "responses"])
def test_every_case(router, simulator, route):
    cases = {case: known for case, known in CASES.items() if route != "messages" or case in MESSAGES}
    jobs = [
        {"route": route, "case": case, "model": router.fresh("one"), "content": script(alpha=scenario)}
        for case, (scenario, _) in cases.items()
    ]
    tag, content = tagged(alpha={"unlimited": True, "gap_ms": 10})
    if route in ("openrouter", "openai", "anthropic"):
        jobs.append({"route": route, "case": "cancel", "model": "test/one", "content": content})
    answers = run_client("clients", "litellm_client.py", router, json.dumps(jobs))
    for (case, (_, expected)), answer in zip(cases.items(), answers, strict=False):
        assert {key: answer.get(key) for key in expected} == expected, (case, answer)
    if len(answers) > len(cases):
        assert answers[-1] == {"cancelled": True}
        eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the provider's connection is closed")


def test_a_prompt_that_is_too_long(router):
    content = script(any={"status": 400, "error": OVERFLOW})
    job = {"route": "openrouter", "case": "plain", "model": "test/one", "content": content}
    (answer,) = run_client("clients", "litellm_client.py", router, json.dumps([job]))
    assert answer["error"] in ("ContextWindowExceededError", "BadRequestError")

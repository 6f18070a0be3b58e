"""LiteLLM, by its OpenRouter and its OpenAI-compatible provider."""

import pytest
from support.processes import eventually, run_client
from support.scripts import script, tagged

PREFIXES = ["openrouter", "openai"]


def run(router, case, message, prefix="openrouter", model="test/one"):
    return run_client("litellm", "litellm_client.py", router, case, prefix, model, message)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_plain(router, prefix):
    assert run(router, "plain", script(alpha={"text": "Hello there."}), prefix) == {
        "text": "Hello there.",
        "tokens": 13,
    }


@pytest.mark.parametrize("prefix", PREFIXES)
def test_stream(router, prefix):
    answer = run(router, "stream", script(alpha={"text": "a b c"}), prefix)
    assert answer == {"text": "a b c", "finishes": ["stop"]}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_tools(router, prefix):
    message = script(alpha={"tool_calls": [{"name": "f", "arguments": "{}"}], "text": ""})
    assert run(router, "tools", message, prefix) == {"calls": ["f"]}


def test_json_schema(router):
    assert run(router, "json_schema", script(alpha={"text": '{"a": 1}'})) == {"text": '{"a": 1}'}


def test_errors(router):
    limited = run(router, "error", script(any={"status": 429}))
    assert limited["error"] == "RateLimitError", limited
    overflow = {"status": 400, "error": {"message": "maximum context length is 10", "code": "context_length_exceeded"}}
    assert run(router, "error", script(any=overflow))["error"] in ("ContextWindowExceededError", "BadRequestError")


def test_cancel(router, simulator):
    tag, message = tagged(alpha={"unlimited": True, "gap_ms": 10})
    run(router, "cancel", message)
    eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the provider's connection is closed")

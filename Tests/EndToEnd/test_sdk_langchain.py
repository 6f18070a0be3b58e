"""LangChain's OpenRouter integration."""

from support.processes import eventually, run_client
from support.scripts import script, tagged


def run(router, case, message, model="test/one"):
    return run_client("langchain", "langchain_client.py", router, case, model, message)


def test_plain(router):
    assert run(router, "plain", script(alpha={"text": "Hello there."})) == {"text": "Hello there.", "usage": 13}


def test_stream(router):
    answer = run(router, "stream", script(alpha={"text": "a b c"}))
    assert answer["text"] == "a b c" and answer["pieces"] >= 3 and answer["usage"] == 14


def test_tools(router):
    call = {"name": "get_weather", "arguments": '{"city": "Bern"}'}
    answer = run(router, "tools", script(alpha={"tool_calls": [call], "text": ""}))
    assert answer == {"calls": [{"name": "get_weather", "args": {"city": "Bern"}}]}


def test_json_schema(router):
    assert run(router, "json_schema", script(alpha={"text": '{"a": 1}'})) == {"value": {"a": 1}}


def test_errors(router):
    answer = run(router, "error", script(any={"status": 429}))
    assert "TooManyRequests" in answer["error"] or "429" in answer["message"], answer


def test_cancel(router, simulator):
    tag, message = tagged(alpha={"unlimited": True, "gap_ms": 10})
    run(router, "cancel", message)
    eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the provider's connection is closed")

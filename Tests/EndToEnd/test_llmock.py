"""llmock's Gemini, Cohere and Mistral as providers, which nobody here wrote: answers, tools, schemas and faults."""

import json

import anthropic
import openai
import pytest
from support.dialects import CALLERS, ask, tools
from support.llmock import PROVIDERS, SPARE, LLMock, config
from support.processes import Router, standard_config

STATUS_ERRORS = (openai.APIStatusError, anthropic.APIStatusError)
STREAM_ERRORS = (openai.APIError, anthropic.APIStatusError, AssertionError)
TEXT = "Hello out there, friend."
QUESTION = "What is the weather in Paris?"
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "people": {"type": "integer", "minimum": 5},
        "kinds": {"type": "array", "items": {"type": "string", "enum": ["old", "new"]}},
    },
    "required": ["name", "people", "kinds"],
    "additionalProperties": False,
}
pytestmark = [pytest.mark.parametrize("provider", PROVIDERS), pytest.mark.parametrize("caller", CALLERS)]
both = pytest.mark.parametrize("is_stream", [False, True], ids=["plain", "stream"])


@pytest.fixture(scope="module")
def llmock():
    with LLMock() as process:
        yield process


@pytest.fixture(scope="module")
def router(llmock, simulator, tmp_path_factory):
    with Router(config(standard_config(simulator), llmock, copies=120), tmp_path_factory.mktemp("llmock")) as process:
        yield process


@pytest.fixture
def model(llmock, provider):
    return llmock.fresh(provider)


@both
class TestAnswers:
    def test_text(self, router, model, caller, is_stream):
        model.plan("reply", text=TEXT)
        answer = ask(router, caller, model.id, QUESTION, is_stream)
        assert answer.text == TEXT and answer.reason == "stop"
        # It counts four characters as a token.
        assert (answer.prompt, answer.completion) == (len(QUESTION) // 4, len(TEXT) // 4)

    def test_parallel_tools(self, router, model, caller, is_stream):
        calls = [
            {"name": "get_weather", "arguments": {"city": "Paris"}},
            {"name": "get_time", "arguments": {"city": "Rome", "at": [1, 2.5, None, {"a": "\u00e9"}]}},
        ]
        model.plan("reply", tool_calls=calls)
        answer = ask(router, caller, model.id, QUESTION, is_stream, **tools(caller))
        assert answer.calls == [(call["name"], call["arguments"]) for call in calls]
        assert answer.reason == "tool_calls" and len(set(answer.call_ids)) == 2

    def test_tools_as_it_reads_them(self, router, model, caller, is_stream):
        """Left to itself it calls the tool that fits the question, with arguments of the schema that it was given."""
        answer = ask(router, caller, model.id, QUESTION, is_stream, **tools(caller))
        assert answer.calls == [("get_weather", {"city": "mock-city"})]

    def test_a_schema_as_it_reads_it(self, router, model, caller, is_stream):
        wanted = {
            "chat": {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}},
            "messages": {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
            "responses": {"text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}}},
        }
        if caller == "responses" and is_stream:
            # The SDK's helper for streams wants a type of Python's in its place.
            wanted["responses"] = {"extra_body": wanted["responses"]}
        answer = ask(router, caller, model.id, QUESTION, is_stream, **wanted[caller])
        assert json.loads(answer.text) == {"name": "mock-name", "people": 5, "kinds": ["old"]}

    def test_length(self, router, model, caller, is_stream):
        model.plan("reply", text="Cut sho", finish_reason="length")
        answer = ask(router, caller, model.id, QUESTION, is_stream)
        assert answer.reason == "length" and answer.text == "Cut sho"

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_failure_goes_to_the_next(self, router, model, caller, is_stream, status):
        model.plan("fail", status=status, message="Out of order.")
        assert ask(router, caller, model.pair, QUESTION, is_stream).text == SPARE
        assert [entry["status"] for entry in model.seen()] == [status]


@pytest.mark.parametrize(("status", "shown"), [(400, 400), (429, 429), (500, 502), (503, 503)])
def test_a_failure_of_all_is_the_callers_own(router, model, caller, status, shown):
    model.plan("fail", status=status, message="Out of order.")
    with pytest.raises(STATUS_ERRORS) as raised:
        ask(router, caller, model.id, QUESTION, False)
    assert raised.value.status_code == shown
    if status == 400:
        assert "Out of order." in str(raised.value)


def continued(caller: str, call: tuple[str, dict], identifier: str) -> dict:
    """The question, the model's call and its result, as the caller's dialect has them."""
    name, arguments = call
    question, result = {"role": "user", "content": QUESTION}, "It is sunny."
    if caller == "messages":
        use = {"type": "tool_use", "id": identifier, "name": name, "input": arguments}
        answer = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": identifier, "content": result}]}
        return {"messages": [question, {"role": "assistant", "content": [use]}, answer]}
    text = json.dumps(arguments)
    if caller == "responses":
        use = {"type": "function_call", "call_id": identifier, "name": name, "arguments": text}
        return {"input": [question, use, {"type": "function_call_output", "call_id": identifier, "output": result}]}
    use = {"id": identifier, "type": "function", "function": {"name": name, "arguments": text}}
    answer = {"role": "tool", "tool_call_id": identifier, "content": result}
    return {"messages": [question, {"role": "assistant", "tool_calls": [use]}, answer]}


def test_the_result_of_a_tool(router, model, caller):
    """It calls no tool any more once the last turn has a result."""
    free = tools(caller) | {"tool_choice": {"type": "auto"} if caller == "messages" else "auto"}
    first = ask(router, caller, model.id, QUESTION, False, **free)
    (call,) = first.calls
    second = ask(router, caller, model.id, QUESTION, False, **free, **continued(caller, call, first.call_ids[0]))
    assert call == ("get_weather", {"city": "mock-city"}) and not second.calls
    assert second.text and second.reason == "stop"


class TestBrokenStreams:
    @pytest.mark.parametrize("kind", ["disconnect", "malformed", "truncate"])
    def test_before_the_first_content(self, router, model, caller, kind):
        model.plan("stream_fault", kind=kind, after_chunks=0)
        model.plan("reply", text=TEXT)
        assert ask(router, caller, model.pair, QUESTION, True).text == SPARE

    @pytest.mark.parametrize("kind", ["disconnect", "malformed", "truncate"])
    def test_after_it(self, router, model, caller, provider, kind):
        model.plan("stream_fault", kind=kind, after_chunks=4)
        model.plan("reply", text="One two three four five six seven eight.")
        if provider == "mistral" and kind == "truncate":
            # A server of the chat dialect on the same machine may leave out how its answer ends.
            assert ask(router, caller, model.pair, QUESTION, True).text == "One two three "
            return
        with pytest.raises(STREAM_ERRORS):
            ask(router, caller, model.pair, QUESTION, True)
        assert len(model.seen()) == 1

    def test_a_stall_before_the_first_content(self, router, model, caller):
        model.plan("slow_first_token", seconds=30)
        assert ask(router, caller, model.hasty, QUESTION, True).text == SPARE

    def test_a_stall_after_it(self, router, model, caller):
        model.plan("stream_fault", kind="stall", after_chunks=4, stall_seconds=30)
        model.plan("reply", text="One two three four five six seven eight.")
        with pytest.raises(STREAM_ERRORS):
            ask(router, caller, model.hasty, QUESTION, True)

"""Any caller's dialect onto any provider's: text, reasoning, tools, ends, failures, money."""

import time

import anthropic
import openai
import pytest
from support.dialects import CALLERS, TEXT_CALLERS, UPSTREAMS, ask, config, script, tools
from support.processes import KEY, PRICING, Router, standard_config
from support.scripts import tagged

STATUS_ERRORS = (openai.APIStatusError, anthropic.APIStatusError)
pairs = pytest.mark.parametrize(
    ("caller", "dialect"), [(caller, dialect) for caller in CALLERS for dialect in UPSTREAMS]
)
text_pairs = pytest.mark.parametrize(
    ("caller", "dialect"), [(caller, dialect) for caller in TEXT_CALLERS for dialect in UPSTREAMS]
)
both = pytest.mark.parametrize("is_stream", [False, True], ids=["plain", "stream"])


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router(config(simulator), tmp_path_factory.mktemp("dialects")) as process:
        yield process


def record_of(router, identifier: str) -> dict:
    return router.generation(identifier).json()["data"]


def generation_id(identifier: str) -> str:
    """The id of a response is the generation's in that dialect's looks."""
    token = identifier.removeprefix("resp_")
    return identifier if token == identifier else f"gen-{token[:-20]}-{token[-20:]}"


@both
@text_pairs
class TestPairs:
    def test_text(self, router, caller, dialect, is_stream):
        content = script(dialect, text="Hello out there, friend.", reasoning="First I think.")
        answer = ask(router, caller, f"dialects/{dialect}", content, is_stream)
        assert answer.text == "Hello out there, friend."
        # Legacy completions have no place for thoughts.
        assert answer.reasoning == ("" if caller == "completions" else "First I think.")
        assert answer.reason == "stop" and (answer.prompt, answer.completion) == (11, 4)
        record = record_of(router, generation_id(answer.id))
        assert record["provider_name"] == f"by-{dialect}" and record["tokens_completion"] == 4
        assert record["usage"] == pytest.approx(11 * 0.000001 + 4 * 0.000002)

    def test_length(self, router, caller, dialect, is_stream):
        content = script(dialect, text="Cut sho", finish_reason="length")
        answer = ask(router, caller, f"dialects/{dialect}", content, is_stream)
        assert answer.reason == "length" and answer.text == "Cut sho"

    def test_an_error_goes_to_the_next_endpoint(self, router, caller, dialect, is_stream):
        content = script(dialect, status=503)
        answer = ask(router, caller, f"dialects/{dialect}-pair", content, is_stream)
        assert answer.text == "Hello from spare."

    def test_an_error_of_all_is_the_callers_own(self, router, caller, dialect, is_stream):
        content = script(dialect, status=400, error={"message": "There is something wrong with it.", "type": "bad"})
        with pytest.raises(STATUS_ERRORS) as raised:
            ask(router, caller, f"dialects/{dialect}", content, is_stream)
        assert raised.value.status_code == 400 and "something wrong" in str(raised.value)


@both
@pairs
class TestTools:
    def test_parallel_tools(self, router, caller, dialect, is_stream):
        calls = [
            {"name": "get_weather", "arguments": '{"city": "Paris"}'},
            {"name": "get_time", "arguments": '{"city": "Rome"}'},
        ]
        content = script(dialect, tool_calls=calls, finish_reason="tool_calls")
        answer = ask(router, caller, f"dialects/{dialect}", content, is_stream, **tools(caller))
        assert answer.calls == [("get_weather", {"city": "Paris"}), ("get_time", {"city": "Rome"})]
        assert answer.reason == "tool_calls" and len(set(answer.call_ids)) == 2 and all(answer.call_ids)


@text_pairs
class TestBrokenStreams:
    def test_an_error_in_the_middle(self, router, simulator, caller, dialect):
        content = script(
            dialect,
            text="One two three four.",
            error_after_chunks=2,
            error={"message": "It broke.", "type": "api_error"},
        )
        if caller == "responses":
            with pytest.raises(AssertionError, match="failed"):
                ask(router, caller, f"dialects/{dialect}", content, True)
        else:
            with pytest.raises((openai.APIError, anthropic.APIStatusError)):
                ask(router, caller, f"dialects/{dialect}", content, True)

    def test_a_cut_is_no_end(self, router, caller, dialect):
        content = script(dialect, text="One two three four five six seven eight.", cut_after_bytes=700)
        with pytest.raises((openai.APIError, anthropic.APIStatusError, AssertionError)):
            ask(router, caller, f"dialects/{dialect}", content, True)

    def test_an_error_as_the_first_event_goes_to_the_next(self, router, caller, dialect):
        content = script(dialect, error_after_chunks=0, error={"message": "Overloaded.", "type": "overloaded_error"})
        assert ask(router, caller, f"dialects/{dialect}-pair", content, True).text == "Hello from spare."


@both
@pytest.mark.parametrize("dialect", UPSTREAMS)
def test_a_response_says_when_it_was_complete(router, dialect, is_stream):
    client = openai.OpenAI(api_key=KEY, base_url=router.base, max_retries=0)
    asked = {"model": f"dialects/{dialect}", "input": script(dialect, text="Hello.")}
    if is_stream:
        with client.responses.stream(**asked) as stream:
            answer = stream.get_final_response()
    else:
        answer = client.responses.create(**asked)
        assert answer._request_id == generation_id(answer.id), "the SDK knows the id for the operator's questions"
    assert answer.created_at <= answer.completed_at <= time.time() + 1


@both
def test_a_message_has_its_request_id(router, is_stream):
    client = anthropic.Anthropic(api_key=KEY, base_url=router.base.removesuffix("/v1"), max_retries=0)
    message = {"role": "user", "content": script("anthropic", status=400)}
    with pytest.raises(anthropic.BadRequestError) as raised:
        client.messages.create(model="dialects/anthropic", max_tokens=10, messages=[message], stream=is_stream)
    assert raised.value.request_id.startswith("gen-")


@both
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("dialect", "path"), [("anthropic", "/v1/messages"), ("openai-responses", "/v1/responses")])
def test_an_endpoint_has_a_dialect_of_its_own(own_router, simulator, caller, dialect, path, is_stream):
    """At its provider's address, with its provider's key."""
    settings = standard_config(simulator)
    endpoint = {"provider": "alpha", "model": "m", "dialect": dialect, "pricing": PRICING}
    settings["models"].append({"id": "test/own", "context_length": 128000, "endpoints": [endpoint]})
    tag, content = tagged(alpha={"text": "Hello out there."})
    answer = ask(own_router(config=settings), caller, "test/own", content, is_stream)
    assert answer.text == "Hello out there." and answer.reason == "stop"
    (seen,) = simulator.seen(tag)
    assert f" /p/alpha{path} " in seen["request"]["line"] and seen["body"]["model"] == "m"
    headers = seen["request"]["headers"]
    assert "upstream-secret-alpha" in headers.get("x-api-key", "") + headers.get("authorization", "")

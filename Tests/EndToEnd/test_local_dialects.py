"""Every caller's dialect onto every dialect that the real local model speaks, by the SDKs of each."""

import json

import anthropic
import openai
import pytest
from support.processes import KEY, Router, standard_config

pytestmark = [pytest.mark.local_model, pytest.mark.timeout(600)]

UPSTREAMS = ["openai", "openai-responses", "anthropic"]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
DESCRIPTION = "Tells the weather of a city."
QUESTION = "What is the weather in Paris?"


def model(dialect: str) -> str:
    return f"local/by-{dialect}"


@pytest.fixture(scope="module")
def router(simulator, local_model, tmp_path_factory):
    config = standard_config(simulator)
    for dialect in UPSTREAMS:
        slug = f"local-{dialect}"
        config["providers"].append({"slug": slug, "dialect": dialect, "base_url": f"{local_model.url}/v1"})
        endpoint = {"provider": slug, "model": "smollm2-135m-instruct"}
        endpoint["pricing"] = {"prompt": "0.0000001", "completion": "0.0000002"}
        config["models"].append({"id": model(dialect), "context_length": 8192, "endpoints": [endpoint]})
    with Router(config, tmp_path_factory.mktemp("dialects")) as process:
        yield process


@pytest.fixture(scope="module")
def openai_client(router):
    with openai.OpenAI(api_key=KEY, base_url=router.base, timeout=120, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def anthropic_client(router):
    # The SDK adds /v1/messages itself.
    with anthropic.Anthropic(
        api_key=KEY, base_url=router.base.removesuffix("/v1"), timeout=120, max_retries=0
    ) as client:
        yield client


def check_record(router, identifier: str, dialect: str) -> None:
    record = router.generation(identifier).json()["data"]
    assert record["provider_name"] == f"local-{dialect}" and record["model"] == model(dialect)
    assert record["tokens_prompt"] > 5 and record["tokens_completion"] >= 1 and record["usage"] > 0


@pytest.mark.parametrize("dialect", UPSTREAMS)
class TestChat:
    def test_plain(self, router, openai_client, dialect):
        messages = [{"role": "system", "content": "You are brief."}, {"role": "user", "content": "Say hello."}]
        answer = openai_client.chat.completions.create(model=model(dialect), messages=messages, max_tokens=20)
        assert answer.choices[0].message.content.strip() and answer.choices[0].finish_reason in ("stop", "length")
        assert answer.usage.prompt_tokens > 5 and 1 <= answer.usage.completion_tokens <= 20
        assert answer.usage.cost > 0
        check_record(router, answer.id, dialect)

    def test_stream(self, router, openai_client, dialect):
        messages = [{"role": "user", "content": "Count from one to five."}]
        text, usage, reasons, identifier = "", None, [], None
        for chunk in openai_client.chat.completions.create(
            model=model(dialect), messages=messages, max_tokens=30, temperature=0, stream=True
        ):
            identifier = chunk.id
            text += chunk.choices[0].delta.content or ""
            reasons += [chunk.choices[0].finish_reason] if chunk.choices[0].finish_reason else []
            usage = chunk.usage or usage
        assert text.strip() and len(reasons) == 1 and reasons[0] in ("stop", "length")
        assert usage.completion_tokens >= 2
        check_record(router, identifier, dialect)

    def test_length(self, openai_client, dialect):
        messages = [{"role": "user", "content": "Tell me a long story."}]
        answer = openai_client.chat.completions.create(model=model(dialect), messages=messages, max_tokens=5)
        # This server calls every response completed, also one that it cut.
        assert answer.choices[0].finish_reason == ("stop" if dialect == "openai-responses" else "length")

    @pytest.mark.parametrize("stream", [False, True])
    def test_tools(self, openai_client, dialect, stream):
        function = {"name": "get_weather", "description": DESCRIPTION, "parameters": SCHEMA}
        request = {
            "model": model(dialect),
            "messages": [{"role": "user", "content": QUESTION}],
            "tools": [{"type": "function", "function": function}],
            "tool_choice": "required",
            "temperature": 0,
            "max_tokens": 80,
        }
        if stream:
            with openai_client.chat.completions.stream(**request) as events:
                choice = events.get_final_completion().choices[0]
        else:
            choice = openai_client.chat.completions.create(**request).choices[0]
        (call,) = choice.message.tool_calls
        assert choice.finish_reason == "tool_calls" and call.function.name == "get_weather"
        assert "city" in json.loads(call.function.arguments)
        # The result goes back, and the model goes on from it.
        request["messages"] += [
            {"role": "assistant", "tool_calls": [{"id": call.id, "type": "function", "function": call.function}]},
            {"role": "tool", "tool_call_id": call.id, "content": "It is sunny."},
        ]
        del request["tool_choice"]
        request["messages"][1]["tool_calls"][0]["function"] = call.function.model_dump(include={"name", "arguments"})
        answer = openai_client.chat.completions.create(**request)
        assert answer.choices[0].message.content or answer.choices[0].message.tool_calls


@pytest.mark.parametrize("dialect", UPSTREAMS)
class TestMessages:
    def test_plain(self, router, anthropic_client, dialect):
        answer = anthropic_client.messages.create(
            model=model(dialect),
            max_tokens=20,
            system="You are brief.",
            messages=[{"role": "user", "content": "Say hello."}],
        )
        assert answer.type == "message" and answer.role == "assistant" and answer.content[0].text.strip()
        assert answer.stop_reason in ("end_turn", "max_tokens")
        # What the server still has of an earlier prompt is counted apart.
        prompt = answer.usage.input_tokens + (answer.usage.cache_read_input_tokens or 0)
        assert prompt > 5 and 1 <= answer.usage.output_tokens <= 20
        check_record(router, answer.id, dialect)

    def test_stream(self, router, anthropic_client, dialect):
        with anthropic_client.messages.stream(
            model=model(dialect), max_tokens=30, messages=[{"role": "user", "content": "Count from one to five."}]
        ) as events:
            pieces = list(events.text_stream)
            answer = events.get_final_message()
        assert "".join(pieces) == answer.content[0].text and len(pieces) >= 2
        assert answer.stop_reason in ("end_turn", "max_tokens") and answer.usage.output_tokens >= 2
        check_record(router, answer.id, dialect)

    @pytest.mark.parametrize("stream", [False, True])
    def test_tools(self, anthropic_client, dialect, stream):
        request = {
            "model": model(dialect),
            "max_tokens": 80,
            "messages": [{"role": "user", "content": QUESTION}],
            "tools": [{"name": "get_weather", "description": DESCRIPTION, "input_schema": SCHEMA}],
            "tool_choice": {"type": "any"},
            "extra_body": {"temperature": 0},
        }
        if stream:
            with anthropic_client.messages.stream(**request) as events:
                answer = events.get_final_message()
        else:
            answer = anthropic_client.messages.create(**request)
        (call,) = [block for block in answer.content if block.type == "tool_use"]
        assert answer.stop_reason == "tool_use" and call.name == "get_weather" and "city" in call.input
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "It is sunny."}
        use = {"type": "tool_use", "id": call.id, "name": call.name, "input": call.input}
        request["messages"] += [{"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
        request["tool_choice"] = {"type": "auto"}
        assert anthropic_client.messages.create(**request).content


@pytest.mark.parametrize("dialect", UPSTREAMS)
class TestResponses:
    def test_plain(self, router, openai_client, dialect):
        answer = openai_client.responses.create(
            model=model(dialect), instructions="You are brief.", input="Say hello.", max_output_tokens=20
        )
        assert answer.output_text.strip() and answer.status in ("completed", "incomplete")
        assert answer.usage.input_tokens > 5 and 1 <= answer.usage.output_tokens <= 20

    def test_stream(self, openai_client, dialect):
        with openai_client.responses.stream(
            model=model(dialect), input="Count from one to five.", max_output_tokens=30, temperature=0
        ) as events:
            every = list(events)
        seen, answer = [event.type for event in every], every[-1].response
        assert seen[0] == "response.created" and seen.count("response.output_text.delta") >= 2
        assert seen[-1] in ("response.completed", "response.incomplete") and answer.output_text.strip()

    @pytest.mark.parametrize("stream", [False, True])
    def test_tools(self, openai_client, dialect, stream):
        tool = {"type": "function", "name": "get_weather", "description": DESCRIPTION, "parameters": SCHEMA}
        request = {
            "model": model(dialect),
            "input": [{"role": "user", "content": QUESTION}],
            "tools": [tool | {"strict": False}],
            "tool_choice": "required",
            "temperature": 0,
            "max_output_tokens": 80,
        }
        if stream:
            with openai_client.responses.stream(**request) as events:
                answer = list(events)[-1].response
        else:
            answer = openai_client.responses.create(**request)
        (call,) = [item for item in answer.output if item.type == "function_call"]
        assert call.name == "get_weather" and "city" in json.loads(call.arguments)
        request["input"] += [
            {"type": "function_call", "call_id": call.call_id, "name": call.name, "arguments": call.arguments},
            {"type": "function_call_output", "call_id": call.call_id, "output": "It is sunny."},
        ]
        request["tool_choice"] = "auto"
        assert openai_client.responses.create(**request).output


@pytest.mark.parametrize("dialect", UPSTREAMS)
def test_legacy_completions(openai_client, dialect):
    answer = openai_client.completions.create(model=model(dialect), prompt="Once upon a time", max_tokens=8)
    assert answer.choices[0].text.strip() and answer.object == "text_completion"
    stream = openai_client.completions.create(
        model=model(dialect), prompt="Once upon a time", max_tokens=8, stream=True
    )
    assert "".join(chunk.choices[0].text for chunk in stream).strip()

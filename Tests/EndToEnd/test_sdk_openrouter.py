"""The official OpenRouter SDK, which checks every answer against its schemas."""

import asyncio

import openrouter
import pytest
from openrouter import errors
from support.processes import KEY, eventually
from support.scripts import script, tagged


@pytest.fixture
def client(router):
    with openrouter.OpenRouter(api_key=KEY, server_url=router.base, timeout_ms=30_000) as client:
        yield client


def user(message: str) -> list[dict]:
    return [{"role": "user", "content": message}]


def test_chat(client):
    answer = client.chat.send(model="test/one", messages=user(script(alpha={"text": "Hello there."})))
    assert answer.choices[0].message.content == "Hello there."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens == 11 and answer.usage.total_tokens == 13
    assert answer.usage.cost == pytest.approx(11e-6 + 2 * 2e-6)
    assert answer.model == "test/one"


def test_chat_stream(client):
    text, finishes, usages = "", [], []
    with client.chat.send(model="test/one", messages=user(script(alpha={"text": "a b c"})), stream=True) as stream:
        for chunk in stream:
            text += chunk.choices[0].delta.content or ""
            finishes.append(chunk.choices[0].finish_reason)
            usages.append(chunk.usage)
    assert text == "a b c"
    assert [reason for reason in finishes if reason] == ["stop"]
    (usage,) = [usage for usage in usages if usage]
    assert usage.completion_tokens == 3 and usage.cost > 0


def test_chat_stream_async(router):
    async def run():
        async with openrouter.OpenRouter(api_key=KEY, server_url=router.base) as client:
            stream = await client.chat.send_async(
                model="test/one", messages=user(script(alpha={"text": "a b c"})), stream=True
            )
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    assert asyncio.run(run()) == "a b c"


TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]


def test_tools_and_structured_output(client, simulator):
    tag, message = tagged(alpha={"tool_calls": [{"name": "f", "arguments": "{}"}], "text": ""})
    answer = client.chat.send(model="test/one", messages=user(message), tools=TOOLS, tool_choice="required")
    assert answer.choices[0].finish_reason == "tool_calls"
    assert answer.choices[0].message.tool_calls[0].function.name == "f"
    schema = {"name": "x", "strict": True, "schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}
    tag, message = tagged(alpha={"text": '{"a": 1}'})
    answer = client.chat.send(
        model="test/one", messages=user(message), response_format={"type": "json_schema", "json_schema": schema}
    )
    assert answer.choices[0].message.content == '{"a": 1}'
    assert simulator.seen(tag)[0]["body"]["response_format"]["json_schema"]["schema"] == schema["schema"]


def test_tool_calls_in_streams(client):
    message = script(alpha={"tool_calls": [{"name": "f", "arguments": '{"x": 1}'}]})
    arguments = ""
    with client.chat.send(model="test/one", messages=user(message), tools=TOOLS, stream=True) as stream:
        for chunk in stream:
            for call in chunk.choices[0].delta.tool_calls or []:
                arguments += (call.function.arguments or "") if call.function else ""
    assert arguments == '{"x": 1}'


def test_provider_preferences_and_fallback_models(client, router, simulator):
    model = router.fresh("pair")
    tag, message = tagged(gamma={"status": 500}, any={"text": "ok"})
    answer = client.chat.send(model="test/other", models=[model], messages=user(message), provider={"order": ["beta"]})
    assert answer.model == model
    assert simulator.providers_asked(tag)[-1] == "beta"


@pytest.mark.parametrize(
    "status, error",
    [
        (400, errors.BadRequestResponseError),
        (413, errors.PayloadTooLargeResponseError),
        (422, errors.UnprocessableEntityResponseError),
        (429, errors.TooManyRequestsResponseError),
        (500, errors.BadGatewayResponseError),
        (503, errors.ServiceUnavailableResponseError),
    ],
)
def test_errors_have_their_classes(client, status, error):
    with pytest.raises(error) as raised:
        client.chat.send(model="test/one", messages=user(script(any={"status": status})), retries=None)
    assert raised.value.data.error.message


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize(
    "status, error",
    [
        (400, errors.BadRequestResponseError),
        (429, errors.TooManyRequestsResponseError),
        (500, errors.BadGatewayResponseError),
        (503, errors.ServiceUnavailableResponseError),
    ],
)
def test_errors_of_responses_have_their_classes(client, status, error, stream):
    with pytest.raises(error) as raised:
        client.beta.responses.send(model="test/one", input=script(any={"status": status}), stream=stream, retries=None)
    assert raised.value.data.error.message and raised.value.data.error.code == raised.value.status_code


def test_wrong_key(router):
    with openrouter.OpenRouter(api_key="sk-wrong", server_url=router.base) as client:
        with pytest.raises(errors.UnauthorizedResponseError):
            client.chat.send(model="test/one", messages=user("Hello"))
        with pytest.raises(errors.UnauthorizedResponseError):
            client.beta.responses.send(model="test/one", input="Hello")


def test_errors_within_a_stream(client):
    message = script(alpha={"chunks": 5, "error_after_chunks": 2})
    with client.chat.send(model="test/one", messages=user(message), stream=True) as stream:
        chunks = list(stream)
    assert chunks[-1].error and chunks[-1].error.message
    assert chunks[-1].choices[0].finish_reason == "error"


def test_cancel(client, simulator):
    tag, message = tagged(alpha={"unlimited": True, "gap_ms": 10})
    with client.chat.send(model="test/one", messages=user(message), stream=True) as stream:
        for number, _ in enumerate(stream):
            if number == 5:
                break
    eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the provider's connection is closed")


def pages(answer):
    """Lists come in pages or whole, depending on the operation."""
    return answer.result.data if hasattr(answer, "result") else answer.data


def test_models(client):
    """Every page: the client asks for 500 at a time."""
    models = {}
    answer = client.models.list()
    while answer is not None:
        models.update({model.id: model for model in pages(answer)})
        answer = answer.next()
    assert models["test/one"].pricing.prompt == "0.000001"
    assert client.models.count().data.count == len(models)
    assert client.models.get(author="test", slug="one").data.id == "test/one"


def test_endpoints(client):
    data = client.endpoints.list(author="test", slug="pair").data
    assert [endpoint.provider_name for endpoint in data.endpoints] == ["Alpha", "Beta"]


def test_providers(client):
    assert {"alpha", "beta"} <= {provider.slug for provider in client.providers.list().data}


@pytest.mark.parametrize("stream", [False, True])
def test_generation(client, stream):
    answer = client.chat.send(model="test/one", messages=user(script()), stream=stream)
    identifier = [chunk.id for chunk in answer][0] if stream else answer.id
    data = client.generations.get_generation(id=identifier).data
    assert data.id == identifier and data.model == "test/one"
    assert data.total_cost > 0 and data.streamed is stream

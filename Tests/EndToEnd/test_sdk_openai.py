"""OpenAI's SDK with another base URL, as most programs use it."""

import asyncio
import json

import openai
import pydantic
import pytest
from support.processes import KEY, eventually, standard_config
from support.scripts import script, tagged


@pytest.fixture
def client(router):
    with openai.OpenAI(api_key=KEY, base_url=router.base, max_retries=0, timeout=30) as client:
        yield client


def user(message: str) -> list[dict]:
    return [{"role": "user", "content": message}]


def test_chat(client):
    answer = client.chat.completions.create(model="test/one", messages=user(script(alpha={"text": "Hi."})))
    assert answer.choices[0].message.content == "Hi."
    assert answer.usage.total_tokens == 12
    assert answer.provider == "Alpha"


@pytest.mark.parametrize("include_usage", [False, True])
def test_stream(client, include_usage):
    stream = client.chat.completions.create(
        model="test/one",
        messages=user(script(alpha={"text": "a b c"})),
        stream=True,
        stream_options={"include_usage": include_usage},
    )
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "a b c"
    assert chunks[-1].usage.completion_tokens == 3


def test_stream_helper_accumulates(client):
    with client.chat.completions.stream(model="test/one", messages=user(script(alpha={"text": "a b c"}))) as stream:
        for _ in stream:
            pass
        final = stream.get_final_completion()
    assert final.choices[0].message.content == "a b c"
    assert final.choices[0].finish_reason == "stop"


def test_async_requests_side_by_side(router):
    async def run():
        async with openai.AsyncOpenAI(api_key=KEY, base_url=router.base) as client:

            async def one(number: int) -> str:
                message = script(alpha={"text": f"answer {number}", "latency_ms": 50})
                answer = await client.chat.completions.create(model="test/one", messages=user(message))
                return answer.choices[0].message.content

            return await asyncio.gather(*(one(number) for number in range(40)))

    assert asyncio.run(run()) == [f"answer {number}" for number in range(40)]


def test_tools_round_trip(client, simulator):
    tools = [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}]
    call = {"name": "add", "arguments": '{"a": 1, "b": 2}'}
    first = client.chat.completions.create(
        model="test/one",
        messages=user(script(alpha={"tool_calls": [call], "text": ""})),
        tools=tools,
        tool_choice="required",
    )
    message = first.choices[0].message
    assert json.loads(message.tool_calls[0].function.arguments) == {"a": 1, "b": 2}
    tag, question = tagged(alpha={"text": "3"})
    second = client.chat.completions.create(
        model="test/one",
        tools=tools,
        messages=[*user(question), message, {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "3"}],
    )
    assert second.choices[0].message.content == "3"
    sent = simulator.seen(tag)[0]["body"]["messages"]
    assert sent[1]["tool_calls"][0]["function"]["arguments"] == call["arguments"]
    assert sent[2]["tool_call_id"] == message.tool_calls[0].id


class Person(pydantic.BaseModel):
    name: str
    age: int


def test_structured_output_is_parsed(client):
    message = script(alpha={"text": '{"name": "Ada", "age": 36}'})
    answer = client.chat.completions.parse(model="test/one", messages=user(message), response_format=Person)
    assert answer.choices[0].message.parsed == Person(name="Ada", age=36)


@pytest.mark.parametrize(
    "scenario, error",
    [
        ({"status": 400}, openai.BadRequestError),
        ({"status": 429}, openai.RateLimitError),
        ({"status": 422}, openai.UnprocessableEntityError),
        ({"status": 500}, openai.InternalServerError),
    ],
)
def test_errors_have_their_classes(client, scenario, error):
    with pytest.raises(error) as raised:
        client.chat.completions.create(model="test/one", messages=user(script(any=scenario)))
    assert raised.value.body["message"]


def test_wrong_key(router):
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(api_key="wrong-key", base_url=router.base, max_retries=0).chat.completions.create(
            model="test/one", messages=user("Hello")
        )


def test_errors_within_a_stream_are_raised(client):
    stream = client.chat.completions.create(
        model="test/one", messages=user(script(alpha={"chunks": 5, "error_after_chunks": 2})), stream=True
    )
    text = ""
    with pytest.raises(openai.APIError):
        for chunk in stream:
            text += chunk.choices[0].delta.content or ""
    assert text == "t0 t1 "


def test_cancel(client, simulator):
    tag, message = tagged(alpha={"unlimited": True, "gap_ms": 10})
    stream = client.chat.completions.create(model="test/one", messages=user(message), stream=True)
    for number, _ in enumerate(stream):
        if number == 5:
            break
    stream.close()
    eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the provider's connection is closed")


def test_the_sdk_retries_what_may_be_retried(router, simulator):
    """A refusal for want of capacity is repeated by the SDK after Retry-After, and then succeeds."""
    with openai.OpenAI(api_key=KEY, base_url=router.base, max_retries=2, timeout=30) as client:
        tag, message = tagged(alpha=[{"status": 429, "headers": {"Retry-After": "1"}}, {"text": "Now."}])
        try:
            answer = client.chat.completions.create(model="test/one", messages=user(message))
        except openai.RateLimitError as error:
            assert error.response.headers["retry-after"] == "1"
            assert error.response.headers.get("x-should-retry") == "false"
        else:
            assert answer.choices[0].message.content == "Now."


def test_models(client):
    assert "test/one" in [model.id for model in client.models.list()]


def test_legacy_completions(client):
    answer = client.completions.create(model="test/one", prompt=script(alpha={"text": "Once upon a time"}))
    assert answer.choices[0].text == "Once upon a time"
    stream = client.completions.create(model="test/one", prompt=script(alpha={"text": "Once upon a time"}), stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == "Once upon a time"


def test_extra_body_carries_router_fields(client, simulator):
    tag, message = tagged(any={"text": "ok"})
    answer = client.chat.completions.create(
        model="test/three",
        messages=user(message),
        extra_body={"provider": {"order": ["gamma"]}, "top_k": 5},
        extra_headers={"HTTP-Referer": "https://app.example", "X-Title": "App"},
    )
    assert answer.provider == "Gamma"
    assert simulator.seen(tag)[0]["body"]["top_k"] == 5


def test_errors_that_a_retry_cannot_mend_are_not_retried(own_router, simulator):
    """The client's own rule would spare most of them; the header says so for every client that reads it."""
    manager = {"key": "sk-mt-v1-" + "7" * 64, "name": "manager", "management": True}
    config = standard_config(simulator)
    router = own_router(config={**config, "keys": [*config["keys"], manager]}, limits={"body": "64KiB"})
    poor = own_router(config={**config, "billing": "prepaid"})
    refused = script(alpha={"status": 422, "error": {"message": "No."}})

    def ask(status: int, router=router, key: str = KEY, content: str = "Hello", **options) -> None:
        answers = []
        counting = openai.DefaultHttpxClient(event_hooks={"response": [answers.append]})
        with openai.OpenAI(
            api_key=key, base_url=router.base, max_retries=2, timeout=30, http_client=counting
        ) as client:
            with pytest.raises(openai.APIStatusError) as caught:
                client.chat.completions.create(**{"model": "test/one", "messages": user(content), **options})
        assert caught.value.status_code == status
        assert [answer.headers.get("x-should-retry") for answer in answers] == ["false"]

    ask(400, temperature=9)
    ask(400, model="test/nothing")
    ask(401, key="sk-mt-v1-" + "0" * 64)
    ask(402, router=poor)
    ask(403, key=manager["key"])
    ask(404, extra_body={"provider": {"only": ["nobody"]}})
    ask(413, content="x" * 100_000)
    ask(422, content=refused)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_errors_that_pass_are_left_to_the_client(router, status):
    answer = router.chat(script(alpha={"status": status}), model=router.fresh("one"))
    assert answer.status_code in (429, 502, 503)
    assert "x-should-retry" not in answer.headers

"""A real model through the router, by every client."""

import concurrent.futures
import json

import openai
import openrouter
import pytest
from openrouter import errors
from support import sse
from support.processes import KEY, run_client, run_martlet

pytestmark = [pytest.mark.local_model, pytest.mark.timeout(600)]

MODEL = "huggingface/smollm2-135m-instruct"
WEATHER = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Tells the weather of a city.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]
SCHEMA = {
    "name": "city",
    "strict": True,
    "schema": {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 24}, "capital": {"type": "boolean"}},
        "required": ["city", "capital"],
        "additionalProperties": False,
    },
}
TOO_LONG = [{"role": "user", "content": "word " * 20_000}]
# The middle of a prompt would be left out otherwise, since the context is a small one.
WHOLE = [{"id": "context-compression", "enabled": False}]
LONG_STORY = [{"role": "user", "content": "Write a very long story."}]


def is_free(router) -> bool:
    """Whether both slots of the model answer: one that was still busy with a story would take minutes."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(router.chat, "Say hello.", MODEL, max_tokens=5, timeout=60) for _ in range(2)]
        return all(answer.result().ok for answer in answers)


def test_plain(local_router):
    answer = local_router.chat("Say hello.", MODEL, max_tokens=20, timeout=120).json()
    assert answer["choices"][0]["message"]["content"].strip()
    assert answer["provider"] == "Local" and answer["model"] == MODEL
    usage = answer["usage"]
    assert usage["prompt_tokens"] > 5 and 1 <= usage["completion_tokens"] <= 20
    cost = usage["prompt_tokens"] * 0.0000001 + usage["completion_tokens"] * 0.0000002
    assert usage["cost"] == pytest.approx(cost, abs=1e-9)


def test_stream(local_router):
    stream = sse.read(local_router.stream("Count from one to five.", MODEL, max_tokens=30, timeout=120))
    sse.check_good_end(stream)
    assert stream.text.strip() and len(stream.chunks) > 5
    record = local_router.generation(stream.id).json()["data"]
    assert record["provider_name"] == "Local" and record["tokens_completion"] == stream.usage["completion_tokens"]


def test_the_end_of_the_token_limit_is_length(local_router):
    answer = local_router.chat("Tell me a long story.", MODEL, max_tokens=5, timeout=120).json()
    assert answer["choices"][0]["finish_reason"] == "length"


def test_tools(local_router):
    arguments = {"tools": WEATHER, "tool_choice": "required", "temperature": 0, "max_tokens": 80, "timeout": 120}
    choice = local_router.chat("What is the weather in Paris?", MODEL, **arguments).json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    (call,) = choice["message"]["tool_calls"]
    assert call["function"]["name"] == "get_weather" and "city" in json.loads(call["function"]["arguments"])
    stream = sse.read(local_router.stream("What is the weather in Paris?", MODEL, **arguments))
    sse.check_good_end(stream)
    (call,) = stream.tool_calls()
    assert call["name"] == "get_weather" and "city" in json.loads(call["arguments"])


def test_json_schema(local_router):
    answer = local_router.chat(
        "Name a city.",
        MODEL,
        response_format={"type": "json_schema", "json_schema": SCHEMA},
        max_tokens=400,
        temperature=0,
        timeout=200,
    )
    value = json.loads(answer.json()["choices"][0]["message"]["content"])
    assert set(value) == {"city", "capital"} and isinstance(value["capital"], bool)


def test_a_prompt_that_is_too_long(local_router):
    response = local_router.chat(TOO_LONG[0]["content"], MODEL, plugins=WHOLE, timeout=120)
    assert response.status_code == 400
    assert response.json()["error"]["metadata"]["error_type"] == "context_length_exceeded"


def test_legacy_completions(local_router):
    client = openai.OpenAI(api_key=KEY, base_url=local_router.base, timeout=120)
    answer = client.completions.create(model=MODEL, prompt="Once upon a time", max_tokens=10)
    assert answer.choices[0].text.strip()


def test_openrouter_sdk(local_router):
    with openrouter.OpenRouter(api_key=KEY, server_url=local_router.base, timeout_ms=120_000) as client:
        messages = [{"role": "user", "content": "Say hello."}]
        answer = client.chat.send(model=MODEL, messages=messages, max_tokens=20)
        assert answer.choices[0].message.content
        with client.chat.send(model=MODEL, messages=messages, max_tokens=20, stream=True) as stream:
            assert "".join(chunk.choices[0].delta.content or "" for chunk in stream).strip()
        answer = client.chat.send(
            model=MODEL,
            messages=[{"role": "user", "content": "What is the weather in Rome?"}],
            tools=WEATHER,
            tool_choice="required",
            temperature=0,
            max_tokens=80,
        )
        assert answer.choices[0].message.tool_calls[0].function.name == "get_weather"
        answer = client.chat.send(
            model=MODEL,
            messages=messages,
            max_tokens=400,
            temperature=0,
            response_format={"type": "json_schema", "json_schema": SCHEMA},
        )
        assert set(json.loads(answer.choices[0].message.content)) == {"city", "capital"}
        with pytest.raises(errors.BadRequestResponseError) as raised:
            client.chat.send(model=MODEL, messages=TOO_LONG, plugins=WHOLE)
        assert "context" in raised.value.data.error.message
        with client.chat.send(model=MODEL, messages=LONG_STORY, max_tokens=4000, stream=True) as stream:
            for number, _ in enumerate(stream):
                if number == 3:
                    break
        assert is_free(local_router)


def test_openai_sdk(local_router):
    with openai.OpenAI(api_key=KEY, base_url=local_router.base, timeout=120) as client:
        messages = [{"role": "user", "content": "Say hello."}]
        answer = client.chat.completions.create(model=MODEL, messages=messages, max_tokens=20)
        assert answer.choices[0].message.content
        stream = client.chat.completions.create(model=MODEL, messages=messages, max_tokens=20, stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream).strip()
        answer = client.chat.completions.create(
            model=MODEL,
            messages=messages,
            max_tokens=400,
            temperature=0,
            response_format={"type": "json_schema", "json_schema": SCHEMA},
        )
        assert set(json.loads(answer.choices[0].message.content)) == {"city", "capital"}
        answer = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "What is the weather in Rome?"}],
            tools=WEATHER,
            tool_choice="required",
            temperature=0,
            max_tokens=80,
        )
        assert answer.choices[0].message.tool_calls[0].function.name == "get_weather"
        with pytest.raises(openai.BadRequestError) as raised:
            client.chat.completions.create(model=MODEL, messages=TOO_LONG, extra_body={"plugins": WHOLE})
        assert raised.value.body["metadata"]["error_type"] == "context_length_exceeded"
        stream = client.chat.completions.create(model=MODEL, messages=LONG_STORY, max_tokens=4000, stream=True)
        for number, _ in enumerate(stream):
            if number == 3:
                break
        stream.close()
        assert is_free(local_router)


def test_litellm(local_router):
    ways = {"openrouter": ["stream", "tools-stream"], "anthropic": ["tools-stream"], "messages": ["plain", "tools"]}
    ways["responses"] = ["stream", "tools"]
    jobs = [
        {"route": route, "case": case, "model": MODEL, "content": "What is the weather in Rome?"}
        for route, cases in ways.items()
        for case in cases
    ]
    answers = run_client("clients", "litellm_client.py", local_router, json.dumps(jobs))
    for job, answer in zip(jobs, answers, strict=True):
        assert answer["calls"] or answer["text"].strip(), (job, answer)
        if "tools" in job["case"]:
            assert answer["calls"][0][0] == "f" and "city" in answer["calls"][0][1], (job, answer)


def test_litellm_schema_error_and_cancel(local_router):
    jobs = [
        {"route": "openrouter", "case": "json_schema", "model": MODEL, "content": "Name a number."},
        {"route": "openrouter", "case": "plain", "model": MODEL + "-of-nobody", "content": "Say hello."},
        {"route": "openrouter", "case": "cancel", "model": MODEL, "content": LONG_STORY[0]["content"]},
    ]
    schema, error, cancel = run_client("clients", "litellm_client.py", local_router, json.dumps(jobs))
    assert set(json.loads(schema["text"])) == {"a"}, schema
    assert error["error"] == "BadRequestError" and MODEL in error["message"], error
    assert cancel == {"cancelled": True}
    assert is_free(local_router)


@pytest.mark.parametrize("case", ["plain", "stream"])
def test_langchain(local_router, case):
    answer = run_client("langchain", "langchain_client.py", local_router, case, MODEL, "Say hello.")
    assert answer["text"].strip()


def test_langchain_tools(local_router):
    answer = run_client(
        "langchain", "langchain_client.py", local_router, "tools", MODEL, "What is the weather in Rome?"
    )
    assert answer["calls"][0]["name"] == "get_weather"


def test_langchain_schema_error_and_cancel(local_router):
    def run(case: str, message: str, model: str = MODEL):
        return run_client("langchain", "langchain_client.py", local_router, case, model, message)

    assert set(run("json_schema", "Name a number.")["value"]) == {"a"}
    answer = run("error", "Say hello.", MODEL + "-of-nobody")
    assert "BadRequest" in answer["error"] and MODEL in answer["message"], answer
    assert run("cancel", LONG_STORY[0]["content"]) == {"cancelled": True}
    assert is_free(local_router)


def test_the_chat_command(local_router):
    env = {"MARTLET_BASE_URL": local_router.base, "MARTLET_API_KEY": KEY}
    done = run_martlet("chat", "-m", MODEL, "Say hello", env=env, timeout=280)
    assert done.returncode == 0, done.stderr
    *answer, last = (done.stdout + done.stderr).strip().splitlines()
    assert answer and "Local" in last and "tokens/s" in last and "$" in last

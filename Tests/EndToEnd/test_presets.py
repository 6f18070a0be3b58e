"""Presets: requests that name one reach the provider as if their caller had written all of it."""

import asyncio
import json
import signal

import anthropic
import openai
import openrouter
import pytest
import requests
from support.dialects import UPSTREAMS, config, script
from support.keys import make, reload, with_management
from support.processes import KEY, Router, eventually, run_martlet
from support.scripts import new_tag, tagged
from support.sse import read

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
LOOK = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": SCHEMA}}
PRESETS = {
    "support": {
        "model": "dialects/openai",
        "system_prompt": "Be brief.",
        "temperature": 0.25,
        "max_tokens": 77,
        "stop": ["END"],
        "tools": [LOOK],
        "tool_choice": "auto",
        "provider": {"allow_fallbacks": False},
    },
    "thinker": {"models": ["dialects/anthropic", "dialects/openai"], "reasoning": {"effort": "low"}, "seed": 7},
    "plain": {"temperature": 0.5},
    "lost": {"model": "dialects/opnai"},
    "json": {
        "model": "dialects/openai",
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "place", "strict": True, "schema": {**SCHEMA, "additionalProperties": False}},
        },
    },
}
CALLERS = {"chat": "/chat/completions", "messages": "/messages", "responses": "/responses"}


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router({**config(simulator), "presets": PRESETS}, tmp_path_factory.mktemp("presets")) as process:
        yield process


def post(router, path: str, body: dict) -> requests.Response:
    return requests.post(router.base + path, json=body, headers=router.headers, timeout=60)


def body_of(caller: str, text: str, **more) -> dict:
    if caller == "responses":
        return {"input": text, **more}
    return {"messages": [{"role": "user", "content": text}], **more}


def sent(simulator, tag: str) -> dict:
    (entry,) = simulator.seen(tag)
    return entry["body"]


def say(dialect: str = "openai", **scenario) -> tuple[str, str]:
    tag = new_tag()
    return tag, script(dialect, tag, text="Hello.", **scenario)


@pytest.mark.parametrize("is_stream", [False, True])
@pytest.mark.parametrize(
    "naming", [{"model": "@preset/support"}, {"preset": "support"}, {"preset": "support", "model": "@preset/support"}]
)
@pytest.mark.parametrize("caller", CALLERS)
def test_every_way_to_name_one(router, simulator, caller, naming, is_stream):
    tag, text = say()
    answer = post(router, CALLERS[caller], body_of(caller, text, stream=is_stream, **naming))
    assert answer.status_code == 200, answer.text
    assert "Hello." in answer.text and "dialects/openai" in answer.text
    assert "@preset" not in answer.text
    body = sent(simulator, tag)
    assert body["model"] == "by-openai-model" and "preset" not in body and "provider" not in body
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]
    assert body["temperature"] == 0.25 and body["max_tokens"] == 77 and body["stop"] == ["END"]
    (tool,) = body["tools"]
    assert tool["function"]["name"] == "look" and tool["function"]["parameters"] == SCHEMA
    assert body["tool_choice"] == "auto"


@pytest.mark.parametrize("caller", CALLERS)
def test_the_model_in_front_of_it_wins(router, simulator, caller):
    for naming in [
        {"model": "dialects/openai-pair:nitro@preset/support"},
        {"model": "dialects/openai-pair", "preset": "support"},
    ]:
        tag = new_tag()
        text = "@sim " + json.dumps({"tag": tag, "*": {"text": "Hello."}})
        answer = post(router, CALLERS[caller], body_of(caller, text, **naming))
        assert answer.status_code == 200 and answer.json()["model"] == "dialects/openai-pair", answer.text
        assert sent(simulator, tag)["temperature"] == 0.25


@pytest.mark.parametrize("dialect", UPSTREAMS)
@pytest.mark.parametrize("caller", CALLERS)
def test_at_every_provider(router, simulator, caller, dialect):
    tag, text = say(dialect)
    answer = post(router, CALLERS[caller], body_of(caller, text, model=f"dialects/{dialect}@preset/support"))
    assert answer.status_code == 200, answer.text
    text_of = json.dumps(sent(simulator, tag))
    assert "Be brief." in text_of and '"look"' in text_of and "0.25" in text_of and "77" in text_of
    assert "END" in text_of or dialect == "openai-responses"


def test_what_the_request_says_wins(router, simulator):
    tag, text = say()
    own = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
    more = {"type": "function", "function": {"name": "more", "parameters": {"type": "object", "properties": {}}}}
    body = {
        "model": "@preset/support",
        "messages": [{"role": "developer", "content": "Be long."}, {"role": "user", "content": text}],
        "temperature": 0.75,
        "max_completion_tokens": 11,
        "stop": None,
        "tools": [more, own],
        "provider": {"sort": "price"},
    }
    answer = post(router, "/chat/completions", body)
    assert answer.status_code == 200, answer.text
    body = sent(simulator, tag)
    assert [message["content"] for message in body["messages"]] == ["Be long.", text]
    assert body["temperature"] == 0.75 and body["stop"] == ["END"]
    assert body.get("max_completion_tokens", body.get("max_tokens")) == 11
    assert body["tools"] == [own, more]


@pytest.mark.parametrize(
    ("caller", "own"),
    [
        ("messages", {"system": "Be long.", "stop_sequences": ["STOP"], "tool_choice": {"type": "any"}}),
        ("responses", {"instructions": "Be long.", "stop": "STOP", "tool_choice": "required"}),
    ],
)
def test_own_words_of_other_dialects_win(router, simulator, caller, own):
    tag, text = say()
    limit = "max_tokens" if caller == "messages" else "max_output_tokens"
    answer = post(router, CALLERS[caller], body_of(caller, text, preset="support", **own, **{limit: 33}))
    assert answer.status_code == 200, answer.text
    body = sent(simulator, tag)
    assert [message["content"] for message in body["messages"]] == ["Be long.", text]
    assert body["stop"] == ["STOP"] and body["tool_choice"] == "required" and body["max_tokens"] == 33
    assert body["temperature"] == 0.25 and len(body["tools"]) == 1


@pytest.mark.parametrize("caller", CALLERS)
def test_several_models_and_thinking(router, simulator, caller):
    tag = new_tag()
    text = "@sim " + json.dumps({"tag": tag, "by-anthropic": {"status": 503}, "by-openai": {"text": "Hello."}})
    answer = post(router, CALLERS[caller], body_of(caller, text, preset="thinker"))
    assert answer.status_code == 200 and answer.json()["model"] == "dialects/openai", answer.text
    body = simulator.seen(tag)[-1]["body"]
    assert body["seed"] == 7 and body.get("reasoning_effort", body.get("reasoning", {}).get("effort")) == "low"


@pytest.mark.parametrize("dialect", ["gemini", "cohere"])
@pytest.mark.parametrize("caller", CALLERS)
def test_words_of_chat_reach_providers_that_have_their_own(router, simulator, caller, dialect):
    tag, text = say(dialect)
    answer = post(router, CALLERS[caller], body_of(caller, text, model=f"dialects/{dialect}@preset/thinker"))
    assert answer.status_code == 200, answer.text
    assert '"seed": 7' in json.dumps(sent(simulator, tag))


@pytest.mark.parametrize("caller", CALLERS)
def test_a_schema_for_the_answer(router, simulator, caller):
    tag = new_tag()
    text = script("openai", tag, text='{"city": "Oslo"}')
    answer = post(router, CALLERS[caller], body_of(caller, text, preset="json"))
    assert answer.status_code == 200, answer.text
    found = sent(simulator, tag)["response_format"]
    assert found["type"] == "json_schema" and found["json_schema"]["schema"]["required"] == ["city"]


def test_a_response_repeats_what_the_preset_gave(router):
    _, text = say()
    answer = post(router, "/responses", {"preset": "support", "input": text}).json()
    assert answer["temperature"] == 0.25 and answer["max_output_tokens"] == 77
    assert answer["instructions"] == "Be brief." and answer["tools"][0]["name"] == "look"


def test_a_text_to_go_on_with(router, simulator):
    tag, text = say()
    answer = post(router, "/completions", {"model": "@preset/support", "prompt": text})
    assert answer.status_code == 200 and answer.json()["model"] == "dialects/openai", answer.text
    body = sent(simulator, tag)
    assert body["prompt"] == text and body["temperature"] == 0.25 and body["max_tokens"] == 77
    assert "tools" not in body and "tool_choice" not in body and "messages" not in body


def test_it_needs_no_model(router, simulator):
    tag, text = tagged(alpha={"text": "Hello."})
    answer = post(router, "/chat/completions", body_of("chat", text, model="@preset/plain"))
    assert answer.status_code == 200 and answer.json()["model"] == "test/one", answer.text
    assert sent(simulator, tag)["temperature"] == 0.5


# Errors


def error(answer: requests.Response) -> dict:
    body = answer.json()
    return body["error"]


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("naming", [{"model": "dialects/openai@preset/suport"}, {"preset": "suport"}])
def test_an_unknown_one(router, caller, naming):
    answer = post(router, CALLERS[caller], body_of(caller, "Hi", max_tokens=5, **naming))
    assert answer.status_code == 404 and "Did you mean support?" in error(answer)["message"], answer.text
    if caller == "chat":
        assert error(answer)["param"] == ("model" if "model" in naming else "preset")


def test_a_server_without_any(own_router):
    router = own_router()
    for caller, path in CALLERS.items():
        for naming in [{"preset": "support", "model": "test/one"}, {"model": "test/one@preset/support"}]:
            answer = post(router, path, body_of(caller, "Hi", max_tokens=5, **naming))
            assert answer.status_code == 404 and "support" in error(answer)["message"], answer.text


@pytest.mark.parametrize(
    ("more", "param", "said"),
    [
        ({"preset": "plain", "model": "@preset/support"}, "preset", "send one of them"),
        ({"preset": 7}, "preset", "must be a string"),
        ({"model": "dialects/openai", "models": ["@preset/support"]}, "models[0]", "name it in 'model'"),
        ({"preset": "plain", "temperature": 9}, "temperature", "must be a number"),
        ({"preset": "lost"}, "model", "The preset \"lost\" gives 'model' to this request."),
    ],
)
def test_what_is_wrong_is_named(router, more, param, said):
    answer = post(router, "/chat/completions", body_of("chat", "Hi", **more))
    assert answer.status_code == 400 and error(answer)["param"] == param, answer.text
    assert said in error(answer)["message"]


def test_a_choice_that_messages_cannot_say(own_router):
    choice = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [LOOK]}}
    router = own_router(presets={"several": {"model": "test/one", "tools": [LOOK], "tool_choice": choice}})
    for path in ["/messages", "/messages/count_tokens"]:
        answer = post(router, path, body_of("messages", "Hi", preset="several", max_tokens=5))
        assert answer.status_code == 400 and 'The preset "several" gives' in error(answer)["message"], answer.text


@pytest.mark.parametrize("body", [{"preset": "lost"}, {"preset": "dear"}])
def test_an_explanation_names_the_preset(own_router, simulator, body):
    presets = {"lost": PRESETS["lost"], "dear": {"model": "test/one", "provider": {"only": ["nobody"]}}}
    router = own_router(config={**config(simulator), "presets": presets})
    answer = post(router, "/route/explain", body).json()
    found = answer["error"] if "error" in answer else answer["data"]["error"]
    assert found["code"] >= 400 and f'The preset "{body["preset"]}" gives' in found["message"], answer


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"messages": [{"role": "user", "content": "Hi"}, {"role": "nobody", "content": "Hi"}]}, "messages[1].role"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": "Hi"}], "tools": [{"type": "function"}]}, "tools[0].function"),
    ],
)
def test_what_the_caller_sent_is_counted_as_sent(router, more, param):
    answer = post(router, "/chat/completions", {"preset": "support", **more})
    assert answer.status_code == 400 and error(answer)["param"] == param, answer.text
    assert f"'{param}'" in error(answer)["message"] and "preset" not in error(answer)["message"]


def test_what_a_provider_has_no_words_for_is_counted_as_sent(router):
    parts = [{"type": "text", "text": "Hi"}, {"type": "hologram", "hologram": {"depth": 3}}]
    body = {"model": "dialects/anthropic@preset/support", "messages": [{"role": "user", "content": parts}]}
    answer = post(router, "/chat/completions", body)
    assert answer.status_code == 400 and error(answer)["param"] == "messages[0].content[1]", answer.text


def test_log_probabilities_asked_for_twice(own_router, simulator):
    presets = {"likely": {"model": "dialects/openai", "logprobs": True, "top_logprobs": 2}}
    router = own_router(config={**config(simulator), "presets": presets})
    tag, text = say()
    answer = post(router, "/responses", {"preset": "likely", "input": text, "logprobs": True})
    assert answer.status_code == 200, answer.text
    assert sent(simulator, tag)["logprobs"] is True


def test_memory_is_counted_with_the_preset(own_router, simulator):
    """A megabyte of a preset is one more body in chat, and four while it is put into another dialect."""
    presets = {"long": {"model": "dialects/openai", "system_prompt": "word " * 200_000}}
    settings = {**config(simulator), "presets": presets, "limits": {"memory": "3MiB", "body": "1MiB"}, "workers": 1}
    for model in settings["models"]:
        model["context_length"] = 50_000_000
    router = own_router(config=settings)
    for path, caller, status in [
        ("/chat/completions", "chat", 200),
        ("/messages", "messages", 503),
        ("/messages/count_tokens", "messages", 503),
        ("/responses", "responses", 503),
    ]:
        _, text = say()
        answer = post(router, path, body_of(caller, text, preset="long"))
        assert answer.status_code == status, (path, answer.text[:300])
        assert status == 200 or "limits.memory" in answer.text


# What guards requests guards these


def test_a_key_for_other_models(own_router, simulator):
    presets = {"one": {"model": "test/one"}, "other": {"model": "test/other"}}
    router = own_router(config=with_management(simulator, presets=presets))
    key, _ = make(router, allowed_models=["test/other"])
    for slug, status in [("one", 403), ("other", 200)]:
        _, text = tagged(any={"text": "Hello."})
        answer = router.chat(text, f"@preset/{slug}", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == status, answer.text


def test_the_record_names_the_model_and_no_preset(router):
    _, text = say()
    answer = post(router, "/chat/completions", body_of("chat", text, preset="support")).json()
    record = eventually(lambda: router.generation(answer["id"]).json().get("data"), "the record is there")
    assert record["model"] == "dialects/openai" and record["preset_id"] is None


def test_explained_and_counted(router):
    answer = post(router, "/route/explain", {"model": "@preset/support"}).json()["data"]
    assert answer["requested"] == "dialects/openai" and len(answer["candidates"]) == 1
    body = body_of("messages", "Hi", model="dialects/openai")
    counts = [
        post(router, "/messages/count_tokens", {**body, **more}).json()["input_tokens"]
        for more in [{}, {"preset": "support"}]
    ]
    assert counts[1] > counts[0] + 10


# The configuration


def test_a_reload_changes_them(own_router, simulator):
    router = own_router(presets={"a": {"temperature": 0.1}})

    def temperature(slug: str):
        tag, text = tagged(alpha={"text": "Hello."})
        answer = router.chat(text, f"test/one@preset/{slug}")
        return sent(simulator, tag)["temperature"] if answer.status_code == 200 else answer.status_code

    assert temperature("a") == 0.1 and temperature("b") == 404
    reload(router, {**router.config, "presets": {"b": {"temperature": 0.2}}})
    eventually(lambda: temperature("b") == 0.2, "the new one is there")
    eventually(lambda: temperature("a") == 404, "the old one is gone")
    router.write_config({**router.config, "presets": {"b": {"temperature": "hot"}}})
    router.signal(signal.SIGHUP)
    eventually(lambda: "'temperature' must be a number" in str(router.logs()), "the log says what is wrong")
    assert temperature("b") == 0.2


def test_the_doctor_speaks_of_them(simulator, tmp_path):
    path = tmp_path / "martlet.yaml"
    path.write_text(json.dumps({**config(simulator), "presets": PRESETS}))
    done = run_martlet("doctor", "--config", str(path))
    assert "the preset lost names dialects/opnai, which is not in the catalogue" in done.stdout + done.stderr
    assert "5 presets" in done.stdout
    path.write_text(json.dumps({**config(simulator), "presets": {"a": {"temprature": 1}}}))
    done = run_martlet("doctor", "--config", str(path))
    assert done.returncode != 0 and "did you mean temperature?" in done.stdout + done.stderr


# Plain requests


def test_a_request_without_one_is_untouched(router, simulator):
    tag, text = tagged(alpha={"text": "Hello."})
    body = '{ "messages" : [{"role":"user","content":' + json.dumps(text) + '}], "model":"test/one", "own": {"a" : 1} }'
    headers = {**router.headers, "Content-Type": "application/json"}
    answer = requests.post(router.base + "/chat/completions", data=body, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    (entry,) = simulator.seen(tag)
    assert entry["request"]["body"] == body.replace("test/one", "alpha-model")


# The SDKs


@pytest.mark.parametrize("is_stream", [False, True])
def test_the_sdk_of_openai(router, simulator, is_stream):
    with openai.OpenAI(api_key=KEY, base_url=router.base, timeout=30, max_retries=0) as client:
        for more in [{"model": "@preset/support"}, {"model": "", "extra_body": {"preset": "support", "model": None}}]:
            tag, text = say()
            messages = [{"role": "user", "content": text}]
            answer = client.chat.completions.create(messages=messages, stream=is_stream, **more)
            if is_stream:
                chunks = list(answer)
                model, said = chunks[0].model, "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
            else:
                model, said = answer.model, answer.choices[0].message.content
            assert model == "dialects/openai" and said == "Hello."
            assert sent(simulator, tag)["messages"][0]["content"] == "Be brief."
        tag, text = say()
        if is_stream:
            with client.responses.stream(model="@preset/support", input=text) as events:
                found = [event for event in events][-1].response
        else:
            found = client.responses.create(model="@preset/support", input=text)
        assert found.output_text == "Hello." and found.model == "dialects/openai"
        assert sent(simulator, tag)["max_tokens"] == 77
        with pytest.raises(openai.NotFoundError) as caught:
            client.chat.completions.create(model="@preset/nobody", messages=[{"role": "user", "content": "Hi"}])
        assert caught.value.param == "model" and "nobody" in caught.value.message


@pytest.mark.parametrize("is_stream", [False, True])
def test_the_sdk_of_anthropic(router, simulator, is_stream):
    url = router.base.removesuffix("/v1")
    with anthropic.Anthropic(api_key=KEY, base_url=url, timeout=30, max_retries=0) as client:
        tag, text = say()
        request = {
            "model": "@preset/support",
            "max_tokens": 50,
            "messages": [{"role": "user", "content": text}],
            "tools": [{"name": "own", "input_schema": SCHEMA}],
        }
        if is_stream:
            with client.messages.stream(**request) as events:
                answer = events.get_final_message()
        else:
            answer = client.messages.create(**request)
        assert answer.content[0].text == "Hello." and answer.model == "dialects/openai"
        body = sent(simulator, tag)
        assert body["messages"][0]["content"] == "Be brief." and body["max_tokens"] == 50
        assert [tool["function"]["name"] for tool in body["tools"]] == ["look", "own"]
        with pytest.raises(anthropic.NotFoundError):
            client.messages.create(**{**request, "model": "@preset/nobody"})


def test_the_sdk_of_openrouter(router, simulator):
    with openrouter.OpenRouter(api_key=KEY, server_url=router.base, timeout_ms=30_000) as client:
        tag, text = say()
        answer = client.chat.send(model="@preset/support", messages=[{"role": "user", "content": text}])
        assert answer.choices[0].message.content == "Hello." and answer.model == "dialects/openai"
        assert sent(simulator, tag)["stop"] == ["END"]

    async def stream():
        async with openrouter.OpenRouter(api_key=KEY, server_url=router.base) as client:
            tag, text = say()
            messages = [{"role": "user", "content": text}]
            chunks = await client.chat.send_async(model="@preset/support", messages=messages, stream=True)
            return tag, "".join([chunk.choices[0].delta.content or "" async for chunk in chunks])

    tag, said = asyncio.run(stream())
    assert said == "Hello." and sent(simulator, tag)["temperature"] == 0.25


def test_a_stream_is_one_like_any_other(router):
    _, text = say()
    answer = router.stream(text, "dialects/openai@preset/support")
    stream = read(answer)
    assert stream.text == "Hello." and stream.finish_reasons == ["stop"]

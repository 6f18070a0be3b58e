"""What a request becomes at providers of another dialect, and what its caller is told of that."""

import json

import pytest
import requests
from support.dialects import CALLERS, UPSTREAMS, ask, config, script
from support.processes import KEY, Router
from support.scripts import new_tag

HEADERS = {"Authorization": f"Bearer {KEY}"}
both = pytest.mark.parametrize("is_stream", [False, True], ids=["plain", "stream"])
PATHS = {"chat": "/chat/completions", "messages": "/messages", "responses": "/responses"}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "minLength": 2}}, "required": ["city"]}


def settings(simulator) -> dict:
    result = config(simulator)
    pricing = {"prompt": "0.000001", "completion": "0.000002"}
    listed = ["max_tokens", "temperature", "tools", "response_format", "web_search_options"]
    for dialect in UPSTREAMS:
        endpoint = {"provider": f"by-{dialect}", "model": f"by-{dialect}-model", "pricing": pricing}
        model = {"context_length": 128000, "supported_parameters": listed, "endpoints": [endpoint]}
        result["models"].append({"id": f"listed/{dialect}", **model})
    for slug in ("mistral", "openrouter"):
        provider = {"slug": slug, "dialect": "openai", "base_url": f"{simulator.url}/p/{slug}/v1", "api_key": "secret"}
        if slug == "mistral":
            provider["quirks"] = {"short_call_ids": True}
        result["providers"].append(provider)
        endpoint = {"provider": slug, "model": f"{slug}-model", "pricing": pricing}
        model = {"context_length": 128000, "input_modalities": ["text", "image"]}
        result["models"].append({"id": f"hosts/{slug}", **model, "endpoints": [endpoint]})
    return result


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router(settings(simulator), tmp_path_factory.mktemp("translated")) as process:
        yield process


@pytest.fixture
def healthy_router(simulator, tmp_path):
    """One that knows of no failure, so that a model's first endpoint is asked first."""
    with Router(settings(simulator), tmp_path) as process:
        yield process


def post(router, caller, model, content, is_stream=False, **more):
    body = {"model": model, "stream": is_stream, **more}
    if caller == "responses":
        body.setdefault("input", content)
    else:
        body.setdefault("messages", [{"role": "user", "content": content}])
        body.setdefault("max_tokens", 200)
    headers = HEADERS | {"X-OpenRouter-Metadata": "enabled"}
    return requests.post(router.base + PATHS[caller], json=body, headers=headers, timeout=60)


def events(answer) -> list[dict]:
    lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def metadata(answer, caller, is_stream) -> dict:
    assert answer.status_code == 200, answer.text
    if not is_stream:
        return answer.json()["openrouter_metadata"]
    last = events(answer)[-1]
    if caller == "messages":
        assert last["type"] == "message_stop"
    if caller == "responses":
        assert last["type"] == "response.completed"
        last = last["response"]
    return last["openrouter_metadata"]


@both
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("dialect", UPSTREAMS)
def test_every_caller_gets_the_metadata(router, caller, dialect, is_stream):
    answer = post(router, caller, f"dialects/{dialect}", script(dialect, text="Hello."), is_stream)
    told = metadata(answer, caller, is_stream)
    assert told["requested"] == f"dialects/{dialect}" and told["attempts"][0]["status"] == 200
    assert told["endpoints"]["available"][0]["selected"] is True
    plain = requests.post(
        router.base + PATHS[caller], json=json.loads(answer.request.body), headers=HEADERS, timeout=60
    )
    assert "openrouter_metadata" not in plain.text


@both
def test_what_is_left_out_is_named_and_recorded(router, is_stream):
    caller = "messages"
    tools = [{"name": "f", "input_schema": SCHEMA, "strict": True}]
    answer = post(router, caller, "dialects/gemini", script("gemini", text="Hello."), is_stream, tools=tools, top_k=4)
    told = metadata(answer, caller, is_stream)
    names = ["tools.parameters: minLength", "tools.strict"]
    assert told["attempts"][0]["dropped_parameters"] == names
    (kept,) = router.generation(answer.headers["x-generation-id"]).json()["data"]["provider_responses"]
    assert kept["dropped_parameters"] == names


FOREIGN = {
    "messages": {
        "context_management": {"edits": []},
        "container": "c_1",
        "mcp_servers": [],
        "inference_geo": "eu",
        "thinking": {"type": "between_tools"},
    },
    "responses": {"truncation": "auto", "moderation": {}, "include": ["file_search_call.results"], "unheard_of": 1},
}


@both
@pytest.mark.parametrize("caller", FOREIGN)
def test_members_of_the_callers_dialect_stay_here(router, simulator, caller, is_stream):
    tag = new_tag()
    content = script("openai", tag, text="Hello.")
    answer = post(router, caller, "dialects/openai", content, is_stream, **FOREIGN[caller], session_id="s")
    names = metadata(answer, caller, is_stream)["attempts"][0]["dropped_parameters"]
    assert names == list(FOREIGN[caller])
    (seen,) = simulator.seen(tag)
    options = {"stream_options"} if is_stream else set()
    limit = {"max_tokens"} if caller == "messages" else set()
    known = {"model", "messages", "stream"} | options | limit
    assert set(seen["body"]) <= known and {"model", "messages"} <= set(seen["body"])


@pytest.mark.parametrize("dialect", ["anthropic", "gemini", "bedrock", "cohere"])
def test_what_only_responses_knows_is_named_elsewhere(router, dialect):
    content = script(dialect, text="Hello.")
    answer = post(router, "responses", f"dialects/{dialect}", content, **FOREIGN["responses"], session_id="s")
    names = metadata(answer, "responses", False)["attempts"][0]["dropped_parameters"]
    assert sorted(names) == sorted(FOREIGN["responses"])


@pytest.mark.parametrize("dialect", UPSTREAMS)
def test_what_an_endpoint_does_not_list_is_left_out(router, simulator, dialect):
    tag = new_tag()
    content = script(dialect, tag, text="Hello.")
    unlisted = {"top_p": 0.5, "top_k": 4, "seed": 7, "min_p": 0.1, "frequency_penalty": 1, "logit_bias": {"1": 2}}
    answer = post(router, "chat", f"listed/{dialect}", content, temperature=0.5, **unlisted)
    told = metadata(answer, "chat", False)["attempts"][0]["dropped_parameters"]
    assert sorted(told) == sorted(unlisted)
    (seen,) = simulator.seen(tag)
    sent = json.dumps(seen["body"])
    assert '"temperature": 0.5' in sent
    assert not any(f'"{word}"' in sent for word in ("top_p", "topP", "p", "top_k", "topK", "k", "seed"))


SEARCHES = {
    "openai": ("web_search_options", {}),
    "openai-responses": ("tools", [{"type": "web_search"}]),
    "anthropic": ("tools", [{"type": "web_search_20250305", "name": "web_search"}]),
    "gemini": ("tools", [{"googleSearch": {}}]),
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("wish", ["plugin", "name"])
@pytest.mark.parametrize("dialect", SEARCHES)
def test_the_web_is_searched_where_that_is_asked_for(router, simulator, caller, wish, dialect):
    tag = new_tag()
    content = script(dialect, tag, text="Hello.")
    model = f"listed/{dialect}" + (":online" if wish == "name" else "")
    plugins = {"plugins": [{"id": "web"}]} if wish == "plugin" else {}
    answer = post(router, caller, model, content, **plugins)
    assert answer.status_code == 200, answer.text
    (seen,) = simulator.seen(tag)
    member, value = SEARCHES[dialect]
    assert seen["body"][member] == value


@both
@pytest.mark.parametrize("caller", ["chat", "messages"])
@pytest.mark.parametrize("dialect", ["openai", "openai-responses", "gemini", "cohere"])
def test_markers_that_a_provider_does_not_know_are_named_once(router, simulator, caller, dialect, is_stream):
    tag = new_tag()
    marker = {"cache_control": {"type": "ephemeral"}}
    parts = [{"type": "text", "text": word, **marker} for word in ("One", "Two")]
    messages = [{"role": "user", "content": [*parts, {"type": "text", "text": script(dialect, tag, text="Hello.")}]}]
    answer = post(router, caller, f"dialects/{dialect}", "", is_stream, messages=messages, **marker)
    assert metadata(answer, caller, is_stream)["attempts"][0]["dropped_parameters"] == ["cache_control"]
    (seen,) = simulator.seen(tag)
    assert "cache" not in json.dumps(seen["body"])


@pytest.mark.parametrize("dialect", ["anthropic", "gemini", "bedrock", "cohere"])
def test_what_legacy_completions_ask_beyond_text_is_named(router, dialect):
    body = {"model": f"dialects/{dialect}", "prompt": script(dialect, text="Hello."), "max_tokens": 20}
    wishes = {"echo": True, "suffix": "!"}
    headers = HEADERS | {"X-OpenRouter-Metadata": "enabled"}
    answer = requests.post(router.base + "/completions", json=body | wishes, headers=headers, timeout=60)
    assert answer.json()["choices"][0]["text"] == "Hello."
    names = answer.json()["openrouter_metadata"]["attempts"][0]["dropped_parameters"]
    assert sorted(names) == sorted(wishes)


def test_a_chat_callers_own_members_pass(router, simulator):
    tag = new_tag()
    post(router, "chat", "dialects/openai", script("openai", tag, text="Hello."), unheard_of={"a": 1})
    (seen,) = simulator.seen(tag)
    assert seen["body"]["unheard_of"] == {"a": 1}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(
    ("dialect", "reason", "tries"),
    [
        ("gemini", "MALFORMED_FUNCTION_CALL", 2),
        ("bedrock", "malformed_tool_use", 2),
        ("cohere", "ERROR", 1),
    ],
)
def test_a_part_of_an_answer_that_failed_is_none(healthy_router, simulator, caller, dialect, reason, tries):
    """Nothing of it has left, so the next endpoint answers; a model that made a mistake is asked once more before."""
    tag = new_tag()
    content = script(dialect, tag, text="I call", finish_reason=reason)
    answer = post(healthy_router, caller, f"dialects/{dialect}-pair", content)
    assert "Hello from spare." in answer.text and "I call" not in answer.text
    attempts = answer.json()["openrouter_metadata"]["attempts"]
    assert [attempt["provider"] for attempt in attempts] == [f"by-{dialect}"] * tries + ["spare"]
    alone = post(healthy_router, caller, f"dialects/{dialect}", content)
    assert alone.status_code == 502 and "I call" not in alone.text


def turns(caller: str, name: str, content: str) -> dict:
    """A conversation in which a tool failed and another one gave a picture."""
    if caller == "messages":
        source = {"type": "base64", "media_type": "image/png", "data": PIXEL}
        calls = [{"type": "tool_use", "id": f"toolu_{n}", "name": name, "input": {"city": "Rome"}} for n in (1, 2)]
        results = [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": "No such city", "is_error": True},
            {"type": "tool_result", "tool_use_id": "toolu_2", "content": [{"type": "image", "source": source}]},
        ]
        user = {"role": "user", "content": [*results, {"type": "text", "text": content}]}
        messages = [{"role": "user", "content": "Go."}, {"role": "assistant", "content": calls}, user]
        return {"messages": messages, "tools": [{"name": name, "input_schema": SCHEMA}]}
    call = {"type": "function_call", "name": name, "arguments": '{"city": "Rome"}'}
    image = {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}"}
    items = [
        {"role": "user", "content": "Go."},
        *({**call, "call_id": f"toolu_{n}"} for n in (1, 2)),
        {"type": "function_call_output", "call_id": "toolu_1", "output": "No such city"},
        {"type": "function_call_output", "call_id": "toolu_2", "output": [image]},
        {"role": "user", "content": content},
    ]
    return {"input": items, "tools": [{"type": "function", "name": name, "parameters": SCHEMA}]}


@both
@pytest.mark.parametrize("caller", ["messages", "responses"])
def test_hosts_of_chat_get_tools_under_their_rules(router, simulator, caller, is_stream):
    tag = new_tag()
    name = "mcp__" + "long_" * 14
    calls = [{"name": name[:64], "arguments": '{"city": "Paris"}'}]
    content = script("openai", tag, tool_calls=calls)
    request = turns(caller, name, content)
    asked = request.pop("input", content)
    answer = ask(router, caller, "dialects/openai", asked, is_stream, **request)
    assert answer.calls == [(name, {"city": "Paris"})]
    (seen,) = simulator.seen(tag)
    body = seen["body"]
    assert [tool["function"]["name"] for tool in body["tools"]] == [name[:64]]
    first, assistant, failed, shown, user = body["messages"]
    assert [call["function"]["name"] for call in assistant["tool_calls"]] == [name[:64]] * 2
    assert failed["role"] == shown["role"] == "tool" and "PNG" not in json.dumps(shown)
    if caller == "messages":
        assert failed["content"] == "Error: No such city"
    assert [part["type"] for part in user["content"]] == ["text", "image_url", "text"]
    assert user["content"][1]["image_url"]["url"].endswith(PIXEL) and user["content"][2]["text"] == content
    (kept,) = router.generation(generation_of(answer.id)).json()["data"]["provider_responses"]
    assert "dropped_parameters" not in kept


def generation_of(identifier: str) -> str:
    token = identifier.removeprefix("resp_")
    return identifier if token == identifier else f"gen-{token[:-20]}-{token[-20:]}"


def test_ids_of_calls_are_nine_letters_and_digits_at_mistral(router, simulator):
    tag = new_tag()
    content = "@sim " + json.dumps({"tag": tag, "mistral": {"text": "Hello."}})
    answer = post(router, "messages", "hosts/mistral", content, **turns("messages", "f", content))
    assert answer.status_code == 200, answer.text
    (seen,) = simulator.seen(tag)
    _, assistant, *results, _ = seen["body"]["messages"]
    ids = [call["id"] for call in assistant["tool_calls"]]
    assert all(len(each) == 9 and each.isalnum() for each in ids) and len(set(ids)) == 2
    assert [result["tool_call_id"] for result in results] == ids


def test_another_router_gets_results_as_they_are(router, simulator):
    tag = new_tag()
    name = "mcp__" + "long_" * 14
    content = "@sim " + json.dumps({"tag": tag, "openrouter": {"text": "Hello."}})
    answer = post(router, "messages", "hosts/openrouter", content, **turns("messages", name, content))
    assert answer.status_code == 200, answer.text
    (seen,) = simulator.seen(tag)
    shown, user = seen["body"]["messages"][-2:]
    assert shown["content"][0]["type"] == "image_url" and user["content"] == content
    assert seen["body"]["tools"][0]["function"]["name"] == name


@pytest.mark.parametrize(("dialect", "limit"), [("openai", 1), ("anthropic", 0)])
def test_a_request_that_only_fills_the_cache_is_taken(router, simulator, dialect, limit):
    tag = new_tag()
    answer = post(
        router, "messages", f"dialects/{dialect}", script(dialect, tag, text="Hi", finish_reason="length"),
        max_tokens=0, top_p=0,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    (seen,) = simulator.seen(tag)
    assert seen["body"]["max_tokens"] == limit


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
def test_the_echo_speaks_the_callers_dialect(router, simulator, caller, dialect):
    tag = new_tag()
    content = script(dialect, tag, text="Hello.")
    answer = post(router, caller, f"dialects/{dialect}", content, True, debug={"echo_upstream_body": True})
    (seen,) = simulator.seen(tag)
    found = events(answer)
    if caller == "chat":
        assert found[0]["choices"] == [] and found[0]["debug"]["echo_upstream_body"] == seen["body"]
    elif caller == "responses":
        assert found[0]["type"] == "response.debug"
        assert found[0]["debug"]["echo_upstream_body"] == seen["body"]
        assert [event["sequence_number"] for event in found] == list(range(len(found)))
    else:
        assert found[0]["type"] == "message_start" and "debug" not in answer.text
    assert answer.text.count("echo_upstream_body") == (0 if caller == "messages" else 1)


def test_a_users_name_is_in_the_text_where_there_is_no_field(router, simulator):
    tag = new_tag()
    content = script("bedrock", tag, text="Hello.")
    messages = [{"role": "user", "name": "ann", "content": "Hi"}, {"role": "user", "content": content}]
    answer = post(router, "chat", "dialects/bedrock", content, messages=messages)
    (seen,) = simulator.seen(tag)
    assert seen["body"]["messages"][0]["content"][0] == {"text": "ann: Hi"}
    assert "dropped_parameters" not in answer.json()["openrouter_metadata"]["attempts"][0]


LOST = {
    "anthropic": "messages.1.content.0: Invalid `signature` in `thinking` block",
    "gemini": "Corrupted thought signature.",
}


@pytest.mark.parametrize("dialect", LOST)
def test_thinking_that_is_not_known_any_more_is_left_out(healthy_router, simulator, dialect):
    """The same endpoint is asked once more without it."""
    tag = new_tag()
    error = {"message": LOST[dialect], "type": "invalid_request_error"}
    content = "@sim " + json.dumps({"tag": tag, f"by-{dialect}": [{"status": 400, "error": error}, {"text": "Hello."}]})
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    messages = [
        {"role": "user", "content": "Go."},
        {"role": "assistant", "content": [thought, {"type": "text", "text": "So."}]},
        {"role": "user", "content": content},
    ]
    answer = post(healthy_router, "messages", f"dialects/{dialect}-pair", content, messages=messages)
    assert answer.status_code == 200 and answer.json()["content"][0]["text"] == "Hello.", answer.text
    first, second = [json.dumps(entry["body"]) for entry in simulator.seen(tag)]
    assert "c2ln" not in second and "So." in second

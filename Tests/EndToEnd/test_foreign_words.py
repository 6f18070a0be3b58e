"""Words of one dialect in requests of another: understood, or refused by name, and never lost without a word."""

import json

import pytest
import requests
from support.dialects import UPSTREAMS, config, script
from support.processes import KEY, Router
from support.scripts import new_tag

HEADERS = {"Authorization": f"Bearer {KEY}", "X-OpenRouter-Metadata": "enabled"}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
HOSTED = {"type": "mcp", "server_label": "crm", "server_url": "https://example.com/mcp"}
OTHERS = [dialect for dialect in UPSTREAMS if dialect != "openai"]


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router(config(simulator), tmp_path_factory.mktemp("foreign")) as process:
        yield process


def post(router, path: str, body: dict):
    return requests.post(router.base + path, json=body, headers=HEADERS, timeout=60)


def chat(router, model: str, content: list, **more):
    return post(
        router, "/chat/completions", {"model": model, "messages": [{"role": "user", "content": content}], **more}
    )


def seen(simulator, tag: str) -> str:
    (entry,) = simulator.seen(tag)
    return json.dumps(entry["body"])


@pytest.mark.parametrize("dialect", UPSTREAMS)
def test_parts_of_responses_and_messages_arrive(router, simulator, dialect):
    tag = new_tag()
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}
    text = {"type": "input_text", "text": script(dialect, tag, text="Hello.")}
    answer = chat(router, f"dialects/{dialect}", [text, image])
    assert answer.status_code == 200, answer.text
    assert PIXEL in seen(simulator, tag)


@pytest.mark.parametrize("dialect", OTHERS)
def test_an_unknown_part_is_refused_and_goes_to_who_may_know_it(router, simulator, dialect):
    tag = new_tag()
    text = {"type": "text", "text": "@sim " + json.dumps({"tag": tag, "*": {"text": "Hello from spare."}})}
    part = {"type": "hologram", "hologram": {"depth": 3}}
    answer = chat(router, f"dialects/{dialect}", [text, part])
    error = answer.json()["error"]
    assert answer.status_code == 400 and error["param"] == "messages[0].content[1]", answer.text
    assert "hologram" in error["message"] and simulator.seen(tag) == []
    answer = chat(router, f"dialects/{dialect}-pair", [text, part])
    assert answer.status_code == 200 and answer.json()["provider"] == "spare"
    assert '"depth": 3' in seen(simulator, tag)


def test_a_block_that_only_anthropic_may_know(router, simulator):
    tag = new_tag()
    text = {"type": "text", "text": script("anthropic", tag, text="Hello.")}
    block = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    body = {"max_tokens": 9, "messages": [{"role": "user", "content": [text, block]}]}
    refused = post(router, "/messages", {"model": "dialects/openai", **body})
    assert refused.status_code == 400 and "image_url" in refused.json()["error"]["message"], refused.text
    assert simulator.seen(tag) == []
    assert post(router, "/messages", {"model": "dialects/anthropic", **body}).status_code == 200
    assert PIXEL in seen(simulator, tag)


@pytest.mark.parametrize("dialect", [name for name in UPSTREAMS if name != "openai-responses"])
def test_a_tool_that_a_provider_lacks(router, simulator, dialect):
    tag = new_tag()
    body = {"model": f"dialects/{dialect}", "input": script(dialect, tag, text="Hello."), "tools": [HOSTED]}
    answer = post(router, "/responses", body)
    attempt = answer.json()["openrouter_metadata"]["attempts"][0]
    assert answer.status_code == 200 and any(name.startswith("tools") for name in attempt["dropped_parameters"])
    assert '"tools"' not in seen(simulator, tag)
    for more, param in [
        ({"tool_choice": "required"}, "tool_choice"),
        ({"provider": {"require_parameters": True}}, "tools"),
    ]:
        refused = post(router, "/responses", {**body, **more})
        assert refused.status_code == 400, refused.text
        assert "mcp" in refused.json()["error"]["message"] and param in refused.text
    assert len(simulator.seen(tag)) == 1


def test_the_provider_of_that_dialect_has_the_tool(router, simulator):
    tag = new_tag()
    body = {"model": "dialects/openai-responses", "input": script("openai-responses", tag, text="Hello.")}
    more = {"tools": [HOSTED], "tool_choice": "required", "provider": {"require_parameters": True}}
    assert post(router, "/responses", {**body, **more}).status_code == 200
    (entry,) = simulator.seen(tag)
    assert entry["body"]["tools"] == [HOSTED] and entry["body"]["tool_choice"] == "required"


@pytest.mark.parametrize(
    ("choice", "sent"),
    [({"type": "function", "name": "f"}, {"type": "tool", "name": "f"}), ({"type": "auto"}, {"type": "auto"})],
)
def test_a_choice_of_another_dialect_is_understood(router, simulator, choice, sent):
    tag = new_tag()
    text = {"type": "text", "text": script("anthropic", tag, text="Hello.")}
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]
    answer = chat(router, "dialects/anthropic", [text], tools=tools, tool_choice=choice)
    assert answer.status_code == 200, answer.text
    (entry,) = simulator.seen(tag)
    assert entry["body"]["tool_choice"] == sent


def test_a_choice_of_no_tool_is_refused(router):
    body = {"model": "dialects/openai", "input": "Hi", "tool_choice": {"type": "web_search"}}
    refused = post(router, "/responses", body)
    assert refused.status_code == 400 and "web_search" in refused.json()["error"]["message"], refused.text


def test_turns_that_only_responses_knows_leave_none_empty(router, simulator):
    tag = new_tag()
    last = {"role": "user", "content": script("openai", tag, text="Hello.")}
    items = [{"role": "user", "content": "a"}, {"type": "compaction", "encrypted_content": "x"}, last]
    answer = post(router, "/responses", {"model": "dialects/openai", "input": items})
    assert answer.status_code == 200, answer.text
    (entry,) = simulator.seen(tag)
    assert entry["body"]["messages"] == [{"role": "user", "content": "a"}, last]

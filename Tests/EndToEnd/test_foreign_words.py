"""Words of one dialect in requests of another: understood, or refused by name, and never lost without a word."""

import pytest
import requests
from support.dialects import config, script
from support.processes import KEY, Router
from support.scripts import new_tag

HEADERS = {"Authorization": f"Bearer {KEY}", "X-OpenRouter-Metadata": "enabled"}


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

"""A coding agent's request, with everything that such requests have, arrives as it was sent.

At a provider of the agent's own dialect as the same JSON values; elsewhere whatever the other dialect can say.
"""

import json

import anthropic
import pytest
from support import agent
from support.processes import KEY, Router, standard_config
from support.scripts import new_tag

# A provider of each dialect and a model of it, as the shipped catalogue has them; only the address is another.
PROVIDERS = {
    "anthropic": ("anthropic", "", "anthropic/claude-sonnet-4.5"),
    "openai": ("openai", "/v1", "openai/gpt-5"),
    "gemini": ("google-ai-studio", "", "google/gemini-2.5-pro"),
}
CHAT_MEMBERS = {
    "model", "messages", "tools", "tool_choice", "stream", "stream_options", "max_tokens", "max_completion_tokens",
    "reasoning_effort", "temperature", "user", "parallel_tool_calls",
}  # fmt: skip
CALLS = [
    {"name": "Bash", "arguments": '{"command": "make \\"all\\"\\n"}'},
    {"name": "mcp__tree__walk", "arguments": '{"root": {"children": []}}'},
]


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    settings = standard_config(simulator)
    for dialect, (slug, path, _) in PROVIDERS.items():
        url = f"{simulator.url}/p/by-{dialect}{path}"
        settings["providers"].append({"slug": slug, "base_url": url, "api_key": f"secret-{slug}"})
    with Router(settings, tmp_path_factory.mktemp("agent")) as process:
        yield process


@pytest.fixture(scope="module")
def client(router):
    with anthropic.Anthropic(api_key=KEY, base_url=router.base.removesuffix("/v1"), max_retries=0) as client:
        yield client


def script(dialect: str, tag: str) -> str:
    scenario = {"reasoning": "Now I build.", "tool_calls": CALLS}
    return "@sim " + json.dumps({"tag": tag, f"by-{dialect}": scenario}) + "\n<reminder>As you were.</reminder>"


def send(client, request: dict):
    with client.beta.messages.stream(**request, betas=agent.BETAS) as events:
        return events.get_final_message()


def sent(client, simulator, dialect: str) -> tuple[dict, dict]:
    """What the agent asked and what the provider got."""
    tag = new_tag()
    request = agent.request(PROVIDERS[dialect][2], script(dialect, tag))
    answer = send(client, request)
    assert [(block.name, block.input) for block in answer.content if block.type == "tool_use"] == [
        (call["name"], json.loads(call["arguments"])) for call in CALLS
    ]
    (seen,) = simulator.seen(tag)
    return request, seen


def test_its_own_dialect(client, simulator):
    request, seen = sent(client, simulator, "anthropic")
    body = seen["body"]
    # The user of the caller's is a pseudonym upstream.
    assert len(body.pop("metadata")["user_id"]) == 64
    request.pop("metadata")
    # The result of a tool is a list of blocks, which a text is short for.
    for message in request["messages"]:
        for block in message["content"]:
            if block["type"] == "tool_result" and isinstance(block["content"], str):
                block["content"] = [agent.text(block["content"])]
    assert body == request | {"model": "claude-sonnet-4-5", "stream": True}
    fields = seen["request"]["headers"]
    assert fields["anthropic-beta"] == ",".join(agent.BETAS) and fields["anthropic-version"] == "2023-06-01"


def test_the_next_turn_begins_as_the_last_one(client, simulator):
    """Else nothing of it would be found in the provider's cache; and what the model said comes back as it said it."""
    tag = new_tag()
    request = agent.request(PROVIDERS["anthropic"][2], script("anthropic", tag))
    answer = send(client, request)
    said = [block.to_dict(mode="json") for block in answer.content]
    results = [
        {"type": "tool_result", "tool_use_id": block["id"], "content": "Done."}
        for block in said
        if block["type"] == "tool_use"
    ]
    more = [{"role": "assistant", "content": said}, {"role": "user", "content": results}]
    send(client, request | {"messages": request["messages"] + more})
    first, second = simulator.seen(tag)
    texts = [entry["request"]["body"] for entry in (first, second)]
    assert texts[1].startswith(texts[0].removesuffix("]}"))
    thinking, *calls = second["body"]["messages"][-2]["content"]
    assert thinking == {"type": "thinking", "thinking": "Now I build.", "signature": "c2ln"}
    assert [(call["name"], call["input"]) for call in calls] == [
        (call["name"], json.loads(call["arguments"])) for call in CALLS
    ]
    assert [result["tool_use_id"] for result in second["body"]["messages"][-1]["content"]] == [
        call["id"] for call in calls
    ]


def texts(content) -> list[str]:
    return [content] if isinstance(content, str) else [part["text"] for part in content if part.get("type") == "text"]


def test_chat(client, simulator):
    request, seen = sent(client, simulator, "openai")
    body = seen["body"]
    assert [tool["function"] for tool in body["tools"]] == [
        {"name": tool["name"], "description": tool["description"], "parameters": tool["input_schema"]}
        for tool in request["tools"]
    ]
    assert body["max_tokens"] == 12000 and body["reasoning_effort"] in ("medium", "high")
    # Nothing at the top level that a host of chat would refuse.
    assert set(body) <= CHAT_MEMBERS, set(body) - CHAT_MEMBERS
    system, *messages = body["messages"]
    assert system["role"] in ("system", "developer") and texts(system["content"]) == texts(request["system"])
    # Pictures of results follow as the user's, since hosts of chat take text alone from tools.
    expected, moved, images = [], [], []
    for message in request["messages"]:
        blocks = message["content"]
        if message["role"] == "assistant":
            calls = [
                ("call", block["id"], block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"
            ]
            expected += [("assistant", text) for text in texts(blocks)] + calls
            continue
        for block in blocks:
            if block["type"] == "tool_result":
                content = block["content"]
                said = texts(content)
                if block.get("is_error"):
                    said[0] = "Error: " + said[0]
                inside = [part["source"]["data"] for part in content if isinstance(part, dict) and "source" in part]
                if inside:
                    said.append("The rest of this result is attached to the next user message.")
                    moved.append(("user", f"Attached to the result of the tool call {block['tool_use_id']}:"))
                    images += inside
                expected.append(("tool", block["tool_use_id"], said))
        expected += moved
        moved = []
        expected += [("user", text) for text in texts(blocks)]
    found, shown = [], []
    for message in messages:
        content = message["content"]
        if message["role"] == "tool":
            found.append(("tool", message["tool_call_id"], texts(content)))
            continue
        urls = [part["image_url"]["url"] for part in content or [] if isinstance(part, dict) and "image_url" in part]
        shown += [url.removeprefix("data:image/png;base64,") for url in urls]
        found += [(message["role"], text) for text in texts(content or [])]
        for call in message.get("tool_calls", []):
            found.append(("call", call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])))
    assert found == expected and shown == images and images


def of_gemini(schema):
    """The same schema in the keywords that Gemini knows."""
    if isinstance(schema, list):
        return [of_gemini(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    result = {}
    for key, value in schema.items():
        if key == "const":
            result["enum"] = [value]
        elif key == "$ref":
            result[key] = value.replace("#/definitions/", "#/$defs/")
        else:
            result["$defs" if key == "definitions" else key] = of_gemini(value)
    return result


def test_gemini(client, simulator):
    request, seen = sent(client, simulator, "gemini")
    body = seen["body"]
    (declared,) = [tool["functionDeclarations"] for tool in body["tools"]]
    assert [(tool["name"], tool["description"], tool["parametersJsonSchema"]) for tool in declared] == [
        (tool["name"], tool["description"], of_gemini(tool["input_schema"])) for tool in request["tools"]
    ]
    assert body["generationConfig"]["maxOutputTokens"] == 12000
    assert body["generationConfig"]["thinkingConfig"]["thinkingBudget"] == 8000
    assert [part["text"] for part in body["systemInstruction"]["parts"]] == texts(request["system"])
    parts = [(content["role"], part) for content in body["contents"] for part in content["parts"]]
    blocks = [(message["role"], block) for message in request["messages"] for block in message["content"]]
    assert [part["text"] for role, part in parts if role == "user" and "text" in part] == [
        block["text"] for role, block in blocks if role == "user" and block["type"] == "text"
    ]
    calls = [part["functionCall"] for role, part in parts if role == "model" and "functionCall" in part]
    uses = [block for _, block in blocks if block["type"] == "tool_use"]
    assert [(call["name"], call["args"]) for call in calls] == [(use["name"], use["input"]) for use in uses]
    answers = [part["functionResponse"] for role, part in parts if "functionResponse" in part]
    assert [answer["name"] for answer in answers] == [use["name"] for use in uses]
    said = [json.dumps(answer["response"], ensure_ascii=False) for answer in answers]
    assert "import os" in said[0] and "No such folder: src" in said[1] and "The page:" in said[2] and "Done." in said[3]
    assert "error" in answers[1]["response"] and "error" not in answers[0]["response"]
    assert agent.PIXEL in json.dumps(body["contents"])

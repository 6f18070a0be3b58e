"""Requests of chat with something that this router takes and most hosts of chat do not: they get it in their terms, and
the answer comes back in the caller's."""

import json

import pytest
import requests
from support import sse
from support.processes import Router, standard_config
from support.scripts import chunk, tagged
from support.scripts import sse as stream_of

PATCH = {"type": "custom", "custom": {"name": "patch", "description": "Edits files.", "format": {"type": "text"}}}
WRAPPED = {
    "name": "patch",
    "description": "Edits files.",
    "parameters": {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]},
}
LONG = "mcp__a_server_with_a_rather_long_name__and_a_tool_with_one_that_is_longer.still"
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}


@pytest.fixture(scope="module")
def hosts(simulator, tmp_path_factory):
    """A plain host, one whose ids are short, one that knows freeform tools, and a router."""
    config = standard_config(simulator)
    kinds = {"short": {"short_call_ids": True}, "free": {"takes_custom_tools": True}}
    kinds["router"] = {"takes_router_fields": True, "takes_router_messages": True}
    for name, quirks in kinds.items():
        config["providers"].append({"slug": name, "base_url": simulator.base_url(name), "quirks": quirks})
    for name in ("alpha", *kinds):
        endpoint = {"provider": name, "model": "m", "pricing": {"prompt": "0", "completion": "0"}}
        config["models"].append({"id": f"host/{name}", "input_modalities": ["text", "image"], "endpoints": [endpoint]})
    both = [
        {"provider": name, "model": "m", "pricing": {"prompt": "0", "completion": "0"}} for name in ("alpha", "free")
    ]
    config["models"].append({"id": "host/both", "endpoints": both})
    with Router(config, tmp_path_factory.mktemp("hosts")) as router:
        yield router


def called(name: str, *arguments: str) -> str:
    """The stream of a host that calls a function, its arguments in these pieces."""

    def delta(function: dict, **more) -> dict:
        return {
            **chunk(),
            "choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, **more, "function": function}]}}],
        }

    begin = delta({"name": name, "arguments": ""}, id="call_1", type="function")
    pieces = [delta({"arguments": piece}) for piece in arguments]
    return stream_of(begin, *pieces, chunk(finish="tool_calls"), "[DONE]")


def body_at(simulator, tag: str, position: int = 0) -> dict:
    return simulator.seen(tag)[position]["body"]


def calls_of(stream: sse.Stream) -> list[dict]:
    """The calls of a stream, put together as clients do."""
    calls: dict[int, dict] = {}
    for entry in stream.chunks:
        for choice in entry["choices"]:
            for piece in choice["delta"].get("tool_calls") or []:
                call = calls.setdefault(piece["index"], {"id": piece.get("id"), "type": piece.get("type")})
                for kind in ("function", "custom"):
                    for key, text in (piece.get(kind) or {}).items():
                        call.setdefault(kind, {}).setdefault(key, "")
                        call[kind][key] += text
    return [calls[index] for index in sorted(calls)]


def test_freeform_tools_are_functions_at_hosts_that_know_no_others(hosts, simulator):
    tag, message = tagged(alpha={"stream": called("patch", '{"in', 'put": "*** a \\"b\\"', '"}')})
    choice = {"type": "custom", "custom": {"name": "patch"}}
    stream = sse.read(hosts.stream(message, model="host/alpha", tools=[PATCH], tool_choice=choice, top_k=3))
    sse.check_good_end(stream)
    sent = body_at(simulator, tag)
    assert sent["tools"] == [{"type": "function", "function": WRAPPED}]
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "patch"}}
    assert sent["model"] == "m" and sent["top_k"] == 3 and sent["stream"] is True
    wanted = {"id": "call_1", "type": "custom", "custom": {"name": "patch", "input": '*** a "b"'}}
    assert calls_of(stream) == [wanted]


def test_freeform_calls_go_back_as_functions(hosts, simulator):
    tag, message = tagged()
    custom = {"id": "call_1", "type": "custom", "custom": {"name": "patch", "input": 'a "b"'}}
    messages = [
        {"role": "user", "content": message},
        {"role": "assistant", "content": None, "tool_calls": [custom]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Done."},
    ]
    assert hosts.chat(model="host/alpha", messages=messages, tools=[PATCH]).ok
    call = body_at(simulator, tag)["messages"][1]["tool_calls"][0]
    assert call["type"] == "function" and call["function"]["name"] == "patch"
    assert json.loads(call["function"]["arguments"]) == {"input": 'a "b"'}


@pytest.mark.parametrize("host", ["free", "router"])
def test_freeform_tools_stay_what_they_are_elsewhere(hosts, simulator, host):
    tag, message = tagged()
    assert hosts.chat(message, model=f"host/{host}", tools=[PATCH]).ok
    assert body_at(simulator, tag)["tools"] == [PATCH]


def test_each_host_of_a_failover_gets_its_own_form(hosts, simulator):
    tag, message = tagged(alpha={"status": 500}, free={"text": "Done."})
    answer = hosts.chat(message, model="host/both", tools=[PATCH], provider={"order": ["alpha", "free"]})
    assert answer.json()["choices"][0]["message"]["content"] == "Done."
    assert body_at(simulator, tag, 0)["tools"] == [{"type": "function", "function": WRAPPED}]
    assert body_at(simulator, tag, 1)["tools"] == [PATCH]


def test_codex_edits_files_with_any_model(hosts, simulator):
    """The tool of a coding agent that speaks Responses."""
    tool = {"type": "custom", "name": "apply_patch", "description": "Edits.", "format": {"type": "text"}}
    tag, message = tagged(alpha={"stream": called("apply_patch", '{"input": "*** Begin Patch"}')})
    body = {"model": "host/alpha", "input": message, "tools": [tool], "stream": True}
    answer = requests.post(hosts.base + "/responses", json=body, headers=hosts.headers, timeout=60)
    assert answer.ok, answer.text
    assert body_at(simulator, tag)["tools"][0]["function"]["parameters"] == WRAPPED["parameters"]
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    item = events[-1]["response"]["output"][0]
    assert item["type"] == "custom_tool_call" and item["name"] == "apply_patch" and item["input"] == "*** Begin Patch"


@pytest.mark.parametrize("stream", [False, True])
def test_long_names_are_shortened_and_come_back(hosts, simulator, stream):
    function = {"type": "function", "function": {"name": LONG, "parameters": {"type": "object"}}}
    tag, message = tagged()
    assert hosts.chat(message, model="host/alpha", tools=[function]).ok
    sent = body_at(simulator, tag)["tools"][0]["function"]["name"]
    assert len(sent) == 64 and "." not in sent
    call = {"id": "call_1", "type": "function", "function": {"name": sent, "arguments": "{}"}}
    answered = {"role": "assistant", "content": None, "tool_calls": [call]}
    whole = json.dumps(
        {"id": "x", "model": "m", "choices": [{"index": 0, "message": answered, "finish_reason": "tool_calls"}]}
    )
    _, message = tagged(alpha={"stream": called(sent, "{}")} if stream else {"body": whole})
    if stream:
        calls = calls_of(sse.read(hosts.stream(message, model="host/alpha", tools=[function])))
    else:
        answer = hosts.chat(message, model="host/alpha", tools=[function])
        calls = answer.json()["choices"][0]["message"]["tool_calls"]
    assert [entry["function"]["name"] for entry in calls] == [LONG]


def test_pictures_and_errors_of_results_are_said_in_the_hosts_terms(hosts, simulator):
    call = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    result = {"role": "tool", "tool_call_id": "call_1", "is_error": True}
    content = [{"type": "text", "text": "No page."}, PICTURE]

    def sent(host: str) -> list[dict]:
        tag, message = tagged()
        messages = [
            {"role": "user", "content": "Look."},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {**result, "content": content},
            {"role": "user", "content": message},
        ]
        assert hosts.chat(model=f"host/{host}", messages=messages).ok
        return body_at(simulator, tag)["messages"]

    plain = sent("alpha")
    assert [entry["role"] for entry in plain] == ["user", "assistant", "tool", "user"]
    assert "is_error" not in plain[2] and "Error: No page." in json.dumps(plain[2]["content"])
    assert "image_url" not in json.dumps(plain[2]) and PICTURE in plain[3]["content"]
    assert sent("router")[2]["content"] == content


def test_ids_of_calls_are_short_where_they_have_to_be(hosts, simulator):
    function = {"name": "look", "arguments": "{}"}

    def conversation(message: str, identifier: str) -> list[dict]:
        call = {"id": identifier, "type": "function", "function": function}
        return [
            {"role": "user", "content": message},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": identifier, "content": "Seen."},
        ]

    for identifier in ("toolu_01ABCDEFGHIJKLMNOP", "a1B2c3D4e"):
        tag, message = tagged()
        assert hosts.chat(model="host/short", messages=conversation(message, identifier)).ok
        sent = body_at(simulator, tag)["messages"]
        short = sent[1]["tool_calls"][0]["id"]
        assert short == sent[2]["tool_call_id"] and len(short) == 9 and short.isalnum()
        assert (short == identifier) == (len(identifier) == 9)
        tag, message = tagged()
        assert hosts.chat(model="host/alpha", messages=conversation(message, identifier)).ok
        assert body_at(simulator, tag)["messages"] == conversation(message, identifier)

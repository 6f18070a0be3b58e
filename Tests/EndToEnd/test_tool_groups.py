"""Tools in groups (`namespace`), as coding agents send those of their servers: onto every dialect, and back."""

import json

import openai
import pytest
from support.dialects import UPSTREAMS, config
from support.processes import KEY, Router
from support.scripts import new_tag, sse

SCHEMA = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
SEARCH = {"type": "function", "name": "search", "description": "Searches.", "parameters": SCHEMA, "strict": False}
GROUP = {"type": "namespace", "name": "mcp__docs__", "description": "The manual.", "tools": [SEARCH]}
SENT = "mcp__docs__search"


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router(config(simulator), tmp_path_factory.mktemp("groups")) as process:
        yield process


def scenario(dialect: str, is_stream: bool) -> dict:
    """A call of the tool, as a provider makes it that was asked in its own dialect."""
    if dialect != "openai-responses":
        return {"tool_calls": [{"name": SENT, "arguments": '{"query": "owl"}'}]}
    item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "status": "completed"}
    item |= {"name": "search", "namespace": "mcp__docs__", "arguments": '{"query": "owl"}'}
    usage = {"input_tokens": 11, "output_tokens": 4, "total_tokens": 15}
    head = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m"}
    whole = {**head, "status": "completed", "output": [item], "usage": usage}
    if not is_stream:
        return {"body": whole}
    begun = {**item, "status": "in_progress", "arguments": ""}
    events = [
        {"type": "response.created", "response": {**head, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": begun},
        {"type": "response.function_call_arguments.delta", "output_index": 0, "delta": item["arguments"]},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ]
    return {"stream": sse(*events)}


def ask(router, dialect: str, input: list, is_stream: bool):
    request = {"model": f"dialects/{dialect}", "input": input, "tools": [GROUP]}
    with openai.OpenAI(api_key=KEY, base_url=router.base, timeout=60, max_retries=0) as client:
        if not is_stream:
            return client.responses.create(**request)
        with client.responses.stream(**request) as events:
            for event in events:
                if event.type == "response.output_item.done" and event.item.type == "function_call":
                    assert event.item.namespace == "mcp__docs__"
            return events.get_final_response()


def user(dialect: str, tag: str, **scenario) -> dict:
    return {"role": "user", "content": "@sim " + json.dumps({"tag": tag, f"by-{dialect}": scenario})}


@pytest.mark.parametrize("is_stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("dialect", UPSTREAMS)
def test_a_call_of_a_tool_in_a_group_comes_back_by_both_names(router, simulator, dialect, is_stream):
    tag = new_tag()
    answer = ask(router, dialect, [user(dialect, tag, **scenario(dialect, is_stream))], is_stream)
    (call,) = [item for item in answer.output if item.type == "function_call"]
    assert (call.namespace, call.name, json.loads(call.arguments)) == ("mcp__docs__", "search", {"query": "owl"})
    sent = simulator.seen(tag)[0]["request"]["body"]
    if dialect == "openai-responses":
        assert json.loads(sent)["tools"] == [GROUP]
    else:
        assert SENT in sent and "Searches." in sent and "namespace" not in sent

    # The turn after it, with the call as the caller has it.
    tag = new_tag()
    history = [
        {"role": "user", "content": "Look up owls."},
        {
            "type": "function_call",
            "call_id": call.call_id,
            "namespace": call.namespace,
            "name": call.name,
            "arguments": call.arguments,
        },
        {"type": "function_call_output", "call_id": call.call_id, "output": "Owls are birds."},
        user(dialect, tag, text="Birds, then."),
    ]
    assert ask(router, dialect, history, is_stream).output_text == "Birds, then."
    sent = simulator.seen(tag)[0]["request"]["body"]
    if dialect == "openai-responses":
        assert json.loads(sent)["input"][1]["namespace"] == "mcp__docs__"
    else:
        assert sent.count(SENT) >= 2


def test_a_group_that_cannot_be_read_is_refused(router):
    group = {"type": "namespace", "name": "mcp__docs__", "tools": [{"type": "function"}]}
    with openai.OpenAI(api_key=KEY, base_url=router.base, max_retries=0) as client:
        with pytest.raises(openai.BadRequestError) as raised:
            client.responses.create(model="dialects/openai", input="Hello", tools=[group])
    assert "tools[0].tools[0].name" in str(raised.value)

"""Tools that providers run themselves, as the official SDKs of each caller's dialect read what is told of them."""

import base64
import json

import anthropic
import openai
import openrouter
import pytest
from support.dialects import config, script
from support.processes import KEY, Router
from support.scripts import new_tag, sse

SEARCH = {"type": "search", "query": "swifts", "sources": [{"type": "url", "url": "https://a.example"}]}
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router(config(simulator), tmp_path_factory.mktemp("tools")) as process:
        yield process


# -- What providers answer


def responses_answer(*items: dict) -> dict:
    usage = {"input_tokens": 9, "output_tokens": 4, "total_tokens": 13}
    message = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant"}
    message["content"] = [{"type": "output_text", "text": "Birds.", "annotations": []}]
    output = [*items, message]
    return {"id": "resp_1", "object": "response", "status": "completed", "output": output, "usage": usage}


def responses_stream(*items: dict) -> str:
    answer = responses_answer(*items)
    events = [{"type": "response.created", "response": {**answer, "status": "in_progress", "output": []}}]
    for index, item in enumerate(answer["output"]):
        begun = {key: item[key] for key in ("id", "type", "role") if key in item}
        place = {"output_index": index, "item_id": item["id"]}
        added = {**begun, "status": "in_progress"}
        events.append({"type": "response.output_item.added", "output_index": index, "item": added})
        if item["type"] == "code_interpreter_call":
            events.append({"type": "response.code_interpreter_call.in_progress", **place})
            for piece in item["code"].splitlines(keepends=True):
                events.append({"type": "response.code_interpreter_call_code.delta", **place, "delta": piece})
            events.append({"type": "response.code_interpreter_call.interpreting", **place})
        events.append({"type": "response.output_item.done", "output_index": index, "item": item})
    events.append({"type": "response.completed", "response": answer})
    return sse(*events)


def anthropic_answer(*blocks: dict) -> dict:
    content = [*blocks, {"type": "text", "text": "Birds."}]
    usage = {"input_tokens": 9, "output_tokens": 4}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude"}
    return {**head, "content": content, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage}


def anthropic_stream(*blocks: dict) -> str:
    answer = anthropic_answer(*blocks)
    events = [{"type": "message_start", "message": {**answer, "content": [], "stop_reason": None}}]
    for index, block in enumerate(answer["content"]):
        start = {**block, "input": {}} if "input" in block else {**block, "text": ""} if "text" in block else block
        events.append({"type": "content_block_start", "index": index, "content_block": start})
        if "input" in block:
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            events.append({"type": "content_block_delta", "index": index, "delta": delta})
        if "text" in block:
            delta = {"type": "text_delta", "text": block["text"]}
            events.append({"type": "content_block_delta", "index": index, "delta": delta})
        events.append({"type": "content_block_stop", "index": index})
    events.append({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": answer["usage"]})
    events.append({"type": "message_stop"})
    return sse(*events)


def gemini_answer(*parts: dict, **more) -> dict:
    candidate = {"content": {"role": "model", "parts": [*parts, {"text": "Birds."}]}, "finishReason": "STOP", **more}
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 4, "totalTokenCount": 13}
    return {"candidates": [candidate], "usageMetadata": usage}


def gemini_stream(*parts: dict, **more) -> str:
    return sse(gemini_answer(*parts, **more))


def scenario(stream: str, body: dict, is_stream: bool) -> dict:
    return {"stream": stream} if is_stream else {"body": body}


CLAUDE_SEARCH = [
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "swifts"}},
    {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [{"type": "web_search_result", "url": "https://a.example", "title": "A", "encrypted_content": "e"}],
    },
]
CLAUDE_CODE = [
    {"type": "server_tool_use", "id": "srvtoolu_2", "name": "code_execution", "input": {"code": "print(1)\n"}},
    {
        "type": "code_execution_tool_result",
        "tool_use_id": "srvtoolu_2",
        "content": {
            "type": "code_execution_result",
            "stdout": "1\n",
            "stderr": "",
            "return_code": 0,
            "content": [],
        },
    },
]
OPENAI_SEARCH = {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": SEARCH}
OPENAI_CODE = {
    "id": "ci_1",
    "type": "code_interpreter_call",
    "status": "completed",
    "code": "print(1)\n",
    "container_id": "cntr_1",
    "outputs": [{"type": "logs", "logs": "1\n"}],
}
OPENAI_IMAGE = {"id": "ig_1", "type": "image_generation_call", "status": "completed", "result": PIXEL}
GEMINI_CODE = [
    {"executableCode": {"language": "PYTHON", "code": "print(1)\n"}},
    {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}},
]
GEMINI_SEARCH = {
    "groundingMetadata": {
        "webSearchQueries": ["swifts"],
        "groundingChunks": [{"web": {"uri": "https://a.example", "title": "A"}}],
    }
}

SEARCHES = {
    "openai-responses": lambda streams: scenario(
        responses_stream(OPENAI_SEARCH), responses_answer(OPENAI_SEARCH), streams
    ),
    "anthropic": lambda streams: scenario(anthropic_stream(*CLAUDE_SEARCH), anthropic_answer(*CLAUDE_SEARCH), streams),
    "gemini": lambda streams: scenario(gemini_stream(**GEMINI_SEARCH), gemini_answer(**GEMINI_SEARCH), streams),
}
CODES = {
    "openai-responses": lambda streams: scenario(responses_stream(OPENAI_CODE), responses_answer(OPENAI_CODE), streams),
    "anthropic": lambda streams: scenario(anthropic_stream(*CLAUDE_CODE), anthropic_answer(*CLAUDE_CODE), streams),
    "gemini": lambda streams: scenario(gemini_stream(*GEMINI_CODE), gemini_answer(*GEMINI_CODE), streams),
}
DRAWING = {"inlineData": {"mimeType": "image/png", "data": PIXEL}}
IMAGES = {
    "openai-responses": lambda streams: scenario(
        responses_stream(OPENAI_IMAGE), responses_answer(OPENAI_IMAGE), streams
    ),
    "gemini": lambda streams: scenario(gemini_stream(DRAWING), gemini_answer(DRAWING), streams),
}


# -- What callers read


def openai_client(router) -> openai.OpenAI:
    return openai.OpenAI(api_key=KEY, base_url=router.base, timeout=60, max_retries=0, _strict_response_validation=True)


def steps_of(events, kind: str) -> list[str]:
    """The events about the one item of a type, by their names behind `response.`, each about the same place."""
    steps, places = [], set()
    for number, event in enumerate(events):
        assert event.sequence_number == number
        name = event.type.removeprefix("response.")
        item = getattr(event, "item", None)
        if name.startswith(kind) or (item is not None and item.type == kind):
            steps.append(name.removeprefix(f"{kind}.").removeprefix(f"{kind}_"))
            places.add((event.output_index, item.id if item is not None else event.item_id))
    assert len(places) == 1
    return steps


@pytest.mark.parametrize("dialect", SEARCHES)
def test_openai_reads_searches(router, dialect):
    request = {"model": f"dialects/{dialect}"}
    with openai_client(router) as client:
        plain = client.responses.create(**request, input=script(dialect, **SEARCHES[dialect](False)))
        with client.responses.stream(**request, input=script(dialect, **SEARCHES[dialect](True))) as stream:
            events = list(stream)
    steps = steps_of(events, "web_search_call")
    assert steps == ["output_item.added", "in_progress", "searching", "completed", "output_item.done"]
    for response in (plain, events[-1].response):
        (search,) = [item for item in response.output if item.type == "web_search_call"]
        assert search.status == "completed" and search.action.type == "search"
        assert search.action.query == "swifts" and search.action.sources[0].url == "https://a.example"
        assert search.id.startswith("ws_") and response.output_text == "Birds."


@pytest.mark.parametrize("dialect", CODES)
def test_openai_reads_code(router, dialect):
    request = {"model": f"dialects/{dialect}"}
    with openai_client(router) as client:
        plain = client.responses.create(**request, input=script(dialect, **CODES[dialect](False)))
        with client.responses.stream(**request, input=script(dialect, **CODES[dialect](True))) as stream:
            events = list(stream)
    steps = steps_of(events, "code_interpreter_call")
    assert steps[:2] == ["output_item.added", "in_progress"]
    assert steps[2:] == ["code.delta", "code.done", "interpreting", "completed", "output_item.done"]
    for response in (plain, events[-1].response):
        (code,) = [item for item in response.output if item.type == "code_interpreter_call"]
        assert code.code == "print(1)\n" and code.outputs[0].logs == "1\n" and code.status == "completed"


@pytest.mark.parametrize("dialect", IMAGES)
def test_openai_reads_images(router, dialect):
    request = {"model": f"dialects/{dialect}"}
    with openai_client(router) as client:
        plain = client.responses.create(**request, input=script(dialect, **IMAGES[dialect](False)))
        with client.responses.stream(**request, input=script(dialect, **IMAGES[dialect](True))) as stream:
            events = list(stream)
    steps = steps_of(events, "image_generation_call")
    assert steps == ["output_item.added", "in_progress", "generating", "completed", "output_item.done"]
    for response in (plain, events[-1].response):
        (image,) = [item for item in response.output if item.type == "image_generation_call"]
        assert image.result == PIXEL and image.status == "completed"


TYPED = {
    "web_search_call": ("WebSearchCall", ["InProgress", "Searching", "Completed"]),
    "code_interpreter_call": (
        "CodeInterpreterCall",
        ["InProgress", "CodeDelta", "CodeDone", "Interpreting", "Completed"],
    ),
    "image_generation_call": ("ImageGenCall", ["InProgress", "Generating", "Completed"]),
}


@pytest.mark.parametrize(
    ("kind", "dialect"),
    [("web_search_call", name) for name in SEARCHES]
    + [("code_interpreter_call", name) for name in CODES]
    + [("image_generation_call", name) for name in IMAGES],
)
def test_openrouter_reads_typed_events(router, kind, dialect):
    scripts = {"web_search_call": SEARCHES, "code_interpreter_call": CODES, "image_generation_call": IMAGES}[kind]
    model = f"dialects/{dialect}"
    with openrouter.OpenRouter(api_key=KEY, server_url=router.base, timeout_ms=60_000) as client:
        plain = client.beta.responses.send(model=model, input=script(dialect, **scripts[dialect](False)))
        told = script(dialect, **scripts[dialect](True))
        with client.beta.responses.send(model=model, input=told, stream=True) as stream:
            events = [getattr(event, "data", event) for event in stream]
    prefix, words = TYPED[kind]
    names = [type(event).__name__ for event in events]
    assert [name for name in names if name.startswith(prefix)] == [f"{prefix}{word}Event" for word in words]
    assert not [name for name in names if "Unknown" in name]
    for response in (plain, events[-1].response):
        (item,) = [item for item in response.output if item.type == kind]
        assert type(item).__name__.startswith("Output") and item.status == "completed"


@pytest.mark.parametrize("dialect", SEARCHES)
def test_anthropic_reads_searches(router, dialect):
    request = {"model": f"dialects/{dialect}", "max_tokens": 99}
    url = router.base.removesuffix("/v1")
    with anthropic.Anthropic(api_key=KEY, base_url=url, timeout=60, max_retries=0) as client:

        def ask(is_stream: bool) -> list[dict]:
            return [{"role": "user", "content": script(dialect, **SEARCHES[dialect](is_stream))}]

        plain = client.messages.create(**request, messages=ask(False))
        with client.messages.stream(**request, messages=ask(True)) as stream:
            streamed = stream.get_final_message()
    for message in (plain, streamed):
        blocks = {block.type: block for block in message.content}
        assert blocks["server_tool_use"].name == "web_search" and blocks["server_tool_use"].input["query"] == "swifts"
        result = blocks["web_search_tool_result"]
        assert result.tool_use_id == blocks["server_tool_use"].id and result.content[0].url == "https://a.example"
        assert blocks["text"].text == "Birds." and message.stop_reason == "end_turn"


def test_callers_of_chat_get_the_text(router):
    with openai_client(router) as client:
        for dialect, search in SEARCHES.items():
            messages = [{"role": "user", "content": script(dialect, **search(False))}]
            answer = client.chat.completions.create(model=f"dialects/{dialect}", messages=messages)
            assert answer.choices[0].message.content == "Birds." and not answer.choices[0].message.tool_calls


@pytest.mark.parametrize("second", ["openai", "openai-responses", "anthropic", "gemini", "bedrock", "cohere"])
@pytest.mark.parametrize("first", SEARCHES)
def test_the_conversation_goes_on_with_any_provider(router, simulator, first, second):
    tag = new_tag()
    next_turn = script(second, tag, text="More birds.")
    question = script(first, **SEARCHES[first](False))
    with openai_client(router) as client:
        answer = client.responses.create(model=f"dialects/{first}", input=question)
        turns = [{"role": "user", "content": "Hi"}, *answer.output, {"role": "user", "content": next_turn}]
        assert client.responses.create(model=f"dialects/{second}", input=turns).output_text == "More birds."
    (entry,) = simulator.seen(tag)
    sent = json.dumps(entry["body"])
    assert "Birds." in sent and ("web_search_call" in sent) == (second == "openai-responses")
    tag = new_tag()
    next_turn = script(second, tag, text="More birds.")
    url = router.base.removesuffix("/v1")
    with anthropic.Anthropic(api_key=KEY, base_url=url, timeout=60, max_retries=0) as client:
        asked = [{"role": "user", "content": question}]
        answer = client.messages.create(model=f"dialects/{first}", max_tokens=99, messages=asked)
        turns = [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": [block.model_dump(exclude_unset=True) for block in answer.content]},
            {"role": "user", "content": next_turn},
        ]
        more = client.messages.create(model=f"dialects/{second}", max_tokens=99, messages=turns)
    assert more.content[0].text == "More birds."
    (entry,) = simulator.seen(tag)
    sent = json.dumps(entry["body"])
    assert "Birds." in sent and ("server_tool_use" in sent) == (first == second == "anthropic")

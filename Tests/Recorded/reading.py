"""What a recorded answer says, read from its JSON by nothing but paths: an opinion apart from the router's decoders."""

import itertools
import json
import re
from dataclasses import dataclass, field


@dataclass
class Reading:
    text: str = ""
    reasoning: str = ""
    # Names, and arguments as values.
    calls: list = field(default_factory=list)
    finish: str = ""
    prompt: int | None = None
    completion: int | None = None
    cached: int | None = None
    thought: int | None = None
    failed: bool = False
    # What a caller must be told in another way, so that there is more to a part than its own text.
    features: set = field(default_factory=set)


def arguments(text):
    """Arguments as a value; none is an empty object, and what is not JSON is itself."""
    if text is None or text == "" or text == "null":
        return {}
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def read(recording) -> Reading:
    name = recording.dialect.replace("-", "_") + ("_stream" if recording.kind == "stream" else "_answer")
    reading = globals()[name](recording.bodies if recording.kind != "stream" else recording)
    if recording.kind == "answer":
        pass
    return reading


# -- Chat Completions

CHAT_FINISH = {
    "": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "function_call": "tool_calls",
    "model_length": "length",
}


def chat_message(reading: Reading, message: dict, calls: dict):
    content = message.get("content")
    if isinstance(content, list):
        for part in content:
            if part.get("type") == "thinking":
                for thought in part.get("thinking") or []:
                    reading.reasoning += thought.get("text") or ""
            else:
                reading.text += part.get("text") or ""
    else:
        reading.text += content or ""
    details = message.get("reasoning_details") or []
    thoughts = "".join(detail.get("text") or detail.get("summary") or "" for detail in details)
    plain = message.get("reasoning") or message.get("reasoning_content") or ""
    reading.reasoning += thoughts or (plain if isinstance(plain, str) else "")
    for position, call in enumerate(message.get("tool_calls") or []):
        index = call.get("index")
        key = position if index is None else index
        function = call.get("function") or call.get("custom") or {}
        known = calls.setdefault(key, {"name": "", "arguments": ""})
        known["name"] = known["name"] or function.get("name") or ""
        piece = function.get("arguments", function.get("input"))
        known["arguments"] += piece if isinstance(piece, str) else json.dumps(piece) if piece is not None else ""
    legacy = message.get("function_call")
    if legacy and legacy.get("name") and not message.get("tool_calls"):
        calls[0] = {"name": legacy["name"], "arguments": legacy.get("arguments") or ""}


def chat_usage(reading: Reading, usage: dict | None):
    if not usage:
        return
    reading.prompt = usage.get("prompt_tokens") or 0
    reading.completion = usage.get("completion_tokens") or 0
    details = usage.get("prompt_tokens_details") or {}
    reading.cached = (
        details.get("cached_tokens") or usage.get("prompt_cache_hit_tokens") or usage.get("cached_tokens") or 0
    )
    reading.thought = (
        (usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or usage.get("reasoning_tokens") or 0
    )
    # xAI counts thinking beside the completion, which the total gives away.
    total = usage.get("total_tokens") or 0
    if reading.thought and total == reading.prompt + reading.completion + reading.thought:
        reading.completion += reading.thought


def chat_end(reading: Reading, finish: str | None, calls: dict):
    reading.calls = [(call["name"], arguments(call["arguments"])) for _, call in sorted(calls.items())]
    reading.finish = CHAT_FINISH.get(finish or "", finish or "")
    if reading.finish == "stop" and reading.calls:
        reading.finish = "tool_calls"


def openai_answer(bodies) -> Reading:
    reading, calls = Reading(), {}
    choice = bodies[0]["choices"][0]
    chat_message(reading, choice["message"], calls)
    chat_usage(reading, bodies[0].get("usage"))
    chat_end(reading, choice.get("finish_reason"), calls)
    return reading


def openai_stream(recording) -> Reading:
    reading, calls, finish = Reading(), {}, None
    for chunk in recording.bodies:
        if chunk.get("error"):
            reading.failed = True
        usage = chunk.get("usage") or (chunk.get("x_groq") or {}).get("usage")
        chat_usage(reading, usage)
        for choice in chunk.get("choices") or []:
            chat_message(reading, choice.get("delta") or {}, calls)
            finish = choice.get("finish_reason") or finish
    chat_end(reading, finish, calls)
    return reading


# -- Responses


def responses_item(reading: Reading, item: dict):
    kind = item.get("type")
    if kind == "message":
        for part in item.get("content") or []:
            reading.text += part.get("text") or ""
            if part.get("refusal"):
                reading.features.add("refusal")
    elif kind == "reasoning":
        summary = "".join(part.get("text") or "" for part in item.get("summary") or [])
        reading.reasoning += summary + "".join(part.get("text") or "" for part in item.get("content") or [])
    elif kind in ("function_call", "custom_tool_call"):
        text = item.get("arguments") if kind == "function_call" else item.get("input")
        reading.calls.append((item.get("name"), arguments(text) if kind == "function_call" else text))
        if kind == "custom_tool_call":
            reading.features.add("custom")
    else:
        reading.features.add("server tools")


def responses_end(reading: Reading, response: dict):
    usage = response.get("usage") or {}
    if usage:
        reading.prompt = usage.get("input_tokens") or 0
        reading.completion = usage.get("output_tokens") or 0
        reading.cached = (usage.get("input_tokens_details") or {}).get("cached_tokens") or 0
        reading.thought = (usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0
    reason = (response.get("incomplete_details") or {}).get("reason")
    if response.get("status") == "incomplete":
        reading.finish = "content_filter" if reason == "content_filter" else "length"
    elif response.get("status") == "failed":
        reading.failed = True
    else:
        reading.finish = "tool_calls" if reading.calls else "stop"


def openai_responses_answer(bodies) -> Reading:
    reading = Reading()
    for item in bodies[0].get("output") or []:
        responses_item(reading, item)
    responses_end(reading, bodies[0])
    return reading


def openai_responses_stream(recording) -> Reading:
    """By the items that the events bring whole."""
    reading, items, response = Reading(), {}, None
    for event in recording.bodies:
        kind = event.get("type", "")
        if kind == "response.output_item.done":
            items[event.get("output_index", len(items))] = event["item"]
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            response = event["response"]
        elif kind == "error":
            reading.failed = True
    for _, item in sorted(items.items()):
        responses_item(reading, item)
    if response is None:
        reading.failed = True
        return reading
    if not items:
        for item in response.get("output") or []:
            responses_item(reading, item)
    responses_end(reading, response)
    return reading


# -- Messages

ANTHROPIC_FINISH = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def anthropic_usage(reading: Reading, usage: dict):
    if not usage:
        return
    # Several runs of models are billed each: compactions, advisors, fallbacks.
    steps = usage.get("iterations") or [usage]
    written = sum(step.get("cache_creation_input_tokens") or 0 for step in steps)
    reading.cached = sum(step.get("cache_read_input_tokens") or 0 for step in steps)
    reading.prompt = sum(step.get("input_tokens") or 0 for step in steps) + written + reading.cached
    reading.completion = sum(step.get("output_tokens") or 0 for step in steps)
    reading.thought = (usage.get("output_tokens_details") or {}).get("thinking_tokens") or 0


def anthropic_block(reading: Reading, block: dict):
    kind = block.get("type")
    if kind == "text":
        reading.text += block.get("text") or ""
    elif kind == "thinking":
        reading.reasoning += block.get("thinking") or ""
    elif kind == "tool_use":
        reading.calls.append((block["name"], block.get("input")))
    elif kind != "redacted_thinking":
        reading.features.add("server tools")


def anthropic_end(reading: Reading, stop: str | None):
    reading.finish = ANTHROPIC_FINISH.get(stop or "end_turn", stop or "")
    if reading.finish == "stop" and reading.calls:
        reading.finish = "tool_calls"


def anthropic_answer(bodies) -> Reading:
    reading = Reading()
    for block in bodies[0].get("content") or []:
        anthropic_block(reading, block)
    anthropic_usage(reading, bodies[0].get("usage") or {})
    anthropic_end(reading, bodies[0].get("stop_reason"))
    return reading


def anthropic_stream(recording) -> Reading:
    reading, blocks, usage, stop = Reading(), {}, {}, None
    for event in recording.bodies:
        kind = event.get("type")
        if kind == "message_start":
            usage = dict(event["message"].get("usage") or {})
            # What an earlier call of the same turn has brought.
            for place, block in enumerate(event["message"].get("content") or []):
                blocks[("before", place)] = dict(block, json="")
        elif kind == "content_block_start":
            blocks[event["index"]] = dict(event["content_block"], json="")
        elif kind == "content_block_delta":
            delta, block = event["delta"], blocks[event["index"]]
            block["text"] = (block.get("text") or "") + (delta.get("text") or "")
            block["thinking"] = (block.get("thinking") or "") + (delta.get("thinking") or "")
            block["json"] += delta.get("partial_json") or ""
        elif kind == "message_delta":
            stop = event["delta"].get("stop_reason") or stop
            usage.update({key: value for key, value in (event.get("usage") or {}).items() if value is not None})
        elif kind == "error":
            reading.failed = True
    for _, block in blocks.items():
        if block["json"]:
            block["input"] = arguments(block["json"])
        anthropic_block(reading, block)
    anthropic_usage(reading, usage)
    anthropic_end(reading, stop)
    return reading


# -- Gemini

GEMINI_FINISH = {"STOP": "stop", "MAX_TOKENS": "length", "": "stop"}
GEMINI_ERRORS = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE"}


def gemini_read(bodies) -> Reading:
    reading, finish = Reading(), ""
    for chunk in bodies:
        if chunk.get("error"):
            reading.failed = True
        for candidate in (chunk.get("candidates") or [])[:1]:
            for part in (candidate.get("content") or {}).get("parts") or []:
                if part.get("thought"):
                    reading.reasoning += part.get("text") or ""
                else:
                    reading.text += part.get("text") or ""
                call = part.get("functionCall")
                if call is not None:
                    if call.get("name"):
                        reading.calls.append((call["name"], call.get("args") or {}))
                    for piece in call.get("partialArgs") or []:
                        place(reading.calls[-1][1], piece)
                if part.get("executableCode") or part.get("toolCall"):
                    reading.features.add("server tools")
            finish = candidate.get("finishReason") or finish
        if chunk.get("promptFeedback", {}).get("blockReason"):
            finish = chunk["promptFeedback"]["blockReason"]
        usage = chunk.get("usageMetadata")
        if usage:
            thought = usage.get("thoughtsTokenCount") or 0
            prompt = (usage.get("promptTokenCount") or 0) + (usage.get("toolUsePromptTokenCount") or 0)
            completion, total = usage.get("candidatesTokenCount") or 0, usage.get("totalTokenCount")
            if not (thought and prompt + completion == total):
                completion += thought
            reading.prompt, reading.completion, reading.thought = prompt, completion, thought
            reading.cached = usage.get("cachedContentTokenCount") or 0
    if finish in GEMINI_ERRORS:
        reading.failed = True
    reading.finish = GEMINI_FINISH.get(finish, "content_filter")
    if reading.finish == "stop" and reading.calls:
        reading.finish = "tool_calls"
    return reading


def place(value, piece: dict):
    """Puts a piece of arguments where its JSON path says; text goes on where it was."""
    steps = [name or quoted or int(index) for name, quoted, index in PATH.findall(piece["jsonPath"])]
    for step, following in itertools.pairwise(steps):
        empty = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            value.extend([None] * (step + 1 - len(value)))
            value[step] = empty if value[step] is None else value[step]
            value = value[step]
        else:
            value = value.setdefault(step, empty)
    last = steps[-1]
    if isinstance(last, int):
        value.extend([None] * (last + 1 - len(value)))
    before = value[last] if isinstance(last, int) else value.get(last)
    said = next((piece[key] for key in ("stringValue", "numberValue", "boolValue") if key in piece), None)
    value[last] = before + said if isinstance(before, str) and isinstance(said, str) else said


PATH = re.compile(r"\.([^.\[\]]+)|\['([^']*)'\]|\[(\d+)\]")


def gemini_answer(bodies) -> Reading:
    return gemini_read(bodies)


def gemini_stream(recording) -> Reading:
    return gemini_read(recording.bodies)


# -- Bedrock

BEDROCK_FINISH = dict(ANTHROPIC_FINISH, guardrail_intervened="content_filter", content_filtered="content_filter")


def bedrock_usage(reading: Reading, usage: dict | None):
    if usage:
        reading.cached = usage.get("cacheReadInputTokens") or 0
        reading.prompt = (usage.get("inputTokens") or 0) + reading.cached + (usage.get("cacheWriteInputTokens") or 0)
        reading.completion = usage.get("outputTokens") or 0


def bedrock_answer(bodies) -> Reading:
    reading, answer = Reading(), bodies[0]
    for block in answer["output"]["message"].get("content") or []:
        reading.text += block.get("text") or ""
        for part in (block.get("citationsContent") or {}).get("content") or []:
            reading.text += part.get("text") or ""
        reading.reasoning += ((block.get("reasoningContent") or {}).get("reasoningText") or {}).get("text") or ""
        call = block.get("toolUse")
        if call and call.get("type") == "server_tool_use":
            reading.features.add("server tools")
        elif call:
            reading.calls.append((call["name"], call.get("input") or {}))
        if block.get("toolResult"):
            reading.features.add("server tools")
    bedrock_usage(reading, answer.get("usage"))
    reading.finish = BEDROCK_FINISH.get(answer.get("stopReason") or "end_turn", "")
    if reading.finish == "stop" and reading.calls:
        reading.finish = "tool_calls"
    return reading


def bedrock_stream(recording) -> Reading:
    reading, blocks, stop = Reading(), {}, "end_turn"
    for (kind, _), event in zip(recording.events, recording.bodies, strict=True):
        if kind == "contentBlockStart":
            use = (event.get("start") or {}).get("toolUse")
            if use:
                blocks[event["contentBlockIndex"]] = [use, ""]
        elif kind == "contentBlockDelta":
            delta = event["delta"]
            reading.text += delta.get("text") or ""
            reading.reasoning += (delta.get("reasoningContent") or {}).get("text") or ""
            if "toolUse" in delta and event["contentBlockIndex"] in blocks:
                blocks[event["contentBlockIndex"]][1] += delta["toolUse"].get("input") or ""
        elif kind == "messageStop":
            stop = event.get("stopReason") or stop
        elif kind == "metadata":
            bedrock_usage(reading, event.get("usage"))
        elif kind.endswith("Exception"):
            reading.failed = True
    for _, (use, text) in sorted(blocks.items()):
        if use.get("type") == "server_tool_use":
            reading.features.add("server tools")
        else:
            reading.calls.append((use["name"], arguments(text)))
    reading.finish = BEDROCK_FINISH.get(stop, "")
    if reading.finish == "stop" and reading.calls:
        reading.finish = "tool_calls"
    return reading


# -- Cohere

COHERE_FINISH = {
    "COMPLETE": "stop",
    "STOP_SEQUENCE": "stop",
    "MAX_TOKENS": "length",
    "TOOL_CALL": "tool_calls",
    "ERROR_TOXIC": "content_filter",
}


def cohere_usage(reading: Reading, usage: dict | None):
    billed = (usage or {}).get("billed_units") or {}
    if "input_tokens" in billed or "output_tokens" in billed:
        # Its own prompt, which is most of what is cached, Cohere does not charge.
        reading.prompt = int(billed.get("input_tokens") or 0)
        reading.completion = int(billed.get("output_tokens") or 0)
    elif tokens := (usage or {}).get("tokens"):
        reading.prompt = int(tokens.get("input_tokens") or 0)
        reading.completion = int(tokens.get("output_tokens") or 0)
        reading.cached = int(usage.get("cached_tokens") or 0)


def cohere_answer(bodies) -> Reading:
    reading, answer = Reading(), bodies[0]
    message = answer["message"]
    reading.reasoning += message.get("tool_plan") or ""
    for part in message.get("content") or []:
        reading.text += part.get("text") or ""
        reading.reasoning += part.get("thinking") or ""
    for call in message.get("tool_calls") or []:
        reading.calls.append((call["function"]["name"], arguments(call["function"].get("arguments"))))
    cohere_usage(reading, answer.get("usage"))
    reading.finish = COHERE_FINISH.get(answer.get("finish_reason"), "")
    return reading


def cohere_stream(recording) -> Reading:
    reading, calls = Reading(), {}
    for event in recording.bodies:
        message = (event.get("delta") or {}).get("message") or {}
        kind = event.get("type")
        reading.reasoning += message.get("tool_plan") or ""
        content = message.get("content")
        if isinstance(content, dict):
            reading.text += content.get("text") or ""
            reading.reasoning += content.get("thinking") or ""
        if kind == "tool-call-start":
            function = message["tool_calls"]["function"]
            calls[event["index"]] = [function["name"], function.get("arguments") or ""]
        elif kind == "tool-call-delta":
            calls[event["index"]][1] += message["tool_calls"]["function"].get("arguments") or ""
        elif kind == "message-end":
            cohere_usage(reading, event["delta"].get("usage"))
            reading.finish = COHERE_FINISH.get(event["delta"].get("finish_reason"), "")
    reading.calls = [(name, arguments(text)) for _, (name, text) in sorted(calls.items())]
    return reading

"""Requests to providers whose dialect no caller speaks, as a chat caller would have made them."""

import json

FORMATS = {"audio/mpeg": "mp3", "audio/wav": "wav", "audio/mp3": "mp3"}


class Inexpressible(Exception):
    """There is no way to say this in Chat."""


def as_chat(dialect: str, body: dict) -> dict:
    return {"gemini": gemini, "bedrock": bedrock, "cohere": cohere}[dialect](body)


def text(words: str) -> dict:
    return {"type": "text", "text": words}


def media(kind: str, data: str, name: str | None = None) -> dict:
    url = f"data:{kind};base64,{data}"
    if kind.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": url}}
    if kind.startswith("audio/") and kind in FORMATS:
        return {"type": "input_audio", "input_audio": {"data": data, "format": FORMATS[kind]}}
    if kind.startswith("video/"):
        return {"type": "video_url", "video_url": {"url": url}}
    return {"type": "file", "file": {"filename": name or "file", "file_data": url}}


def known(value: dict, *names: str):
    rest = set(value) - set(names)
    if rest:
        raise Inexpressible("what only this dialect has: " + ", ".join(sorted(map(str, rest))))


# Some clients write these as the protocol's own files spell them, and the API takes both.
SPELLINGS = {
    "function_call": "functionCall",
    "function_response": "functionResponse",
    "inline_data": "inlineData",
    "mime_type": "mimeType",
    "parameters_json_schema": "parametersJsonSchema",
    "thought_signature": "thoughtSignature",
}


def spelled(value):
    if isinstance(value, dict):
        return {SPELLINGS.get(name, name): spelled(inner) for name, inner in value.items()}
    return [spelled(inner) for inner in value] if isinstance(value, list) else value


def gemini(body: dict) -> dict:
    body = spelled(body)
    known(body, "contents", "systemInstruction", "generationConfig", "tools", "toolConfig")
    request, messages = {"model": "m"}, []
    if body.get("systemInstruction"):
        parts = [text(part["text"]) for part in body["systemInstruction"]["parts"]]
        messages.append({"role": "system", "content": parts})
    for content in body["contents"]:
        gemini_content(content, messages)
    request["messages"] = messages
    tools = [tool for group in body.get("tools") or [] for tool in gemini_tools(group)]
    if tools:
        request["tools"] = tools
    config = (body.get("toolConfig") or {}).get("functionCallingConfig") or {}
    known({config.get("mode"): None}, "AUTO", "ANY", "NONE", None)
    names = config.get("allowedFunctionNames") or []
    mode = {"AUTO": "auto", "ANY": "required", "NONE": "none", None: None}.get(config.get("mode"))
    if mode == "required" and len(names) == 1:
        request["tool_choice"] = {"type": "function", "function": {"name": names[0]}}
    elif names:
        allowed = [{"type": "function", "function": {"name": name}} for name in names]
        request["tool_choice"] = {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": allowed}}
    elif mode:
        request["tool_choice"] = mode
    gemini_config(body.get("generationConfig") or {}, request)
    return request


def gemini_content(content: dict, messages: list):
    parts, calls, details = [], [], []
    for part in content["parts"]:
        known(part, "text", "inlineData", "functionCall", "functionResponse", "thoughtSignature", "thought")
        if part.get("thought") or (part.get("thoughtSignature") and "functionCall" not in part):
            raise Inexpressible("signatures of other parts than calls")
        if "functionCall" in part:
            call = part["functionCall"]
            identity = call.get("id") or f"call_{len(messages)}_{len(calls)}"
            function = {"name": call["name"], "arguments": json.dumps(call.get("args") or {}, ensure_ascii=False)}
            calls.append({"id": identity, "type": "function", "function": function})
            if part.get("thoughtSignature"):
                seal = {"type": "reasoning.encrypted", "data": part["thoughtSignature"], "id": identity}
                details.append(seal | {"format": "google-gemini-v1", "index": len(details)})
        elif "functionResponse" in part:
            answer = part["functionResponse"]
            known(answer, "id", "name", "response")
            identity = answer.get("id") or open_call(messages, answer["name"])
            said = json.dumps(answer["response"], ensure_ascii=False)
            messages.append({"role": "tool", "tool_call_id": identity, "content": said})
        elif "inlineData" in part:
            parts.append(media(part["inlineData"]["mimeType"], part["inlineData"]["data"]))
        else:
            parts.append(text(part["text"]))
    if content.get("role") == "model":
        message = {"role": "assistant", "content": parts or None}
        if calls:
            message["tool_calls"] = calls
        if details:
            message["reasoning_details"] = details
        messages.append(message)
    elif parts:
        messages.append({"role": "user", "content": parts})


def open_call(messages: list, name: str) -> str:
    """The first call of a tool that has no result yet."""
    answered = {message.get("tool_call_id") for message in messages}
    for message in messages:
        for call in message.get("tool_calls", []):
            if call["function"]["name"] == name and call["id"] not in answered:
                return call["id"]
    raise Inexpressible("results without calls")


def gemini_tools(group: dict) -> list:
    known(group, "functionDeclarations")
    tools = []
    for function in group.get("functionDeclarations") or []:
        known(function, "name", "description", "parametersJsonSchema")
        written = {"name": function["name"], "parameters": function.get("parametersJsonSchema")}
        if "description" in function:
            written["description"] = function["description"]
        tools.append({"type": "function", "function": written})
    return tools


SAMPLING = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "seed": "seed",
    "maxOutputTokens": "max_tokens",
    "stopSequences": "stop",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
}


def gemini_config(config: dict, request: dict):
    known(config, *SAMPLING, "responseMimeType", "responseJsonSchema", "responseModalities", "thinkingConfig")
    for name, ours in SAMPLING.items():
        if name in config:
            request[ours] = config[name]
    if "responseJsonSchema" in config:
        schema = {"name": "answer", "schema": config["responseJsonSchema"]}
        request["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif config.get("responseMimeType") == "application/json":
        request["response_format"] = {"type": "json_object"}
    if config.get("responseModalities") not in (None, ["TEXT"]):
        request["modalities"] = [word.lower() for word in config["responseModalities"]]
    thinking = config.get("thinkingConfig") or {}
    if "thinkingBudget" in thinking:
        request["reasoning"] = {"max_tokens": thinking["thinkingBudget"]}
    elif "thinkingLevel" in thinking:
        request["reasoning"] = {"effort": thinking["thinkingLevel"].lower()}
    elif thinking:
        raise Inexpressible("thoughts without an effort")
    if request.get("reasoning") and not thinking.get("includeThoughts"):
        request["reasoning"]["exclude"] = True


def bedrock(body: dict) -> dict:
    known(body, "messages", "system", "inferenceConfig", "toolConfig")
    request, messages = {"model": "anthropic.claude-m"}, []
    if body.get("system"):
        messages.append({"role": "system", "content": bedrock_texts(body["system"])})
    for message in body["messages"]:
        bedrock_message(message, messages)
    request["messages"] = messages
    config = body.get("inferenceConfig") or {}
    known(config, "maxTokens", "temperature", "topP", "stopSequences")
    for name, ours in SAMPLING.items() | {("maxTokens", "max_tokens")}:
        if name in config:
            request[ours] = config[name]
    tools = body.get("toolConfig") or {}
    for tool in tools.get("tools") or []:
        known(tool, "toolSpec")
        spec = tool["toolSpec"]
        function = {"name": spec["name"], "parameters": spec["inputSchema"]["json"]}
        function |= {name: spec[name] for name in ("description", "strict") if name in spec}
        request.setdefault("tools", []).append({"type": "function", "function": function})
    choice = tools.get("toolChoice") or {}
    if "tool" in choice:
        request["tool_choice"] = {"type": "function", "function": {"name": choice["tool"]["name"]}}
    elif choice:
        request["tool_choice"] = "required" if "any" in choice else "auto"
    return request


def bedrock_texts(blocks: list) -> list:
    for block in blocks:
        known(block, "text")
    return [text(block["text"]) for block in blocks]


def bedrock_message(message: dict, messages: list):
    parts, calls = [], []
    for block in message["content"]:
        known(block, "text", "image", "toolUse", "toolResult")
        if "toolUse" in block:
            use = block["toolUse"]
            function = {"name": use["name"], "arguments": json.dumps(use["input"], ensure_ascii=False)}
            calls.append({"id": use["toolUseId"], "type": "function", "function": function})
        elif "toolResult" in block:
            result = block["toolResult"]
            for part in result["content"]:
                known(part, "text")
            said = {"role": "tool", "tool_call_id": result["toolUseId"], "content": bedrock_texts(result["content"])}
            messages.append(said | ({"is_error": True} if result.get("status") == "error" else {}))
        elif "image" in block:
            source = block["image"]["source"]
            known(source, "bytes")
            parts.append(media("image/" + block["image"]["format"], source["bytes"]))
        else:
            parts.append(text(block["text"]))
    if message["role"] == "assistant":
        messages.append({"role": "assistant", "content": parts or None} | ({"tool_calls": calls} if calls else {}))
    elif parts:
        messages.append({"role": "user", "content": parts})


def cohere(body: dict) -> dict:
    """Nearly Chat already."""
    names = {"p": "top_p", "k": "top_k", "stop_sequences": "stop"}
    request = {names.get(name, name): value for name, value in body.items()}
    known(
        request, "model", "messages", "tools", "stream", "max_tokens", "temperature", "top_p", "top_k", "stop", "seed"
    )
    for message in request["messages"]:
        if isinstance(message.get("tool_plan"), str) and "content" not in message:
            message["content"] = message.pop("tool_plan")
    return request

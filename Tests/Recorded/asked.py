"""Compares recorded requests with what the router writes for the same provider after reading them."""

import copy
import json
import re
from collections import Counter

import spoken

# What is written otherwise and means the same, or is not kept, by the path where it differs.
EXPLAINED = {
    r"\.(store|include|stream)": "said always: `store: false`, sealed reasoning, `stream`",
    r"\.(stream_options|background|context_management|truncation|provider)": "for the router, or for a provider that "
    "keeps conversations",
    r"\.tools\[\d+\](\.function)?\.strict": "OpenAI's default of `strict` is said",
    r"\.input\[\d+\](\.output\[\d+\]|\.content\[\d+\])*\.detail": "the default of `detail` is said",
    r"\.(thinking|output_config)": "thinking in the form that the model takes, by effort or by budget",
    r"\.n": "`n: 1` is left out",
    r"\.messages\[\d+\]\.tool_calls\[\d+\]\.index": "`index` of a call is left out: its place says it",
    r"\.messages\[\d+\]\.content\[\d+\]\.(cache_control|prompt_cache_breakpoint)": "cache markers in one spelling; "
    "the host gets its own",
    r"\.reasoning\.(generate_)?summary": "`generate_summary` by its newer name",
    r"\.messages\[\d+\]\.content\[\d+\]\.(id|tool_use_id)": "ids that two calls of a conversation share are told apart",
    r"\.toolConfig\.toolChoice": "the default of the tool choice is left out",
    r"\.contents\[\d+\]\.parts\[\d+\]\.text": "empty text, which Vertex refuses, is a space",
    r"\.contents\[\d+\]\.parts\[\d+\]\.inlineData\.mimeType": "types of sounds by the names that Chat has for them",
    r"\.contents$": "a turn of the model's with nothing in it is left out",
}
# What cannot be asked here, by the beginning of the refusal.
REFUSED = {
    "refused previous_response_id": "`previous_response_id`: nothing is stored here",
    "refused conversation": "`conversation`: nothing is stored here",
    "refused temperature": "a temperature that the provider refused too",
}
# Members that say nothing.
EMPTY = (None, [], {}, False)


def normal(dialect: str, body: dict) -> dict:
    body = {key: value for key, value in body.items() if value not in EMPTY}
    return WAYS[dialect](body)


def parts(content):
    """A lone text as a text, a text as itself."""
    if isinstance(content, list) and len(content) == 1 and set(content[0]) <= {"type", "text", "annotations"}:
        return content[0].get("text", content)
    return content


def bare(value):
    """Without members that say nothing."""
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items() if item not in (None, [])}
    return [bare(item) for item in value] if isinstance(value, list) else value


def chat(body: dict) -> dict:
    body = bare(body)
    if "max_completion_tokens" in body:
        body["max_tokens"] = body.pop("max_completion_tokens")
    if isinstance(body.get("stop"), str):
        body["stop"] = [body["stop"]]
    if "reasoning_effort" in body:
        body["reasoning"] = {"effort": body.pop("reasoning_effort")}
    for message in body.get("messages", []):
        if "reasoning_content" in message:
            message["reasoning"] = message.pop("reasoning_content")
        message["content"] = parts(message.get("content"))
    return bare(body)


def responses(body: dict) -> dict:
    body = bare(body)
    if isinstance(body.get("input"), str):
        body["input"] = [{"role": "user", "content": body["input"]}]
    for item in body.get("input", []):
        if item.get("type", "message") == "message":
            item["type"] = "message"
            item["content"] = parts(item.get("content"))
        if item.get("type") not in ("reasoning",):
            item.pop("id", None)
        item.pop("status", None)
        if "output" in item:
            item["output"] = parts(item["output"])
    if "instructions" in body and isinstance(body["instructions"], str):
        body["input"].insert(0, {"type": "message", "role": "system", "content": body.pop("instructions")})
    return bare(body)


def messages(body: dict) -> dict:
    body = bare(body)

    def blocks(content):
        return [{"type": "text", "text": content}] if isinstance(content, str) else content

    if "system" in body:
        body["system"] = blocks(body["system"])
    merged = []
    for message in body.get("messages", []):
        message["content"] = blocks(message["content"])
        for block in message["content"]:
            if block.get("type") == "tool_result" and "content" in block:
                block["content"] = blocks(block["content"])
            if block.get("is_error") is False:
                del block["is_error"]
        if merged and merged[-1]["role"] == message["role"] != "system":
            merged[-1]["content"] += message["content"]
        else:
            merged.append(message)
    body["messages"] = merged
    return bare(body)


def differences(left, right, path: str = "") -> list[str]:
    if left == right:
        return []
    if isinstance(left, dict) and isinstance(right, dict):
        names = sorted(set(left) | set(right))
        return [found for name in names for found in differences(left.get(name), right.get(name), f"{path}.{name}")]
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        pairs = enumerate(zip(left, right, strict=True))
        return [found for place, (a, b) in pairs for found in differences(a, b, f"{path}[{place}]")]
    return [f"{path}: {str(left)[:70]} but {str(right)[:70]}"]


def unexplained(found: list[str], reasons: Counter) -> list[str]:
    rest, known = [], set()
    for difference in found:
        path = difference.split(":")[0]
        reason = next((text for pattern, text in EXPLAINED.items() if re.fullmatch(pattern + r".*", path)), None)
        if reason:
            known.add(reason)
        else:
            rest.append(difference)
    reasons.update(known)
    return rest


def gemini(body: dict) -> dict:
    body = spoken.spelled(body)
    (body.get("systemInstruction") or {}).pop("role", None)
    turns = []
    for content in body.get("contents", []):
        content.setdefault("role", "user")
        if turns and turns[-1]["role"] == content["role"]:
            turns[-1]["parts"] += content["parts"]
        else:
            turns.append(content)
    body["contents"] = turns
    for content in turns:
        for part in content["parts"]:
            if "functionCall" in part:
                part["functionCall"].pop("id", None)
            if "functionResponse" in part:
                part["functionResponse"].pop("id", None)
    if (body.get("generationConfig") or {}).get("responseModalities") == ["TEXT"]:
        del body["generationConfig"]["responseModalities"]
    if body.get("generationConfig") == {}:
        del body["generationConfig"]
    return bare(body)


def bedrock(body: dict) -> dict:
    for message in body["messages"]:
        for block in message["content"]:
            # Success is what there is without a word.
            if (block.get("toolResult") or {}).get("status") == "success":
                del block["toolResult"]["status"]
    return bare(body)


def cohere(body: dict) -> dict:
    for message in body["messages"]:
        if "content" in message:
            message["content"] = parts(message["content"])
    return bare(body)


WAYS = {
    "openai": chat,
    "openai-responses": responses,
    "anthropic": messages,
    "gemini": gemini,
    "bedrock": bedrock,
    "cohere": cohere,
}


def is_expressible(item) -> bool:
    if item.dialect in ("openai", "openai-responses", "anthropic"):
        return True
    try:
        spoken.as_chat(item.dialect, item.bodies[0])
    except spoken.Inexpressible:
        return False
    return True


def compare(found: list, translated: dict[str, dict]) -> tuple[str, dict[str, list[str]]]:
    """How many requests are the same, why others are not, and those without a reason."""
    counts, reasons, wrong = Counter(), Counter(), {}
    for item in found:
        if item.kind != "request" or item.dialect not in WAYS:
            continue
        counts[item.dialect, "all"] += 1
        if not is_expressible(item):
            reasons["what only the provider's dialect has, and no caller's"] += 1
            continue
        written = translated[item.name]["written"]
        refusal = next((reason for start, reason in REFUSED.items() if written.startswith(start)), None)
        if refusal:
            reasons[refusal] += 1
            continue
        if not written.startswith("{"):
            wrong[item.name] = [written]
            continue
        left, right = (normal(item.dialect, body) for body in (copy.deepcopy(item.bodies[0]), json.loads(written)))
        different = differences(left, right)
        counts[item.dialect, "same"] += not different
        rest = unexplained(different, reasons)
        if rest:
            wrong[item.name] = rest
    lines = ["| requests | recorded | the same |", "|---|---|---|"]
    lines += [f"| {way} | {counts[way, 'all']} | {counts[way, 'same']} |" for way in WAYS]
    lines += ["", "Those that are not the same:", ""]
    lines += [f"- {count}: {reason}." for reason, count in sorted(reasons.items())]
    return "\n".join(lines), wrong

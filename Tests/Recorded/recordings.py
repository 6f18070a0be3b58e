"""Finds the exchanges in a folder of recorded traffic: VCR cassettes, bodies, and lists of chunks."""

import json
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Recording:
    name: str
    provider: str
    # As in the configuration of a provider: openai, openai-responses, anthropic, gemini, bedrock, cohere.
    dialect: str
    # answer, stream, error or request.
    kind: str
    # The type of each event where the framing has one, and its JSON text.
    events: list[tuple[str, str]]
    model: str = ""
    bodies: list = field(default_factory=list)

    def __post_init__(self):
        self.bodies = [json.loads(text) for _, text in self.events]


# What is not an exchange of a dialect that is spoken to providers, by reason.
skipped: Counter = Counter()


def load(root: Path) -> list[Recording]:
    skipped.clear()
    found = []
    for path in sorted(root.rglob("*")):
        if path.suffix == ".yaml":
            found += list(cassette(path, root))
        elif path.name.endswith(".chunks.txt"):
            found += list(chunks(path, root))
        elif path.suffix == ".json":
            found += list(body(path, root))
    return found


def provider_of(path: Path, root: Path) -> str:
    return path.relative_to(root).parts[1]


# -- files of the AI SDK


def dialect_of(value) -> str | None:
    if not isinstance(value, dict):
        return None
    kind = str(value.get("type", ""))
    if value.get("object") == "response" or kind.startswith("response."):
        return "openai-responses"
    if value.get("object") == "text_completion":
        return None
    if isinstance(value.get("choices"), list):
        return "openai"
    if kind in ("message_start", "message", "content_block_start"):
        return "anthropic"
    if "candidates" in value or "promptFeedback" in value:
        return "gemini"
    if "stopReason" in value or any(isinstance(value.get(key), dict) and len(value) == 1 for key in BEDROCK_EVENTS):
        return "bedrock"
    if kind == "message-start" or ("finish_reason" in value and "message" in value):
        return "cohere"
    return None


BEDROCK_EVENTS = {
    "messageStart",
    "contentBlockStart",
    "contentBlockDelta",
    "contentBlockStop",
    "messageStop",
    "metadata",
}


def body(path: Path, root: Path) -> Iterator[Recording]:
    name, text = str(path.relative_to(root)), path.read_text()
    try:
        value = json.loads(text)
    except ValueError:
        skipped["not JSON"] += 1
        return
    dialect = dialect_of(value)
    # On one line, as the gateway has it before it becomes a stream.
    text = text.replace("\r", " ").replace("\n", " ")
    if dialect:
        yield Recording(name, provider_of(path, root), dialect, "answer", [("", text)])
    elif isinstance(value, dict) and isinstance(value.get("error"), dict):
        yield Recording(name, provider_of(path, root), "openai", "error", [("", text)])
    else:
        skipped["bodies of other routes: embeddings, images, speech, interactions"] += 1


def is_json(line: str) -> bool:
    """Some streams were recorded with an event that is broken on purpose."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def chunks(path: Path, root: Path) -> Iterator[Recording]:
    lines = [line for line in path.read_text().split("\n") if is_json(line)]
    dialect = next((d for d in map(dialect_of, map(json.loads, lines)) if d), None)
    if dialect is None:
        skipped["streams of other routes: interactions, legacy completions, realtime"] += 1
        return
    for number, part in enumerate(split(lines, dialect)):
        if dialect == "bedrock":
            events = [next(iter(json.loads(line).items())) for line in part]
            events = [(kind, json.dumps(value, ensure_ascii=False)) for kind, value in events]
        else:
            events = [("", line) for line in part]
        name = f"{path.relative_to(root)}#{number}"
        yield Recording(name, provider_of(path, root), dialect, "stream", events)


def split(lines: list[str], dialect: str) -> list[list[str]]:
    """Some files hold the streams of several steps, one behind the other."""
    streams, seen = [[]], None
    for line in lines:
        value = json.loads(line)
        if dialect == "anthropic":
            begins = value.get("type") == "message_start" and seen == "message_stop"
            seen = value.get("type")
        elif dialect == "openai-responses":
            begins = value.get("type") == "response.created"
        elif dialect == "openai":
            begins = bool(seen and value.get("id") and value["id"] != seen)
            seen = value.get("id") or seen
        elif dialect == "gemini":
            begins = bool(seen and value.get("responseId") and value["responseId"] != seen)
            seen = value.get("responseId") or seen
        else:
            begins = value.get("type") == "message-start" or "messageStart" in value
        if begins and streams[-1]:
            streams.append([])
        streams[-1].append(line)
    return streams


# -- cassettes


def cassette(path: Path, root: Path) -> Iterator[Recording]:
    try:
        document = yaml.load(path.read_text(), Loader=Loader)
    except yaml.YAMLError:
        skipped["cassettes that are not YAML"] += 1
        return
    interactions = document.get("interactions") if isinstance(document, dict) else None
    for number, interaction in enumerate(interactions or []):
        request, response = interaction.get("request") or {}, interaction.get("response") or {}
        uri = urlparse(request.get("uri", ""))
        dialect = route(uri)
        if dialect is None:
            skipped["exchanges of other routes, web sockets, gRPC, downloads"] += 1
            continue
        name = f"{path.relative_to(root)}#{number}"
        provider = provider_of(path, root)
        asked_body = parsed(request)
        model = asked_body.get("model", "") if isinstance(asked_body, dict) else ""
        if isinstance(asked_body, dict):
            text = json.dumps(asked_body, ensure_ascii=False)
            yield Recording(name + " request", provider, dialect, "request", [("", text)], model)
        yield from answer(name, provider, dialect, response)


ROUTES = {
    "/chat/completions": "openai",
    "/responses": "openai-responses",
    "/messages": "anthropic",
    ":generateContent": "gemini",
    ":streamGenerateContent": "gemini",
    "/converse": "bedrock",
    "/converse-stream": "bedrock",
    "/v2/chat": "cohere",
}


def route(uri) -> str | None:
    return next((dialect for end, dialect in ROUTES.items() if uri.path.endswith(end)), None)


def parsed(message: dict):
    if "parsed_body" in message:
        return message["parsed_body"]
    text = raw(message)
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def raw(message: dict):
    value = message.get("body")
    return value.get("string") if isinstance(value, dict) else value


def answer(name: str, provider: str, dialect: str, response: dict) -> Iterator[Recording]:
    kind = str(
        (response.get("headers") or {}).get("content-type") or (response.get("headers") or {}).get("Content-Type")
    )
    if "stream" in kind and "parsed_body" not in response:
        text = raw(response)
        events = frames(text) if isinstance(text, bytes) else server_sent(text)
        if not events:
            skipped["streams without an event"] += 1
            return
        yield Recording(name, provider, dialect, "stream", events)
        return
    value = parsed(response)
    if not isinstance(value, dict):
        skipped["answers that are not JSON objects"] += 1
        return
    status = (response.get("status") or {}).get("code", 200)
    text = json.dumps(value, ensure_ascii=False)
    yield Recording(name, provider, dialect, "answer" if status < 300 else "error", [("", text)])


def server_sent(text: str) -> list[tuple[str, str]]:
    events = []
    for block in text.replace("\r\n", "\n").replace("\r", "\n").split("\n\n"):
        data = [line[5:].removeprefix(" ") for line in block.split("\n") if line.startswith("data:")]
        joined = "\n".join(data)
        if joined and not joined.startswith("[DONE]"):
            events.append(("", joined))
    return events


def frames(data: bytes) -> list[tuple[str, str]]:
    """Amazon's event stream, read without looking at its checksums."""
    events = []
    while data:
        total, headers_length = struct.unpack(">II", data[:8])
        headers, at = data[12 : 12 + headers_length], 0
        named = {}
        while at < len(headers):
            size = headers[at]
            name = headers[at + 1 : at + 1 + size].decode()
            at += size + 2
            length = struct.unpack(">H", headers[at : at + 2])[0]
            named[name] = headers[at + 2 : at + 2 + length].decode()
            at += 2 + length
        payload = data[12 + headers_length : total - 4].decode()
        events.append((named.get(":event-type") or named.get(":exception-type") or "", payload))
        data = data[total:]
    return events

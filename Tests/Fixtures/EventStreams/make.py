"""Writes the binary event streams beside it, with struct and zlib: an implementation that is not ours."""

import json
import struct
import zlib
from pathlib import Path

HERE = Path(__file__).parent


def message(headers: list[tuple[str, str]], payload: bytes = b"") -> bytes:
    block = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers
    )
    prelude = struct.pack(">II", 12 + len(block) + len(payload) + 4, len(block))
    whole = prelude + struct.pack(">I", zlib.crc32(prelude)) + block + payload
    return whole + struct.pack(">I", zlib.crc32(whole))


def event(kind: str, body: dict) -> bytes:
    headers = [(":event-type", kind), (":content-type", "application/json"), (":message-type", "event")]
    return message(headers, json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())


def delta(index: int, body: dict) -> bytes:
    return event("contentBlockDelta", {"contentBlockIndex": index, "delta": body, "p": "abcdefgh"[: index + 2]})


def exception(kind: str, text: str) -> bytes:
    headers = [(":exception-type", kind), (":content-type", "application/json"), (":message-type", "exception")]
    return message(headers, json.dumps({"message": text}).encode())


start = event("messageStart", {"role": "assistant", "p": "abc"})
call = {"toolUse": {"toolUseId": "tooluse_kq3", "name": "get_weather"}}
usage = {"inputTokens": 41, "outputTokens": 57, "totalTokens": 1122, "cacheReadInputTokens": 1024}

converse = [
    start,
    delta(0, {"reasoningContent": {"text": "Paris is in "}}),
    delta(0, {"reasoningContent": {"text": "France."}}),
    delta(0, {"reasoningContent": {"signature": "c2VhbGVk"}}),
    event("contentBlockStop", {"contentBlockIndex": 0}),
    delta(1, {"text": "Let me look. 🌦"}),
    event("contentBlockStop", {"contentBlockIndex": 1}),
    event("contentBlockStart", {"contentBlockIndex": 2, "start": call}),
    delta(2, {"toolUse": {"input": ""}}),
    delta(2, {"toolUse": {"input": '{"city":'}}),
    delta(2, {"toolUse": {"input": '"Paris"}'}}),
    event("contentBlockStop", {"contentBlockIndex": 2}),
    event("messageStop", {"stopReason": "tool_use"}),
    event("metadata", {"usage": usage, "metrics": {"latencyMs": 812}}),
]
(HERE / "converse.bin").write_bytes(b"".join(converse))

throttled = [start, delta(0, {"text": "Hel"}), exception("throttlingException", "Too many tokens, wait.")]
(HERE / "throttled.bin").write_bytes(b"".join(throttled))

reason = [(":error-code", "InternalServerError"), (":error-message", "It broke."), (":message-type", "error")]
(HERE / "failed.bin").write_bytes(message(reason))

corrupt = bytearray(start + delta(0, {"text": "Hello"}))
corrupt[-12] ^= 1
(HERE / "corrupt.bin").write_bytes(corrupt)

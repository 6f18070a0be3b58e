"""Scripts for the upstream simulator; docs/simulator.md lists what they can say."""

from __future__ import annotations

import itertools
import json
import os

_numbers = itertools.count()


def new_tag() -> str:
    return f"t{os.getpid()}-{next(_numbers)}"


def script(tag: str | None = None, **providers) -> str:
    """A user message that tells each provider what to do; `any` stands for those not named."""
    if "any" in providers:
        providers["*"] = providers.pop("any")
    return "@sim " + json.dumps({"tag": tag or new_tag(), **providers})


def tagged(**providers) -> tuple[str, str]:
    """A tag to look the request up by, and the message."""
    tag = new_tag()
    return tag, script(tag, **providers)


def sse(*payloads) -> str:
    """The text of a stream: objects as JSON, strings as they stand."""
    texts = (payload if isinstance(payload, str) else json.dumps(payload) for payload in payloads)
    return "".join(f"data: {text}\n\n" for text in texts)


def chunk(content: str | None = None, finish: str | None = None, **more) -> dict:
    """One chunk as an OpenAI-compatible provider sends it."""
    delta = {} if content is None else {"content": content}
    return {
        "id": "chatcmpl-recorded",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "alpha-model",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        **more,
    }


USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def recorded_stream() -> str:
    """An ordinary stream: role, three words (one not in ASCII), finish, usage, end."""
    return sse(
        {**chunk(), "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]},
        chunk("One "),
        chunk("zwölf "),
        chunk("three."),
        chunk(finish="stop"),
        {**chunk(), "choices": [], "usage": USAGE},
        "[DONE]",
    )

"""A strict reader of what the router streams: anything the contract does not allow fails the test."""

from __future__ import annotations

import dataclasses
import json

import requests


@dataclasses.dataclass
class Stream:
    chunks: list[dict] = dataclasses.field(default_factory=list)
    comments: list[str] = dataclasses.field(default_factory=list)
    done: bool = False
    #: Whether the HTTP body came to its proper end.
    complete: bool = False

    @property
    def text(self) -> str:
        return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in self.chunks)

    @property
    def reasoning(self) -> str:
        return "".join(chunk["choices"][0]["delta"].get("reasoning") or "" for chunk in self.chunks)

    @property
    def finish_reasons(self) -> list[str]:
        reasons = (chunk["choices"][0]["finish_reason"] for chunk in self.chunks)
        return [reason for reason in reasons if reason is not None]

    @property
    def usage(self) -> dict | None:
        found = [chunk["usage"] for chunk in self.chunks if chunk.get("usage")]
        assert len(found) <= 1, "usage came more than once"
        return found[0] if found else None

    @property
    def error(self) -> dict | None:
        found = [chunk["error"] for chunk in self.chunks if "error" in chunk]
        assert len(found) <= 1, "more than one error"
        return found[0] if found else None

    @property
    def id(self) -> str:
        return self.chunks[0]["id"]

    def tool_calls(self) -> list[dict]:
        calls: dict[int, dict] = {}
        for chunk in self.chunks:
            for delta in chunk["choices"][0]["delta"].get("tool_calls") or []:
                call = calls.setdefault(delta["index"], {"id": None, "name": "", "arguments": ""})
                call["id"] = delta.get("id") or call["id"]
                call["name"] += delta.get("function", {}).get("name") or ""
                call["arguments"] += delta.get("function", {}).get("arguments") or ""
        return [calls[index] for index in sorted(calls)]

    def add(self, line: str) -> None:
        if line == "":
            return
        assert not self.done, f"something follows [DONE]: {line!r}"
        if line.startswith(":"):
            self.comments.append(line)
            return
        assert line.startswith("data: "), f"no data line: {line!r}"
        if line == "data: [DONE]":
            self.done = True
            return
        chunk = json.loads(line[len("data: ") :])
        assert chunk["object"] in ("chat.completion.chunk", "text_completion"), chunk
        assert len(chunk["choices"]) == 1, "documented samples read choices[0] of every chunk"
        if self.chunks:
            assert chunk["id"] == self.chunks[0]["id"], "the id changes within a stream"
            assert chunk["created"] == self.chunks[0]["created"]
        self.chunks.append(chunk)


def read(response: requests.Response) -> Stream:
    """Reads a stream to its end; a body that breaks off leaves `complete` false."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].split(";")[0] == "text/event-stream"
    stream = Stream()
    rest = b""
    try:
        for data in response.iter_content(None):
            rest += data
            *lines, rest = rest.split(b"\n")
            for line in lines:
                stream.add(line.decode())
        stream.complete = True
    except requests.exceptions.ChunkedEncodingError:
        pass
    if stream.complete:
        assert rest == b"", f"the stream ends within a line: {rest!r}"
    return stream


def check_good_end(stream: Stream) -> None:
    """The end of a successful stream: finish chunk, usage chunk with one empty choice, `[DONE]`."""
    assert stream.complete and stream.done
    assert stream.error is None
    finish, usage = stream.chunks[-2:]
    assert finish["choices"][0]["finish_reason"] is not None
    assert len(stream.finish_reasons) == 1
    assert usage["choices"] == [
        {
            "index": 0,
            "delta": {"role": "assistant", "content": ""},
            "finish_reason": None,
            "native_finish_reason": None,
            "logprobs": None,
        }
    ]
    assert stream.usage is usage["usage"]


def check_error_end(stream: Stream) -> dict:
    """The end of a broken stream: the error chunk is the last thing, and the HTTP body ends properly."""
    assert stream.complete, "the HTTP body must end properly after an error chunk"
    assert not stream.done and stream.usage is None
    last = stream.chunks[-1]
    error = last["error"]
    assert isinstance(error["code"], int) and error["message"]
    assert error["metadata"]["error_type"]
    assert last["choices"][0]["finish_reason"] == "error"
    assert last["choices"][0]["delta"].get("content", "") == ""
    return error

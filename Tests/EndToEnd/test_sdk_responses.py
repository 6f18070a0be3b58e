"""OpenAI's own SDK reads what the Responses dialect writes: every golden stream, by its strict types and its helper."""

from __future__ import annotations

import json
import pathlib

import httpx
import openai
import pydantic
import pytest
from openai.types.responses import Response, ResponseStreamEvent

FIXTURES = pathlib.Path(__file__).parents[1] / "Fixtures" / "Dialects" / "openai-responses" / "streams"
STREAMS = sorted(FIXTURES.glob("*.txt"))
EVENTS = pydantic.TypeAdapter(ResponseStreamEvent)


def section(path: pathlib.Path, name: str) -> list[str]:
    lines: list[str] = []
    is_inside = False
    for line in path.read_text().split("\n"):
        if line.startswith("--- "):
            is_inside = line[4:] == name
        elif is_inside and line and not line.startswith("#"):
            lines.append(line)
    return lines


def events(path: pathlib.Path) -> list[dict]:
    return [json.loads(line[6:]) for line in section(path, "downstream") if line.startswith("data: {")]


def client(body: str, content_type: str) -> openai.OpenAI:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": content_type}, content=body.encode())

    return openai.OpenAI(
        api_key="sk-test",
        base_url="http://127.0.0.1/v1",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
    )


def streaming(path: pathlib.Path) -> openai.OpenAI:
    text = ""
    for line in section(path, "downstream"):
        text += line + ("\n\n" if line.startswith("data: ") else "\n")
    return client(text, "text/event-stream")


def test_there_are_streams():
    assert len(STREAMS) >= 12


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_every_event_is_of_its_type(path):
    for event in events(path):
        read = EVENTS.validate_python(event)
        assert read.type == event["type"]
        if event["type"].startswith("response.content_part"):
            assert read.part.type == event["part"]["type"]


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_a_stream_is_put_together(path):
    final = events(path)[-1]["response"]
    with streaming(path).responses.stream(model="m", input="Hi") as stream:
        seen = [event.type for event in stream]
        assert seen[0] == "response.created"
        if final["status"] != "completed":
            assert seen[-1] == f"response.{final['status']}"
            return
        response = stream.get_final_response()
    assert response.output_text == final["output_text"]
    for item, expected in zip(response.output, final["output"], strict=True):
        assert item.type == expected["type"]
        assert item.id == expected["id"]
        if item.type == "function_call":
            assert (item.name, item.arguments, item.call_id) == tuple(
                expected[key] for key in ("name", "arguments", "call_id")
            )
    assert response.usage.input_tokens == final["usage"]["input_tokens"]


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_a_plain_answer_is_a_response(path):
    final = events(path)[-1]["response"]
    Response.model_validate(final)
    response = client(json.dumps(final), "application/json").responses.create(model="m", input="Hi")
    assert response.status == final["status"]
    assert response.output_text == final.get("output_text", response.output_text)
    # What a client keeps of an item it sends back: also what only we know of.
    for item, expected in zip(response.output, final["output"], strict=True):
        returned = item.model_dump(mode="json", exclude_unset=True)
        assert returned == expected

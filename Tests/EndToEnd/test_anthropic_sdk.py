"""Anthropic's own SDK reads what the golden files say we write: the same text, calls, thoughts, counts and ends."""

import http.server
import json
import pathlib
import threading

import anthropic
import pydantic
import pytest
from anthropic.types import Message, RawMessageStreamEvent
from anthropic.types.beta import BetaMessage, BetaRawMessageStreamEvent

FIXTURES = pathlib.Path(__file__).parent.parent / "Fixtures" / "Dialects" / "anthropic" / "streams"
# Blocks that only the beta types know.
BETA = {"own-blocks"}


def sections(path):
    found, name = {}, None
    for line in path.read_text().splitlines():
        if line.startswith("--- "):
            name = line[4:]
            found[name] = []
        elif line and not line.startswith("#") and name:
            found[name].append(line)
    return found


def names(want):
    return sorted(path.stem for path in FIXTURES.glob("*.txt") if want(sections(path)))


@pytest.fixture
def serving():
    """A server on the loopback interface that gives one prepared answer to every request."""
    answer = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(answer.get("status", 200))
            self.send_header("content-type", answer["type"])
            self.send_header("content-length", str(len(answer["body"])))
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    client = anthropic.Anthropic(api_key="k", base_url=f"http://127.0.0.1:{server.server_port}", max_retries=0)
    yield client, answer
    client.close()
    server.shutdown()
    server.server_close()
    thread.join()


def stream(messages, answer, lines):
    events = [json.loads(line) for line in lines]
    answer["type"] = "text/event-stream"
    answer["body"] = "".join(
        f"event: {e['type']}\ndata: {line}\n\n" for e, line in zip(events, lines, strict=True)
    ).encode()
    with messages.stream(model="m", max_tokens=10, messages=[{"role": "user", "content": "Hi"}]) as running:
        return running.get_final_message()


def messages_of(client, name):
    return client.beta.messages if name in BETA else client.messages


def plain(block):
    """A content block without what is absent."""
    return {key: value for key, value in block.items() if value is not None}


@pytest.mark.parametrize("name", names(lambda found: "answer" in found))
def test_stream_comes_to_the_whole_answer(serving, name):
    client, answer = serving
    found = sections(FIXTURES / f"{name}.txt")
    expected = json.loads("".join(found["answer"]))
    message = stream(messages_of(client, name), answer, found["downstream"]).to_dict(mode="json")
    assert [plain(block) for block in message["content"]] == [plain(block) for block in expected["content"]]
    assert message["stop_reason"] == expected["stop_reason"]
    assert message["stop_sequence"] == expected["stop_sequence"]
    assert message.get("stop_details") == expected.get("stop_details")
    for key in (
        "input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens",
        "output_tokens_details", "server_tool_use",
    ):  # fmt: skip
        assert message["usage"].get(key) == expected["usage"].get(key), key


@pytest.mark.parametrize("name", names(lambda found: "answer" in found))
def test_plain_answer_is_a_message(serving, name):
    client, answer = serving
    text = "".join(sections(FIXTURES / f"{name}.txt")["answer"])
    answer["type"] = "application/json"
    answer["body"] = text.encode()
    message = messages_of(client, name).create(model="m", max_tokens=10, messages=[{"role": "user", "content": "Hi"}])
    assert message.to_dict(mode="json") == json.loads(text)


@pytest.mark.parametrize("name", names(lambda found: True))
def test_every_event_has_the_types_of_the_sdk(name):
    found = sections(FIXTURES / f"{name}.txt")
    events = pydantic.TypeAdapter(BetaRawMessageStreamEvent if name in BETA else RawMessageStreamEvent)
    for line in found["downstream"]:
        event = json.loads(line)
        if event["type"] != "error":
            events.validate_python(event)
    if "answer" in found:
        (BetaMessage if name in BETA else Message).model_validate(json.loads("".join(found["answer"])))


def test_a_broken_stream_raises(serving):
    client, answer = serving
    with pytest.raises(anthropic.APIStatusError) as raised:
        stream(client.messages, answer, sections(FIXTURES / "broken.txt")["downstream"])
    assert raised.value.body["error"]["error_type"] == "provider_unavailable"

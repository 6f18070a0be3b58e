"""The simulator speaks every dialect as its own SDK knows it: who tests against it tests against the real thing."""

import json

import anthropic
import openai
import pytest
import requests
from support import bedrock

CALLS = [{"name": "first", "arguments": '{"city": "Paris"}'}, {"name": "second", "arguments": "{}"}]
NAMED = [("first", {"city": "Paris"}), ("second", {})]


def script(**scenario) -> str:
    return "@sim " + json.dumps({"alpha": scenario})


TEXT = script(reasoning="I think.", text="Hello out there.")
TOOLS = script(tool_calls=CALLS)
LENGTH = script(text="Cut short", finish_reason="length")
BROKEN = script(text="One two three", error_after_chunks=2, error={"type": "api_error", "message": "It broke."})


@pytest.mark.parametrize("is_stream", [False, True])
class TestMessages:
    def ask(self, simulator, content: str, is_stream: bool):
        url = f"{simulator.url}/p/alpha"
        with anthropic.Anthropic(api_key="any", base_url=url, max_retries=0) as client:
            request = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": content}]}
            if not is_stream:
                return client.messages.create(**request)
            with client.messages.stream(**request) as events:
                return events.get_final_message()

    def test_text(self, simulator, is_stream):
        thinking, text = (answer := self.ask(simulator, TEXT, is_stream)).content
        assert thinking.thinking == "I think." and thinking.signature == "c2ln" and text.text == "Hello out there."
        assert answer.stop_reason == "end_turn" and answer.usage.output_tokens == 3 and answer.usage.input_tokens == 11

    def test_tools(self, simulator, is_stream):
        answer = self.ask(simulator, TOOLS, is_stream)
        assert [(call.name, call.input) for call in answer.content] == NAMED
        assert answer.stop_reason == "tool_use" and len({call.id for call in answer.content}) == 2

    def test_length(self, simulator, is_stream):
        assert self.ask(simulator, LENGTH, is_stream).stop_reason == "max_tokens"

    def test_errors(self, simulator, is_stream):
        fails = BROKEN if is_stream else script(status=529, error={"type": "overloaded_error", "message": "It broke."})
        with pytest.raises(anthropic.APIStatusError, match="It broke"):
            self.ask(simulator, fails, is_stream)


@pytest.mark.parametrize("is_stream", [False, True])
class TestResponses:
    def ask(self, simulator, content: str, is_stream: bool):
        with openai.OpenAI(api_key="any", base_url=simulator.base_url("alpha"), max_retries=0) as client:
            if not is_stream:
                return client.responses.create(model="m", input=content)
            with client.responses.stream(model="m", input=content) as events:
                for event in events:
                    last = event
                return last.response

    def test_text(self, simulator, is_stream):
        answer = self.ask(simulator, TEXT, is_stream)
        assert answer.output[0].summary[0].text == "I think." and answer.output[0].encrypted_content == "c2VhbGVk"
        assert answer.output_text == "Hello out there." and answer.status == "completed"
        assert answer.usage.output_tokens == 3 and answer.usage.input_tokens == 11

    def test_tools(self, simulator, is_stream):
        calls = self.ask(simulator, TOOLS, is_stream).output
        assert [(call.name, call.arguments) for call in calls] == [(call["name"], call["arguments"]) for call in CALLS]

    def test_length(self, simulator, is_stream):
        answer = self.ask(simulator, LENGTH, is_stream)
        assert answer.status == "incomplete" and answer.incomplete_details.reason == "max_output_tokens"

    def test_errors(self, simulator, is_stream):
        if is_stream:
            assert self.ask(simulator, BROKEN, True).status == "failed"
        else:
            with pytest.raises(openai.InternalServerError, match="It broke"):
                self.ask(simulator, script(status=500, error={"message": "It broke."}), False)


@pytest.mark.parametrize("is_stream", [False, True])
class TestConverse:
    """By the SDK of AWS, which checks the checksums of every message."""

    def ask(self, simulator, content: str, is_stream: bool) -> dict:
        return bedrock.converse(f"{simulator.url}/p/alpha", content, is_stream)

    def test_text(self, simulator, is_stream):
        answer = self.ask(simulator, TEXT, is_stream)
        assert answer["reasoning"] == "I think." and answer["signature"] == "c2ln"
        assert answer["text"] == "Hello out there." and answer["stop"] == "end_turn"
        assert answer["usage"] == {"inputTokens": 11, "outputTokens": 3, "totalTokens": 14}

    def test_tools(self, simulator, is_stream):
        answer = self.ask(simulator, TOOLS, is_stream)
        assert [(call["name"], call["input"]) for call in answer["calls"]] == NAMED
        assert answer["stop"] == "tool_use"

    def test_errors(self, simulator, is_stream):
        fails = BROKEN if is_stream else script(status=424, error={"message": "It broke."})
        assert "It broke" in self.ask(simulator, fails, is_stream)["error"]


@pytest.mark.parametrize("is_stream", [False, True])
class TestGemini:
    """No SDK of it is among the test packages: this holds what the documentation shows."""

    def ask(self, simulator, content: str, is_stream: bool) -> list[dict]:
        verb = "streamGenerateContent?alt=sse" if is_stream else "generateContent"
        answer = requests.post(
            f"{simulator.url}/p/alpha/v1beta/models/m:{verb}",
            json={"contents": [{"role": "user", "parts": [{"text": content}]}]},
            timeout=10,
        )
        if not is_stream:
            return [answer.json()]
        assert answer.headers["content-type"] == "text/event-stream"
        return [json.loads(event.removeprefix("data: ")) for event in answer.text.split("\r\n\r\n") if event]

    def parts(self, events: list[dict]) -> list[dict]:
        return [part for event in events for part in event["candidates"][0]["content"]["parts"]]

    def test_text(self, simulator, is_stream):
        events = self.ask(simulator, TEXT, is_stream)
        thought, *rest = self.parts(events)
        assert thought == {"thought": True, "text": "I think."}
        assert "".join(part["text"] for part in rest) == "Hello out there."
        assert events[-1]["candidates"][0]["finishReason"] == "STOP"
        assert events[-1]["usageMetadata"]["candidatesTokenCount"] == 3

    def test_tools(self, simulator, is_stream):
        calls = [part for part in self.parts(self.ask(simulator, TOOLS, is_stream)) if "functionCall" in part]
        assert [(call["functionCall"]["name"], call["functionCall"]["args"]) for call in calls] == NAMED
        assert "thoughtSignature" in calls[0] and "thoughtSignature" not in calls[1]


@pytest.mark.parametrize("is_stream", [False, True])
class TestCohere:
    def ask(self, simulator, content: str, is_stream: bool) -> list[dict]:
        body = {"model": "m", "stream": is_stream, "messages": [{"role": "user", "content": content}]}
        answer = requests.post(f"{simulator.url}/p/alpha/v2/chat", json=body, timeout=10)
        if not is_stream:
            return [answer.json()]
        lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
        return [json.loads(line) for line in lines]

    def test_text(self, simulator, is_stream):
        events = self.ask(simulator, TEXT, is_stream)
        if is_stream:
            contents = [event["delta"]["message"]["content"] for event in events if event["type"] == "content-delta"]
            assert "".join(content.get("thinking", "") for content in contents) == "I think."
            assert "".join(content.get("text", "") for content in contents) == "Hello out there."
            end = events[-1]["delta"]
        else:
            (end,) = events
            assert end["message"]["content"][1] == {"type": "text", "text": "Hello out there."}
        assert end["finish_reason"] == "COMPLETE" and end["usage"]["tokens"]["output_tokens"] == 3

    def test_tools(self, simulator, is_stream):
        events = self.ask(simulator, TOOLS, is_stream)
        if is_stream:
            starts = [event for event in events if event["type"] == "tool-call-start"]
            calls = [start["delta"]["message"]["tool_calls"]["function"] for start in starts]
            for event in events:
                if event["type"] == "tool-call-delta":
                    calls[event["index"]]["arguments"] += event["delta"]["message"]["tool_calls"]["function"][
                        "arguments"
                    ]
        else:
            calls = [call["function"] for call in events[0]["message"]["tool_calls"]]
        assert [(call["name"], json.loads(call["arguments"])) for call in calls] == NAMED

"""Reads recorded Messages traffic by itself, for `AnthropicRecordedTests`.

    python Tests/EndToEnd/support/recorded_messages.py "$MARTLET_RECORDED" answers.jsonl requests.jsonl
    MARTLET_RECORDED_ANSWERS=answers.jsonl MARTLET_RECORDED_REQUESTS=requests.jsonl \
        swift test --filter AnthropicRecordedTests

Each line of the first file is an answer as it was sent and what it says, each line of the second a request.
"""

from __future__ import annotations

import collections
import copy
import json
import pathlib
import sys

import yaml

THINKING = {"thinking", "redacted_thinking"}
CALLS = {"tool_use", "server_tool_use"}


def said(content):
    """What the blocks of a message say."""
    return {
        "text": "".join(block["text"] for block in content if block["type"] == "text"),
        "reasoning": [
            {"text": block["thinking"], "signature": block.get("signature", "")}
            if block["type"] == "thinking"
            else {"data": block["data"]}
            for block in content
            if block["type"] in THINKING
        ],
        "calls": [
            {
                "id": block["id"],
                "name": block["name"],
                "input": block["input"],
                "server": block["type"] == "server_tool_use",
            }
            for block in content
            if block["type"] in CALLS
        ],
        "natives": [block["type"] for block in content if block["type"] not in THINKING | CALLS | {"text"}],
        "citations": sum(len(block.get("citations") or []) for block in content if block["type"] == "text"),
    }


def used(usage):
    """Tokens as totals that include their parts; the steps of an answer are added up."""
    total = collections.Counter()
    for step in usage.get("iterations") or [usage]:
        written = step.get("cache_creation_input_tokens") or 0
        read = step.get("cache_read_input_tokens") or 0
        total["prompt"] += (step.get("input_tokens") or 0) + written + read
        total["completion"] += step.get("output_tokens") or 0
        total["cached"] += read
        total["written"] += written
        total["hour"] += min((step.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0, written)
    total["reasoning"] = (usage.get("output_tokens_details") or {}).get("thinking_tokens") or 0
    total["searches"] = (usage.get("server_tool_use") or {}).get("web_search_requests") or 0
    return dict(total)


def accumulate(events):
    """One message from the events of a stream, by the published rules; None where two are in each other."""
    message, pieces = None, {}
    for event in events:
        kind = event.get("type")
        if kind == "message_start":
            if message is None:
                message = copy.deepcopy(event["message"])
            elif message["content"] and event["message"]["id"] != message["id"]:
                return None
        elif kind == "content_block_start":
            message["content"].append(copy.deepcopy(event["content_block"]))
        elif kind == "content_block_delta":
            add(message["content"][-1], event["delta"], len(message["content"]), pieces)
        elif kind == "content_block_stop" and pieces.get(len(message["content"])):
            message["content"][-1]["input"] = json.loads(pieces[len(message["content"])])
        elif kind == "message_delta":
            message["stop_reason"] = event["delta"].get("stop_reason")
            message["usage"].update({key: value for key, value in event["usage"].items() if value is not None})
    return message


def add(block, delta, place, pieces):
    match delta["type"]:
        case "text_delta":
            block["text"] += delta["text"]
        case "thinking_delta":
            block["thinking"] += delta["thinking"]
        case "signature_delta":
            block["signature"] = delta["signature"]
        case "citations_delta":
            block["citations"] = [*(block.get("citations") or []), delta["citation"]]
        case "input_json_delta":
            pieces[place] = pieces.get(place, "") + delta["partial_json"]
        case "compaction_delta":
            block["content"] = delta["content"]


class Files:
    def __init__(self, answers, requests):
        self.answers, self.requests = answers, requests
        self.counts = collections.Counter()

    def answer(self, name, kind, body, message):
        self.counts[kind] += 1
        expected = said(message["content"]) | {"usage": used(message["usage"]), "stop": message.get("stop_reason")}
        self.answers.write(json.dumps({"name": name, "kind": kind, "body": body, "expected": expected}) + "\n")

    def stream(self, name, lines):
        """Some files hold several streams behind one another."""
        group = []
        for line in lines:
            group.append(line)
            if json.loads(line).get("type") == "message_stop":
                self.one_stream(name, group)
                group = []
        if group:
            self.one_stream(name, group)

    def one_stream(self, name, lines):
        message = accumulate([json.loads(line) for line in lines])
        if message is not None:
            return self.answer(name, "stream", lines, message)
        self.counts["broken"] += 1
        self.answers.write(json.dumps({"name": name, "kind": "broken", "body": lines, "expected": {}}) + "\n")

    def exchange(self, name, exchange):
        request, response = exchange.get("request"), exchange.get("response")
        if not request or "/v1/messages" not in request["uri"] or "count_tokens" in request["uri"]:
            return
        if response["status"]["code"] != 200:
            self.counts["errors"] += 1
            return
        asked = request.get("parsed_body")
        if isinstance(asked, dict) and "messages" in asked:
            self.counts["requests"] += 1
            self.requests.write(json.dumps({"name": name, "body": json.dumps(asked)}) + "\n")
        body = response.get("parsed_body")
        if isinstance(body, dict) and body.get("type") == "message":
            self.answer(name, "answer", json.dumps(body), body)
        elif "body" in response:
            text = response["body"]["string"]
            text = text.decode() if isinstance(text, bytes) else text
            self.stream(name, [line[5:].strip() for line in text.splitlines() if line.startswith("data:")])


def main(root, answers, requests):
    with open(answers, "w") as answer_file, open(requests, "w") as request_file:
        files = Files(answer_file, request_file)
        for path in sorted(pathlib.Path(root).glob("vercel-ai/anthropic/*")):
            if path.name.endswith(".chunks.txt"):
                files.stream(path.name, [line.strip() for line in path.read_text().splitlines() if line.strip()])
            else:
                message = json.loads(path.read_text())
                if message.get("type") == "message":
                    files.answer(path.name, "answer", json.dumps(message), message)
        for path in sorted(pathlib.Path(root).glob("pydantic-ai/*/*.yaml")):
            for exchange in yaml.load(path.read_text(), Loader=yaml.CSafeLoader).get("interactions", []):
                files.exchange(path.name, exchange)
        print(dict(files.counts))


if __name__ == "__main__":
    main(*sys.argv[1:])

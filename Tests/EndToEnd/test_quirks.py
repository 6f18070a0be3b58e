"""What hosts want said differently, as `quirks` of their providers say it (docs/quirks.md)."""

import pytest
import requests
from support import sse
from support.processes import Router, standard_config
from support.scripts import chunk, tagged
from support.scripts import sse as stream_of

QUIRKS = {
    "thinks": {"reasoning": "thinking", "random_seed": True, "prefill": "prefix", "refuses_strict": True},
    "tags": {"inline_thinking": True, "takes_developer": True, "one_system_message": True},
}


@pytest.fixture(scope="module")
def odd(simulator, tmp_path_factory):
    """A router with a model at each of two hosts that have quirks."""
    config = standard_config(simulator)
    for name, quirks in QUIRKS.items():
        config["providers"].append({"slug": name, "base_url": simulator.base_url(name), "quirks": quirks})
        endpoint = {"provider": name, "model": "m", "pricing": {"prompt": "0", "completion": "0"}}
        config["models"].append({"id": f"odd/{name}", "endpoints": [endpoint]})
    with Router(config, tmp_path_factory.mktemp("odd")) as router:
        yield router


def test_requests_are_said_in_the_words_of_the_host(odd, simulator):
    tag, message = tagged()
    tool = {"type": "function", "function": {"name": "f", "strict": True, "parameters": {"type": "object"}}}
    messages = [
        {"role": "developer", "content": "Be brief."},
        message_of(message),
        {"role": "assistant", "content": "I"},
    ]
    answer = odd.chat(
        message, model="odd/thinks", messages=messages, seed=7, reasoning={"effort": "high"}, tools=[tool]
    )
    assert answer.ok, answer.text
    sent = simulator.seen(tag)[0]["body"]
    assert sent["thinking"] == {"type": "enabled"} and "reasoning" not in sent and "reasoning_effort" not in sent
    assert sent["random_seed"] == 7 and "seed" not in sent
    assert "strict" not in sent["tools"][0]["function"]
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        message_of(message),
        {"role": "assistant", "content": "I", "prefix": True},
    ]


def test_other_callers_dialects_come_to_the_same_words(odd, simulator):
    tag, message = tagged()
    body = {
        "model": "odd/thinks",
        "max_tokens": 50,
        "thinking": {"type": "disabled"},
        "messages": [message_of(message)],
    }
    answer = requests.post(odd.base + "/messages", json=body, headers=odd.headers, timeout=60)
    assert answer.ok, answer.text
    assert simulator.seen(tag)[0]["body"]["thinking"] == {"type": "disabled"}


def test_system_messages_become_one(odd, simulator):
    tag, message = tagged()
    messages = [
        {"role": "system", "content": "One."},
        {"role": "developer", "content": "Two."},
        message_of("Hello"),
        {"role": "system", "content": "Three."},
        message_of(message),
    ]
    assert odd.chat(message, model="odd/tags", messages=messages).ok
    sent = simulator.seen(tag)[0]["body"]["messages"]
    assert [entry["role"] for entry in sent] == ["system", "user", "user", "user"]
    assert sent[0]["content"] == "One.\n\nTwo." and sent[2]["content"] == "Three."


def test_thoughts_in_tags_are_reasoning(odd):
    _, message = tagged(tags={"text": "<think>First one,\nthen two.</think>\n\nThree."})
    answer = odd.chat(message, model="odd/tags").json()["choices"][0]
    assert answer["message"]["reasoning"] == "First one,\nthen two." and answer["message"]["content"] == "Three."
    assert answer["finish_reason"] == "stop"


def test_thoughts_in_tags_are_reasoning_in_streams_wherever_they_are_cut(odd):
    pieces = ["<th", "ink>Hm", ". a <", " b</thi", "nk>", "\n", "\nYes", " <think>."]
    text = stream_of(*(chunk(piece) for piece in pieces), chunk(finish="stop"), "[DONE]")
    _, message = tagged(tags={"stream": text})
    read = sse.read(odd.stream(message, model="odd/tags"))
    sse.check_good_end(read)
    deltas = [choice["delta"] for entry in read.chunks for choice in entry["choices"]]
    assert "".join(delta.get("reasoning") or "" for delta in deltas) == "Hm. a < b"
    assert "".join(delta.get("content") or "" for delta in deltas) == "Yes <think>."


def message_of(text: str) -> dict:
    return {"role": "user", "content": text}

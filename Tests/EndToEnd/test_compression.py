"""Conversations that are too long for a model, and what is left out of them."""

from __future__ import annotations

import pytest
import requests
from support.processes import KEY, Router, standard_config
from support.scripts import script, tagged

HEADERS = {"Authorization": f"Bearer {KEY}"}
PLUGIN = {"id": "context-compression"}


@pytest.fixture(scope="module")
def small(simulator, tmp_path_factory):
    config = standard_config(simulator)

    def model(name: str, *contexts: tuple[str, int | None], **more) -> dict:
        return {
            "id": f"test/{name}",
            "endpoints": [
                {"provider": provider, "model": provider, **({"context_length": context} if context else {})}
                | {"pricing": {"prompt": "0.000001", "completion": "0.000001"}}
                for provider, context in contexts
            ],
            **more,
        }

    config["models"] = [
        model("small", ("alpha", 1000)),
        model("large", ("alpha", 10000)),
        model("both", ("alpha", 1000), ("beta", 6000)),
        model("sizes", ("alpha", 500), ("beta", 1000), ("gamma", 400)),
        model("unknown", ("alpha", None)),
        model("drawing", ("alpha", 1000), output_modalities=["image"]),
    ]
    config.pop("default_model")
    with Router(config, tmp_path_factory.mktemp("small")) as router:
        yield router


def conversation(last: str, turns: int, words: int = 100) -> list[dict]:
    """System, the first question, so many turns, the last question."""
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is it?"}]
    for number in range(turns):
        messages.append({"role": "assistant", "content": f"answer {number} " + "word " * words})
        messages.append({"role": "user", "content": f"question {number} " + "word " * words})
    messages[-1]["content"] = last
    return messages


def ask(router, messages, expected=200, metadata=True, **body):
    headers = {**HEADERS, **({"X-OpenRouter-Metadata": "enabled"} if metadata else {})}
    body = {"model": "test/small", "messages": messages, **body}
    answer = requests.post(router.base + "/chat/completions", json=body, headers=headers, timeout=30)
    assert answer.status_code == expected, answer.text
    return answer.json() if expected == 200 else answer.json()["error"]


def sent(simulator, tag: str) -> list[dict]:
    return [request["body"]["messages"] for request in simulator.seen(tag)]


def test_a_small_context_loses_its_middle_unasked(small, simulator):
    tag, last = tagged()
    messages = conversation(last, 12)
    answer = ask(small, messages, max_tokens=100)
    (got,) = sent(simulator, tag)
    assert got[:2] == messages[:2] and got[-1] == messages[-1]
    assert [each for each in messages if each in got] == got and 6 < len(got) < len(messages)
    (stage,) = answer["openrouter_metadata"]["pipeline"]
    assert stage["type"] == "context_compression" and stage["name"] == "middle-out"
    assert stage["data"]["messages_before"] == len(messages) and stage["data"]["messages_after"] == len(got)
    assert stage["data"]["tokens_after"] <= 900 < stage["data"]["tokens_before"]


def test_what_fits_is_sent_as_it_came(small, simulator):
    tag, last = tagged()
    messages = conversation(last, 2)
    answer = ask(small, messages, max_tokens=100)
    assert sent(simulator, tag) == [messages]
    assert "pipeline" not in answer["openrouter_metadata"]


@pytest.mark.parametrize("off", [{"plugins": [{**PLUGIN, "enabled": False}]}, {"transforms": []}])
def test_switched_off_it_is_an_error_that_says_what_would_help(small, off):
    error = ask(small, conversation("last", 12), expected=400, **off)
    assert error["metadata"]["error_type"] == "context_length_exceeded"
    assert "context-compression" in error["message"]


@pytest.mark.parametrize("on", [{"plugins": [PLUGIN]}, {"transforms": ["middle-out"]}])
def test_a_larger_context_loses_it_on_demand(small, simulator, on):
    messages = conversation("last", 70)
    assert "context-compression" in ask(small, messages, expected=400, model="test/large")["message"]
    tag, last = tagged()
    messages = conversation(last, 70)
    ask(small, messages, model="test/large", max_tokens=500, **on)
    (got,) = sent(simulator, tag)
    assert 60 < len(got) < len(messages) and got[-1] == messages[-1]


def test_an_endpoint_that_takes_it_whole_is_preferred(small, simulator):
    tag, last = tagged()
    messages = conversation(last, 12)
    answer = ask(small, messages, model="test/both", plugins=[PLUGIN])
    assert answer["provider"] == "Beta" and sent(simulator, tag) == [messages]


def test_endpoints_need_half_of_what_is_needed_or_the_largest_serves(small, simulator):
    # Some 1,300 tokens: 500 is too far from that, 1,000 is not.
    tag, last = tagged()
    ask(small, conversation(last, 6), model="test/sizes")
    assert simulator.providers_asked(tag) == ["beta"]
    tag, last = tagged()
    ask(small, conversation(last, 30), model="test/sizes")
    assert simulator.providers_asked(tag) == ["beta"]


def test_calls_and_results_stay_together(small, simulator):
    tag, last = tagged()
    messages = [{"role": "user", "content": last}]
    for number in range(20):
        call = {"id": f"call_{number}", "type": "function", "function": {"name": "look", "arguments": "{}"}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"call_{number}", "content": "word " * 80})
    ask(small, messages)
    (got,) = sent(simulator, tag)
    calls = [call["id"] for each in got for call in each.get("tool_calls", [])]
    results = [each["tool_call_id"] for each in got if each["role"] == "tool"]
    assert calls == results and 2 < len(calls) < 20 and got[-1] == messages[-1] and got[0] == messages[0]


def test_one_long_text_is_shortened(small, simulator):
    tag, last = tagged()
    message = last + "\nbegin " + "word " * 3000 + "end"
    answer = ask(small, [{"role": "user", "content": message}])
    ((got,),) = sent(simulator, tag)
    assert got["content"].startswith(last) and got["content"].endswith("word end") and " … " in got["content"]
    assert answer["openrouter_metadata"]["pipeline"][0]["data"]["texts_shortened"] == 1


def test_what_the_provider_finds_too_long_is_shortened_further(small, simulator):
    error = {"error": {"message": "maximum context length is 500 tokens", "code": "context_length_exceeded"}}
    tag, last = tagged(alpha=[{"status": 400, "body": error}, {"status": 200}])
    messages = conversation(last, 6)
    answer = ask(small, messages, model="test/unknown", plugins=[PLUGIN])
    whole, shorter = sent(simulator, tag)
    assert whole == messages and len(shorter) < len(messages) and shorter[-1] == messages[-1]
    assert [attempt["status"] for attempt in answer["openrouter_metadata"]["attempts"]] == [400, 200]


def test_a_providers_refusal_names_the_plugin_too(small):
    error = {"error": {"message": "maximum context length is 500 tokens", "code": "context_length_exceeded"}}
    message = script(alpha={"status": 400, "body": error})
    refused = ask(small, [{"role": "user", "content": message}], expected=400, model="test/unknown")
    assert refused["metadata"]["error_type"] == "context_length_exceeded"
    assert "context-compression" in refused["message"]


def test_models_that_only_draw_are_left_alone(small):
    error = ask(small, conversation("last", 12), expected=400, model="test/drawing", modalities=["image"])
    assert error["metadata"]["error_type"] == "context_length_exceeded"


def test_a_stream_says_what_was_left_out(small):
    _, last = tagged()
    body = {"model": "test/small", "stream": True, "messages": conversation(last, 12)}
    headers = {**HEADERS, "X-OpenRouter-Metadata": "enabled"}
    text = requests.post(small.base + "/chat/completions", json=body, headers=headers, timeout=30).text
    assert '"context_compression"' in text and text.rstrip().endswith("[DONE]")


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"transforms": ["outside-in"]}, "transforms[0]"),
        ({"plugins": [{"id": "context-compression", "engine": "other"}]}, "plugins[0].engine"),
        ({"plugins": [{"id": "context-compression", "enabled": "yes"}]}, "plugins[0].enabled"),
    ],
)
def test_wrong_wishes_name_the_field(small, body, param):
    assert ask(small, [{"role": "user", "content": "Hi"}], expected=400, **body)["param"] == param

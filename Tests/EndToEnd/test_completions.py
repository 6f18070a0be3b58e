"""One completion, plain and streamed: what the caller gets and what the provider is sent."""

import json
import re

import pytest
import requests
from support import sse
from support.processes import KEY
from support.scripts import USAGE, new_tag, recorded_stream, script, tagged

ID = re.compile(r"^gen-\d{10}-[0-9A-Za-z]{20}$")


def sent_upstream(simulator, tag: str) -> dict:
    (entry,) = simulator.seen(tag)
    return entry


def test_plain_answer_has_the_documented_shape(router):
    response = router.chat(script(alpha={"text": "Hello there."}))
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].split(";")[0] == "application/json"
    answer = response.json()
    assert ID.match(answer["id"])
    assert response.headers["x-generation-id"] == answer["id"]
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "test/one"
    assert answer["provider"] == "Alpha"
    assert answer["system_fingerprint"] == "fp_simulator"
    assert isinstance(answer["created"], int)
    (choice,) = answer["choices"]
    assert choice["index"] == 0
    assert choice["finish_reason"] == "stop"
    assert choice["native_finish_reason"] == "stop"
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"] == "Hello there."


def test_an_answer_without_a_fingerprint_says_so_and_a_chunk_leaves_it_out(router):
    """The official SDK refuses a plain answer that lacks the field. In chunks it is optional."""
    choice = {"index": 0, "message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": USAGE}
    answer = router.chat(script(alpha={"body": body})).json()
    assert "system_fingerprint" in answer and answer["system_fingerprint"] is None
    assert answer["choices"][0]["message"]["content"] == "Hi."
    stream = sse.read(router.stream(script(alpha={"body": recorded_stream(), "content_type": "text/event-stream"})))
    sse.check_good_end(stream)
    assert stream.chunks and not any("system_fingerprint" in chunk for chunk in stream.chunks)


def test_cost_is_exact_and_its_parts_add_up(router):
    usage = {"prompt_tokens": 1234, "completion_tokens": 567, "total_tokens": 1801}
    answer = router.chat(script(alpha={"usage": usage})).json()["usage"]
    assert {name: answer[name] for name in usage} == usage
    # 1234 at 0.000001 and 567 at 0.000002 dollars.
    assert answer["cost"] == pytest.approx(0.002368, abs=1e-12)
    details = answer["cost_details"]
    parts = details["upstream_inference_prompt_cost"] + details["upstream_inference_completions_cost"]
    assert parts == pytest.approx(answer["cost"], abs=1e-12)
    assert answer["is_byok"] is False
    assert answer["prompt_tokens_details"]["cached_tokens"] == 0
    assert answer["completion_tokens_details"]["reasoning_tokens"] == 0


def test_money_is_written_without_exponent(router):
    usage = {"prompt_tokens": 1, "completion_tokens": 0, "total_tokens": 1}
    text = router.chat(script(alpha={"usage": usage})).text
    assert re.search(r'"cost":\s*0\.000001\b', text), text


def test_usage_is_estimated_where_the_provider_reports_none(router):
    answer = router.chat(script(alpha={"usage": False, "text": "one two three four five"})).json()["usage"]
    assert answer["prompt_tokens"] > 0 and answer["completion_tokens"] > 0
    assert answer["total_tokens"] == answer["prompt_tokens"] + answer["completion_tokens"]
    assert answer["cost"] > 0


def test_streamed_answer_has_the_documented_shape(router):
    response = router.stream(script(alpha={"text": "one two three"}))
    stream = sse.read(response)
    sse.check_good_end(stream)
    assert stream.text == "one two three"
    assert ID.match(stream.id) and response.headers["x-generation-id"] == stream.id
    assert stream.finish_reasons == ["stop"]
    assert stream.chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    for chunk in stream.chunks:
        assert chunk["model"] == "test/one"
        assert chunk["provider"] == "Alpha"
    finish = stream.chunks[-2]["choices"][0]
    assert finish["native_finish_reason"] == "stop"
    # Usage is always there, asked for or not.
    assert stream.usage["prompt_tokens"] == 11 and stream.usage["completion_tokens"] == 3
    assert stream.usage["cost"] == pytest.approx(11 * 0.000001 + 3 * 0.000002, abs=1e-12)


def test_stream_without_usage_is_estimated(router):
    stream = sse.read(router.stream(script(alpha={"usage": False, "text": "one two three"})))
    sse.check_good_end(stream)
    assert stream.usage["completion_tokens"] > 0 and stream.usage["cost"] > 0


def test_streams_that_end_without_done_or_usage_are_good(router):
    stream = sse.read(router.stream(script(alpha={"usage": False, "done": False})))
    sse.check_good_end(stream)
    assert stream.text == "Hello from alpha."


def test_reasoning_reaches_the_caller_under_its_documented_name(router):
    plain = router.chat(script(alpha={"reasoning": "Let me think."})).json()
    assert plain["choices"][0]["message"]["reasoning"] == "Let me think."
    stream = sse.read(router.stream(script(alpha={"reasoning": "Let me think."})))
    sse.check_good_end(stream)
    assert stream.reasoning == "Let me think."


CALL = {"name": "get_weather", "arguments": '{"city": "Zürich", "unit": "\\u00b0C"}'}


def test_tool_calls_arrive_whole(router):
    answer = router.chat(script(alpha={"tool_calls": [CALL], "text": ""})).json()["choices"][0]
    assert answer["finish_reason"] == "tool_calls"
    assert answer["message"]["tool_calls"][0]["function"] == CALL
    stream = sse.read(router.stream(script(alpha={"tool_calls": [CALL, {**CALL, "name": "second"}]})))
    sse.check_good_end(stream)
    first, second = stream.tool_calls()
    assert first["id"] and (first["name"], first["arguments"]) == (CALL["name"], CALL["arguments"])
    assert second["name"] == "second" and json.loads(second["arguments"]) == json.loads(CALL["arguments"])
    assert stream.finish_reasons == ["tool_calls"]


@pytest.mark.parametrize(
    "native, normal",
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("tool_calls", "tool_calls"),
        ("eos", "stop"),
        ("max_tokens", "length"),
    ],
)
def test_finish_reasons_are_normalised_and_the_original_kept(router, native, normal):
    choice = router.chat(script(alpha={"finish_reason": native})).json()["choices"][0]
    assert (choice["finish_reason"], choice["native_finish_reason"]) == (normal, native)
    stream = sse.read(router.stream(script(alpha={"finish_reason": native})))
    sse.check_good_end(stream)
    assert stream.chunks[-2]["choices"][0]["native_finish_reason"] == native
    assert stream.finish_reasons == [normal]


def test_provider_gets_its_own_key_and_model_and_nothing_of_ours(router, simulator):
    tag, message = tagged()
    router.chat(message)
    entry = sent_upstream(simulator, tag)
    headers = entry["request"]["headers"]
    assert headers["authorization"] == "Bearer upstream-secret-alpha"
    assert headers["content-type"].startswith("application/json")
    assert KEY not in json.dumps(entry["request"])
    assert entry["body"]["model"] == "alpha-model"
    assert entry["request"]["line"] == "POST /p/alpha/v1/chat/completions HTTP/1.1"


ROUTER_ONLY = {
    "models": ["test/pair"],
    "provider": {"order": ["alpha"]},
    "route": "fallback",
    "transforms": [],
    "plugins": [],
    "usage": {"include": True},
    "session_id": "session",
    "trace": {"trace_id": "1"},
}


def test_what_is_meant_for_the_router_stays_here(router, simulator):
    tag, message = tagged()
    assert router.chat(message, **ROUTER_ONLY).status_code == 200
    body = sent_upstream(simulator, tag)["body"]
    assert not set(body) & set(ROUTER_ONLY)


PARAMETERS = {
    "temperature": 0.25,
    "top_p": 0.9,
    "top_k": 40,
    "min_p": 0.05,
    "frequency_penalty": 0.5,
    "presence_penalty": -0.5,
    "repetition_penalty": 1.1,
    "seed": 12345678901234567,
    "stop": ["\n\n", "END"],
    "logit_bias": {"50256": -100},
    "max_tokens": 100,
    "logprobs": True,
    "top_logprobs": 3,
    "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}},
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
    "tool_choice": "required",
    "parallel_tool_calls": False,
    "safe_prompt": True,
    "a field of the future": {"kept": [1.0, 1e3, 1.50, "\u2028", None, {}]},
}


@pytest.mark.parametrize("stream", [False, True])
def test_request_fields_reach_the_provider_as_they_were(router, simulator, stream):
    tag, message = tagged()
    response = router.chat(message, stream=stream, **PARAMETERS)
    assert response.status_code == 200, response.text
    body = sent_upstream(simulator, tag)["body"]
    assert {name: body.get(name) for name in PARAMETERS} == PARAMETERS
    assert body["messages"] == [{"role": "user", "content": message}]
    assert body.get("stream", False) is stream
    if stream:
        # Without this OpenAI's servers report no usage in streams.
        assert body["stream_options"]["include_usage"] is True


def test_unknown_fields_keep_their_very_bytes(router, simulator):
    tag, message = tagged()
    odd = '"odd": {"number": 1.0e+02, "text": "\\u00e9\\/", "spaces" :  [ 1 ,2 ]}'
    body = '{"model": "test/one", %s, "messages": [{"role": "user", "content": %s}]}' % (odd, json.dumps(message))
    headers = {**router.headers, "Content-Type": "application/json"}
    response = requests.post(router.base + "/chat/completions", data=body, headers=headers, timeout=30)
    assert response.status_code == 200, response.text
    assert odd in sent_upstream(simulator, tag)["request"]["body"]


def test_multimodal_and_tool_messages_pass_through(router, simulator):
    tag, message = tagged()
    messages = [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": message},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}},
            ],
        },
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "42"},
    ]
    response = requests.post(
        router.base + "/chat/completions",
        json={"model": "test/one", "messages": messages},
        headers=router.headers,
        timeout=30,
    )
    assert response.status_code == 200, response.text
    assert sent_upstream(simulator, tag)["body"]["messages"] == messages


def test_both_prefixes_are_the_same(router):
    url = f"{router.url}/v1/chat/completions"
    body = {"model": "test/one", "messages": [{"role": "user", "content": script(alpha={"text": "Yes."})}]}
    response = requests.post(url, json=body, headers=router.headers, timeout=30)
    assert response.json()["choices"][0]["message"]["content"] == "Yes."
    assert requests.get(f"{router.url}/v1/models", timeout=30).json() == router.get("/models").json()


@pytest.mark.parametrize("header", ["x-api-key", "api-key", "x-goog-api-key"])
def test_keys_are_taken_from_the_headers_of_other_sdks(router, header):
    body = {"model": "test/one", "messages": [{"role": "user", "content": "Hello"}]}
    response = requests.post(router.base + "/chat/completions", json=body, headers={header: KEY}, timeout=30)
    assert response.status_code == 200


def test_an_omitted_model_is_the_default_model(router):
    assert router.chat(script(), model=None).json()["model"] == "test/one"


def test_an_omitted_model_without_default_is_an_error_that_says_so(own_router):
    router = own_router(config=_without_default(own_router))
    response = router.chat(script(), model=None)
    assert response.status_code == 400
    assert "model" in response.json()["error"]["message"]


def _without_default(start):
    router = start()
    return {name: value for name, value in router.config.items() if name != "default_model"}


def test_models_without_model_begin_with_their_first(router, simulator):
    tag, message = tagged()
    answer = router.chat(message, model=None, models=["test/other", "test/one"]).json()
    assert answer["model"] == "test/other"
    assert simulator.providers_asked(tag) == ["gamma"]


def test_legacy_completions_plain_and_streamed(router, simulator):
    tag = new_tag()
    body = {"model": "test/one", "prompt": script(tag, alpha={"text": "once upon a time"}), "max_tokens": 5}
    url = router.base + "/completions"
    answer = requests.post(url, json=body, headers=router.headers, timeout=30).json()
    assert answer["object"] == "text_completion"
    assert answer["choices"][0]["text"] == "once upon a time"
    assert answer["provider"] == "Alpha" and answer["usage"]["cost"] > 0
    stream = requests.post(url, json={**body, "stream": True}, headers=router.headers, stream=True, timeout=30)
    lines = [line for line in stream.text.splitlines() if line.startswith("data: ")]
    assert lines[-1] == "data: [DONE]"
    chunks = [json.loads(line[6:]) for line in lines[:-1]]
    assert "".join(chunk["choices"][0]["text"] for chunk in chunks) == "once upon a time"
    assert chunks[-1]["usage"]["cost"] > 0
    assert all(entry["body"]["max_tokens"] == 5 for entry in simulator.seen(tag))


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64, 1000])
def test_chunks_survive_any_split_of_the_upstream_bytes(router, piece):
    stream = sse.read(router.stream(script(alpha={"text": "Grüße, 世界 and 🐦 ends", "piece_bytes": piece})))
    sse.check_good_end(stream)
    assert stream.text == "Grüße, 世界 and 🐦 ends"


def test_every_framing_of_the_upstream_is_understood(router):
    for framing in ("chunked", "length", "close"):
        answer = router.chat(script(alpha={"framing": framing, "text": f"by {framing}"}))
        assert answer.json()["choices"][0]["message"]["content"] == f"by {framing}"
    for framing in ("chunked", "close"):
        stream = sse.read(router.stream(script(alpha={"framing": framing, "text": f"by {framing}"})))
        sse.check_good_end(stream)


def test_gzip_answers_are_unpacked(router):
    import base64
    import gzip

    answer = {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "usage": USAGE,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Packed."}, "finish_reason": "stop"}],
    }
    packed = base64.b64encode(gzip.compress(json.dumps(answer).encode())).decode()
    response = router.chat(script(alpha={"body_base64": packed, "headers": {"Content-Encoding": "gzip"}}))
    assert response.json()["choices"][0]["message"]["content"] == "Packed."


def test_trace_context_is_forwarded_and_otherwise_no_header_of_the_caller(router, simulator):
    tag, message = tagged()
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    router.chat(message, headers={"traceparent": parent, "Cookie": "secret=1", "X-Private": "p"})
    headers = sent_upstream(simulator, tag)["request"]["headers"]
    assert headers["traceparent"].split("-")[1] == parent.split("-")[1]
    assert "cookie" not in headers and "x-private" not in headers


def test_a_large_prompt_arrives_unchanged(router, simulator):
    tag, message = tagged()
    message += "\n" + "31415 92653 — 58979 ü ö. " * 60_000  # no words: they would not fit
    response = router.chat(message, model="test/one")
    assert response.status_code == 200, response.text
    entry = sent_upstream(simulator, tag)
    assert entry["request"]["body_bytes"] > 2_000_000

"""Until the first content leaves, any failure of a provider moves the request to the next endpoint, unseen."""

import collections
import concurrent.futures
import time

import pytest
from support import metrics, sse
from support.scripts import chunk, script, tagged
from support.scripts import sse as stream_text

FAILURES = {
    "no answer": {"cut_after_bytes": -1},
    "reset": {"cut_after_bytes": -1, "cut": "reset"},
    "401": {"status": 401},
    "402": {"status": 402},
    "403": {"status": 403},
    "404": {"status": 404},
    "408": {"status": 408},
    "429": {"status": 429, "headers": {"Retry-After": "1"}},
    "500": {"status": 500},
    "502 html": {"status": 502, "body": "<html>Bad gateway</html>", "content_type": "text/html"},
    "503": {"status": 503},
    "504": {"status": 504},
    "529": {"status": 529},
    "no json": {"body": "<html>Welcome</html>", "content_type": "text/html"},
    "cut json": {"body": '{"id": "x", "choices": [{"mess'},
    "no choices": {"body": {"id": "x", "object": "chat.completion", "choices": []}},
    "no message": {"body": {"id": "x", "object": "chat.completion", "choices": [{"index": 0}]}},
    "error in 200": {"body": {"error": {"message": "overloaded", "code": 503}}},
    "empty body": {"body": ""},
    "cut body": {"cut_after_bytes": 40},
    "redirect": {"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}, "body": ""},
}

STREAM_FAILURES = {
    **{name: FAILURES[name] for name in ("no answer", "reset", "401", "429", "500", "503", "no json", "error in 200")},
    "head only": {"cut_after_bytes": 0},
    "role chunk only": {"stream": stream_text(chunk("")), "framing": "close"},
    "nothing but done": {"stream": "data: [DONE]\n\n"},
    "error first": {"error_after_chunks": 0},
    "error event only": {"stream": 'data: {"error": {"message": "overloaded", "code": 503}}\n\n'},
    "named error event": {"stream": 'event: error\ndata: {"message": "overloaded"}\n\n'},
    "malformed frame": {"stream": "data: {not json}\n\n"},
    "comments only": {"stream": ": waiting\n\n: waiting\n\n"},
    "empty": {"stream": ""},
}


def refuses_key(failure) -> bool:
    """A key that its provider refuses is off for every model: nothing for a router that tests share."""
    return failure.get("status") in (401, 402)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_plain_request_moves_on(router, own_router, simulator, failure):
    router = own_router() if refuses_key(failure) else router
    tag, message = tagged(alpha=failure, beta={"text": "From the second."})
    response = router.chat(message, model=router.fresh("pair"))
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["choices"][0]["message"]["content"] == "From the second."
    assert answer["provider"] == "Beta"
    asked = simulator.providers_asked(tag)
    assert asked[-1] == "beta" and set(asked) == {"alpha", "beta"}


@pytest.mark.parametrize("failure", STREAM_FAILURES.values(), ids=STREAM_FAILURES)
def test_a_stream_moves_on_before_its_first_content(router, own_router, simulator, failure):
    router = own_router() if refuses_key(failure) else router
    tag, message = tagged(alpha=failure, beta={"text": "From the second."})
    stream = sse.read(router.stream(message, model=router.fresh("pair")))
    sse.check_good_end(stream)
    assert stream.text == "From the second."
    assert {chunk["provider"] for chunk in stream.chunks} == {"Beta"}
    assert simulator.providers_asked(tag)[-1] == "beta"


def test_nobody_listens(own_router, simulator):
    router = own_router()
    config = router.config
    config["providers"][0]["base_url"] = "http://127.0.0.1:1/v1"
    router = own_router(config=config)
    answer = router.chat(script(beta={"text": "Alive."}), model=router.fresh("pair")).json()
    assert answer["choices"][0]["message"]["content"] == "Alive."


@pytest.mark.parametrize("cut", ["close", "reset"])
@pytest.mark.parametrize("stream", [False, True])
def test_an_endpoint_that_closes_without_an_answer_is_asked_once_more_only_over_a_kept_connection(
    own_router, simulator, cut, stream
):
    """It may have acted on the request: only a connection that can have grown old excuses sending it again."""
    router = own_router(workers=1)
    failure = {"cut_after_bytes": -1, "cut": cut}

    def times_asked(model: str) -> dict[str, int]:
        tag, message = tagged(any=failure)
        response = router.chat(message, model=model, stream=stream)
        assert response.status_code in (502, 503), response.text
        return dict(collections.Counter(simulator.providers_asked(tag)))

    def fresh_connections() -> float:
        return metrics.value(router, "pool_connections", reused="false")

    def keep_connections(count: int) -> None:
        """From none: however late a busy machine begins a request, in the end so many were open at once."""
        message = script(any={"latency_ms": 300})
        wanted = fresh_connections() + count
        for _ in range(20):
            with concurrent.futures.ThreadPoolExecutor(count) as pool:
                assert all(answer.ok for answer in pool.map(lambda _: router.chat(message), range(count)))
            if fresh_connections() == wanted:
                return
        pytest.fail(f"{count} requests never ran side by side")

    keep_connections(1)
    assert times_asked("test/one") == {"alpha": 2}
    assert times_asked("test/one") == {"alpha": 1}
    keep_connections(3)
    assert times_asked("test/three") == {"alpha": 2, "beta": 2, "gamma": 2}
    assert times_asked("test/three") == {"alpha": 1, "beta": 1, "gamma": 1}


def test_a_silent_endpoint_is_left_at_its_deadline(own_router, simulator):
    router = own_router(timeouts={"first_byte": "1s", "total": "2s"})
    tag, message = tagged(alpha={"ttft_ms": 60_000}, beta={"text": "Alive."})
    began = time.monotonic()
    stream = sse.read(router.stream(message, model=router.fresh("pair")))
    assert stream.text == "Alive."
    assert 0.9 < time.monotonic() - began < 5


def test_a_role_chunk_is_no_commitment(own_router):
    router = own_router(timeouts={"first_byte": "1s"})
    frames = stream_text({**chunk(), "choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]})
    message = script(alpha={"stream": frames, "latency_ms": 0, "stall_after_chunks": 0}, beta={"text": "Alive."})
    stream = sse.read(router.stream(message, model=router.fresh("pair")))
    assert stream.text == "Alive."


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_without_output_and_finish_reason_is_none(router, simulator, stream):
    nothing = {"text": "", "finish_reason": None, "usage": False}
    tag, message = tagged(alpha=nothing, beta={"text": "Something."})
    if stream:
        assert sse.read(router.stream(message, model=router.fresh("pair"))).text == "Something."
    else:
        answer = router.chat(message, model=router.fresh("pair")).json()
        assert answer["choices"][0]["message"]["content"] == "Something."
    assert simulator.providers_asked(tag)[-1] == "beta"


ONE_TOKEN = {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}


@pytest.mark.parametrize(
    "nothing",
    [
        {"text": "", "usage": ONE_TOKEN},
        {"text": "", "usage": False},
        {"text": "", "finish_reason": None, "usage": ONE_TOKEN},
    ],
    ids=["finish reason and tokens", "finish reason", "tokens"],
)
def test_an_empty_answer_with_a_finish_reason_or_tokens_is_an_answer(router, simulator, nothing):
    tag, message = tagged(alpha=nothing)
    answer = router.chat(message, model=router.fresh("pair")).json()
    assert answer["choices"][0]["message"]["content"] in ("", None)
    if "finish_reason" not in nothing:
        assert answer["choices"][0]["finish_reason"] == "stop"
    stream = sse.read(router.stream(message, model=router.fresh("pair")))
    sse.check_good_end(stream)
    assert stream.text == "" and stream.finish_reasons == ["stop"]
    assert set(simulator.providers_asked(tag)) == {"alpha"}


CONTEXT = [
    {"status": 400, "error": {"message": "too long", "code": "context_length_exceeded"}},
    {"status": 400, "error": {"message": "This model's maximum context length is 8192 tokens.", "code": None}},
    {"status": 400, "error": {"message": "exceeds the available context size", "type": "exceed_context_size_error"}},
    {"status": 413, "error": {"message": "prompt is too long: 9000 tokens > 8192 maximum"}},
]


@pytest.mark.parametrize("overflow", CONTEXT)
def test_context_overflow_moves_to_a_larger_endpoint(router, simulator, overflow):
    tag, message = tagged(alpha=overflow, beta={"text": "It fits."})
    answer = router.chat(message, model=router.fresh("grow")).json()
    assert answer["choices"][0]["message"]["content"] == "It fits."
    assert simulator.providers_asked(tag) == ["alpha", "beta"]


def test_context_overflow_does_not_move_to_one_of_the_same_size(router, simulator):
    tag, message = tagged(any=CONTEXT[0])
    response = router.chat(message, model=router.fresh("pair"))
    assert response.status_code == 400
    assert response.json()["error"]["metadata"]["error_type"] == "context_length_exceeded"
    assert simulator.providers_asked(tag) == ["alpha"]


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("stream", [False, True])
def test_the_callers_fault_is_not_tried_elsewhere(router, simulator, status, stream):
    tag, message = tagged(any={"status": status, "error": {"message": "Invalid value for top_p."}})
    assert router.chat(message, model=router.fresh("pair"), stream=stream).status_code == status
    assert simulator.providers_asked(tag) == ["alpha"]


@pytest.mark.parametrize(
    "preferences, asked",
    [
        ({"order": ["beta"]}, ["beta", "alpha", "gamma"]),
        ({"order": ["gamma", "beta"]}, ["gamma", "beta", "alpha"]),
        ({"order": ["gamma", "beta"], "allow_fallbacks": False}, ["gamma", "beta"]),
        ({"only": ["beta"]}, ["beta"]),
        ({"only": ["gamma", "alpha"]}, ["alpha", "gamma"]),
        ({"ignore": ["alpha"]}, ["beta", "gamma"]),
        ({"allow_fallbacks": False}, ["alpha"]),
        ({"order": ["nobody", "gamma"]}, ["gamma", "alpha", "beta"]),
    ],
)
def test_preferences_of_the_caller_decide_who_is_asked(router, simulator, preferences, asked):
    tag, message = tagged(any={"status": 500})
    assert router.chat(message, model=router.fresh("three"), provider=preferences).status_code >= 500
    seen = simulator.providers_asked(tag)
    assert list(dict.fromkeys(seen)) == asked


def test_the_next_model_is_tried_when_a_model_has_no_endpoint_left(router, simulator):
    tag, message = tagged(alpha={"status": 500}, beta={"status": 503}, gamma={"text": "The other model."})
    answer = router.chat(message, model=router.fresh("pair"), models=["test/other"]).json()
    assert answer["model"] == "test/other" and answer["provider"] == "Gamma"
    assert list(dict.fromkeys(simulator.providers_asked(tag))) == ["alpha", "beta", "gamma"]


def test_the_answer_is_priced_by_the_endpoint_that_served(router):
    message = script(
        alpha={"status": 500}, beta={"usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}}
    )
    usage = router.chat(message, model=router.fresh("pair")).json()["usage"]
    assert usage["cost"] == pytest.approx(10 * 0.000001 + 5 * 0.000002, abs=1e-12)


def test_failed_attempts_stand_in_the_record(router):
    answer = router.chat(script(alpha={"status": 429}), model=router.fresh("pair")).json()
    record = router.generation(answer["id"]).json()["data"]
    responses = record["provider_responses"]
    assert [entry["provider_name"] for entry in responses] == ["Alpha", "Beta"]
    assert [entry["status"] for entry in responses] == [429, 200]

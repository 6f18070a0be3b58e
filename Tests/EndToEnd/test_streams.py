"""How streams end, break and wait."""

import concurrent.futures
import json
import time

import pytest
from support import sse
from support.processes import eventually
from support.scripts import USAGE, chunk, recorded_stream, script, tagged
from support.scripts import sse as stream_text

BREAKS = {
    "cut": {"cut_after_bytes": 1500, "chunks": 50},
    "reset": {"cut_after_bytes": 1500, "chunks": 50, "cut": "reset", "gap_ms": 20},
    "error event": {"chunks": 5, "error_after_chunks": 3, "error": {"message": "The engine died.", "code": 500}},
    "malformed": {"stream": stream_text(chunk("a"), chunk("b"), "{not json")},
    "finish error": {"stream": stream_text(chunk("a"), chunk("b"), chunk(finish="error"), "[DONE]")},
}


@pytest.mark.parametrize("fault", BREAKS.values(), ids=BREAKS)
def test_a_stream_that_breaks_ends_with_the_documented_error_chunk(router, simulator, fault):
    tag, message = tagged(any=fault)
    stream = sse.read(router.stream(message, model=router.fresh("pair")))
    error = sse.check_error_end(stream)
    assert stream.text, "content had left already"
    assert error["code"] in (500, 502, 503, 504)
    assert error["message"].startswith("The answer broke off: ")
    assert simulator.providers_asked(tag) == ["alpha"], "no failover after content has left"
    record = eventually(lambda: router.generation(stream.id).json().get("data"), "the record is there")
    assert record["finish_reason"] == "error"
    assert record["total_cost"] == 0, "a stream that the provider breaks costs the caller nothing"


def test_done_without_finish_reason_is_an_end(router):
    """Some hosts of small models send none; that they said [DONE] tells that nothing is missing."""
    stream = sse.read(router.stream(script(alpha={"stream": stream_text(chunk("a"), chunk("b"), "[DONE]")})))
    sse.check_good_end(stream)
    assert stream.text == "ab" and stream.finish_reasons == ["stop"]


def test_the_last_events_come_together_once_the_record_is_durable(router):
    """Finish, usage and [DONE] leave in one write, so a reader finds them in one piece."""
    message = script(alpha={"text": "a b c", "gap_ms": 30})
    response = router.stream(message)
    pieces = []
    while data := response.raw.read1(1 << 20):
        pieces.append(data)
    assert b"[DONE]" in pieces[-1] and b'"usage"' in pieces[-1] and b'"finish_reason":"stop"' in pieces[-1]
    assert all(b'"usage":{' not in piece for piece in pieces[:-1])


def test_a_record_can_be_read_as_soon_as_the_end_was_seen(router):
    for _ in range(50):
        stream = sse.read(router.stream(script(alpha={"text": "quick"})))
        record = router.generation(stream.id)
        assert record.status_code == 200, "the record is durable before the caller sees the end"
        answer = router.chat(script(alpha={"text": "quick"}))
        assert router.generation(answer.json()["id"]).status_code == 200


def test_silence_after_the_finish_reason_is_the_end(router):
    frames = stream_text(chunk("Complete."), chunk(finish="stop"))
    message = script(alpha={"stream": frames, "framing": "chunked", "stall_after_chunks": 0})
    began = time.monotonic()
    stream = sse.read(router.stream(message))
    sse.check_good_end(stream)
    assert stream.text == "Complete." and time.monotonic() - began < 10


def test_comments_while_waiting_and_failover_behind_them(own_router):
    router = own_router(timeouts={"comment": "500ms", "first_byte": "3s"})
    message = script(alpha={"stall": True}, beta={"text": "Worth the wait."})
    stream = sse.read(router.stream(message, model=router.fresh("pair")))
    sse.check_good_end(stream)
    assert stream.text == "Worth the wait."
    assert set(stream.comments) == {": OPENROUTER PROCESSING"}
    assert 3 <= len(stream.comments) <= 8


def test_after_a_comment_the_final_failure_goes_into_the_stream(own_router):
    router = own_router(timeouts={"comment": "300ms"})
    message = script(any={"latency_ms": 1200, "status": 529})
    stream = sse.read(router.stream(message, model=router.fresh("pair")))
    error = sse.check_error_end(stream)
    assert error["code"] == 503
    assert stream.comments and len(stream.chunks) == 1


def test_quick_answers_have_no_comments(router):
    assert sse.read(router.stream(script())).comments == []


def test_comments_of_the_provider_are_not_passed_on(router):
    frames = ": OPENROUTER PROCESSING\n\n: ping\n\n" + recorded_stream()
    stream = sse.read(router.stream(script(alpha={"stream": frames})))
    sse.check_good_end(stream)
    assert stream.comments == []


TOLERATED = {
    "carriage returns": recorded_stream().replace("\n", "\r\n"),
    "lone carriage returns": recorded_stream().replace("\n", "\r"),
    "no space": recorded_stream().replace("data: ", "data:"),
    "byte order mark": "\ufeff" + recorded_stream(),
    "event names": "".join(
        f"event: message\nid: 1\nretry: 5\n{part}\n\n" for part in recorded_stream().split("\n\n") if part
    ),
    "no last blank line": recorded_stream().rstrip("\n"),
    "several data lines": recorded_stream().replace('"choices"', '\ndata: "choices"'),
    "an unknown member of several lines": recorded_stream().replace(
        '"choices"', '"lines": {\ndata: "a": [1,\ndata: 2]}, "choices"'
    ),
    "escapes": recorded_stream().replace("zwölf", "zw\\u00f6lf"),
}


@pytest.mark.parametrize("frames", TOLERATED.values(), ids=TOLERATED)
@pytest.mark.parametrize("piece", [1, 5, 100_000])
def test_every_lawful_spelling_of_a_stream_is_read(router, frames, piece):
    framing = "close" if not frames.endswith("\n") else "chunked"
    message = script(alpha={"stream": frames, "piece_bytes": piece, "framing": framing})
    stream = sse.read(router.stream(message))
    sse.check_good_end(stream)
    assert stream.text == "One zwölf three."
    assert stream.usage["prompt_tokens"] == USAGE["prompt_tokens"]


def test_upstream_cut_at_every_byte(many_router):
    """A stream cut anywhere ends as one clean answer, a failover, or the error chunk; never as silent truncation."""
    whole = recorded_stream().encode()
    finish_seen = whole.index(b'"finish_reason": "stop"')
    finish_end = whole.index(b"\n\n", finish_seen) + 1
    content_end = whole.index(b"\n\n", whole.index(b"One ")) + 1

    def check(count: int) -> None:
        message = script(
            alpha={"stream": whole.decode(), "cut_after_bytes": count, "framing": "chunked"}, beta={"text": "Second."}
        )
        stream = sse.read(many_router.stream(message, model=many_router.fresh("pair")))
        if stream.text.startswith("Second"):
            sse.check_good_end(stream)
            assert count <= content_end + 1, f"failover after content had come, cut at {count}"
        elif stream.error:
            sse.check_error_end(stream)
            assert "One zwölf three.".startswith(stream.text)
            assert count <= finish_end + 1, f"the answer was complete, cut at {count}"
        else:
            sse.check_good_end(stream)
            assert stream.text == "One zwölf three.", f"truncated silently, cut at {count}"
            assert count >= finish_end - 1, f"no finish reason had come, cut at {count}"

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in pool.map(check, range(len(whole))):
            pass


def test_plain_answer_cut_at_every_byte(many_router):
    answer = {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "usage": USAGE,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Whole."}, "finish_reason": "stop"}],
    }
    text = json.dumps(answer)

    def check(count: int) -> None:
        message = script(alpha={"body": text, "cut_after_bytes": count}, beta={"text": "Second."})
        found = many_router.chat(message, model=many_router.fresh("pair")).json()
        assert found["choices"][0]["message"]["content"] == "Second."

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in pool.map(check, range(len(text))):
            pass


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_provider_that_is_silent_for_150_seconds_is_waited_for(router):
    """Reasoning models think for minutes; plain and streamed, before the head and after it."""
    cases = {
        "plain": lambda: router.chat(script(alpha={"latency_ms": 150_000}), timeout=200).json(),
        "stream, before its head": lambda: sse.read(router.stream(script(alpha={"latency_ms": 150_000}), timeout=200)),
        "stream, after its head": lambda: sse.read(router.stream(script(alpha={"ttft_ms": 150_000}), timeout=200)),
        "stream, in its middle": lambda: sse.read(
            router.stream(script(alpha={"gap_ms": 150_000, "chunks": 2}), timeout=200)
        ),
    }
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
        found = {name: pool.submit(case) for name, case in cases.items()}
    assert time.monotonic() - began >= 150
    assert found["plain"].result()["choices"][0]["message"]["content"] == "Hello from alpha."
    for name, future in found.items():
        if name == "plain":
            continue
        stream = future.result()
        sse.check_good_end(stream)
        # The first comment comes after ten seconds of waiting, and then one every ten.
        assert 12 <= len(stream.comments) <= 15, name

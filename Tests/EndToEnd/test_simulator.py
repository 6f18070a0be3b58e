"""The simulator does what docs/simulator.md says; without that the other tests would prove little."""

import time

import pytest
import requests
from support import raw
from support.processes import eventually
from support.scripts import recorded_stream, script, tagged


def ask(simulator, message, provider="alpha", path="/chat/completions", **body):
    body = {"model": "m", "messages": [{"role": "user", "content": message}], **body}
    return requests.post(simulator.base_url(provider) + path, json=body, timeout=20, stream=body.get("stream", False))


def test_plain_answer(simulator):
    answer = ask(simulator, "Hello").json()
    assert answer["choices"][0]["message"]["content"] == "Hello from alpha."
    assert answer["usage"] == {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}


def test_stream_with_and_without_usage(simulator):
    text = ask(simulator, "Hello", stream=True).text
    assert text.endswith("data: [DONE]\n\n") and '"usage"' not in text
    text = ask(simulator, "Hello", stream=True, stream_options={"include_usage": True}).text
    assert '"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":3' in text


def test_providers_follow_their_own_part_of_the_script(simulator):
    message = script(alpha={"status": 429, "headers": {"Retry-After": "3"}}, any={"text": "Others."})
    refused = ask(simulator, message)
    assert refused.status_code == 429 and refused.headers["retry-after"] == "3" and refused.json()["error"]
    assert ask(simulator, message, "beta").json()["choices"][0]["message"]["content"] == "Others."


def test_turns_of_a_script(simulator):
    message = script(alpha=[{"status": 500}, {"status": 503}, {"text": "At last."}])
    assert [ask(simulator, message).status_code for _ in range(4)] == [500, 503, 200, 200]


def test_a_recorded_stream_comes_as_it_stands_in_any_pieces(simulator):
    for piece in (1, 7, 10_000):
        message = script(alpha={"stream": recorded_stream(), "piece_bytes": piece})
        response = ask(simulator, message, stream=True)
        response.encoding = "utf-8"
        assert response.text == recorded_stream()


@pytest.mark.parametrize("cut", ["close", "reset"])
def test_cuts_after_the_given_byte(simulator, cut):
    tag, message = tagged(alpha={"stream": recorded_stream(), "cut_after_bytes": 100, "cut": cut})
    response = ask(simulator, message, stream=True)
    received = b""
    with pytest.raises(requests.exceptions.RequestException):
        for data in response.iter_content(None):
            received += data
    if cut == "close":
        assert len(received) == 100
    (entry,) = simulator.seen(tag)
    assert entry["outcome"] == "cut" and entry["body_bytes_sent"] == 100


def test_timing(simulator):
    began = time.monotonic()
    ask(simulator, script(alpha={"latency_ms": 300}))
    assert 0.29 < time.monotonic() - began < 2
    began = time.monotonic()
    assert ask(simulator, script(alpha={"ttft_ms": 100, "gap_ms": 100, "chunks": 3}), stream=True).text
    assert 0.29 < time.monotonic() - began < 2


def test_it_notices_who_goes_away(simulator):
    tag, message = tagged(alpha={"unlimited": True, "gap_ms": 5})
    response = ask(simulator, message, stream=True)
    pieces = response.iter_content(10)
    next(pieces)
    assert simulator.seen(tag)[0]["outcome"] == "open"
    response.close()
    eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the ledger says that the caller is gone")


def test_an_unlimited_stream_waits_for_its_reader(simulator):
    tag, message = tagged(alpha={"unlimited": True, "chunk_bytes": 1000})
    response = ask(simulator, message, stream=True)
    first = eventually(lambda: simulator.seen(tag)[0]["body_bytes_sent"], "something was sent")
    time.sleep(0.5)
    assert first <= simulator.seen(tag)[0]["body_bytes_sent"] < 32_000_000
    response.close()


def test_echo_and_ledger_show_the_request(simulator):
    tag, message = tagged(alpha={"echo": True})
    answer = ask(simulator, message, seed=7).json()["choices"][0]["message"]["content"]
    assert '"seed": 7' in answer.replace('\\"', '"')
    (entry,) = simulator.seen(tag)
    assert entry["body"]["seed"] == 7 and entry["request"]["headers"]["host"]


def test_stats_count_connections(simulator):
    before = simulator.stats()
    with requests.Session() as session:
        for _ in range(3):
            session.post(simulator.base_url("alpha") + "/chat/completions", json={"messages": []}, timeout=10)
    after = simulator.stats()
    assert after["requests_total"] - before["requests_total"] == 3


def test_a_head_too_many_is_refused(simulator):
    import socket

    with socket.create_connection(("127.0.0.1", simulator.port)) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nbad header\r\n\r\n")
        assert raw.read_head(sock)[0] == 400

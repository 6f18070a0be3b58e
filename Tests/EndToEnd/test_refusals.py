"""What requests come to that no provider answers, in the words of dialects that have their own for it."""

import json

import pytest
import requests
from support.processes import Router, standard_config
from support.scripts import script

# Beyond the size up to which conversations are compressed unasked.
LONG = "word " * 20_000
TOO_LONG = {"status": 400, "error": {"message": "too long", "code": "context_length_exceeded"}}


@pytest.fixture(scope="module")
def narrow(simulator, tmp_path_factory):
    """A model that takes 9,000 tokens and says so, and one that only says so when it is asked."""
    config = standard_config(simulator)
    endpoint = {"provider": "alpha", "model": "m", "pricing": {"prompt": "0", "completion": "0"}}
    config["models"].append({"id": "test/narrow", "endpoints": [{**endpoint, "context_length": 9_000}]})
    with Router(config, tmp_path_factory.mktemp("narrow")) as router:
        yield router


def post(router: Router, path: str, body: dict, **headers: str) -> requests.Response:
    return requests.post(router.base + path, json=body, headers={**router.headers, **headers}, timeout=60)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "model, text",
    [("test/narrow", LONG), ("test/one", script(any=TOO_LONG))],
    ids=["we say so", "the provider says so"],
)
def test_what_is_too_long_is_an_incomplete_answer_to_callers_of_responses(narrow, model, text, stream):
    answer = post(narrow, "/responses", {"model": model, "input": text, "stream": stream})
    assert answer.status_code == 200, answer.text
    if stream:
        events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
        assert events[-1]["type"] == "response.incomplete"
        body = events[-1]["response"]
    else:
        body = answer.json()
    assert body["status"] == "incomplete" and body["output"] == []
    assert body["incomplete_details"] == {"reason": "max_output_tokens"}
    assert body["usage"]["total_tokens"] == 0


@pytest.mark.parametrize("path", ["/chat/completions", "/messages"])
def test_it_is_an_error_to_all_others(narrow, path):
    message = {"role": "user", "content": LONG}
    answer = post(narrow, path, {"model": "test/narrow", "max_tokens": 10, "messages": [message]})
    assert answer.status_code == 400 and "9000" in answer.text.replace(",", "").replace(".", "")


def test_callers_of_messages_are_told_an_id_of_what_was_asked_of_a_provider(narrow):
    def identifier(message: str, model="test/one", **headers: str) -> tuple[int, str | None]:
        body = {"model": model, "max_tokens": 10, "messages": [{"role": "user", "content": message}]}
        answer = post(narrow, "/messages", body, **headers)
        return answer.status_code, answer.json()["request_id"]

    assert identifier("Hi", Authorization="Bearer sk-wrong") == (401, None)
    assert identifier("Hi", model="test/none")[1] is None
    assert identifier(LONG, model="test/narrow") == (400, None)
    status, generation = identifier(script(any={"status": 500}))
    assert status in (502, 503) and generation.startswith("gen-")

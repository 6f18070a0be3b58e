"""What callers of other dialects than chat are held to: memory, rates, packed bodies; and how they are told."""

import gzip
import json
import random

import anthropic
import pytest
import requests
from support.keys import into_the_minute, make, with_management
from support.processes import KEY, Router
from support.scripts import script

#: Text that no packing shortens much: a bomb would be refused before memory matters.
TEXT = random.Random(7).randbytes(5 << 20).hex()
ANSWER = script(alpha={"text": "Hello."})


@pytest.fixture(scope="module")
def narrow(simulator, tmp_path_factory):
    """A router that may hold no more than 24 MiB of bodies."""
    config = {**with_management(simulator, workers=1), "limits": {"memory": "24MiB", "body": "16MiB"}}
    for model in config["models"]:
        model["context_length"] = 50_000_000
    with Router(config, tmp_path_factory.mktemp("narrow")) as process:
        yield process


def post(router, path: str, text: str, key: str = KEY, packed: bool = False, **more):
    member = "input" if path == "/responses" else "messages"
    body = {"model": "test/one", "max_tokens": 10, member: [{"role": "user", "content": text}], **more}
    data = json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    if packed:
        data = gzip.compress(data, 1)
        headers["Content-Encoding"] = "gzip"
    return requests.post(f"{router.url}/api/v1{path}", data, headers=headers, timeout=60)


def test_a_request_counts_for_all_it_becomes(narrow):
    """7 MiB is one body in chat, but four times as much while it is put into another dialect."""
    long = TEXT[: 7 << 20]
    assert post(narrow, "/chat/completions", ANSWER + "\n" + long).status_code == 200
    refused = post(narrow, "/messages", ANSWER + "\n" + long)
    assert refused.status_code == 503 and refused.headers["Retry-After"] == "1"
    assert refused.json()["type"] == "error" and "limits.memory" in refused.json()["error"]["message"]
    refused = post(narrow, "/responses", ANSWER + "\n" + long)
    assert refused.status_code == 503 and "limits.memory" in refused.json()["error"]["message"]
    assert post(narrow, "/messages/count_tokens", long).status_code == 503
    # What was taken is given back, and what fits is served.
    for path in ("/messages", "/responses"):
        for _ in range(2):
            answer = post(narrow, path, ANSWER + "\n" + TEXT[: 4 << 20])
            assert answer.status_code == 200 and "Hello." in answer.text


def test_a_packed_body_counts_for_what_it_unfolds_to(narrow):
    refused = post(narrow, "/chat/completions", ANSWER + "\n" + TEXT, packed=True)
    assert refused.status_code == 503 and "limits.memory" in refused.json()["error"]["message"]
    for _ in range(2):
        answer = post(narrow, "/chat/completions", ANSWER + "\n" + TEXT[: 4 << 20], packed=True)
        assert answer.status_code == 200 and "Hello." in answer.text


def test_tokens_are_counted_for_the_sdk(narrow):
    client = anthropic.Anthropic(base_url=f"{narrow.url}/api", auth_token=KEY, api_key=None, max_retries=0)
    message = {"role": "user", "content": "What is the weather in Paris and in Rome today?"}
    tool = {"name": "weather", "description": "The weather of a city", "input_schema": {"type": "object"}}
    plain = client.messages.count_tokens(model="test/one", messages=[message]).input_tokens
    with_more = client.messages.count_tokens(
        model="test/one", messages=[message], system="Be brief. " * 40, tools=[tool]
    ).input_tokens
    assert 8 <= plain <= 30 and plain + 80 <= with_more <= plain + 250
    with pytest.raises(anthropic.BadRequestError) as refused:
        client.messages.count_tokens(model="test/one", messages=[{"role": "robot", "content": "x"}])
    assert refused.value.body["type"] == "error" and "role" in refused.value.body["error"]["message"]
    with pytest.raises(anthropic.AuthenticationError):
        client.with_options(auth_token="wrong").messages.count_tokens(model="test/one", messages=[message])


def test_counting_keeps_to_the_rules_of_a_request(narrow):
    assert post(narrow, "/messages/count_tokens", "Hello", packed=True).json()["input_tokens"] > 0
    key, _ = make(narrow, "slow", requests_per_minute=1)
    into_the_minute()
    assert post(narrow, "/messages/count_tokens", "Hello", key=key).status_code == 200
    refused = post(narrow, "/messages/count_tokens", "Hello", key=key)
    assert refused.status_code == 429 and "Retry-After" in refused.headers
    assert refused.json()["error"]["type"] == "rate_limit_error"

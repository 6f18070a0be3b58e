"""Parameters that a provider refuses: left out, and the same provider asked once more."""

from __future__ import annotations

import pytest
from support import dialects, sse
from support.processes import Router, standard_config
from support.scripts import tagged

METADATA = {"X-OpenRouter-Metadata": "enabled"}


def refusal(name: str, status: int = 400) -> dict:
    error = {"message": f"Unsupported parameter: '{name}' is not supported.", "param": name}
    return {"status": status, "error": {**error, "code": "unsupported_parameter"}}


@pytest.fixture(scope="module")
def picky(simulator, tmp_path_factory):
    config = standard_config(simulator, copies=30)
    config["models"].append(
        {
            "id": "test/listed",
            "endpoints": [{"provider": "alpha", "model": "a", "supported_parameters": ["max_tokens", "temperature"]}],
        }
    )
    for dialect, path in dialects.UPSTREAMS.items():
        base = f"{simulator.url}/p/by-{dialect}{path}"
        config["providers"].append({"slug": f"by-{dialect}", "dialect": dialect, "base_url": base, "api_key": "secret"})
        config["models"].append({"id": f"test/{dialect}", "endpoints": [{"provider": f"by-{dialect}", "model": "m"}]})
    with Router(config, tmp_path_factory.mktemp("picky")) as router:
        yield router


def sent(simulator, tag: str) -> list[tuple[str, dict]]:
    return [(entry["provider"], entry["body"]) for entry in simulator.seen(tag)]


def record_of(router, identifier: str) -> dict:
    return router.generation(identifier).json()["data"]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_parameter_is_left_out_and_named(picky, simulator, streamed):
    tag, message = tagged(alpha=[refusal("top_k"), {"text": "Good."}], beta={"text": "Beta's."})
    body = {"model": picky.fresh("pair"), "top_k": 5, "temperature": 0.5, "headers": METADATA}
    if streamed:
        stream = sse.read(picky.stream(message, **body))
        assert stream.text == "Good."
        identifier, metadata = stream.id, stream.chunks[-1]["openrouter_metadata"]
    else:
        answer = picky.chat(message, **body).json()
        assert answer["choices"][0]["message"]["content"] == "Good."
        identifier, metadata = answer["id"], answer["openrouter_metadata"]
    (first, before), (second, after) = sent(simulator, tag)
    assert (first, second) == ("alpha", "alpha")
    assert before["top_k"] == 5 and "top_k" not in after
    assert {**before, "top_k": None} == {**after, "top_k": None}
    tries = [(each["status"], each.get("dropped_parameters")) for each in metadata["attempts"]]
    assert tries == [(400, None), (200, ["top_k"])]
    kept = record_of(picky, identifier)["provider_responses"]
    assert [(each["status"], each.get("dropped_parameters")) for each in kept] == tries


def test_what_the_endpoint_lacks_by_its_list_is_named_too(picky):
    answer = picky.chat("Hello", model="test/listed", top_k=5, temperature=0.5, headers=METADATA).json()
    (attempt,) = answer["openrouter_metadata"]["attempts"]
    assert attempt["dropped_parameters"] == ["top_k"]
    (kept,) = record_of(picky, answer["id"])["provider_responses"]
    assert kept["dropped_parameters"] == ["top_k"]


#: What OpenRouter acts on and this router does not yet.
UNSERVED = {
    "deferred_tools": {"protocol": "portable"},
    "stop_server_tools_when": [{"type": "step_count_is", "step_count": 3}],
    "max_tool_calls": 5,
    "image_config": {"aspect_ratio": "16:9"},
    "speed": "fast",
    "x_search_filter": {"allowed_x_handles": ["martlet"]},
}


#: What of it a provider's own dialect has words for.
OWN_WORDS = {"anthropic": {"speed"}, "openai-responses": {"max_tool_calls"}}


@pytest.mark.parametrize("dialect", ["openai", "openai-responses", "anthropic", "gemini", "bedrock", "cohere"])
def test_what_no_one_acts_on_is_named_too(picky, simulator, dialect):
    tag, message = tagged()
    answer = picky.chat(message, model=f"test/{dialect}", **UNSERVED, headers=METADATA).json()
    (attempt,) = answer["openrouter_metadata"]["attempts"]
    own = OWN_WORDS.get(dialect, set())
    dropped = [name for name in UNSERVED if name not in own]
    assert attempt["dropped_parameters"] == dropped
    ((_, body),) = sent(simulator, tag)
    assert set(UNSERVED) & set(body) == own
    (kept,) = record_of(picky, answer["id"])["provider_responses"]
    assert kept["dropped_parameters"] == dropped


def test_an_ordinary_answer_names_nothing(picky):
    answer = picky.chat("Hello", model="test/one", temperature=0.5, headers=METADATA).json()
    (attempt,) = answer["openrouter_metadata"]["attempts"]
    assert "dropped_parameters" not in attempt


def test_with_require_parameters_it_is_kept(picky, simulator):
    tag, message = tagged(alpha=refusal("top_k"), beta={"text": "Beta's."})
    answer = picky.chat(message, model=picky.fresh("pair"), top_k=5, provider={"require_parameters": True})
    assert answer.json()["choices"][0]["message"]["content"] == "Beta's."
    assert [(name, body["top_k"]) for name, body in sent(simulator, tag)] == [("alpha", 5), ("beta", 5)]


@pytest.mark.parametrize(
    "name, body",
    [
        ("max_tokens", {"max_tokens": 9}),
        ("tools", {"tools": [{"type": "function", "function": {"name": "f"}}]}),
        ("response_format", {"response_format": {"type": "json_object"}}),
    ],
)
def test_what_makes_the_answer_another_is_not_left_out(picky, simulator, name, body):
    tag, message = tagged(alpha=refusal(name), beta={"text": "Beta's."})
    assert picky.chat(message, model=picky.fresh("pair"), **body).ok
    assert [(provider, name in got) for provider, got in sent(simulator, tag)] == [("alpha", True), ("beta", True)]


def test_a_wrong_value_is_the_callers_own_fault(picky, simulator):
    wrong = {"message": "'top_k' must be at least 10", "param": "top_k", "code": "invalid_value"}
    tag, message = tagged(alpha={"status": 400, "error": wrong})
    answer = picky.chat(message, model=picky.fresh("one"), top_k=5)
    assert answer.status_code == 400 and "at least 10" in answer.json()["error"]["message"]
    assert len(sent(simulator, tag)) == 1


def test_it_is_done_once_and_the_next_endpoint_gets_everything(picky, simulator):
    refusals = [refusal("top_k"), refusal("min_p")]
    tag, message = tagged(alpha=refusals, beta={"text": "Beta's."})
    assert picky.chat(message, model=picky.fresh("pair"), top_k=5, min_p=0.1).ok
    got = [(name, "top_k" in body, "min_p" in body) for name, body in sent(simulator, tag)]
    assert got == [("alpha", True, True), ("alpha", False, True), ("beta", True, True)]


def test_each_endpoint_has_its_own_turn(picky, simulator):
    tag, message = tagged(alpha=[refusal("top_k"), {"status": 500}], beta=[refusal("seed"), {"text": "Beta's."}])
    assert picky.chat(message, model=picky.fresh("pair"), top_k=5, seed=1).ok
    got = [(name, "top_k" in body, "seed" in body) for name, body in sent(simulator, tag)]
    assert got == [("alpha", True, True), ("alpha", False, True), ("beta", True, True), ("beta", True, False)]


def test_what_this_router_added_is_taken_back(picky, simulator):
    """No caller sent `stream_options`; without it the provider reports no usage, and ours is counted."""
    tag, message = tagged(alpha=[refusal("stream_options"), {"text": "One two."}])
    stream = sse.read(picky.stream(message, model=picky.fresh("one")))
    assert stream.text == "One two." and stream.usage["completion_tokens"] > 0
    assert ["stream_options" in body for _, body in sent(simulator, tag)] == [True, False]
    assert record_of(picky, stream.id)["usage_estimated"] is True


def test_reasoning_goes_in_every_spelling_but_not_for_who_wants_none(picky, simulator):
    tag, message = tagged(alpha=[refusal("reasoning_effort"), {"text": "Good."}])
    assert picky.chat(message, model=picky.fresh("one"), reasoning={"effort": "low"}).ok
    assert [body.get("reasoning_effort") for _, body in sent(simulator, tag)] == ["low", None]
    tag, message = tagged(alpha=[refusal("reasoning_effort"), {"text": "Good."}])
    assert picky.chat(message, model=picky.fresh("one"), reasoning={"effort": "none"}).status_code == 400
    assert len(sent(simulator, tag)) == 1

"""Endings of a model's name that change the request itself, and the plugin and the echo that go with them."""

from __future__ import annotations

import json

import pytest
import requests
from support.processes import KEY, Router, free_variant, standard_config
from support.scripts import script, tagged

HEADERS = {"Authorization": f"Bearer {KEY}"}
SEARCHING = ["max_tokens", "temperature", "web_search_options", "reasoning", "reasoning_effort"]


@pytest.fixture(scope="module")
def varied(simulator, tmp_path_factory):
    config = standard_config(simulator)

    def endpoint(provider: str, **more) -> dict:
        pricing = {"prompt": "0.000001", "completion": "0.000001"}
        return {"provider": provider, "model": provider, "pricing": pricing, **more}

    config["models"] = [
        {"id": "test/any", "endpoints": [endpoint("alpha")]},
        {"id": "test/plain", "endpoints": [endpoint("alpha", supported_parameters=["max_tokens", "temperature"])]},
        {"id": "test/other", "endpoints": [endpoint("gamma")]},
        {
            "id": "test/some",
            "endpoints": [
                endpoint("alpha", supported_parameters=["max_tokens"]),
                endpoint("beta", supported_parameters=SEARCHING),
            ],
        },
    ]
    config["providers"].append(
        {
            "slug": "openrouter",
            "name": "OpenRouter",
            "dialect": "openai",
            "base_url": simulator.base_url("openrouter"),
            "api_key": "none",
        }
    )
    config["models"].append({"id": "test/routed", "endpoints": [endpoint("openrouter")]})
    config.pop("default_model")
    with Router(config, tmp_path_factory.mktemp("varied")) as router:
        yield router


def sent(simulator, tag: str) -> dict:
    return simulator.seen(tag)[-1]["body"]


def test_thinking_asks_for_reasoning(varied, simulator):
    tag, message = tagged()
    assert varied.chat(message, model="test/any:thinking").json()["model"] == "test/any"
    assert sent(simulator, tag)["reasoning_effort"] == "medium"
    tag, message = tagged()
    varied.chat(message, model="test/any")
    assert "reasoning_effort" not in sent(simulator, tag)


@pytest.mark.parametrize(
    ("wish", "effort"),
    [
        ({"reasoning": {"effort": "low"}}, "low"),
        ({"reasoning": {"enabled": False}}, "none"),
        ({"reasoning_effort": "high"}, "high"),
    ],
)
def test_the_callers_own_word_about_reasoning_holds(varied, simulator, wish, effort):
    tag, message = tagged()
    varied.chat(message, model="test/any:thinking", **wish)
    assert sent(simulator, tag)["reasoning_effort"] == effort


def test_a_model_that_does_not_reason_is_not_asked_to(varied, simulator):
    tag, message = tagged()
    assert varied.chat(message, model="test/plain:thinking").ok
    assert "reasoning_effort" not in sent(simulator, tag)


@pytest.mark.parametrize("wish", [{"model": "test/some:online"}, {"model": "test/some", "plugins": [{"id": "web"}]}])
def test_a_search_goes_to_who_can_search(varied, simulator, wish):
    tag, message = tagged()
    answer = varied.chat(message, **wish).json()
    assert answer["provider"] == "Beta"
    assert sent(simulator, tag)["web_search_options"] == {} and "plugins" not in sent(simulator, tag)


def test_another_router_gets_the_plugin(varied, simulator):
    for plugins in (None, [], [{"id": "response-healing"}], [{"id": "web", "max_results": 3}]):
        tag, message = tagged()
        wish = {} if plugins is None else {"plugins": plugins}
        assert varied.chat(message, model="test/routed:online", **wish).ok
        got = sent(simulator, tag)
        assert [each["id"] for each in got["plugins"]].count("web") == 1
        assert all(each in got["plugins"] for each in plugins or []) and "web_search_options" not in got
    tag, message = tagged()
    varied.chat(message, model="test/routed:thinking")
    assert sent(simulator, tag)["reasoning"] == {"enabled": True}


def test_the_callers_own_options_of_the_search_hold(varied, simulator):
    tag, message = tagged()
    varied.chat(message, model="test/some:online", web_search_options={"search_context_size": "low"})
    assert sent(simulator, tag)["web_search_options"] == {"search_context_size": "low"}


@pytest.mark.parametrize("wish", [{"model": "test/plain:online"}, {"model": "test/plain", "plugins": [{"id": "web"}]}])
def test_where_nobody_searches_the_error_says_what_is_missing(varied, wish):
    answer = varied.chat("Hello", **wish)
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert "web_search_options" in error["message"] and "OPENROUTER_API_KEY" in error["message"]
    assert error["param"] == "plugins"


def test_a_plugin_that_is_switched_off_asks_for_nothing(varied, simulator):
    tag, message = tagged()
    assert varied.chat(message, model="test/plain", plugins=[{"id": "web", "enabled": False}]).ok
    assert "web_search_options" not in sent(simulator, tag)


@pytest.mark.parametrize("ending", ["batch", "extended"])
def test_endings_that_are_models_of_their_own_are_named_when_they_are_not_there(varied, ending):
    answer = varied.chat("Hello", model=f"test/any:{ending}")
    assert answer.status_code == 400
    assert f"test/any has no variant :{ending}" in answer.json()["error"]["message"]


def test_the_echo_comes_before_the_content_once_for_each_provider(varied, simulator):
    tag, message = tagged(beta={"status": 500}, alpha={"text": "Hello there."})
    body = {"debug": {"echo_upstream_body": True}, "provider": {"order": ["beta", "alpha"]}, "temperature": 0.5}
    stream = varied.stream(message, model="test/some", **body)
    lines = [line.removeprefix("data: ") for line in stream.text.splitlines() if line.startswith("data: ")]
    assert lines.pop() == "[DONE]"
    events = [json.loads(line) for line in lines]
    echoes = [event for event in events if "debug" in event]
    assert events[: len(echoes)] == echoes and [event["choices"] for event in echoes] == [[], []]
    assert [event["provider"] for event in echoes] == ["Beta", "Alpha"]
    seen = [request["body"] for request in simulator.seen(tag)]
    assert [event["debug"]["echo_upstream_body"] for event in echoes] == seen
    text = "".join(event["choices"][0]["delta"].get("content") or "" for event in events[len(echoes) :])
    assert text == "Hello there."


def test_only_streams_are_echoed_and_failures_keep_their_status(varied):
    body = {"model": "test/any", "debug": {"echo_upstream_body": True}}
    assert "debug" not in varied.chat("Hello", **body).json()
    failed = varied.stream(script(alpha={"status": 400, "error": {"message": "no"}}), **body)
    assert failed.status_code == 400
    wrong = varied.chat("Hello", model="test/any", debug={"echo_upstream_body": "yes"})
    assert wrong.status_code == 400 and wrong.json()["error"]["param"] == "debug.echo_upstream_body"
    plain = requests.post(
        varied.base + "/chat/completions",
        json={"model": "test/any", "stream": True, "messages": [{"role": "user", "content": "Hello"}]},
        headers=HEADERS,
        timeout=30,
    )
    assert '"debug"' not in plain.text


#: Held against nobody's health.
FAILED = {"status": 400, "error": {"message": "no", "code": "unsupported_parameter"}}


@pytest.mark.parametrize(
    ("first", "second", "efforts"),
    [
        ("test/any:thinking", "test/other", ["medium", None]),
        ("test/any", "test/other:thinking", [None, "medium"]),
        ("test/any:thinking", "test/other:thinking", ["medium", "medium"]),
    ],
)
def test_each_model_of_a_list_thinks_by_its_own_name(varied, simulator, first, second, efforts):
    tag, message = tagged(alpha=FAILED, gamma={"text": "Good."})
    answer = varied.chat(message, model=first, models=[second])
    assert answer.json()["model"] == "test/other"
    bodies = {entry["provider"]: entry["body"] for entry in simulator.seen(tag)}
    assert [bodies[name].get("reasoning_effort") for name in ("alpha", "gamma")] == efforts


def test_each_model_of_a_list_searches_by_its_own_name(varied, simulator):
    tag, message = tagged(alpha=FAILED, beta={"text": "Good."})
    answer = varied.chat(message, model="test/plain", models=["test/some:online"])
    assert answer.json()["provider"] == "Beta"
    bodies = {entry["provider"]: entry["body"] for entry in simulator.seen(tag)}
    assert "web_search_options" not in bodies["alpha"] and bodies["beta"]["web_search_options"] == {}
    tag, message = tagged(beta=FAILED, alpha={"text": "Good."})
    answer = varied.chat(message, model="test/some:online", models=["test/plain"])
    assert answer.json()["provider"] == "Alpha"
    bodies = {entry["provider"]: entry["body"] for entry in simulator.seen(tag)}
    assert bodies["beta"]["web_search_options"] == {} and "web_search_options" not in bodies["alpha"]


@pytest.mark.parametrize("models", [["test/paid", "test/gift:free"], ["test/gift:free", "test/paid"]])
def test_a_free_variant_counts_when_it_is_its_turn(own_router, simulator, models):
    config = standard_config(simulator)
    paid, other = config["models"][0], config["models"][3]
    config["models"] += [{**paid, "id": "test/paid"}, free_variant(other, "test/gift:free")]
    router = own_router(config={**config, "free_variants": {"per_minute": "unlimited", "per_day": 2}})

    def ask(**providers):
        answer = router.chat(tagged(**providers)[1], model=models[0], models=models[1:])
        return answer.json().get("model")

    def used() -> int:
        return router.get("/key").json()["data"]["free_model_daily_requests"]["used"]

    fails_first = {"alpha": FAILED}
    if models[0] == "test/paid":
        assert ask() == "test/paid" and used() == 0
        assert [ask(**fails_first) for _ in range(3)] == ["test/gift:free", "test/gift:free", None] and used() == 2
    else:
        assert [ask() for _ in range(3)] == ["test/gift:free", "test/gift:free", "test/paid"] and used() == 2

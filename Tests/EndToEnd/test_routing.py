"""Which endpoint is chosen, and how that is explained."""

from __future__ import annotations

import collections
import json

import pytest
import requests
from support.processes import KEY, run_martlet, standard_config
from support.scripts import script, tagged

HEADERS = {"Authorization": f"Bearer {KEY}"}


def priced_config(simulator) -> dict:
    """One model at three prices of which each is twice the last, dearest first."""
    config = standard_config(simulator)
    config.pop("routing")

    def endpoint(provider: str, price: str, **more) -> dict:
        return {"provider": provider, "model": provider, "pricing": {"prompt": price, "completion": price}, **more}

    config["models"] = [
        {
            "id": "test/priced",
            "context_length": 8192,
            "endpoints": [endpoint("alpha", "0.000004"), endpoint("beta", "0.000002"), endpoint("gamma", "0.000001")],
        },
        {
            "id": "test/cached",
            "endpoints": [
                {
                    "provider": name,
                    "model": name,
                    "pricing": {"prompt": "0.000002", "completion": "0.000002", "input_cache_read": "0.0000002"},
                }
                for name in ("alpha", "beta", "gamma")
            ],
        },
        {
            "id": "test/tiers",
            "endpoints": [
                endpoint("alpha", "0.000002"),
                endpoint("alpha", "0.000004", tag="alpha/priority"),
                endpoint("alpha", "0.000001", tag="alpha/flex"),
            ],
        },
        {"id": "test/single", "endpoints": [endpoint("alpha", "0.000002")]},
        {"id": "test/gift:free", "endpoints": [endpoint("beta", "0")]},
        # In a provider's own hands for nothing, elsewhere for money.
        {"id": "test/half", "endpoints": [endpoint("alpha", "0.000001"), endpoint("gamma", "0")]},
    ]
    config.pop("default_model")
    return config


@pytest.fixture(scope="module")
def priced(simulator, tmp_path_factory):
    from support.processes import Router

    with Router(priced_config(simulator), tmp_path_factory.mktemp("priced")) as router:
        yield router


def explain(router, expected=200, **body) -> dict:
    answer = requests.post(router.base + "/route/explain", json=body, headers=HEADERS, timeout=30)
    assert answer.status_code == expected, answer.text
    return answer.json()["data"] if expected == 200 else answer.json()["error"]


def chosen(router, count: int, **more) -> collections.Counter:
    return collections.Counter(
        router.chat(tagged()[1], model="test/priced", **more).json()["provider"] for _ in range(count)
    )


def test_most_requests_go_to_the_cheapest(priced):
    firsts = chosen(priced, 120)
    # 16, 4 and 1 of 21; 120 draws leave four deviations of room.
    assert firsts["Gamma"] > 120 * 16 / 21 - 20
    assert firsts["Alpha"] < 25


def test_a_sort_leaves_nothing_to_chance(priced):
    assert chosen(priced, 20, provider={"sort": "price"}) == {"Gamma": 20}
    assert chosen(priced, 5, provider={"order": ["alpha"]}) == {"Alpha": 5}


def test_an_ending_of_the_slug_routes(priced):
    for _ in range(10):
        assert priced.chat(tagged()[1], model="test/priced:floor").json()["provider"] == "Gamma"
    answer = priced.chat(tagged()[1], model="test/priced:floor").json()
    assert answer["model"] == "test/priced"


def test_the_free_router_answers_with_what_costs_nothing(priced):
    models = set()
    for _ in range(20):
        answer = priced.chat(tagged()[1], model="openrouter/free").json()
        models.add(answer["model"])
        assert answer["usage"]["cost"] == 0
    assert models == {"test/gift:free", "test/half"}


def test_the_free_router_never_moves_to_what_has_a_price(priced, simulator):
    limited = {"status": 429, "headers": {"retry-after": "0"}}
    tag, message = tagged(beta=limited, gamma=limited)
    refused = priced.chat(message, model="openrouter/free")
    assert refused.status_code == 429, refused.text
    assert set(simulator.providers_asked(tag)) == {"beta", "gamma"}
    plan = explain(priced, model="openrouter/free")
    assert {(left["tag"], left["reason"]) for left in plan["rejected"]} == {("alpha", "not_free")}


def test_a_tier_is_used_when_it_is_asked_for(priced):
    def tags(**body):
        return [candidate["tag"] for candidate in explain(priced, model="test/tiers", **body)["candidates"]]

    assert tags() == ["alpha"]
    assert tags(service_tier="priority") == ["alpha/priority", "alpha"]
    assert tags(service_tier="flex") == ["alpha/flex"]
    assert tags(provider={"only": ["alpha/flex"]}) == ["alpha/flex"]
    answer = priced.chat(tagged()[1], model="test/tiers", service_tier="flex").json()
    assert answer["usage"]["cost"] == pytest.approx(answer["usage"]["total_tokens"] * 0.000001)


def test_a_named_conversation_stays_with_its_endpoint(priced):
    def provider(session: str) -> str:
        return priced.chat(tagged()[1], model="test/cached", session_id=session).json()["provider"]

    for session in ("first", "second", "third", "fourth"):
        assert len({provider(session) for _ in range(6)}) == 1
    assert len({provider(f"session {number}") for number in range(40)}) == 3


def test_a_conversation_that_shows_no_cache_does_not_stay(priced):
    message = script()
    providers = {priced.chat(message, model="test/cached").json()["provider"] for _ in range(40)}
    assert len(providers) == 3


def test_a_plan_is_explained(priced):
    plan = explain(priced, model="test/priced", prompt_tokens=1000, max_tokens=500, provider={"ignore": ["alpha"]})
    assert plan["strategy"] == "direct" and plan["algorithm"] == "default"
    assert plan["prompt_tokens"] == {"at_least": 1000, "likely": 1000}
    assert {candidate["tag"] for candidate in plan["candidates"]} == {"beta", "gamma"}
    costs = {candidate["tag"]: candidate["expected_cost"] for candidate in plan["candidates"]}
    assert costs == {"beta": pytest.approx(0.0028), "gamma": pytest.approx(0.0014)}
    shares = {candidate["tag"]: candidate["share"] for candidate in plan["candidates"]}
    assert shares == {"beta": pytest.approx(0.2), "gamma": pytest.approx(0.8)}
    assert plan["rejected"] == [
        {
            "model": "test/priced",
            "provider": "Alpha",
            "tag": "alpha",
            "reason": "ignored",
            "explanation": "in provider.ignore",
        }
    ]


def test_a_model_with_one_endpoint_has_a_price_too(priced):
    (only,) = explain(priced, model="test/tiers", prompt_tokens=600)["candidates"]
    assert only["expected_cost"] == pytest.approx(0.002) and only["share"] == 1
    (only,) = explain(priced, model="test/single", prompt_tokens=600)["candidates"]
    assert only["expected_cost"] == pytest.approx(0.002) and only["share"] == 1


def test_a_plan_without_endpoints_is_explained_too(priced):
    shortened = explain(priced, model="test/priced", prompt_tokens=9000)
    assert len(shortened["candidates"]) == 3
    plan = explain(priced, model="test/priced", prompt_tokens=9000, transforms=[])
    assert plan["candidates"] == []
    assert {rejection["reason"] for rejection in plan["rejected"]} == {"context_too_small"}
    assert plan["error"]["code"] == 400 and "9000" in plan["error"]["message"]


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({"model": "no/such"}, 400, "model"),
        ({"model": "test/priced", "provider": {"sort": "beauty"}}, 400, "provider.sort"),
        ({"model": "test/priced", "prompt_tokens": -1}, 400, "prompt_tokens"),
    ],
)
def test_a_wrong_question_names_the_field(priced, body, status, param):
    assert explain(priced, expected=status, **body)["param"] == param


@pytest.mark.parametrize(
    ("preferences", "status", "field"),
    [
        ({"only": ["nobody"]}, 404, "provider.only"),
        ({"order": ["nobody"], "allow_fallbacks": False}, 404, "provider.order"),
        ({"ignore": ["alpha", "beta", "gamma"]}, 404, "provider.ignore"),
        ({"zdr": True}, 404, "provider.zdr"),
        ({"enforce_distillable_text": True}, 404, "provider.enforce_distillable_text"),
        ({"quantizations": ["int4"]}, 404, "provider.quantizations"),
        ({"max_price": {"prompt": "0.01"}}, 404, "provider.max_price"),
        ({"max_price": {"prompt": -1}}, 400, "provider.max_price.prompt"),
        ({"quantizations": ["fp3"]}, 400, "provider.quantizations[0]"),
        ({"preferred_max_latency": {"p90": "soon"}}, 400, "provider.preferred_max_latency.p90"),
        ({"only": "alpha"}, 400, "provider.only"),
        ({"enforce_distillable_text": "yes"}, 400, "provider.enforce_distillable_text"),
    ],
)
def test_an_impossible_preference_is_named(priced, simulator, preferences, status, field):
    tag, message = tagged()
    response = priced.chat(message, model="test/priced", provider=preferences)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["param"] == field and len(error["message"]) > 20
    assert simulator.seen(tag) == []


def test_models_that_may_be_distilled(own_router, simulator):
    config = priced_config(simulator)
    config["models"][0]["distillable"] = True
    router = own_router(config=config)
    wanted = {"enforce_distillable_text": True}
    assert router.chat(model="test/priced", provider=wanted).ok
    assert router.chat(model="test/single", provider=wanted).status_code == 404
    assert router.chat(model="test/single", models=["test/priced"], provider=wanted).json()["model"] == "test/priced"


def test_only_who_has_a_key_may_ask(priced):
    answer = requests.post(priced.base + "/route/explain", json={"model": "test/priced"}, timeout=30)
    assert answer.status_code == 401


def test_the_command_shows_what_keeps_the_only_endpoint_away(own_router, simulator):
    sole = {"provider": "alpha", "model": "alpha", "pricing": {"prompt": "0.000002", "completion": "0.000002"}}
    config = standard_config(simulator)
    config.pop("default_model")
    router = own_router(config=config | {"models": [{"id": "test/sole", "endpoints": [sole]}]})
    environment = {"MARTLET_API_KEY": KEY, "MARTLET_BASE_URL": router.base}

    def line() -> list[str]:
        shown = run_martlet("route", "explain", "-m", "test/sole", env=environment)
        assert shown.returncode == 0, shown.stderr
        (words,) = [row.split() for row in shown.stdout.splitlines() if row.split()[:2] == ["1", "alpha"]]
        return words

    assert line()[-1] == "-", "no throughput and nothing to note"
    assert router.chat(tagged(alpha={"status": 401})[1], model="test/sole").status_code == 502
    assert line()[-1] == "disabled"


def test_the_command_prints_the_plan(priced):
    environment = {"MARTLET_API_KEY": KEY, "MARTLET_BASE_URL": priced.base}
    words = ["route", "explain", "-m", "test/priced", "--prompt-tokens", "100", "--max-tokens", "10", "--tools"]
    shown = run_martlet(*words, "--provider", '{"sort": "price", "ignore": ["beta"]}', env=environment)
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert [line.split()[:2] for line in lines if line.strip()[:1].isdigit()] == [["1", "gamma"], ["2", "alpha"]]
    assert any(line.split()[:3] == ["beta", "test/priced", "ignored"] for line in lines)
    machine = run_martlet(*words, "--json", env=environment)
    assert json.loads(machine.stdout)["data"]["candidates"]
    for wrong in (["--provider", "nonsense"], ["--prompt-tokens", "many"]):
        assert run_martlet(*words[:4], *wrong, env=environment).returncode == 2
    # Without a model it is the server's default, and this one has none.
    nameless = run_martlet("route", "explain", env=environment)
    assert nameless.returncode == 1 and "default_model" in nameless.stderr


def test_metadata_comes_when_it_is_asked_for(own_router, simulator):
    # One of its own: an endpoint that failed is left alone for a while.
    priced = own_router(config=priced_config(simulator))
    message = script(gamma={"status": 503})
    body = {
        "model": "test/priced",
        "messages": [{"role": "user", "content": message}],
        "provider": {"sort": "price"},
    }
    wanted = {**HEADERS, "X-OpenRouter-Metadata": "Enabled"}
    answer = requests.post(priced.base + "/chat/completions", json=body, headers=wanted, timeout=30).json()
    metadata = answer["openrouter_metadata"]
    assert metadata["requested"] == "test/priced" and metadata["strategy"] == "direct"
    assert metadata["attempt"] == 2 and metadata["endpoints"]["total"] == 3
    assert [attempt["provider"] for attempt in metadata["attempts"]] == ["Gamma", "Beta"]
    assert [attempt["status"] for attempt in metadata["attempts"]] == [503, 200]
    selected = [endpoint for endpoint in metadata["endpoints"]["available"] if endpoint["selected"]]
    assert [endpoint["provider"] for endpoint in selected] == ["Beta"]
    former = {**HEADERS, "X-OpenRouter-Experimental-Metadata": "enabled"}
    assert (
        "openrouter_metadata"
        in requests.post(priced.base + "/chat/completions", json=body, headers=former, timeout=30).json()
    )
    for fields in (HEADERS, {**HEADERS, "X-OpenRouter-Metadata": "disabled"}):
        plain = requests.post(priced.base + "/chat/completions", json=body, headers=fields, timeout=30).json()
        assert "openrouter_metadata" not in plain


def test_metadata_rides_on_the_last_chunk_and_on_failures(own_router, simulator):
    priced = own_router(config=priced_config(simulator))
    wanted = {**HEADERS, "X-OpenRouter-Metadata": "enabled"}
    body = {"model": "test/priced", "stream": True, "messages": [{"role": "user", "content": tagged()[1]}]}
    answer = requests.post(priced.base + "/chat/completions", json=body, headers=wanted, timeout=30)
    events = [line[6:] for line in answer.text.splitlines() if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    chunks = [json.loads(event) for event in events[:-1]]
    assert ["openrouter_metadata" in chunk for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    failing = script(alpha={"status": 503}, beta={"status": 503}, gamma={"status": 503})
    body = {"model": "test/priced", "messages": [{"role": "user", "content": failing}]}
    answer = requests.post(priced.base + "/chat/completions", json=body, headers=wanted, timeout=30)
    assert answer.status_code == 503
    metadata = answer.json()["openrouter_metadata"]
    assert len(metadata["attempts"]) >= 3
    assert not any(endpoint["selected"] for endpoint in metadata["endpoints"]["available"])


@pytest.mark.parametrize("failing, status", [({"status": 429}, 429), ({"status": 400}, 400), ({"status": 500}, 502)])
@pytest.mark.parametrize("stream", [False, True])
def test_metadata_goes_with_failures_of_providers_only(own_router, simulator, failing, status, stream):
    priced = own_router(config=priced_config(simulator))
    wanted = {**HEADERS, "X-OpenRouter-Metadata": "enabled"}
    message = script(alpha=failing, beta=failing, gamma=failing)
    body = {"model": "test/priced", "stream": stream, "messages": [{"role": "user", "content": message}]}
    answer = requests.post(priced.base + "/chat/completions", json=body, headers=wanted, timeout=30)
    assert answer.status_code == status, answer.text
    assert ("openrouter_metadata" in answer.json()) is (status == 502)


def test_the_official_client_reads_the_metadata(priced):
    from openrouter import OpenRouter

    client = OpenRouter(api_key=KEY, server_url=priced.base)
    answer = client.chat.send(
        model="test/priced",
        messages=[{"role": "user", "content": tagged()[1]}],
        x_open_router_metadata="enabled",
    )
    assert answer.openrouter_metadata.endpoints.total == 3


def crowd(simulator, models: int, keys: int) -> dict:
    """Models of 20 endpoints each, at twenty prices."""
    config = standard_config(simulator)
    config.pop("routing")
    config.pop("default_model")
    config["models"] = [
        {
            "id": f"test/crowd-{number}",
            "context_length": 128000,
            "endpoints": [
                {
                    "provider": "alpha",
                    "model": "alpha-model",
                    "tag": f"alpha/{place}",
                    "pricing": {"prompt": f"0.00000{place + 1:02}", "completion": "0.00001"},
                }
                for place in range(20)
            ],
        }
        for number in range(models)
    ]
    config["keys"] += [{"key": f"one-of-many-keys-{number:05}", "name": str(number)} for number in range(keys)]
    return config


@pytest.mark.alone
def test_planning_takes_microseconds_however_large_the_catalogue(simulator, own_router):
    def planning_us(models: int, keys: int) -> float:
        router = own_router(config=crowd(simulator, models, keys))
        # What is known of endpoints has to be read.
        for _ in range(100):
            assert router.chat(tagged()[1], model="test/crowd-0").status_code == 200
        body = {"model": "test/crowd-0", "prompt_tokens": 500}
        with requests.Session() as session:
            session.headers.update(HEADERS)
            times = []
            for _ in range(400):
                plan = session.post(router.base + "/route/explain", json=body, timeout=30).json()["data"]
                assert len(plan["candidates"]) == 20
                times.append(plan["planning_us"])
        # The least of many: what the others take more is what else this machine does.
        return min(times)

    small, large = planning_us(models=1, keys=1), planning_us(models=400, keys=10_000)
    print(f"\nplanning among 20 endpoints: {small:.2f} us, and {large:.2f} among 400 such models and 10,000 keys")
    assert large <= 5
    assert large <= 1.5 * small + 0.5

"""What the catalogue says depends on who asks and on what was seen: uptime, speed, status, privacy."""

from __future__ import annotations

import json

import pytest
import requests
from support.processes import KEY, Router, eventually, standard_config
from support.scripts import script, tagged

LIMITED = {
    "models": "sk-mt-v1-" + "1" * 64,
    "providers": "sk-mt-v1-" + "2" * 64,
    "both": "sk-mt-v1-" + "3" * 64,
    "manager": "sk-mt-v1-" + "4" * 64,
}


def views_config(simulator) -> dict:
    config = standard_config(simulator)
    config["keys"] += [
        {"key": LIMITED["models"], "name": "models", "allowed_models": ["test/one", "openai/gpt-4*"]},
        {"key": LIMITED["providers"], "name": "providers", "allowed_providers": ["beta"]},
        {"key": LIMITED["both"], "name": "both", "allowed_models": ["test/*"], "allowed_providers": ["gamma"]},
        {"key": LIMITED["manager"], "name": "manager", "management": True},
    ]
    config["providers"][0]["zdr"] = True
    config["providers"][0]["datacenters"] = ["NL", "FI"]
    config["providers"][1]["datacenters"] = ["US", "IE"]
    config["providers"][2]["datacenters"] = ["US"]
    config["models"][2]["endpoints"] = [
        {"provider": name, "model": name, "pricing": {"prompt": dollars, "completion": dollars}}
        for name, dollars in (("alpha", "0.000001"), ("beta", "0.000003"), ("gamma", "0.000002"))
    ]
    return config


@pytest.fixture(scope="module")
def views(simulator, tmp_path_factory):
    with Router(views_config(simulator), tmp_path_factory.mktemp("views")) as process:
        yield process


def get(router, path: str, key: str | None = None, status: int = 200, **query) -> dict:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = requests.get(router.base + path, params=query, headers=headers, timeout=30)
    assert answer.status_code == status, answer.text
    return answer.json()


def ids(body: dict) -> list[str]:
    return [model["id"] for model in body["data"]]


def endpoint(router, model: str, provider: str, key: str | None = KEY) -> dict:
    listed = get(router, f"/models/{model}/endpoints", key)["data"]["endpoints"]
    (found,) = [entry for entry in listed if entry["provider_name"] == provider]
    return found


def test_what_was_seen_is_shown_and_speed_only_to_who_has_a_key(own_router):
    router = own_router()
    before = endpoint(router, "test/one", "Alpha")
    assert before["status"] == 0
    for name in ("uptime_last_5m", "uptime_last_30m", "uptime_last_1d", "latency_last_30m", "throughput_last_30m"):
        assert before[name] is None, name
    # Two minutes have at least ten of them, whenever they begin.
    for _ in range(24):
        with router.stream(script(alpha={"text": "a b c d", "ttft_ms": 60})) as stream:
            assert stream.content.endswith(b"[DONE]\n\n")
    # The outcome is noted behind the end of the answer.
    eventually(lambda: endpoint(router, "test/one", "Alpha")["uptime_last_5m"], "the uptime is there")
    shown = endpoint(router, "test/one", "Alpha")
    assert shown["uptime_last_5m"] == shown["uptime_last_30m"] == shown["uptime_last_1d"] == 100
    latency, throughput = shown["latency_last_30m"], shown["throughput_last_30m"]
    assert list(latency) == list(throughput) == ["p50", "p75", "p90", "p99"]
    assert 50 <= latency["p50"] <= latency["p75"] <= latency["p90"] <= latency["p99"] < 5000
    # At most four tokens in 60 ms and more.
    assert 0 < throughput["p50"] <= 4 / 0.05
    for key in (None, "sk-mt-v1-" + "0" * 64):
        anonymous = endpoint(router, "test/one", "Alpha", key)
        assert anonymous["latency_last_30m"] is None and anonymous["throughput_last_30m"] is None
        assert anonymous["uptime_last_5m"] == 100
    assert endpoint(router, "test/pair", "Alpha")["latency_last_30m"] is None, "another endpoint"


def test_failures_are_seen_in_uptime_and_status(own_router):
    router = own_router()
    message = script(alpha={"status": 500}, beta={"status": 401}, gamma={"text": "ok"})
    for _ in range(6):
        assert router.chat(message, model="test/three").ok
    assert endpoint(router, "test/three", "Alpha")["status"] == -2, "left alone after failures"
    assert endpoint(router, "test/three", "Beta")["status"] == -3, "refused its key"
    assert endpoint(router, "test/three", "Gamma")["status"] == 0
    for _ in range(24):
        router.chat(script(alpha={"status": 500}), model="test/one")
    assert eventually(lambda: endpoint(router, "test/one", "Alpha")["uptime_last_30m"] == 0, "it was never up")


def test_the_fastest_come_first_and_the_unseen_last(own_router):
    router = own_router(catalog="none")
    for model, wait in (("test/other", 30), ("test/one", 250)):
        for _ in range(3):
            with router.stream(script(any={"text": "a b c", "ttft_ms": wait}), model=model) as stream:
                assert stream.content

    def order(sort: str) -> list[str]:
        return ids(get(router, "/models", sort=sort))

    rest = ["test/pair", "test/three", "test/grow"]
    eventually(lambda: order("latency-low-to-high")[:2] == ["test/other", "test/one"], "latency is seen")
    eventually(lambda: order("throughput-high-to-low")[:2] == ["test/other", "test/one"], "throughput is seen")
    assert order("latency-low-to-high")[2:] == order("throughput-high-to-low")[2:] == rest


def test_the_most_used_come_first(own_router):
    router = own_router(catalog="none")
    for model, count in (("test/grow", 4), ("test/other", 2)):
        for _ in range(count):
            assert router.chat(script(any={"text": "a b c"}), model=model).ok
    wanted = ["test/grow", "test/other", "test/one", "test/pair", "test/three"]
    for sort in ("most-popular", "top-weekly"):
        eventually(lambda name=sort: ids(get(router, "/models", sort=name)) == wanted, "the sums are made")
    assert ids(get(router, "/models")) == ["test/one", "test/pair", "test/three", "test/other", "test/grow"]


def test_a_keys_own_list_is_what_it_may_use(views):
    everything = ids(get(views, "/models"))
    assert ids(get(views, "/models/user", KEY)) == everything
    mine = ids(get(views, "/models/user", LIMITED["models"]))
    assert mine == [name for name in everything if name == "test/one" or name.startswith("openai/gpt-4")]
    assert "test/one" in mine and "openai/gpt-4o" in mine
    assert ids(get(views, "/models/user", LIMITED["providers"])) == ["test/pair", "test/three", "test/grow"]
    assert ids(get(views, "/models/user", LIMITED["both"])) == ["test/three", "test/other"]
    assert get(views, "/models/user", status=401)["error"]["code"] == 401
    assert get(views, "/models/user", "sk-mt-v1-" + "0" * 64, status=401)["error"]["code"] == 401
    # A key sees all models in the list for everybody.
    assert ids(get(views, "/models", LIMITED["both"])) == everything


def test_a_keys_own_list_shows_the_price_that_it_would_pay(views):
    def prompt(key: str) -> str:
        (model,) = [line for line in get(views, "/models/user", key)["data"] if line["id"] == "test/three"]
        return model["pricing"]["prompt"]

    assert prompt(KEY) == "0.000001" and prompt(LIMITED["providers"]) == "0.000003"
    assert prompt(LIMITED["both"]) == "0.000002"


def test_a_keys_own_list_pages_and_sorts(views):
    body = get(views, "/models/user", LIMITED["providers"], sort="pricing-high-to-low", limit=2)
    assert ids(body) == ["test/three", "test/pair"] and body["total_count"] == 3
    link = body["links"]["next"]
    assert link.startswith("/api/v1/models/user?")
    headers = {"Authorization": f"Bearer {LIMITED['providers']}"}
    assert ids(requests.get(views.url + link, headers=headers, timeout=30).json()) == ["test/grow"]
    assert get(views, "/models/user", KEY, 400, sort="best")["error"]["message"].startswith("sort must be")
    assert get(views, "/models/user", KEY, output_modalities="embeddings")["data"] == []


def test_what_is_declared_about_privacy_and_place_is_found(views):
    zdr = get(views, "/endpoints/zdr", KEY)["data"]
    assert {entry["provider_name"] for entry in zdr} == {"Alpha"}
    assert [entry["model_id"] for entry in zdr] == ["test/one", "test/pair", "test/three", "test/grow"]
    assert ids(get(views, "/models", zdr="true")) == ["test/one", "test/pair", "test/three", "test/grow"]
    mine = ["test/one", "test/pair", "test/three", "test/other", "test/grow"]

    def here(region: str) -> list[str]:
        return [name for name in ids(get(views, "/models", region=region)) if name in mine]

    assert here("eu") == ["test/one", "test/pair", "test/three", "test/grow"]
    # Beta answers from either side of the sea, so it is in neither region.
    assert here("us") == ["test/three", "test/other"]


@pytest.fixture
def tiered(own_router, simulator, tmp_path):
    """A catalogue of one model with tiers, at a provider of the simulator."""
    prices = {"prompt": "0.000002", "completion": "0.000002", "web_search": "0.01"}
    tiers = {
        "priority": {"prompt": "0.000004", "completion": "0.000004"},
        "flex": {"prompt": "0.000001", "completion": "0.000001"},
        "batch": {"prompt": "0.000001", "completion": "0.000001"},
    }
    provider = {"slug": "facts", "name": "Facts", "base_url": simulator.base_url("alpha"), "key_variable": "FACTS"}
    model = {
        "id": "facts/tiered",
        "created": 1,
        "endpoints": [{"provider": "facts", "model": "tiered", "pricing": prices, "tiers": tiers}],
    }
    (tmp_path / "providers.json").write_text(json.dumps({"providers": [provider]}))
    (tmp_path / "models.json").write_text(json.dumps({"models": [model]}))
    config = {"billing": "metered", "keys": [{"key": KEY, "name": "test"}], "catalog": str(tmp_path)}
    return own_router(config=config, env={"FACTS": "key-1"}, directory=tmp_path / "router")


@pytest.mark.parametrize(
    "asked, sent, dollars",
    [
        ({}, None, "0.000002"),
        ({"service_tier": "flex"}, "flex", "0.000001"),
        ({"service_tier": "priority"}, "priority", "0.000004"),
        ({"service_tier": "fast"}, "priority", "0.000004"),
        ({"service_tier": "auto"}, "auto", "0.000002"),
        ({"model": "facts/tiered:floor"}, "flex", "0.000001"),
        ({"provider": {"only": ["facts/priority"]}}, "priority", "0.000004"),
    ],
)
def test_a_tier_is_what_the_provider_is_asked_for_and_what_is_paid(tiered, simulator, asked, sent, dollars):
    tag, message = tagged(alpha={"text": "a b c"})
    answer = tiered.chat(message, **{"model": "facts/tiered", **asked})
    assert answer.ok, answer.text
    (seen,) = simulator.seen(tag)
    assert seen["body"].get("service_tier") == sent
    usage = answer.json()["usage"]
    assert usage["cost"] == pytest.approx(usage["total_tokens"] * float(dollars))


def test_a_tier_that_fails_gives_way_to_the_standard_one_at_its_price(tiered, simulator):
    tag, message = tagged(alpha=[{"status": 500}, {"text": "a b c"}])
    answer = tiered.chat(message, model="facts/tiered", service_tier="priority")
    assert answer.ok, answer.text
    assert [seen["body"].get("service_tier") for seen in simulator.seen(tag)] == ["priority", None]
    usage = answer.json()["usage"]
    assert usage["cost"] == pytest.approx(usage["total_tokens"] * 0.000002)


def test_tiers_of_a_catalogue_are_listed(tiered):
    listed = get(tiered, "/models/facts/tiered/endpoints", KEY)["data"]["endpoints"]
    assert [(entry["tag"], entry["service_tier"], entry["pricing"]["prompt"]) for entry in listed] == [
        ("facts", None, "0.000002"),
        ("facts/flex", "flex", "0.000001"),
        ("facts/priority", "priority", "0.000004"),
    ]
    assert {entry["pricing"]["web_search"] for entry in listed} == {"0.01"}
    assert get(tiered, "/model/facts/tiered")["data"]["pricing"]["prompt"] == "0.000002"

"""Endpoints that fail leave and come back; keys and limits share the load; all of it survives a restart."""

import collections
import concurrent.futures
import signal
import time

import pytest
from support import metrics, sse
from support.processes import eventually, standard_config
from support.scripts import script, tagged


def state(router, provider: str, model: str) -> str | None:
    for name, labels, _ in metrics.samples(router):
        if name == "martlet_endpoint_state" and labels["provider"] == provider and labels["model"] == model:
            return labels["state"]
    return None


def events(router, name: str) -> list[dict]:
    return [line for line in router.logs() if line.get("event") == name]


def expect_event(router, name: str) -> None:
    eventually(lambda: events(router, name), f"the log says {name}")


def with_keys(simulator, count: int, **more) -> dict:
    config = standard_config(simulator)
    provider = config["providers"][0]
    del provider["api_key"]
    provider["api_keys"] = [{"key": f"upstream-key-{number}", **more} for number in range(count)]
    return config


def keys_used(simulator, tag: str) -> list[str]:
    return [entry["request"]["headers"]["authorization"].rpartition("-")[2] for entry in simulator.seen(tag)]


def test_a_provider_that_fails_leaves_and_comes_back_within_a_minute(own_router, simulator):
    """Requests go on all the time; none of their callers notices anything."""
    router = own_router(workers=2)
    model = "test/pair"

    def ask(alpha: dict) -> list[str]:
        tag, message = tagged(alpha=alpha, beta={"text": "Second."})
        assert router.chat(message, model=model).status_code == 200
        return simulator.providers_asked(tag)

    for _ in range(3):
        assert ask({}) == ["alpha"]
    asked = [ask({"status": 500}) for _ in range(8)]
    assert asked[0] == ["alpha", "beta"]
    assert asked[-1] == ["beta"], "a broken endpoint is left alone"
    expect_event(router, "endpoint_opened")
    assert len(events(router, "endpoint_opened")) == 1

    # Down for a while: only probes reach it, and the pauses between them grow.
    probes = []
    began = time.monotonic()
    while time.monotonic() - began < 4:
        if "alpha" in ask({"status": 500}):
            probes.append(time.monotonic() - began)
        time.sleep(0.02)
    assert 1 <= len(probes) <= 4

    recovered = time.monotonic()
    while ask({}) != ["alpha"]:
        assert time.monotonic() - recovered < 60
        time.sleep(0.02)
    # The first answers come one by one, then more and more; only after some is it as it was.
    while not events(router, "endpoint_recovered"):
        ask({})
        assert time.monotonic() - recovered < 60
        time.sleep(0.02)


def test_nobody_is_sent_to_a_broken_endpoint_but_one_probe(own_router, simulator):
    router = own_router(workers=2)
    tag, message = tagged(alpha={"status": 500}, beta={"text": "Second."})
    for _ in range(6):
        router.chat(message, model="test/pair")
    slow, slowly = tagged(alpha={"latency_ms": 1500, "status": 500}, beta={"text": "Second."})
    time.sleep(1.3)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: router.chat(slowly, model="test/pair"), range(64)))
    assert all(answer.status_code == 200 for answer in answers)
    asked = collections.Counter(simulator.providers_asked(slow))
    assert asked["beta"] == 64 and asked["alpha"] <= 1


def test_a_sole_endpoint_is_asked_however_broken_it_seems(own_router):
    router = own_router()
    for _ in range(6):
        assert router.chat(script(any={"status": 404}), model="test/one").status_code == 502
    assert router.chat(script(any={}), model="test/one").status_code == 200


def test_a_sole_endpoint_is_asked_once_more_at_most(own_router, simulator):
    router = own_router()
    for _ in range(4):
        tag, message = tagged(any={"status": 500})
        assert router.chat(message, model="test/one").status_code == 502
        assert 1 <= len(simulator.seen(tag)) <= 2


def test_a_rate_limit_is_respected(own_router, simulator):
    router = own_router()
    limited = {"status": 429, "headers": {"Retry-After": "30"}}
    tag, message = tagged(alpha=limited, beta={"text": "Second."})
    for _ in range(10):
        assert router.chat(message, model="test/pair").status_code == 200
    assert collections.Counter(simulator.providers_asked(tag)) == {"alpha": 1, "beta": 10}
    assert state(router, "alpha", "test/pair") == "cooling"
    tag, message = tagged(alpha={"text": "First."})
    assert router.chat(message, model="test/three").status_code == 200
    assert simulator.providers_asked(tag) == ["alpha"], "another model of the provider is not affected"


def test_a_rate_limit_cools_the_key_before_the_provider(own_router, simulator):
    router = own_router(config=with_keys(simulator, 3))
    limited = {"status": 429, "headers": {"Retry-After": "30"}}
    tag, message = tagged(alpha=[limited, limited, {"text": "Third key."}])
    answer = router.chat(message, model="test/pair").json()
    assert answer["choices"][0]["message"]["content"] == "Third key."
    assert sorted(keys_used(simulator, tag)) == ["0", "1", "2"]
    good = keys_used(simulator, tag)[-1]
    tag, message = tagged(alpha={})
    for _ in range(5):
        assert router.chat(message, model="test/pair").json()["provider"] == "Alpha"
    assert set(keys_used(simulator, tag)) == {good}


def test_keys_share_the_traffic(own_router, simulator):
    config = with_keys(simulator, 2)
    config["providers"][0]["api_keys"][1]["weight"] = 3
    router = own_router(config=config)
    tag, message = tagged(alpha={})
    for _ in range(120):
        assert router.chat(message, model="test/one").status_code == 200
    used = collections.Counter(keys_used(simulator, tag))
    assert 12 <= used["0"] <= 50 and used["0"] + used["1"] == 120


def test_a_refused_key_is_off_and_said_so_once_until_a_reload(own_router, simulator):
    router = own_router()
    tag, message = tagged(alpha={"status": 401}, beta={"text": "Second."})
    for _ in range(5):
        assert router.chat(message, model="test/pair").json()["provider"] == "Beta"
    assert simulator.providers_asked(tag).count("alpha") == 1
    assert state(router, "alpha", "test/pair") == "disabled"
    expect_event(router, "key_disabled")
    assert [line["reason"] for line in events(router, "key_disabled")] == ["authentication"]
    assert "upstream-secret" not in router.errors
    router.signal(signal.SIGHUP)
    expect_event(router, "reloaded")
    tag, message = tagged(alpha={})
    assert router.chat(message, model="test/pair").json()["provider"] == "Alpha"


@pytest.mark.parametrize("place", ["provider", "key", "endpoint"])
def test_limits_are_respected_before_the_call(own_router, simulator, place):
    config = with_keys(simulator, 1)
    limits = {"rpm": 4}
    if place == "provider":
        config["providers"][0]["limits"] = limits
    elif place == "key":
        config["providers"][0]["api_keys"][0]["limits"] = limits
    else:
        for model in config["models"]:
            model["endpoints"][0]["limits"] = limits
    router = own_router(config=config)
    tag, message = tagged(alpha={}, beta={})
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: router.chat(message, model="test/pair"), range(24)))
    assert all(answer.status_code == 200 for answer in answers)
    assert collections.Counter(simulator.providers_asked(tag)) == {"alpha": 4, "beta": 20}
    # Whatever keeps the others away, what would do is at its limit: that passes.
    refused = [router.chat(message, model="test/pair", provider={"only": ["alpha"]})]
    if place != "endpoint":
        refused.append(router.chat(message, model="test/one"))
    for response in refused:
        assert response.status_code == 429 and int(response.headers["retry-after"]) > 0, response.text
        availability = response.json()["error"]["availability"]
        assert (availability["code"], availability["retryable"]) == ("capacity_exhausted", True)
        assert availability["retry_after"] == int(response.headers["retry-after"])


def test_requests_at_a_time(own_router, simulator):
    config = standard_config(simulator)
    config["providers"][0]["limits"] = {"concurrency": 2}
    router = own_router(config=config, workers=2)
    tag, message = tagged(alpha={"latency_ms": 500}, beta={"latency_ms": 500})
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: router.chat(message, model="test/pair"), range(8)))
    assert all(answer.status_code == 200 for answer in answers)
    assert collections.Counter(simulator.providers_asked(tag)) == {"alpha": 2, "beta": 6}
    assert router.chat(message, model="test/pair").json()["provider"] == "Alpha"


def test_health_survives_a_restart(own_router, simulator):
    router = own_router()
    tag, message = tagged(alpha={"status": 429, "headers": {"Retry-After": "120"}}, beta={"text": "Second."})
    assert router.chat(message, model="test/pair").status_code == 200
    assert router.stop() == 0
    again = own_router(directory=router.directory)
    assert state(again, "alpha", "test/pair") == "cooling"
    assert again.chat(message, model="test/pair").status_code == 200
    assert simulator.providers_asked(tag) == ["alpha", "beta", "beta"]


def test_a_stream_that_drips_counts_as_failing(own_router):
    router = own_router()
    slow = script(alpha={"chunks": 9, "gap_ms": 1400})
    stream = sse.read(router.stream(slow, model="test/one"))
    sse.check_good_end(stream)
    expect_event(router, "stream_dripped")
    assert metrics.value(router, "martlet_endpoint_success_ratio", model="test/one") == 0


def test_retries_do_not_multiply_an_outage(own_router, simulator):
    """Every provider is down: beyond the reserve, requests are sent twice at most."""
    router = own_router(workers=1)
    tag, message = tagged(any={"status": 500})
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: router.chat(message, model="test/three"), range(400)))
    assert all(answer.status_code >= 500 for answer in answers)
    # 400 requests, a reserve of 100, a fifth of a retry for each request, 5 a second.
    assert len(simulator.seen(tag)) < 400 + 400 + 100 + 80 + 5 * 20


def test_a_broken_stream_counts(own_router, simulator):
    router = own_router(workers=1)
    broken = script(alpha={"text": "One two three", "error_after_chunks": 1})
    for _ in range(5):
        sse.check_error_end(sse.read(router.stream(broken, model="test/pair")))
    expect_event(router, "endpoint_opened")
    tag, message = tagged(alpha={}, beta={})
    sse.read(router.stream(message, model="test/pair"))
    assert simulator.providers_asked(tag) == ["beta"]

"""What API keys are held to: models, addresses, rates, budgets, revocation; over restarts and reloads too."""

import signal
import threading
import time

import pytest
import requests
from support.accounts import database, move_back
from support.keys import call, chat, error, in_seconds, into_the_minute, make, reload, with_management
from support.processes import KEY, Router, eventually, free_variant
from support.scripts import script, tagged


@pytest.fixture(scope="module")
def keyed(simulator, tmp_path_factory):
    """A router with several loops, whose keys these tests make and delete."""
    with Router(with_management(simulator, workers=4), tmp_path_factory.mktemp("keyed")) as process:
        yield process


# What a key is held to


def test_an_expired_key_is_refused(keyed):
    key, hash = make(keyed, "expiring", expires_at=in_seconds(2))
    assert chat(keyed, key).status_code == 200
    eventually(lambda: chat(keyed, key).status_code == 401, "the key expires")
    assert "expired" in error(chat(keyed, key))["message"]
    assert call(keyed, "GET", "/key", key=key).status_code == 401
    assert call(keyed, "PATCH", f"/keys/{hash}", {"expires_at": None}).status_code == 200
    assert chat(keyed, key).status_code == 200


def test_a_key_is_bound_to_addresses(keyed):
    key, hash = make(keyed, "bound", allowed_ips=["10.0.0.0/8", "2001:db8::1"])
    refused = chat(keyed, key)
    assert refused.status_code == 403 and "address" in error(refused)["message"]
    call(keyed, "PATCH", f"/keys/{hash}", {"allowed_ips": ["127.0.0.0/8"]})
    assert chat(keyed, key).status_code == 200
    call(keyed, "PATCH", f"/keys/{hash}", {"allowed_ips": None})
    assert chat(keyed, key).status_code == 200


def test_behind_a_proxy_the_caller_is_who_the_proxy_says(own_router, simulator, tmp_path):
    router = own_router(config=with_management(simulator, trusted_proxies=["127.0.0.0/8", "10.0.0.0/8"]))
    key, _ = make(router, "bound", allowed_ips=["192.0.2.0/24"])

    def status(*forwarded: str) -> int:
        with router.connect() as connection:
            fields = "".join(f"X-Forwarded-For: {value}\r\n" for value in forwarded)
            head = f"GET /api/v1/key HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n{fields}\r\n"
            connection.sendall(head.encode())
            return int(connection.recv(4096).split()[1])

    assert status("192.0.2.7") == 200
    assert status("198.51.100.1, 192.0.2.7, 10.0.0.3") == 200
    assert status("198.51.100.1", "192.0.2.7") == 200
    assert status() == 403, "the proxy itself"
    assert status("192.0.2.7, 198.51.100.1") == 403, "the left ones are the caller's own words"
    assert status("192.0.2.7", "198.51.100.1") == 403
    assert status("192.0.2.7:4711") == status("192.0.2.7, unknown") == status("") == 403
    config = with_management(simulator)
    router.write_config(config)
    router.signal(signal.SIGHUP)
    eventually(lambda: "reloaded" in str(router.logs()), "the configuration is read again")
    assert status("192.0.2.7") == 403, "nobody's word is taken unless told"


def test_a_limit_that_is_set_counts_what_runs(keyed):
    key, hash = make(keyed, "late")
    headers = {"Authorization": f"Bearer {key}"}
    message = script(alpha={"unlimited": True, "gap_ms": 20})
    with keyed.stream(message, headers=headers, max_tokens=1000) as running:
        pieces = running.iter_content(None)
        assert next(pieces)
        # A thousand tokens are $0.002 at most, and so are those that run.
        assert call(keyed, "PATCH", f"/keys/{hash}", {"limit": 0.003}).status_code == 200
        refused = chat(keyed, key, max_tokens=1000)
        assert refused.status_code == 402, refused.text
        assert chat(keyed, key, max_tokens=10).status_code == 200
    eventually(lambda: chat(keyed, key, max_tokens=1000).status_code == 200, "the room is given back")


def test_a_key_is_kept_to_models_and_providers(keyed):
    def made(**fields) -> str:
        return make(keyed, "kept", **fields)[0]

    key = made(allowed_models=["test/one", "test/pair"])
    assert chat(keyed, key).status_code == chat(keyed, key, model="test/pair").status_code == 200
    refused = chat(keyed, key, model="test/other")
    assert refused.status_code == 403 and "may not use test/other" in error(refused)["message"]
    assert chat(keyed, key, models=["test/other", "test/one"], model="test/other").json()["model"] == "test/one"
    assert chat(keyed, made(allowed_models=["test/*"]), model="test/other").status_code == 200
    assert chat(keyed, made(allowed_models=["other/*"])).status_code == 403
    key = made(allowed_providers=["beta"])
    assert chat(keyed, key, model="test/pair").json()["provider"] == "Beta"
    # The one that may be tried is one that the key may use.
    sole = chat(keyed, key, model="test/pair", provider={"allow_fallbacks": False})
    assert sole.status_code == 200 and sole.json()["provider"] == "Beta", sole.text
    assert chat(keyed, key).status_code == 403, "nobody else serves it"
    streamed = keyed.stream(model="test/one", headers={"Authorization": f"Bearer {key}"})
    assert streamed.status_code == 403


def test_who_a_key_is_for_is_kept(keyed):
    _, hash = make(keyed, "for somebody", external={"user": "customer-7"}, creator_user_id="user_1")
    data = call(keyed, "GET", f"/keys/{hash}").json()["data"]
    assert data["external_user"] == "customer-7" and data["creator_user_id"] == "user_1"


def test_tokens_per_minute(keyed):
    key, _ = make(keyed, "frugal", tokens_per_minute=100)
    usage = {"prompt_tokens": 40, "completion_tokens": 20, "total_tokens": 60}
    into_the_minute()
    statuses = [chat(keyed, key, script(alpha={"usage": usage})).status_code for _ in range(3)]
    assert statuses == [200, 200, 429], "the second one passes the limit and finishes"
    refused = chat(keyed, key)
    assert error(refused)["message"].startswith("Rate limit exceeded: key-tokens-per-min.")
    assert refused.headers["X-RateLimit-Limit"] == "100" and refused.headers["X-RateLimit-Remaining"] == "0"
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_requests_per_minute(keyed):
    key, _ = make(keyed, "slow", requests_per_minute=3)
    into_the_minute()
    statuses = [chat(keyed, key).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    refused = chat(keyed, key)
    reset = int(refused.headers["X-RateLimit-Reset"])
    assert refused.headers["X-RateLimit-Limit"] == "3" and refused.headers["X-RateLimit-Remaining"] == "0"
    assert reset % 60_000 == 0 and 0 < reset / 1000 - time.time() <= 60
    assert abs(int(refused.headers["Retry-After"]) - (reset / 1000 - time.time())) <= 2
    metadata = error(refused)["metadata"]
    assert metadata["headers"] == {
        "X-RateLimit-Limit": "3",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(reset),
    }
    assert metadata["error_type"] == "rate_limit_exceeded" and metadata["limit_source"] == "key-requests-per-min"
    assert "X-RateLimit-Limit" not in chat(keyed, KEY).headers
    assert call(keyed, "GET", "/key", key=key).json()["data"]["rate_limit"]["requests"] == 3


def test_a_limit_of_nothing_is_used_up(keyed):
    key, hash = make(keyed, "empty", limit=0)
    refused = chat(keyed, key)
    assert refused.status_code == 403 and error(refused)["message"].startswith("Key limit exceeded (total limit).")
    call(keyed, "PATCH", f"/keys/{hash}", {"limit": 1, "limit_reset": "daily"})
    assert chat(keyed, key).status_code == 200


def test_free_variants_have_their_caps(own_router, simulator):
    config = with_management(simulator)
    config["models"].append(free_variant(config["models"][0], "test/one:free"))
    router = own_router(config=config)
    into_the_minute()
    statuses = [router.chat(model="test/one:free").status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    refused = router.chat(model="test/one:free")
    assert error(refused)["message"].startswith("Rate limit exceeded: free-models-per-min.")
    assert refused.headers["X-RateLimit-Limit"] == "20" and "Retry-After" in refused.headers
    assert router.chat().status_code == 200, "other models have no cap"
    quota = router.get("/key").json()["data"]["free_model_daily_requests"]
    assert quota == {"limit": 50, "used": 20, "remaining": 30}
    day = own_router(config={**config, "free_variants": {"per_minute": "unlimited", "per_day": 2}})
    statuses = [day.chat(model="test/one:free").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert error(day.chat(model="test/one:free"))["message"] == (
        "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"
    )
    off = own_router(config={**config, "free_variants": "unlimited"})
    assert {off.chat(model="test/one:free").status_code for _ in range(60)} == {200}


# Revocation


@pytest.mark.parametrize("revoke", ["delete", "disable"])
def test_a_revocation_holds_on_every_loop_while_requests_run(keyed, simulator, revoke):
    key, hash = make(keyed, f"to {revoke}")
    tag, message = tagged(any={"unlimited": True, "gap_ms": 5})
    running = keyed.stream(message, headers={"Authorization": f"Bearer {key}"})
    assert running.status_code == 200
    revoked, ended = threading.Event(), threading.Event()
    outcomes: list[tuple[bool, int]] = []

    def knock():
        """Requests one after the other on one connection, so that every loop has some."""
        with requests.Session() as session:
            body = {"model": "test/one", "messages": [{"role": "user", "content": script()}]}
            headers = {"Authorization": f"Bearer {key}"}
            after = 0
            while after < 5 and not ended.is_set():
                was_revoked = revoked.is_set()
                answer = session.post(keyed.base + "/chat/completions", json=body, headers=headers, timeout=30)
                outcomes.append((was_revoked, answer.status_code))
                after += was_revoked

    threads = [threading.Thread(target=knock) for _ in range(12)]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: len(outcomes) > 60, "requests are under way", 60)
        if revoke == "delete":
            assert call(keyed, "DELETE", f"/keys/{hash}").status_code == 200
        else:
            assert call(keyed, "PATCH", f"/keys/{hash}", {"disabled": True}).status_code == 200
        revoked.set()
        eventually(lambda: not any(thread.is_alive() for thread in threads), "every connection was refused", 60)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert {status for was_revoked, status in outcomes if was_revoked} == {401}, "not one is served afterwards"
    assert {status for _, status in outcomes} == {200, 401}
    lines = running.iter_lines()
    assert all(next(lines) is not None for _ in range(20)), "what was under way goes on"
    running.close()
    eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the provider's connection is closed")


def test_keys_outlive_a_restart(own_router, simulator, tmp_path):
    config = with_management(simulator)
    first = own_router(config=config, directory=tmp_path / "kept")
    kept, kept_hash = make(first, "kept", limit=2.5, limit_reset="weekly", allowed_ips=["127.0.0.1"])
    gone, gone_hash = make(first, "gone")
    assert chat(first, kept).status_code == 200
    call(first, "DELETE", f"/keys/{gone_hash}")
    assert call(first, "GET", f"/keys/{kept_hash}").json()["data"]["last_used_at"]
    first.stop()
    first = own_router(config=config, directory=tmp_path / "kept")
    before = call(first, "GET", f"/keys/{kept_hash}").json()["data"]
    first.kill()
    second = own_router(config=config, directory=tmp_path / "kept")
    after = call(second, "GET", f"/keys/{kept_hash}").json()["data"]
    assert before["last_used_at"], "a stop in order keeps it"
    for name in ("name", "limit", "limit_reset", "allowed_ips", "created_at", "label", "last_used_at"):
        assert after[name] == before[name]
    assert chat(second, kept).status_code == 200
    assert chat(second, gone).status_code == 401
    assert call(second, "GET", f"/keys/{gone_hash}").status_code == 404


def test_a_reload_keeps_rates_and_changes_rules(own_router, simulator):
    config = with_management(simulator)
    config["keys"][0] = {**config["keys"][0], "requests_per_minute": 3}
    router = own_router(config=config)
    made, _ = make(router, "stays", requests_per_minute=2)
    into_the_minute()
    assert [router.chat().status_code for _ in range(2)] == [200, 200]
    assert chat(router, made).status_code == 200
    config["keys"][0] = {**config["keys"][0], "name": "renamed"}
    reload(router, config)
    assert [router.chat().status_code for _ in range(2)] == [200, 429]
    assert [chat(router, made).status_code for _ in range(2)] == [200, 429]
    config["keys"] = config["keys"][1:]
    reload(router, config)
    assert router.chat().status_code == 401
    assert chat(router, made).status_code == 429


# Money


def test_a_spent_limit_is_forbidden_and_outlives_a_restart(own_router, simulator, tmp_path):
    """A limit of what one answer costs: the first is served, then the key has used it up, also after a crash."""
    config = with_management(simulator)
    router = own_router(config=config, directory=tmp_path / "spent")
    key, hash = make(router, "spender", limit=1)
    answer = chat(router, key, max_tokens=5)
    assert answer.status_code == 200
    cost = answer.json()["usage"]["cost"]
    assert cost > 0
    data = call(router, "GET", f"/keys/{hash}").json()["data"]
    assert data["usage"] == data["usage_daily"] == data["usage_weekly"] == data["usage_monthly"] == cost
    assert data["limit_remaining"] == pytest.approx(1 - cost, abs=1e-12)
    call(router, "PATCH", f"/keys/{hash}", {"limit": cost})
    for _ in range(2):
        refused = chat(router, key, max_tokens=5)
        assert refused.status_code == 403, refused.text
        assert error(refused)["message"].startswith("Key limit exceeded (total limit).")
        router.kill()
        router = own_router(config=config, directory=tmp_path / "spent")
    current = call(router, "GET", "/key", key=key).json()["data"]
    assert current["usage"] == cost and current["limit_remaining"] == 0
    assert current["effective_budget"]["remaining_usd"] == 0
    call(router, "PATCH", f"/keys/{hash}", {"limit": None})
    assert chat(router, key).status_code == 200


def test_limits_start_anew_with_their_periods(own_router, simulator, tmp_path):
    """Keys that spent what they may forty days ago: all may spend again but those whose limit never resets."""
    directory = tmp_path / "periods"
    router = own_router(config=with_management(simulator), directory=directory)
    keys = {}
    for reset in ("daily", "weekly", "monthly", None):
        key, hash = make(router, f"{reset}", limit=1, limit_reset=reset)
        cost = chat(router, key, max_tokens=5).json()["usage"]["cost"]
        call(router, "PATCH", f"/keys/{hash}", {"limit": cost})
        refused = chat(router, key, max_tokens=5)
        assert refused.status_code == 403 and f"({reset or 'total'} limit)" in error(refused)["message"]
        call(router, "PATCH", f"/keys/{hash}", {"limit": 1.5 * cost + 0.001})
        keys[reset] = key, hash, cost
    router.stop()
    with database(router) as connection:
        move_back(connection, 40)
    router = own_router(config=with_management(simulator), directory=directory)
    for reset, (key, hash, cost) in keys.items():
        data = call(router, "GET", f"/keys/{hash}").json()["data"]
        assert data["usage"] == cost and data["usage_daily"] == data["usage_weekly"] == data["usage_monthly"] == 0
        used = 0 if reset else cost
        assert data["limit_remaining"] == pytest.approx(data["limit"] - used, abs=1e-12)
        call(router, "PATCH", f"/keys/{hash}", {"limit": cost})
        assert chat(router, key, max_tokens=5).status_code == (402 if reset else 403), "a hold needs a little more"
        call(router, "PATCH", f"/keys/{hash}", {"limit": cost + 0.0005})
        assert chat(router, key, max_tokens=5).status_code == 200


def test_a_reload_keeps_what_was_spent(own_router, simulator):
    config = with_management(simulator)
    config["keys"][0] = {**config["keys"][0], "limit": 1}
    router = own_router(config=config)
    cost = router.chat(max_tokens=5).json()["usage"]["cost"]
    config["keys"][0] = {**config["keys"][0], "limit": f"{cost:.9f}"}
    reload(router, config)
    assert router.get("/key").json()["data"]["usage"] == cost
    assert router.chat(max_tokens=5).status_code == 403
    config["keys"][0] = {**config["keys"][0], "limit": 1}
    reload(router, config)
    assert router.chat(max_tokens=5).status_code == 200


def test_budgets_bind_all_keys_together(own_router, simulator):
    config = with_management(simulator, budgets={"lifetime": 100, "daily": 50})
    router = own_router(config=config)
    made, _ = make(router, "other")
    cost = router.chat(max_tokens=5).json()["usage"]["cost"]
    (_, daily) = router.get("/key").json()["data"]["budgets"]
    assert daily["scope"] == "workspace" and daily["reset_interval"] == "daily" and daily["spend_usd"] == cost
    config["budgets"]["daily"] = f"{cost:.9f}"
    reload(router, config)
    for key in (KEY, made):
        refused = chat(router, key)
        assert refused.status_code == 403
        assert error(refused)["message"].startswith("Workspace daily budget of $")
    config["budgets"]["lifetime"] = f"{cost + 1e-9:.9f}"
    del config["budgets"]["daily"]
    reload(router, config)
    assert chat(router, made, max_tokens=5).status_code == 402, "what is left does not cover the hold"


def test_prepaid_without_credits(own_router, simulator):
    router = own_router(config=with_management(simulator, billing="prepaid"))
    refused = router.chat()
    assert refused.status_code == 402 and error(refused)["message"].startswith("Insufficient credits.")
    assert error(refused)["metadata"]["error_type"] == "payment_required"
    assert router.get("/key").json()["data"]["is_free_tier"] is True
    granted = call(router, "POST", "/credits/grants", {"amount": 10, "reason": "test"})
    assert granted.status_code in (200, 201), granted.text
    assert router.chat(max_tokens=5).status_code == 200
    data = router.get("/key").json()["data"]
    assert data["is_free_tier"] is False and data["free_model_daily_requests"]["limit"] == 1000


def test_what_costs_nothing_needs_no_credits_but_no_debts_either(own_router, simulator):
    config = with_management(simulator, billing="prepaid")
    config["models"].append(free_variant(config["models"][0], "test/one:free"))
    router = own_router(config=config)
    assert router.chat(model="test/one:free").status_code == 200
    assert error(router.chat())["message"].startswith("Insufficient credits.")
    call(router, "POST", "/credits/adjustments", {"amount": "-0.000000001", "reason": "a debt"})
    for model in ("test/one:free", "test/one"):
        refused = router.chat(model=model)
        assert refused.status_code == 402 and error(refused)["message"].startswith("Insufficient credits.")
    call(router, "POST", "/credits/grants", {"amount": "0.000000001", "reason": "paid"})
    assert router.chat(model="test/one:free").status_code == 200

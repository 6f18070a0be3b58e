"""API keys made while the router runs: the routes with the official SDK, what each rule refuses, revocation."""

import datetime
import json
import signal
import threading
import time

import openrouter
import pytest
import requests
from openrouter import errors
from support.accounts import database, move_back
from support.processes import KEY, Router, eventually, run_martlet, standard_config
from support.scripts import script, tagged

MANAGEMENT_KEY = "sk-mt-v1-" + "fedcba9876543210" * 4


def with_management(simulator, **changes) -> dict:
    config = {**standard_config(simulator), **changes}
    config["keys"] = [*config["keys"], {"key": MANAGEMENT_KEY, "name": "operator", "management": True}]
    return config


@pytest.fixture(scope="module")
def keyed(simulator, tmp_path_factory):
    """A router with several loops, whose keys these tests make and delete."""
    with Router(with_management(simulator, workers=4), tmp_path_factory.mktemp("keyed")) as process:
        yield process


@pytest.fixture
def sdk(keyed):
    with openrouter.OpenRouter(
        api_key=MANAGEMENT_KEY, server_url=keyed.base, timeout_ms=30_000, retry_config=None
    ) as client:
        yield client.api_keys


def call(router, method: str, path: str, body=None, key=MANAGEMENT_KEY, **more) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    data = body if isinstance(body, (bytes, str)) or body is None else json.dumps(body)
    return requests.request(method, router.base + path, headers=headers, data=data, timeout=30, **more)


def make(router, name="made", **fields) -> tuple[str, str]:
    """A new key and its hash."""
    answer = call(router, "POST", "/keys", {"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["key"], answer.json()["data"]["hash"]


def chat(router, key: str, content="Hello", model="test/one", **more) -> requests.Response:
    return router.chat(content, model, headers={"Authorization": f"Bearer {key}"}, **more)


def error(answer: requests.Response) -> dict:
    return answer.json()["error"]


# The routes, by the official SDK


def test_the_sdk_makes_reads_changes_and_deletes(sdk, keyed):
    expires = datetime.datetime(2031, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
    made = sdk.create(
        name="sdk",
        limit=12.5,
        limit_reset="monthly",
        expires_at=expires,
        include_byok_in_limit=True,
        creator_user_id="user_1",
        workspace_id="default",
    )
    assert made.key.startswith("sk-mt-v1-") and len(made.key) == 73
    data = made.data
    assert (data.name, data.limit, data.limit_remaining, data.limit_reset) == ("sdk", 12.5, 12.5, "monthly")
    assert data.expires_at == expires and data.include_byok_in_limit and data.creator_user_id == "user_1"
    assert data.label == f"sk-mt-v1-{made.key[9:12]}...{made.key[-3:]}"
    assert data.updated_at is None and data.last_used_at is None and not data.disabled
    assert chat(keyed, made.key).status_code == 200
    read = sdk.get(hash=data.hash).data
    assert read.hash == data.hash and read.last_used_at is not None
    changed = sdk.update(hash=data.hash, name="renamed", limit=None, limit_reset=None, disabled=True).data
    assert (changed.name, changed.limit, changed.limit_remaining, changed.limit_reset) == ("renamed", None, None, None)
    assert changed.disabled and changed.updated_at and changed.expires_at == expires
    assert chat(keyed, made.key).status_code == 401
    assert sdk.update(hash=data.hash, disabled=False).data.disabled is False
    assert chat(keyed, made.key).status_code == 200
    assert sdk.delete(hash=data.hash).DELETED is True
    assert chat(keyed, made.key).status_code == 401
    with pytest.raises(errors.NotFoundResponseError):
        sdk.get(hash=data.hash)
    with pytest.raises(errors.NotFoundResponseError):
        sdk.delete(hash=data.hash)


def test_the_sdk_lists(sdk, keyed):
    _, plain = make(keyed, "listed")
    _, disabled = make(keyed, "listed disabled")
    sdk.update(hash=disabled, disabled=True)
    expired_key, expired = make(keyed, "listed expired", expires_at=in_seconds(1))
    eventually(lambda: chat(keyed, expired_key).status_code == 401, "the key expires")

    def hashes(**query) -> list[str]:
        return [key.hash for key in sdk.list(**query).data]

    assert plain in hashes() and disabled not in hashes() and expired not in hashes()
    assert {plain, disabled} <= set(hashes(include_disabled=True))
    everything = hashes(include_disabled=True, include_expired=True, workspace_id="default")
    assert everything.index(expired) < everything.index(disabled) < everything.index(plain)
    assert hashes(include_disabled=True, include_expired=True, offset=1) == everything[1:]
    with pytest.raises(errors.NotFoundResponseError):
        sdk.list(workspace_id="other")


def test_the_sdk_reads_the_current_key(keyed):
    key, _ = make(keyed, "current", limit=3, limit_reset="daily")
    for secret, is_management in ((key, False), (MANAGEMENT_KEY, True)):
        with openrouter.OpenRouter(api_key=secret, server_url=keyed.base) as client:
            data = client.api_keys.get_current_key_metadata().data
        assert data.is_management_key is is_management and data.is_provisioning_key is is_management
    answers = [call(keyed, "GET", path, key=key).json()["data"] for path in ("/key", "/auth/key")]
    assert answers[0] == answers[1]
    data = answers[0]
    assert data["limit"] == 3 and data["limit_remaining"] == 3 and data["limit_reset"] == "daily"
    assert data["budgets"] == [data["effective_budget"]] and data["effective_budget"]["scope"] == "key_limit"
    assert data["free_model_daily_requests"]["limit"] == 50 and data["is_free_tier"] is True


# Who may do what


def in_seconds(seconds: float) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/keys"),
        ("POST", "/keys"),
        ("GET", "/keys/" + "0" * 64),
        ("PATCH", "/keys/" + "0" * 64),
        ("DELETE", "/keys/" + "0" * 64),
    ],
)
def test_keys_are_managed_by_management_keys_alone(keyed, method, path):
    refused = call(keyed, method, path, {"name": "x"}, key=KEY)
    assert refused.status_code == 403 and error(refused)["metadata"]["error_type"] == "permission_denied"
    assert "Only management keys can perform this operation" in error(refused)["message"]
    assert call(keyed, method, path, {"name": "x"}, key=None).status_code == 401
    assert call(keyed, method, path, {"name": "x"}, key="sk-mt-v1-" + "0" * 64).status_code == 401


def test_management_keys_run_no_completions(keyed):
    refused = chat(keyed, MANAGEMENT_KEY)
    assert refused.status_code == 403 and "inference key" in error(refused)["message"]
    made, _ = make(keyed, "second operator", is_management_key=True)
    assert chat(keyed, made).status_code == 403
    assert call(keyed, "GET", "/keys", key=made).status_code == 200


def test_a_management_key_cannot_lock_itself_out(keyed):
    key, hash = make(keyed, "own", is_management_key=True)
    assert call(keyed, "DELETE", f"/keys/{hash}", key=key).status_code == 409
    assert call(keyed, "PATCH", f"/keys/{hash}", {"disabled": True}, key=key).status_code == 409
    assert call(keyed, "PATCH", f"/keys/{hash}", {"name": "still"}, key=key).status_code == 200
    assert call(keyed, "DELETE", f"/keys/{hash}").status_code == 200


def test_configured_keys_are_listed_and_left_alone(keyed):
    (fixed,) = [key for key in call(keyed, "GET", "/keys").json()["data"] if key["name"] == "operator"]
    assert fixed["is_fixed"] is True and fixed["is_management_key"] is True
    for method, body in (("PATCH", {"name": "x"}), ("DELETE", None)):
        refused = call(keyed, method, f"/keys/{fixed['hash']}", body)
        assert refused.status_code == 409
    (inference,) = [key for key in call(keyed, "GET", "/keys").json()["data"] if key["name"] == "test"]
    refused = call(keyed, "DELETE", f"/keys/{inference['hash']}")
    assert refused.status_code == 409 and "configuration" in error(refused)["message"]


# Bodies and parameters


@pytest.mark.parametrize(
    "body, param",
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"name": "x", "limit": "5"}, "limit"),
        ({"name": "x", "limit": -1}, "limit"),
        ({"name": "x", "limit": 1e-10}, "limit"),
        ({"name": "x", "limit_reset": "hourly"}, "limit_reset"),
        ({"name": "x", "limit_reset": 1}, "limit_reset"),
        ({"name": "x", "expires_at": "2031-01-01T00:00Z"}, "expires_at"),
        ({"name": "x", "expires_at": "2031-01-01T00:00:00+01:00"}, "expires_at"),
        ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "expires_at": 1}, "expires_at"),
        ({"name": "x", "include_byok_in_limit": "no"}, "include_byok_in_limit"),
        ({"name": "x", "workspace_id": "other"}, "workspace_id"),
        ({"name": "x", "allowed_ips": ["x"]}, "allowed_ips[0]"),
        ({"name": "x", "allowed_models": []}, "allowed_models"),
        ({"name": "x", "requests_per_minute": 0}, "requests_per_minute"),
        ({"name": "x", "external": {"user": "u", "api_key": "k" * 32}}, "external.api_key"),
        ({"name": "x", "external": {}}, "external.user"),
        ({"name": "x", "external": "u"}, "external"),
        ('{"name":"x","name":"y"}', "name"),
    ],
)
def test_wrong_bodies_are_refused_with_the_field(keyed, body, param):
    refused = call(keyed, "POST", "/keys", body)
    assert refused.status_code == 400 and error(refused)["param"] == param, refused.text
    assert error(refused)["metadata"]["error_type"] == "invalid_request"


def test_other_refusals(keyed):
    _, hash = make(keyed, "refusals")
    for body in ("", "{", "[]", "null"):
        assert call(keyed, "POST", "/keys", body).status_code == 400
    nothing = call(keyed, "PATCH", f"/keys/{hash}", {"unknown": 1})
    assert nothing.status_code == 400 and error(nothing)["message"] == "No update fields provided"
    assert call(keyed, "POST", "/keys", {"name": "x", "unknown": 1}).status_code == 201
    for path in ("/keys/" + "0" * 64, "/keys/none", "/keys/%00"):
        for method in ("GET", "PATCH", "DELETE"):
            assert call(keyed, method, path, {"name": "x"}).status_code == 404, (method, path)
    for query in ("offset=-1", "offset=x", "include_disabled=maybe", "include_expired=2"):
        refused = call(keyed, "GET", f"/keys?{query}")
        assert refused.status_code == 400 and error(refused)["param"] == query.split("=")[0]
    assert call(keyed, "GET", "/keys?workspace_id=other").status_code == 404
    assert call(keyed, "PUT", "/keys").status_code == 405
    assert call(keyed, "POST", f"/keys/{hash}").status_code == 405
    assert call(keyed, "POST", "/keys", '{"name":"' + "x" * 70_000 + '"}').status_code == 413


def test_a_key_is_shown_once(keyed):
    key, hash = make(keyed, "secret")
    for path in ("/keys", f"/keys/{hash}"):
        answer = call(keyed, "GET", path)
        assert key not in answer.text and answer.headers["Cache-Control"] == "no-store"
    assert key not in call(keyed, "GET", "/key", key=key).text
    assert key not in call(keyed, "PATCH", f"/keys/{hash}", {"name": "y"}).text


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


def into_the_minute() -> None:
    """Waits until the minute of the clock has enough left for what follows."""
    if time.time() % 60 > 50:
        time.sleep(60.5 - time.time() % 60)


def test_a_limit_of_nothing_is_used_up(keyed):
    key, hash = make(keyed, "empty", limit=0)
    refused = chat(keyed, key)
    assert refused.status_code == 403 and error(refused)["message"].startswith("Key limit exceeded (total limit).")
    call(keyed, "PATCH", f"/keys/{hash}", {"limit": 1, "limit_reset": "daily"})
    assert chat(keyed, key).status_code == 200


def test_free_variants_have_their_caps(own_router, simulator):
    config = with_management(simulator)
    config["models"].append({**config["models"][0], "id": "test/one:free"})
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


def reload(router, config) -> None:
    before = sum(entry.get("event") == "reloaded" for entry in router.logs())
    router.write_config(config)
    router.signal(signal.SIGHUP)
    eventually(
        lambda: sum(entry.get("event") == "reloaded" for entry in router.logs()) > before, "the server reads it again"
    )


# Secrets


def test_no_secret_is_in_the_log_or_the_database(own_router, simulator):
    config = with_management(simulator, log={"level": "debug", "format": "json"})
    router = own_router(config=config)
    made, hash = make(router, "hidden", external={"user": "customer"})
    operator, _ = make(router, "hidden operator", is_management_key=True)
    guess = "sk-mt-v1-" + "123456789abcdef0" * 4
    assert chat(router, made).status_code == 200
    assert chat(router, guess).status_code == 401
    assert call(router, "GET", "/keys", key=guess).status_code == 401
    assert call(router, "GET", "/keys", key=operator).status_code == 200
    call(router, "PATCH", f"/keys/{hash}", {"disabled": True})
    assert chat(router, made).status_code == 401
    call(router, "DELETE", f"/keys/{hash}")
    assert chat(router, made).status_code == 401
    router.stop()
    printed = [line.split(":")[1].strip() for line in router.out if " key: " in line]
    assert len(printed) == 2 and all(key.startswith("sk-mt-v1-") for key in printed)
    log = "".join(router.err) + "".join(line for line in router.out if " key: " not in line)
    stored = b"".join(path.read_bytes() for path in router.data.rglob("*") if path.is_file())
    assert stored.startswith(b"SQLite format 3") or b"SQLite format 3" in stored
    for secret in [made, operator, guess, KEY, MANAGEMENT_KEY, *printed]:
        assert secret not in log and secret[9:] not in log
        assert secret.encode() not in stored and secret[9:].encode() not in stored
    assert bytes.fromhex(hash) in stored, "what is kept is the hash"


# The command line


def martlet_keys(router, *words, **environment):
    env = {"MARTLET_BASE_URL": router.base, "MARTLET_MANAGEMENT_KEY": MANAGEMENT_KEY, **environment}
    return run_martlet("keys", *words, env=env)


def test_the_command_line_manages_keys(keyed):
    done = martlet_keys(
        keyed,
        "create",
        "--name",
        "by hand",
        "--limit",
        "5",
        "--reset",
        "daily",
        "--expires",
        "30d",
        "--models",
        "test/*",
        "--providers",
        "alpha,beta",
        "--ips",
        "127.0.0.1,::1",
        "--rpm",
        "60",
        "--tpm",
        "100000",
    )
    assert done.returncode == 0, done.stderr
    key, hash = (line.split()[1] for line in done.stdout.splitlines())
    assert chat(keyed, key).status_code == 200
    data = call(keyed, "GET", f"/keys/{hash}").json()["data"]
    assert (data["limit"], data["limit_reset"], data["requests_per_minute"]) == (5, "daily", 60)
    assert data["allowed_models"] == ["test/*"] and data["allowed_ips"] == ["127.0.0.1", "::1"]
    listed = martlet_keys(keyed, "list")
    assert "by hand" in listed.stdout and hash[:16] in listed.stdout and key not in listed.stdout
    assert martlet_keys(keyed, "disable", "by hand").returncode == 0
    assert chat(keyed, key).status_code == 401
    assert "by hand" not in martlet_keys(keyed, "list").stdout
    assert "disabled" in martlet_keys(keyed, "list", "--all").stdout
    assert martlet_keys(keyed, "enable", hash[:12]).returncode == 0
    assert chat(keyed, key).status_code == 200
    assert martlet_keys(keyed, "update", hash, "--limit", "none", "--name", "renamed").returncode == 0
    data = json.loads(martlet_keys(keyed, "list", "--json", "--all").stdout)["data"]
    (entry,) = [entry for entry in data if entry["hash"] == hash]
    assert entry["limit"] is None and entry["name"] == "renamed"
    assert martlet_keys(keyed, "delete", "renamed").returncode == 0
    assert chat(keyed, key).status_code == 401
    made = json.loads(martlet_keys(keyed, "create", "machine", "--json", "--management").stdout)
    assert made["data"]["is_management_key"] is True and made["key"].startswith("sk-mt-v1-")


def test_the_command_line_says_what_is_wrong(keyed):
    unknown = martlet_keys(keyed, "delete", "nobody")
    assert unknown.returncode == 1 and "nobody" in unknown.stderr
    denied = martlet_keys(keyed, "list", MARTLET_MANAGEMENT_KEY=KEY)
    assert denied.returncode == 1 and "management" in denied.stderr
    missing = run_martlet("keys", "list", env={"MARTLET_BASE_URL": keyed.base})
    assert missing.returncode == 2 and "MARTLET_MANAGEMENT_KEY" in missing.stderr
    for words in (["create"], ["create", "x", "--limit", "much"], ["lst"], []):
        assert martlet_keys(keyed, *words).returncode == 2


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
    free = json.loads(json.dumps(config["models"][0]))
    free["endpoints"][0]["pricing"] = {"prompt": "0", "completion": "0"}
    config["models"].append({**free, "id": "test/one:free"})
    router = own_router(config=config)
    assert router.chat(model="test/one:free").status_code == 200
    assert error(router.chat())["message"].startswith("Insufficient credits.")
    call(router, "POST", "/credits/adjustments", {"amount": "-0.000000001", "reason": "a debt"})
    for model in ("test/one:free", "test/one"):
        refused = router.chat(model=model)
        assert refused.status_code == 402 and error(refused)["message"].startswith("Insufficient credits.")
    call(router, "POST", "/credits/grants", {"amount": "0.000000001", "reason": "paid"})
    assert router.chat(model="test/one:free").status_code == 200

"""Callers' own keys at providers: stored sealed, planned before, instead of and behind the operator's."""

import json
import stat

import openrouter
import pytest
from openrouter import errors
from support import metrics, sse
from support.keys import MANAGEMENT_KEY, call, chat, error, make, reload, with_management
from support.processes import KEY, PRICING, Router, eventually
from support.scripts import script, tagged

OWN = "sk-own-secret-0123456789abcdef"
USAGE = {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500}
#: What the provider takes for it.
LIST_PRICE = 1000 * 0.000001 + 500 * 0.000002


def configured(simulator, **changes) -> dict:
    """The standard models, one that only a caller's own key serves, and the same in the dialect of Anthropic."""
    config = with_management(simulator, **changes)
    anthropic = {"slug": "claude", "name": "Claude", "dialect": "anthropic", "api_key": "upstream-secret-claude"}
    anthropic["base_url"] = f"{simulator.url}/p/claude"
    config["providers"].append(anthropic)
    for name, provider, more in [("own", "alpha", {"byok_only": True}), ("claude", "claude", {})]:
        endpoint = {"provider": provider, "model": f"{provider}-model", "pricing": dict(PRICING)}
        config["models"].append({"id": f"test/{name}", "context_length": 128000, "endpoints": [endpoint], **more})
    return config


@pytest.fixture
def start(simulator, tmp_path):
    """Starts a router whose credentials one test stores."""
    started: list[Router] = []

    def start(directory=None, env=None, **changes) -> Router:
        directory = directory or tmp_path / f"router{len(started)}"
        started.append(Router(configured(simulator, workers=2, **changes), directory, env=env))
        return started[-1]

    yield start
    for process in started:
        process.stop()


def store(router, provider="alpha", key=OWN, **fields) -> dict:
    answer = call(router, "POST", "/byok", {"provider": provider, "key": key, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def keys_asked(simulator, tag: str) -> list[tuple[str, str]]:
    """Provider and key of each request, in order."""
    found = []
    for entry in simulator.seen(tag):
        headers = entry["request"]["headers"]
        found.append((entry["provider"], headers.get("authorization", headers.get("x-api-key"))))
    return found


def bearers(simulator, tag: str) -> list[str]:
    return [f"{provider} {key.removeprefix('Bearer ')}" for provider, key in keys_asked(simulator, tag)]


# The routes, by the official SDK


def test_the_sdk_stores_reads_lists_changes_and_deletes(start):
    """The SDK knows the slugs of providers; the shipped catalogue has these, without keys of the operator."""
    router = start()
    with openrouter.OpenRouter(
        api_key=MANAGEMENT_KEY, server_url=router.base, timeout_ms=30_000, retry_config=None
    ) as client:
        sdk = client.byok
        made = sdk.create(
            key=OWN, provider="openai", name="mine", allowed_models=["test/one"], declared_zdr=True, is_required=True
        ).data
        assert (made.provider, made.name, made.label, made.sort_order) == ("openai", "mine", "sk-ow...cdef", 0)
        assert made.allowed_models == ["test/one"] and made.allowed_api_key_hashes is None
        assert made.declared_zdr is True and made.declared_region is None and made.workspace_id == "default"
        assert made.is_required and not (made.is_byok_only or made.is_fallback or made.disabled)
        second = sdk.create(key=OWN, provider="openai", is_fallback=True).data
        other = sdk.create(key=OWN, provider="groq").data
        assert (second.sort_order, other.sort_order) == (1, 0)
        assert sdk.get(id=made.id).data == made
        listed = sdk.list()
        assert [entry.id for entry in listed.result.data] == [other.id, made.id, second.id]
        assert listed.result.total_count == 3 and listed.next() is None
        first_page = sdk.list(limit=2)
        assert len(first_page.result.data) == 2 and first_page.result.total_count == 3
        assert [entry.id for entry in first_page.next().result.data] == [second.id]
        assert [entry.id for entry in sdk.list(provider="groq").result.data] == [other.id]
        changed = sdk.update(id=made.id, name=None, disabled=True, key="sk-another-0123456789abcdef").data
        assert changed.name is None and changed.disabled and changed.label == "sk-an...cdef"
        assert changed.allowed_models == ["test/one"]
        assert sdk.update(id=made.id, allowed_models=None).data.allowed_models is None
        assert sdk.delete(id=made.id).DELETED is True
        with pytest.raises(errors.NotFoundResponseError):
            sdk.get(id=made.id)
        with pytest.raises(errors.NotFoundResponseError):
            sdk.delete(id=made.id)
        with pytest.raises(errors.NotFoundResponseError):
            sdk.update(id=made.id, disabled=False)
        with pytest.raises(errors.BadRequestResponseError):
            sdk.create(key=OWN, provider="openai", is_byok_only=True, is_fallback=True)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"key": OWN}, "provider"),
        ({"provider": "alpha"}, "key"),
        ({"provider": "alfa", "key": OWN}, "provider"),
        ({"provider": "alpha", "key": "two words"}, "key"),
        ({"provider": "alpha", "key": {"api_key": OWN, "region": "eu"}}, "key"),
        ({"provider": "alpha", "key": OWN, "allowed_api_key_hashes": []}, "allowed_api_key_hashes"),
        ({"provider": "alpha", "key": OWN, "allowed_api_key_hashes": ["0" * 64]}, "allowed_api_key_hashes[0]"),
        ({"provider": "alpha", "key": OWN, "allowed_models": ["m"] * 101}, "allowed_models"),
        ({"provider": "alpha", "key": OWN, "is_byok_only": True, "is_fallback": True}, "is_byok_only"),
        ({"provider": "alpha", "key": OWN, "workspace_id": "elsewhere"}, "workspace_id"),
    ],
)
def test_what_cannot_be_stored_is_refused(many, body, param):
    answer = call(many, "POST", "/byok", body)
    assert answer.status_code == 400 and error(answer)["param"] == param, answer.text
    assert OWN not in answer.text
    assert call(many, "GET", "/byok").json()["total_count"] == 0


@pytest.fixture(scope="module")
def many(simulator, tmp_path_factory):
    """For requests that change nothing."""
    with Router(configured(simulator), tmp_path_factory.mktemp("many")) as process:
        yield process


def test_only_management_keys_reach_the_routes(many):
    for method, path in [("GET", "/byok"), ("POST", "/byok"), ("GET", "/byok/x"), ("DELETE", "/byok/x")]:
        assert call(many, method, path, key=KEY).status_code == 403
        assert call(many, method, path, key=None).status_code == 401
    assert call(many, "PUT", "/byok").status_code == 405
    assert call(many, "GET", "/byok/x").status_code == 404
    assert call(many, "PATCH", "/byok/x", {}).status_code == 404
    assert error(call(many, "GET", "/byok?limit=0"))["param"] == "limit"
    assert error(call(many, "GET", "/byok?limit=101"))["param"] == "limit"
    assert error(call(many, "GET", "/byok?offset=-1"))["param"] == "offset"


# Which key reaches the provider


def test_the_own_key_comes_first_and_the_operators_behind_it(start, simulator):
    router = start()
    store(router)
    tag, message = tagged()
    answer = router.chat(message, "test/pair")
    assert answer.status_code == 200 and bearers(simulator, tag) == [f"alpha {OWN}"]
    tag, message = tagged(alpha=[{"status": 500}, {"status": 500}])
    assert router.chat(message, "test/pair").json()["provider"] == "Beta"
    assert bearers(simulator, tag) == [f"alpha {OWN}", "alpha upstream-secret-alpha", "beta upstream-secret-beta"]


def test_keys_follow_in_the_order_of_their_making_and_fallbacks_come_last(start, simulator):
    router = start()
    store(router, key="own-key-fallback", is_fallback=True)
    store(router, key="own-key-first")
    store(router, key="own-key-second")
    tag, message = tagged(alpha=[{"status": 500}, {"status": 500}, {"status": 500}, {"text": "At last."}])
    answer = router.chat(message, "test/one")
    assert answer.json()["choices"][0]["message"]["content"] == "At last.", answer.text
    assert bearers(simulator, tag) == [
        "alpha own-key-first",
        "alpha own-key-second",
        "alpha upstream-secret-alpha",
        "alpha own-key-fallback",
    ]


def test_an_order_of_providers_puts_all_own_keys_first(start, simulator):
    router = start()
    store(router, "alpha", "own-key-alpha")
    store(router, "gamma", "own-key-gamma", is_fallback=True)
    tag, message = tagged(any={"status": 500})
    router.chat(message, "test/three", provider={"order": ["gamma", "alpha"]})
    assert bearers(simulator, tag)[:4] == [
        "gamma own-key-gamma",
        "alpha own-key-alpha",
        "gamma upstream-secret-gamma",
        "alpha upstream-secret-alpha",
    ]


def test_a_required_key_leaves_the_operators_out_for_what_it_covers(start, simulator):
    router = start()
    required = store(router, is_required=True, allowed_models=["test/pair"])
    tag, message = tagged(alpha={"status": 500})
    assert router.chat(message, "test/pair").json()["provider"] == "Beta"
    assert bearers(simulator, tag) == [f"alpha {OWN}", "beta upstream-secret-beta"]
    tag, message = tagged()
    assert router.chat(message, "test/one").ok and bearers(simulator, tag) == ["alpha upstream-secret-alpha"]
    call(router, "PATCH", f"/byok/{required['id']}", {"is_required": False, "is_byok_only": True})
    refused = router.chat("Hello", "test/one")
    assert refused.status_code == 404 and "GET /api/v1/byok" in error(refused)["message"]
    tag, message = tagged()
    assert router.chat(message, "test/pair").ok and bearers(simulator, tag) == [f"alpha {OWN}"]


def test_a_model_of_own_keys_alone_is_served_with_one(start, simulator):
    router = start()
    refused = router.chat("Hello", "test/own")
    assert refused.status_code == 404
    assert "byok_only" in error(refused)["message"] and "/api/v1/byok" in error(refused)["message"]
    made = store(router)
    tag, message = tagged()
    stream = sse.read(router.stream(message, "test/own"))
    sse.check_good_end(stream)
    assert bearers(simulator, tag) == [f"alpha {OWN}"]
    call(router, "PATCH", f"/byok/{made['id']}", {"disabled": True})
    assert router.chat("Hello", "test/own").status_code == 404
    call(router, "PATCH", f"/byok/{made['id']}", {"disabled": False})
    assert router.chat("Hello", "test/own").status_code == 200
    call(router, "DELETE", f"/byok/{made['id']}")
    assert router.chat("Hello", "test/own").status_code == 404


def test_a_provider_of_the_catalogue_without_the_operators_key_is_opened_by_an_own_one(start, simulator, tmp_path):
    catalogue = tmp_path / "catalogue"
    catalogue.mkdir()
    provider = {"slug": "shut", "name": "Shut", "dialect": "openai", "key_variable": "SHUT_API_KEY"}
    provider["base_url"] = f"{simulator.url}/p/shut/v1"
    endpoint = {"provider": "shut", "model": "shut-model", "pricing": dict(PRICING)}
    (catalogue / "providers.json").write_text(json.dumps({"providers": [provider]}))
    models = [{"id": "test/shut", "context_length": 1000, "endpoints": [endpoint]}]
    (catalogue / "models.json").write_text(json.dumps({"models": models}))
    router = start(catalog=str(catalogue))
    refused = router.chat("Hello", "test/shut")
    assert refused.status_code == 404 and "SHUT_API_KEY" in error(refused)["message"]
    store(router, "shut")
    tag, message = tagged()
    assert router.chat(message, "test/shut").status_code == 200
    assert bearers(simulator, tag) == [f"shut {OWN}"]
    listed = {model["id"] for model in router.get("/models").json()["data"]}
    assert {"test/shut", "test/one"} <= listed


def test_filters_say_whose_requests_a_key_serves(start, simulator):
    router = start()
    secret, hashed = make(router, "theirs", creator_user_id="user_1")
    stranger, _ = make(router, "others")

    def own_key_serves(key: str) -> bool:
        tag, message = tagged()
        assert chat(router, key, message).status_code == 200
        return bearers(simulator, tag) == [f"alpha {OWN}"]

    made = store(router, allowed_api_key_hashes=[hashed])
    assert own_key_serves(secret) and not own_key_serves(stranger)
    call(router, "PATCH", f"/byok/{made['id']}", {"allowed_api_key_hashes": None, "allowed_user_ids": ["user_1"]})
    assert own_key_serves(secret) and not own_key_serves(stranger)
    call(router, "PATCH", f"/byok/{made['id']}", {"allowed_user_ids": ["user_2"]})
    assert not own_key_serves(secret)
    call(router, "PATCH", f"/byok/{made['id']}", {"allowed_user_ids": None, "allowed_models": ["test/other"]})
    assert not own_key_serves(secret)
    call(router, "PATCH", f"/byok/{made['id']}", {"allowed_models": ["test/*"]})
    assert own_key_serves(secret) and own_key_serves(stranger)


def test_a_key_does_not_excuse_its_provider_from_zdr_unless_declared(start, simulator):
    router = start()
    made = store(router)
    assert router.chat("Hello", "test/one", provider={"zdr": True}).status_code == 404
    call(router, "PATCH", f"/byok/{made['id']}", {"declared_zdr": True})
    tag, message = tagged()
    assert router.chat(message, "test/one", provider={"zdr": True}).status_code == 200
    assert bearers(simulator, tag) == [f"alpha {OWN}"]


def test_other_dialects_are_asked_with_the_own_key_too(start, simulator):
    router = start()
    store(router, "claude", "own-key-claude")
    tag, message = tagged()
    answer = router.chat(message, "test/claude")
    assert answer.status_code == 200, answer.text
    assert answer.json()["usage"]["is_byok"] is True
    assert keys_asked(simulator, tag) == [("claude", "own-key-claude")]


# What one key does to the other


@pytest.mark.parametrize("failure", [{"status": 401}, {"status": 429, "headers": {"Retry-After": "60"}}])
def test_a_refused_own_key_leaves_the_operators_in_service(start, simulator, failure):
    router = start()
    limited, _ = make(router, "without own keys")
    store(router, allowed_api_key_hashes=[router_key_hash(router)])
    tag, message = tagged(alpha=[failure, {"text": "Served."}])
    assert router.chat(message, "test/one").status_code == 200
    assert bearers(simulator, tag) == [f"alpha {OWN}", "alpha upstream-secret-alpha"]
    # The refused key rests; the operator's serves everybody.
    for key in (KEY, limited):
        tag, message = tagged()
        assert chat(router, key, message).status_code == 200
        assert bearers(simulator, tag) == ["alpha upstream-secret-alpha"]


def test_a_refused_key_of_the_operators_leaves_the_own_one_in_service(start, simulator):
    router = start()
    stranger, _ = make(router, "without own keys")
    store(router, allowed_api_key_hashes=[router_key_hash(router)])
    assert chat(router, stranger, script(alpha={"status": 401})).status_code == 502
    tag, message = tagged()
    assert router.chat(message, "test/one").status_code == 200
    assert bearers(simulator, tag) == [f"alpha {OWN}"]


def router_key_hash(router) -> str:
    return next(key["hash"] for key in call(router, "GET", "/keys").json()["data"] if key["name"] == "test")


def test_an_error_says_whose_key_it_was(start):
    router = start()
    store(router, is_byok_only=True)
    answer = router.chat(script(any={"status": 401}), "test/one")
    assert answer.status_code == 502
    assert error(answer)["metadata"]["is_byok"] is True and OWN not in answer.text
    refused = start().chat(script(any={"status": 401}), "test/one")
    assert error(refused)["metadata"]["is_byok"] is False


# Money


@pytest.mark.parametrize(("percent", "fee"), [(None, 0.0), (5, 0.05 * LIST_PRICE)])
def test_the_cost_is_the_fee_and_the_provider_is_paid_directly(start, percent, fee):
    router = start(**({} if percent is None else {"byok": {"fee_percent": percent}}))
    store(router)
    usages = []
    plain = router.chat(script(alpha={"usage": USAGE}), headers={"X-OpenRouter-Metadata": "enabled"}).json()
    assert plain["openrouter_metadata"]["is_byok"] is True
    usages.append(plain["usage"])
    usages.append(sse.read(router.stream(script(alpha={"usage": USAGE}))).chunks[-1]["usage"])
    for path, body in [
        ("/messages", {"max_tokens": 2000, "messages": [{"role": "user", "content": script(alpha={"usage": USAGE})}]}),
        ("/responses", {"input": script(alpha={"usage": USAGE})}),
    ]:
        answer = call(router, "POST", path, {"model": "test/one", **body}, key=KEY)
        assert answer.status_code == 200, answer.text
        usages.append(answer.json()["usage"])
    for usage in usages:
        assert usage["is_byok"] is True and usage["cost"] == pytest.approx(fee, abs=1e-12), usage
        assert usage["cost_details"]["upstream_inference_cost"] == pytest.approx(LIST_PRICE, abs=1e-12)
    record = eventually(lambda: router.generation(plain["id"]).json().get("data"), "the record is there")
    assert record["is_byok"] is True and record["total_cost"] == pytest.approx(fee, abs=1e-12)
    assert record["upstream_inference_cost"] == pytest.approx(LIST_PRICE, abs=1e-12)
    assert [attempt["is_byok"] for attempt in record["provider_responses"]] == [True]
    key = router.get("/key").json()["data"]
    assert key["usage"] == pytest.approx(4 * fee, abs=1e-12)
    for period in ("", "_daily", "_weekly", "_monthly"):
        assert key[f"byok_usage{period}"] == pytest.approx(4 * LIST_PRICE, abs=1e-12)
    assert call(router, "GET", "/credits").json()["data"]["total_usage"] == pytest.approx(4 * fee, abs=1e-12)
    router.stop()
    again = start(directory=router.directory)
    assert again.get("/key").json()["data"]["byok_usage"] == pytest.approx(4 * LIST_PRICE, abs=1e-12)


def test_a_limit_counts_it_only_where_the_key_says_so(start):
    router = start()
    store(router)
    expensive = script(alpha={"usage": USAGE})
    without, _ = make(router, "without", limit=0.001)
    assert chat(router, without, expensive, max_tokens=10).status_code == 200
    assert chat(router, without, expensive, max_tokens=10).status_code == 200
    including, hashed = make(router, "including", limit=0.01, include_byok_in_limit=True)
    assert chat(router, including, expensive, max_tokens=500, model="test/own").status_code == 200

    def data() -> dict:
        return call(router, "GET", f"/keys/{hashed}").json()["data"]

    assert data()["usage"] == 0 and data()["byok_usage"] == pytest.approx(LIST_PRICE, abs=1e-12)
    assert data()["limit_remaining"] == pytest.approx(0.01 - LIST_PRICE, abs=1e-12)
    # What it may cost the holder at the provider is held too.
    refused = chat(router, including, expensive, max_tokens=16000, model="test/own")
    assert refused.status_code == 402, refused.text
    call(router, "PATCH", f"/keys/{hashed}", {"include_byok_in_limit": False})
    assert data()["limit_remaining"] == pytest.approx(0.01, abs=1e-12)
    assert chat(router, including, expensive, max_tokens=16000, model="test/own").status_code == 200
    call(router, "PATCH", f"/keys/{hashed}", {"include_byok_in_limit": True})
    assert data()["limit_remaining"] == pytest.approx(0.01 - 2 * LIST_PRICE, abs=1e-12)
    router.stop()
    router = start(directory=router.directory)
    assert data()["limit_remaining"] == pytest.approx(0.01 - 2 * LIST_PRICE, abs=1e-12)
    assert data()["usage"] == 0


def test_a_failed_attempt_with_the_own_key_costs_what_the_next_one_costs(start):
    router = start()
    store(router)
    answer = router.chat(script(alpha=[{"status": 500}, {"usage": USAGE}]), "test/one").json()
    assert answer["usage"]["is_byok"] is False
    assert answer["usage"]["cost"] == pytest.approx(LIST_PRICE, abs=1e-12)
    record = eventually(lambda: router.generation(answer["id"]).json().get("data"), "the record is there")
    assert [attempt["is_byok"] for attempt in record["provider_responses"]] == [True, False]
    assert record["is_byok"] is False


# What is told about it


def test_the_plan_shows_own_keys_and_what_they_replace(start):
    router = start()
    made = store(router, is_required=True)
    body = {"model": "test/pair", "messages": [{"role": "user", "content": "Hello"}]}
    plan = call(router, "POST", "/route/explain", body, key=KEY).json()["data"]
    first, second = plan["candidates"]
    assert first["is_byok"] is True and first["byok_id"] == made["id"] and first["tag"] == "alpha"
    assert "is_byok" not in second and second["tag"] == "beta"
    assert [(entry["tag"], entry["reason"]) for entry in plan["rejected"]] == [("alpha", "byok_required")]
    answer = router.chat("Hello", "test/pair").json()
    decision = eventually(
        lambda: router.get("/generation/decision", params={"id": answer["id"]}).json().get("data"), "it is recorded"
    )
    assert [entry.get("byok_id") for entry in decision["candidates"]] == [made["id"], None]


def test_metrics_have_no_second_line_for_an_endpoint(start):
    router = start()
    store(router)
    assert router.chat("Hello", "test/one").ok
    lines = [line.rpartition(" ")[0] for line in metrics.text(router).splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines))
    assert OWN not in metrics.text(router)


# Keeping it


def test_a_restart_and_a_reload_keep_it(start, simulator):
    router = start()
    store(router)
    reload(router, router.config)
    tag, message = tagged()
    assert router.chat(message).ok and bearers(simulator, tag) == [f"alpha {OWN}"]
    router.stop()
    again = start(directory=router.directory)
    tag, message = tagged()
    assert again.chat(message).ok and bearers(simulator, tag) == [f"alpha {OWN}"]


def test_the_secret_is_nowhere_in_plain(start):
    router = start()
    made = store(router)
    texts = [json.dumps(made), call(router, "GET", "/byok").text, call(router, "GET", f"/byok/{made['id']}").text]
    texts.append(call(router, "PATCH", f"/byok/{made['id']}", {"key": OWN + "2"}).text)
    assert router.chat(script(alpha={"status": 401, "error": {"message": f"bad key {OWN}2"}}), "test/pair").ok
    router.stop()
    texts += [router.errors, "".join(router.out)]
    assert not any(OWN in text for text in texts)
    found = [path for path in router.data.rglob("*") if path.is_file()]
    assert any(path.name == "martlet.db" for path in found)
    for path in found:
        assert OWN.encode() not in path.read_bytes(), path
    secret = router.data / "secret.key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600 and len(secret.read_text().strip()) == 64


def test_another_secret_key_opens_nothing_and_opens_nothing_up(start, simulator):
    first = {"MARTLET_SECRET_KEY": "a" * 32}
    router = start(env=first)
    assert not (router.data / "secret.key").exists()
    made = store(router, is_byok_only=True)
    router.stop()
    other = start(directory=router.directory, env={"MARTLET_SECRET_KEY": "b" * 32})
    trouble = [entry for entry in other.logs() if entry.get("event") == "credential_unusable"]
    assert len(trouble) == 1 and trouble[0]["byok_id"] == made["id"]
    # What the credential forbids still holds: the operator's key does not step in.
    assert other.chat("Hello", "test/one").status_code == 404
    tag, message = tagged()
    call(other, "PATCH", f"/byok/{made['id']}", {"key": OWN})
    assert other.chat(message, "test/one").ok and bearers(simulator, tag) == [f"alpha {OWN}"]


def test_a_short_secret_key_is_refused_at_the_start(start):
    with pytest.raises(AssertionError, match="MARTLET_SECRET_KEY must have at least 32"):
        start(env={"MARTLET_SECRET_KEY": "short"})

"""API keys made while the router runs: the routes with the official SDK, bodies, secrets, the command line."""

import datetime
import json

import openrouter
import pytest
from openrouter import errors
from support.keys import MANAGEMENT_KEY, call, chat, error, in_seconds, make, with_management
from support.processes import KEY, Router, eventually, run_martlet


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

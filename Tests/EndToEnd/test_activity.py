"""`GET /activity`: sums of completed days, with its filters, in the official SDK's shape."""

import datetime
import hashlib

import openrouter
import pytest
from openrouter import errors
from support.accounts import Manager, database, move_back
from support.processes import KEY, Router, standard_config
from support.scripts import script

HASH = hashlib.sha256(KEY.encode()).hexdigest()
OTHER_KEY = "sk-mt-v1-" + "f" * 64
OTHER_HASH = hashlib.sha256(OTHER_KEY.encode()).hexdigest()
CACHED = {
    "prompt_tokens": 1000,
    "completion_tokens": 20,
    "total_tokens": 1020,
    "prompt_tokens_details": {"cached_tokens": 800},
    "completion_tokens_details": {"reasoning_tokens": 15},
}


@pytest.fixture(scope="module")
def past(simulator, tmp_path_factory):
    """A router that served requests one and three days ago, and today."""
    directory = tmp_path_factory.mktemp("activity")
    config = standard_config(simulator)
    config["keys"].append({"key": OTHER_KEY, "name": "other"})
    other = {"Authorization": f"Bearer {OTHER_KEY}"}
    with Router(config, directory) as router:
        key = Manager(router).key
        assert router.chat(script(alpha={"usage": CACHED})).ok
    with database(router) as connection:
        move_back(connection, 2)
    with Router(config, directory) as router:
        assert router.chat(script(alpha={"usage": CACHED})).ok
        assert router.chat(script(alpha={"usage": CACHED}), headers=other).ok
        assert router.chat(script(), model="test/other").ok
        assert router.chat(script(any={"status": 500})).status_code == 502
    with database(router) as connection:
        move_back(connection, 1)
    with Router(config, directory) as router:
        assert router.chat(script()).ok
        yield Manager(router, key)


def day(back: int) -> str:
    return str(datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=back))


def brief(items) -> list[tuple]:
    return sorted((item["date"], item["model"], item["requests"]) for item in items)


def test_the_sdk_reads_it(past):
    with openrouter.OpenRouter(api_key=past.key, server_url=past.base) as client:
        items = client.analytics.get_user_activity().data
        only = client.analytics.get_user_activity(
            request={"date_": day(3), "api_key_hash": HASH, "group_by": "workspace"}
        ).data
    assert [(item.date_, item.model, item.requests) for item in items] == [
        (day(1), "test/one", 2),
        (day(1), "test/other", 1),
        (day(3), "test/one", 1),
    ]
    first = items[0]
    assert first.prompt_tokens == 2000 and first.completion_tokens == 40
    assert first.cached_tokens == 1600 and first.reasoning_tokens == 30
    assert first.usage == pytest.approx(2 * (1000e-6 + 20 * 2e-6), abs=1e-12)
    assert first.provider_name == "Alpha" and first.endpoint_id and first.model_permaslug == "test/one"
    assert first.byok_usage_inference == 0 and first.workspace_id is None
    (item,) = only
    assert item.workspace_id == "default" and item.requests == 1


def test_today_is_not_over_and_failures_are_not_charged(past):
    items = past.data("/activity")
    assert {item["date"] for item in items} == {day(1), day(3)}
    assert sum(item["requests"] for item in items) == 4


def test_filters(past):
    assert brief(past.data("/activity", date=day(3))) == [(day(3), "test/one", 1)]
    assert past.data("/activity", date=day(2)) == []
    assert brief(past.data("/activity", api_key_hash=OTHER_HASH)) == [(day(1), "test/one", 1)]
    assert past.data("/activity", api_key_hash="0" * 64) == []
    assert len(past.data("/activity", workspace_id="default")) == 3
    assert all("workspace_id" not in item for item in past.data("/activity"))
    assert {item["workspace_id"] for item in past.data("/activity", group_by="workspace")} == {"default"}


@pytest.mark.parametrize(
    "name, value, status",
    [
        ("date", "yesterday", 400),
        ("date", day(0), 400),
        ("date", day(31), 400),
        ("date", "2026-02-30", 400),
        ("api_key_hash", "abc", 400),
        ("group_by", "model", 400),
        ("workspace_id", "another", 404),
        ("user_id", "user_nobody", 404),
    ],
)
def test_wrong_filters_are_refused_by_name(past, name, value, status):
    response = past.get("/activity", **{name: value})
    assert response.status_code == status, response.text
    assert response.json()["error"]["param"] == name


def test_the_sdk_is_told_what_is_wrong(past):
    with openrouter.OpenRouter(api_key=past.key, server_url=past.base) as client:
        with pytest.raises(errors.BadRequestResponseError):
            client.analytics.get_user_activity(request={"date_": "yesterday"})
        with pytest.raises(errors.NotFoundResponseError):
            client.analytics.get_user_activity(request={"workspace_id": "another"})
    with openrouter.OpenRouter(api_key=KEY, server_url=past.base) as client:
        with pytest.raises(errors.ForbiddenResponseError):
            client.analytics.get_user_activity()

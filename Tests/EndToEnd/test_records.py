"""The generation record: complete, durable before the end is seen, in the SDK's shape."""

import contextlib
import datetime
import hashlib
import sqlite3

import pytest
from support import sse
from support.accounts import Manager, database
from support.processes import KEY, eventually, run_martlet
from support.scripts import script, tagged


def record_of(router, identifier: str) -> dict:
    response = router.generation(identifier)
    assert response.status_code == 200, response.text
    return response.json()["data"]


@pytest.mark.parametrize("streamed", [False, True])
def test_the_record_tells_the_whole_request(router, streamed):
    headers = {"HTTP-Referer": "https://app.example/", "X-Title": "An app", "User-Agent": "tests/1"}
    message = script(alpha={"text": "one two three", "ttft_ms": 50, "latency_ms": 20})
    if streamed:
        answer = sse.read(router.stream(message, headers=headers))
        identifier, usage = answer.id, answer.usage
    else:
        answer = router.chat(message, headers=headers).json()
        identifier, usage = answer["id"], answer["usage"]
    record = record_of(router, identifier)
    assert record["id"] == identifier
    assert record["model"] == "test/one"
    assert record["provider_name"] == "Alpha"
    assert record["streamed"] is streamed
    assert record["cancelled"] is False
    assert record["finish_reason"] == "stop" and record["native_finish_reason"] == "stop"
    assert record["native_tokens_prompt"] == record["tokens_prompt"] == usage["prompt_tokens"] == 11
    assert record["native_tokens_completion"] == record["tokens_completion"] == usage["completion_tokens"] == 3
    assert record["total_cost"] == record["usage"] == pytest.approx(usage["cost"], abs=1e-12)
    assert record["origin"] == "https://app.example/" or record["http_referer"] == "https://app.example/"
    assert record["is_byok"] is False
    assert record["generation_time"] >= 20 and record["latency"] >= 20
    created = datetime.datetime.fromisoformat(record["created_at"].replace("Z", "+00:00"))
    assert abs((datetime.datetime.now(datetime.UTC) - created).total_seconds()) < 60
    (response,) = record["provider_responses"]
    assert response["provider_name"] == "Alpha" and response["status"] == 200


def test_upstreams_own_id_is_kept(router):
    record = record_of(router, router.chat(script()).json()["id"])
    assert record["upstream_id"].startswith("chatcmpl-sim-")


def test_failed_requests_have_a_record_too(router):
    response = router.chat(script(any={"status": 500}), model=router.fresh("pair"))
    assert response.status_code == 502
    record = record_of(router, response.headers["x-generation-id"])
    assert {entry["status"] for entry in record["provider_responses"]} == {500}
    assert {entry["provider_name"] for entry in record["provider_responses"]} == {"Alpha", "Beta"}
    assert record["total_cost"] == 0


def test_zero_completion_insurance(router):
    usage = {"prompt_tokens": 1000, "completion_tokens": 0, "total_tokens": 1000}
    # Not even a finish reason: no endpoint answered, nothing is charged.
    response = router.chat(script(any={"text": "", "finish_reason": None, "usage": usage}), model="test/one")
    assert response.status_code == 502
    assert record_of(router, response.headers["x-generation-id"])["total_cost"] == 0


def test_records_survive_a_restart(own_router, tmp_path):
    directory = tmp_path / "kept"
    first = own_router(directory=directory)
    identifier = first.chat(script()).json()["id"]
    assert first.stop() == 0
    second = own_router(directory=directory)
    assert record_of(second, identifier)["id"] == identifier


def test_old_generations_go_and_their_charges_stay(own_router, tmp_path):
    """What is older than `records.keep` is removed; the ledger and the sums are not."""
    directory = tmp_path / "old"
    router = own_router(directory=directory, records={"keep": "24h"})
    manager = Manager(router)
    costs = [router.chat(script()).json()["usage"]["cost"] for _ in range(3)]
    router.stop()
    days = 2 * 86_400_000
    with database(router) as connection:
        # Generations are kept in the order of their time, which is the upper part of a number.
        connection.execute(f"UPDATE generations SET order_key = order_key - ({days} << 19)")
    router = own_router(directory=directory, records={"keep": "24h"})
    manager = Manager(router, manager.key)
    costs.append(router.chat(script()).json()["usage"]["cost"])

    def kept() -> int:
        with contextlib.closing(database(router)) as connection:
            return connection.execute("SELECT count(*) FROM generations").fetchone()[0]

    eventually(lambda: kept() == 1, "the old ones are removed")
    assert manager.data("/credits")["total_usage"] == pytest.approx(sum(costs), abs=1e-12)
    assert manager.get("/credits/ledger").json()["total_count"] == 4
    assert router.get("/key").json()["data"]["usage"] == pytest.approx(sum(costs), abs=1e-12)


def test_keys_are_stored_as_hashes_only(own_router):
    router = own_router()
    router.chat("Hello")
    router.stop()
    for path in router.data.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path
            assert b"upstream-secret" not in path.read_bytes(), path


def test_the_first_start_prints_keys_that_work_once(own_router, tmp_path):
    import re

    import requests

    directory = tmp_path / "fresh"
    config = own_router().config
    config = {name: value for name, value in config.items() if name != "keys"}
    router = own_router(config=config, directory=directory)
    printed = re.findall(r"sk-mt-v1-[0-9a-f]{64}", "".join(router.out) + router.errors)
    assert len(set(printed)) == 2, "one inference key and one management key"
    url = router.base + "/chat/completions"
    body = {"model": "test/one", "messages": [{"role": "user", "content": "Hello"}]}
    statuses = {
        key: requests.post(url, json=body, headers={"Authorization": f"Bearer {key}"}, timeout=30).status_code
        for key in printed
    }
    assert sorted(statuses.values()) == [200, 403], "a management key does no inference"
    router.stop()
    again = own_router(config=config, directory=directory)
    assert not re.search(r"sk-mt-v1-", "".join(again.out) + again.errors)
    inference = next(key for key, status in statuses.items() if status == 200)
    url = again.base + "/chat/completions"
    assert requests.post(url, json=body, headers={"Authorization": f"Bearer {inference}"}, timeout=30).ok


def databases(router):
    return [path for path in router.data.rglob("*") if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3"]


def test_the_database_is_in_wal_mode_and_whole(own_router):
    router = own_router()
    router.chat("Hello")
    (path,) = databases(router)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_second_server_on_the_same_data_is_refused_by_name(own_router):
    router = own_router()
    arguments = ("serve", "--config", str(router.config_path), "--listen", "127.0.0.1:0", "--data", str(router.data))
    done = run_martlet(*arguments)
    assert done.returncode == 1
    assert str(router.pid) in done.stderr


def test_the_key_of_a_record_is_known_by_its_hash(router):
    tag, message = tagged()
    record = record_of(router, router.chat(message).json()["id"])
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    assert KEY not in str(record)
    assert record.get("api_key_hash", digest) == digest

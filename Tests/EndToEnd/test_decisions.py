"""What is kept of a routing decision, and what can be made of it later."""

from __future__ import annotations

import contextlib
import json
import sqlite3

import pytest
import requests
from support.processes import KEY, Router, eventually, run_martlet, standard_config
from support.scripts import script, tagged

HEADERS = {"Authorization": f"Bearer {KEY}"}


def decided_config(simulator) -> dict:
    """A model at three prices, dearest first, one of the endpoints with a context of its own; and one at one price."""
    config = standard_config(simulator)
    config.pop("routing")

    def endpoint(provider: str, price: str, **more) -> dict:
        return {"provider": provider, "model": provider, "pricing": {"prompt": price, "completion": price}, **more}

    config["models"] = [
        {
            "id": "test/priced",
            "context_length": 8192,
            "endpoints": [
                endpoint("alpha", "0.000004"),
                endpoint("beta", "0.000002"),
                endpoint("gamma", "0.000001", context_length=100),
            ],
        },
        {"id": "test/single", "endpoints": [endpoint("alpha", "0.000002")]},
    ]
    config.pop("default_model")
    return config


@pytest.fixture(scope="module")
def decided(simulator, tmp_path_factory):
    with Router(decided_config(simulator), tmp_path_factory.mktemp("decided")) as router:
        yield router


def decision(router, identifier: str, expected=200, **query) -> dict:
    answer = requests.get(
        router.base + "/generation/decision", params={"id": identifier, **query}, headers=HEADERS, timeout=30
    )
    assert answer.status_code == expected, answer.text
    return answer.json()["data"] if expected == 200 else answer.json()["error"]


def tags(candidates: list[dict]) -> list[str]:
    return [candidate["tag"] for candidate in candidates]


def test_a_record_tells_the_plan_that_was_followed(own_router, simulator):
    decided = own_router(config=decided_config(simulator))
    body = {"provider": {"ignore": ["gamma"], "order": ["alpha"]}, "max_tokens": 50}
    message = script(alpha={"status": 503})
    answer = decided.chat(message, model="test/priced", **body).json()
    assert answer["provider"] == "Beta"
    found = decision(decided, answer["id"])
    assert found["generation_id"] == answer["id"] and found["requested"] == "test/priced"
    assert found["strategy"] == "direct" and found["sort"] == "price" and found["completion_tokens"] == 50
    assert found["prompt_tokens"]["likely"] >= found["prompt_tokens"]["at_least"] > 0
    assert tags(found["candidates"]) == ["alpha", "beta"]
    alpha, beta = found["candidates"]
    assert alpha["standing"] == ["ordered"] and alpha["share"] == 1 and beta["share"] == 0
    cost = (found["prompt_tokens"]["likely"] + 50) * 0.000002
    assert beta["expected_cost"] == pytest.approx(cost, rel=1e-3)
    assert alpha["expected_cost"] == pytest.approx(2 * cost, rel=1e-3)
    assert alpha["provider"] == "Alpha" and alpha["model"] == "test/priced"
    (left,) = found["rejected"]
    assert (left["tag"], left["reason"]) == ("gamma", "ignored")
    assert [(attempt["provider"], attempt["status"]) for attempt in found["attempts"]] == [
        ("Alpha", 503),
        ("Beta", 200),
    ]
    assert found["attempts"][0]["error_class"] == "overloaded" and "replay" not in found


def test_the_health_of_that_moment_stays(own_router, simulator):
    router = own_router(config=decided_config(simulator))
    for _ in range(3):
        assert router.stream(tagged()[1], model="test/priced", provider={"order": ["beta"]}).content
    answer = router.chat(tagged()[1], model="test/priced", provider={"sort": "latency"}).json()
    assert answer["provider"] == "Beta"

    def health() -> dict:
        return {each["tag"]: each["health"] for each in decision(router, answer["id"])["candidates"]}

    seen = health()
    assert seen["beta"]["expected_success"] == 1 and seen["beta"]["throughput_p50"] > 0
    assert seen["alpha"].get("expected_success") is None
    for _ in range(5):
        router.chat(script(any={"status": 500}), model="test/priced")
    assert health() == seen


def test_another_sort_is_replayed(decided):
    answer = decided.chat(tagged()[1], model="test/priced", provider={"sort": "throughput", "order": []}).json()
    plain = decision(decided, answer["id"], sort="price")
    replay = plain["replay"]
    assert replay["sort"] == "price"
    assert tags(replay["candidates"]) == ["gamma", "beta", "alpha"]
    assert [each["share"] for each in replay["candidates"]] == [1, 0, 0]
    place = {tag: index + 1 for index, tag in enumerate(tags(plain["candidates"]))}
    assert [each["was"] for each in replay["candidates"]] == [place[tag] for tag in ("gamma", "beta", "alpha")]
    assert replay["is_changed"] == (place["gamma"] != 1)
    weighed = decision(decided, answer["id"], sort="default")["replay"]["candidates"]
    assert {each["tag"]: round(each["share"], 3) for each in weighed} == {"gamma": 0.762, "beta": 0.190, "alpha": 0.048}
    configured = decision(decided, answer["id"], sort="configured")["replay"]["candidates"]
    assert tags(configured) == ["alpha", "beta", "gamma"]


def test_the_recorded_seed_repeats_the_draw(decided):
    for _ in range(12):
        answer = decided.chat(tagged()[1], model="test/priced").json()
        found = decision(decided, answer["id"], sort="default")
        assert found["sort"] == "default" and found["replay"]["is_changed"] is False
        assert tags(found["replay"]["candidates"]) == tags(found["candidates"])
        assert found["candidates"][0]["provider"] == answer["provider"]


def test_what_was_left_out_for_its_size_stays_out(decided):
    answer = decided.chat(tagged()[1] + " word" * 500, model="test/priced").json()
    found = decision(decided, answer["id"], sort="price")
    assert found["rejected"][0]["reason"] == "context_too_small" and "100 tokens" in found["rejected"][0]["explanation"]
    assert tags(found["replay"]["candidates"]) == ["beta", "alpha"]


def test_one_endpoint_leaves_nothing_to_choose(decided):
    answer = decided.chat(tagged()[1], model="test/single").json()
    found = decision(decided, answer["id"], sort="price")
    assert tags(found["candidates"]) == ["alpha"] and found["rejected"] == []
    assert found["replay"]["is_changed"] is False and found["attempts"][0]["status"] == 200


def test_a_stream_and_a_failure_are_explained_too(own_router, simulator):
    router = own_router(config=decided_config(simulator))
    stream = router.stream(tagged()[1], model="test/priced", provider={"sort": "price"})
    # A stream is on record once it ended.
    assert stream.content.endswith(b"data: [DONE]\n\n")
    assert tags(decision(router, stream.headers["X-Generation-Id"])["candidates"]) == ["gamma", "beta", "alpha"]
    failed = router.chat(script(any={"status": 503}), model="test/priced", provider={"sort": "price"})
    assert failed.status_code == 503
    found = decision(router, failed.headers["X-Generation-Id"])
    assert [attempt["provider"] for attempt in found["attempts"]] == ["Gamma", "Beta", "Alpha"]


def test_wrong_questions_name_the_field(decided):
    answer = decided.chat(tagged()[1], model="test/priced").json()
    for sort in ("beauty", "", "Price"):
        error = decision(decided, answer["id"], expected=400, sort=sort)
        assert error["param"] == "sort" and "price, throughput, latency" in error["message"]
    unknown = answer["id"][:-4] + "AAAA"
    for identifier in (unknown, "gen-nothing", "'"):
        assert decision(decided, identifier, expected=404)["message"].startswith(
            f"There is no generation {identifier} of this key's workspace"
        )
    missing = requests.get(decided.base + "/generation/decision", headers=HEADERS, timeout=30)
    assert missing.status_code == 400 and missing.json()["error"]["param"] == "id"
    assert requests.get(decided.base + "/generation/decision?id=" + answer["id"], timeout=30).status_code == 401


def change(router, statement: str, *values) -> None:
    with contextlib.closing(sqlite3.connect(router.data / "martlet.db", timeout=20)) as database, database:
        assert database.execute(statement, values).rowcount > 0, statement


def stored_decision(router) -> bytes:
    with contextlib.closing(sqlite3.connect(router.data / "martlet.db")) as database:
        (found,) = database.execute("SELECT decision FROM generations WHERE typeof(decision) = 'blob'").fetchall()
        return found[0]


def test_what_cannot_be_told_says_why(own_router, simulator):
    router = own_router(config=decided_config(simulator))
    priced = router.chat(tagged()[1], model="test/priced").json()["id"]
    single = router.chat(tagged()[1], model="test/single").json()["id"]
    version = decision(router, priced)["catalog_version"]

    change(router, "DELETE FROM catalogues")
    error = decision(router, priced, expected=404)
    assert priced in error["message"] and f"catalogue {version}" in error["message"]
    assert tags(decision(router, single)["candidates"]) == ["alpha"], "one endpoint needs no list"

    # The catalogue's number has eight bytes, then comes that of the form.
    blob = stored_decision(router)
    for other in (blob[:8] + bytes([99]) + blob[9:], blob[:-1]):
        change(router, "UPDATE generations SET decision = ? WHERE typeof(decision) = 'blob'", other)
        error = decision(router, priced, expected=404)
        assert priced in error["message"] and "a form that this version cannot read" in error["message"]

    change(router, "UPDATE generations SET decision = NULL")
    for identifier in (priced, single):
        error = decision(router, identifier, expected=404)
        assert identifier in error["message"] and "was not recorded" in error["message"]
        assert router.generation(identifier).status_code == 200
    shown = run_martlet("route", "replay", priced, env={"MARTLET_API_KEY": KEY, "MARTLET_BASE_URL": router.base})
    assert shown.returncode == 1 and "was not recorded" in shown.stderr and not shown.stdout


def test_the_command_replays(decided):
    environment = {"MARTLET_API_KEY": KEY, "MARTLET_BASE_URL": decided.base}
    answer = decided.chat(tagged()[1], model="test/priced", provider={"order": ["alpha"]}).json()
    shown = run_martlet("route", "replay", answer["id"], "--sort", "price", env=environment)
    assert shown.returncode == 0, shown.stderr
    rows = [line.split()[:2] for line in shown.stdout.splitlines() if line.strip()[:1].isdigit()]
    # The caller's order stays with any sort.
    assert rows == [["1", "alpha"], ["2", "gamma"], ["3", "beta"]] * 2
    assert "the first would have been the same" in shown.stdout
    machine = run_martlet("route", "replay", answer["id"], "--json", env=environment)
    assert json.loads(machine.stdout)["data"]["generation_id"] == answer["id"]
    wrong = run_martlet("route", "replay", answer["id"], "--sort", "beauty", env=environment)
    assert wrong.returncode == 1 and "'sort' must be one of price, throughput" in wrong.stderr
    missing = run_martlet("route", "replay", "gen-nothing", env=environment)
    assert missing.returncode == 1 and "There is no generation gen-nothing" in missing.stderr
    assert run_martlet("route", "replay", env=environment).returncode == 2


def test_a_decision_outlives_its_catalogue(own_router, simulator):
    config = decided_config(simulator)
    router = own_router(config=config)
    answer = router.chat(tagged()[1], model="test/priced", provider={"sort": "price"}).json()
    before = decision(router, answer["id"])
    config["models"][0]["endpoints"].reverse()
    config["models"][0]["endpoints"].pop(0)
    router.write_config(config)
    router.signal(1)
    eventually(lambda: len(router.get("/models/test/priced/endpoints").json()["data"]["endpoints"]) == 2, "the reload")
    assert decision(router, answer["id"]) == before
    later = router.chat(tagged()[1], model="test/priced", provider={"sort": "price"}).json()
    after = decision(router, later["id"])
    assert tags(after["candidates"]) == ["beta", "alpha"]
    assert after["catalog_version"] != before["catalog_version"]
    directory = router.directory
    router.stop()
    again = own_router(config=config, directory=directory)
    assert decision(again, answer["id"]) == before
    assert decision(again, later["id"]) == after
    again.stop()
    with sqlite3.connect(router.data / "martlet.db") as database:
        assert database.execute("SELECT count(*) FROM catalogues").fetchone() == (2,)
        assert database.execute("SELECT count(*) FROM catalogues WHERE until_ms IS NULL").fetchone() == (1,)
        # A head, and at most sixteen bytes an endpoint.
        sizes = [size for (size,) in database.execute("SELECT length(decision) FROM generations")]
        assert sizes and max(sizes) <= 8 + 40 + 3 * 16

"""Credits, grants, refunds, adjustments and the ledger, by the official SDK, plain HTTP and the command line."""

import concurrent.futures
import decimal
import json
import signal
import sqlite3

import openrouter
import pytest
import requests
from openrouter import errors
from support.accounts import Manager, database
from support.processes import KEY, eventually, run_martlet
from support.scripts import script


@pytest.fixture
def router(own_router):
    return own_router()


@pytest.fixture
def manager(router):
    return Manager(router)


def exact(response: requests.Response):
    """The answer with numbers as they were written; one with an exponent fails."""
    assert response.status_code in (200, 201), response.text

    def number(text):
        assert "e" not in text.lower() and len(text.partition(".")[2]) <= 9, text
        return decimal.Decimal(text)

    return json.loads(response.text, parse_float=number)["data"]


def charged(router, count: int = 1) -> list[dict]:
    """Some generations that cost something, as `/generation` tells them."""
    answers = [router.chat(script(alpha={"text": "one two three"})).json()["id"] for _ in range(count)]
    return [router.generation(identifier).json()["data"] for identifier in answers]


def test_the_sdk_reads_credits(router, manager):
    with openrouter.OpenRouter(api_key=manager.key, server_url=router.base) as client:
        data = client.credits.get_credits().data
        assert data.total_credits == 0 and data.total_usage == 0
        manager.grant(12.5, reason="May")
        cost = sum(record["total_cost"] for record in charged(router, 3))
        data = client.credits.get_credits().data
        assert data.total_credits == 12.5
        assert data.total_usage == pytest.approx(cost, abs=1e-12) and cost > 0


def test_the_sdk_is_told_who_may_not(router):
    with openrouter.OpenRouter(api_key=KEY, server_url=router.base) as client:
        with pytest.raises(errors.ForbiddenResponseError) as refused:
            client.credits.get_credits()
        assert refused.value.data.error.message.startswith("Only management keys can perform this operation")
    with openrouter.OpenRouter(api_key="sk-wrong", server_url=router.base) as client:
        with pytest.raises(errors.UnauthorizedResponseError):
            client.credits.get_credits()


ROUTES = [
    ("GET", "/credits"),
    ("POST", "/credits/grants"),
    ("POST", "/credits/adjustments"),
    ("GET", "/credits/ledger"),
    ("POST", "/credits/coinbase"),
    ("GET", "/activity"),
    ("GET", "/export/generations"),
    ("GET", "/export/ledger"),
    ("POST", "/backup"),
]


@pytest.mark.parametrize("method, path", ROUTES)
def test_every_route_is_for_management_keys(request, method, path):
    router = request.getfixturevalue("shared_router")
    assert requests.request(method, router.base + path, timeout=30).status_code == 401
    response = requests.request(method, router.base + path, headers=router.headers, timeout=30)
    assert response.status_code == 403
    assert response.json()["error"]["metadata"]["error_type"] == "permission_denied"
    other = "POST" if method == "GET" else "GET"
    response = requests.request(other, router.base + path, headers=Manager(router).headers, timeout=30)
    assert response.status_code == 405 and method in response.headers["Allow"]


@pytest.fixture(scope="module")
def shared_router(simulator, tmp_path_factory):
    from support.processes import Router, standard_config

    with Router(standard_config(simulator), tmp_path_factory.mktemp("shared")) as process:
        yield process


def test_amounts_are_exact(manager):
    for amount in ("0.000000001", "0.1", "0.2", "999999999.999999999"):
        line = exact(manager.post("/credits/grants", {"amount": amount, "reason": "r"}))
        assert f"{line['amount']:f}" == amount
    data = exact(manager.get("/credits"))
    assert data["total_credits"] == decimal.Decimal("1000000000.300000000")
    assert data["total_usage"] == 0


def test_a_grant_tells_what_it_became(manager):
    line = manager.grant(5, reason="a gift")
    assert line["id"] == 1 and line["kind"] == "grant" and line["amount"] == 5 and line["reason"] == "a gift"
    assert line["generation_id"] is None and line["api_key_hash"] is None and line["workspace_id"]
    assert manager.data("/credits/ledger") == [line]
    assert manager.grant(1)["reason"] == "grant"


def test_the_same_idempotency_key_grants_once(manager):
    body = {"amount": 5, "reason": "once", "idempotency_key": "order-1"}
    first = manager.post("/credits/grants", body)
    again = manager.post("/credits/grants", body)
    by_header = manager.post("/credits/grants", {"amount": 5, "reason": "once"}, **{"Idempotency-Key": "order-1"})
    assert (first.status_code, again.status_code, by_header.status_code) == (201, 200, 200)
    assert first.json() == again.json() == by_header.json()
    other = manager.post("/credits/grants", {**body, "amount": 6})
    assert other.status_code == 422 and other.json()["error"]["param"] == "idempotency_key"
    assert manager.data("/credits")["total_credits"] == 5


def test_many_at_once_with_one_key_grant_once(manager):
    body = {"amount": 5, "reason": "once", "idempotency_key": "order-1"}
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: manager.post("/credits/grants", body).status_code, range(64)))
    assert sorted(set(statuses)) == [200, 201] and statuses.count(201) == 1
    assert manager.data("/credits")["total_credits"] == 5


def test_adjustments_have_a_sign_and_a_reason(manager):
    manager.grant(5)
    line = exact(manager.post("/credits/adjustments", {"amount": "-1.25", "reason": "a mistake"}))
    assert line["kind"] == "adjustment" and line["amount"] == decimal.Decimal("-1.25")
    assert exact(manager.get("/credits"))["total_credits"] == decimal.Decimal("3.75")
    response = manager.post("/credits/adjustments", {"amount": 1})
    assert response.status_code == 400 and response.json()["error"]["param"] == "reason"


def test_a_refund_gives_back_what_was_charged_and_no_more(router, manager):
    (record,) = charged(router)
    cost = record["total_cost"]
    body = {"generation_id": record["id"], "reason": "slow"}
    part = manager.post("/credits/adjustments", {**body, "amount": "0.000001"})
    assert part.status_code == 201
    line = part.json()["data"]
    assert line["kind"] == "refund" and line["generation_id"] == record["id"]
    assert line["api_key_hash"] == record["api_key_hash"]
    too_much = manager.post("/credits/adjustments", {**body, "amount": cost})
    assert too_much.status_code == 400 and too_much.json()["error"]["param"] == "amount"
    rest = manager.post("/credits/adjustments", body)
    assert rest.json()["data"]["amount"] == pytest.approx(cost - 0.000001, abs=1e-12)
    assert manager.post("/credits/adjustments", body).status_code == 400, "it is refunded in full"
    data = manager.data("/credits")
    assert data["total_usage"] == 0 and data["total_credits"] == 0


def test_refunds_that_meet_never_exceed_the_charge(router, manager):
    (record,) = charged(router)
    body = {"generation_id": record["id"], "reason": "slow", "amount": f"{record['total_cost'] / 4:.9f}"}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: manager.post("/credits/adjustments", body).status_code, range(16)))
    assert statuses.count(201) <= 4 and set(statuses) == {201, 400}
    assert manager.data("/credits")["total_usage"] >= 0


def test_what_cannot_be_refunded(router, manager):
    response = router.chat(script(any={"status": 500}))
    failed = response.headers["x-generation-id"]
    body = {"reason": "r", "generation_id": failed}
    assert manager.post("/credits/adjustments", body).status_code == 400, "it cost nothing"
    body["generation_id"] = "gen-1700000000-" + "A" * 20
    unknown = manager.post("/credits/adjustments", body)
    assert unknown.status_code == 404 and unknown.json()["error"]["param"] == "generation_id"


@pytest.mark.parametrize(
    "body, param",
    [
        ({}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": "1e999"}, "amount"),
        ({"amount": 1e-10}, "amount"),
        ({"amount": 2_000_000_000}, "amount"),
        ({"amount": 1, "reason": " "}, "reason"),
        ({"amount": 1, "currency": "EUR"}, "currency"),
        ({"amount": 1, "idempotency_key": "a b"}, "idempotency_key"),
    ],
)
def test_wrong_grants_are_refused_by_name(request, body, param):
    response = Manager(request.getfixturevalue("shared_router")).post("/credits/grants", body)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["param"] == param


def test_an_account_cannot_hold_more_than_can_be_counted(manager):
    for _ in range(4):
        manager.grant(1_000_000_000)
    response = manager.post("/credits/grants", {"amount": "0.000000001"})
    assert response.status_code == 400 and response.json()["error"]["param"] == "amount"
    assert manager.data("/credits")["total_credits"] == 4_000_000_000


def test_bodies_that_are_none(request):
    manager = Manager(request.getfixturevalue("shared_router"))
    for body in (b"", b"{", b"[]", b'{"amount":1,"amount":2}'):
        response = requests.post(f"{manager.base}/credits/grants", headers=manager.headers, data=body, timeout=30)
        assert response.status_code == 400, response.text
    large = b'{"reason":"' + b"x" * 100_000 + b'"}'
    response = requests.post(f"{manager.base}/credits/grants", headers=manager.headers, data=large, timeout=30)
    assert response.status_code == 413


def test_coinbase_is_gone(request):
    assert Manager(request.getfixturevalue("shared_router")).post("/credits/coinbase", {}).status_code == 410


def test_the_ledger_is_listed_newest_first_in_pages(router, manager):
    records = charged(router, 3)
    manager.grant(1, reason="first")
    manager.grant(2, reason="second")
    manager.post("/credits/adjustments", {"generation_id": records[0]["id"], "reason": "back"})
    answer = manager.get("/credits/ledger").json()
    assert answer["total_count"] == 6
    assert [line["id"] for line in answer["data"]] == [6, 5, 4, 3, 2, 1]
    assert [line["kind"] for line in answer["data"]] == ["refund", "grant", "grant", "charge", "charge", "charge"]
    for line, record in zip(answer["data"][3:], reversed(records), strict=True):
        assert line["generation_id"] == record["id"] and line["amount"] == pytest.approx(record["total_cost"])
        assert line["api_key_hash"] == record["api_key_hash"]
    page = manager.get("/credits/ledger", offset=1, limit=2).json()
    assert [line["id"] for line in page["data"]] == [5, 4] and page["total_count"] == 6
    grants = manager.get("/credits/ledger", kind="grant").json()
    assert [line["reason"] for line in grants["data"]] == ["second", "first"] and grants["total_count"] == 2
    charges = manager.get("/credits/ledger", kind="charge", limit=1, offset=1).json()
    assert [line["id"] for line in charges["data"]] == [2] and charges["total_count"] == 3
    assert manager.get("/credits/ledger", offset=100).json()["data"] == []
    assert manager.get("/credits/ledger", limit=101).json()["error"]["param"] == "limit"


def test_rows_are_never_changed_nor_deleted(router, manager):
    manager.grant(5)
    router.stop()
    with database(router) as connection:
        for statement in ("UPDATE ledger SET nanos = 1", "DELETE FROM ledger"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)


def test_credits_survive_a_restart(own_router, tmp_path):
    directory = tmp_path / "kept"
    router = own_router(directory=directory)
    manager = Manager(router)
    manager.grant(5, idempotency_key="k")
    first, second = charged(router, 2)
    manager.post("/credits/adjustments", {"generation_id": first["id"], "reason": "back"})
    before = manager.get("/credits").text
    assert router.stop() == 0
    again = Manager(own_router(directory=directory), manager.key)
    assert again.get("/credits").text == before
    assert again.data("/credits")["total_usage"] == pytest.approx(second["total_cost"], abs=1e-12)
    assert again.post("/credits/grants", {"amount": 5, "idempotency_key": "k"}).status_code == 200


def test_the_command_line(router, manager):
    environment = {"MARTLET_BASE_URL": router.base, "MARTLET_MANAGEMENT_KEY": manager.key}

    def martlet(*words, code=0):
        done = run_martlet("credits", *words, env=environment)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    assert "Granted $12.5, row 1" in martlet("grant", "12.50", "--reason", "May")
    assert "row 2" in martlet("adjust", "-2.5", "--reason", "June")
    (record,) = charged(router)
    assert "row 4" in martlet("refund", record["id"], "0.000001", "--reason", "slow")
    shown = martlet("show")
    left = 10 - record["total_cost"] + 0.000001
    assert shown.splitlines()[1].split()[0] == "10" and float(shown.split()[-1]) == pytest.approx(left, abs=1e-9)
    assert json.loads(martlet("show", "--json"))["data"]["total_credits"] == 10
    listed = martlet("ledger", "--kind", "adjustment")
    assert "June" in listed and "May" not in listed
    assert "left of its charge" in martlet("refund", record["id"], "100", "--reason", "r", code=1)
    wrong = run_martlet("credits", "show", env={**environment, "MARTLET_MANAGEMENT_KEY": KEY})
    assert wrong.returncode == 1 and "MARTLET_MANAGEMENT_KEY" in wrong.stderr


def test_grants_and_adjustments_count_from_the_next_request_on(own_router, tmp_path):
    directory = tmp_path / "prepaid"
    router = own_router(directory=directory, billing="prepaid")
    manager = Manager(router)

    def ask(code: int) -> requests.Response:
        response = router.chat(script(alpha={"text": "one two three"}), max_tokens=100)
        assert response.status_code == code, response.text
        return response

    ask(402)
    manager.grant("0.01")
    cost = router.generation(ask(200).json()["id"]).json()["data"]["total_cost"]
    router.signal(signal.SIGHUP)
    eventually(lambda: "reloaded" in str(router.logs()), "the configuration is read again")
    ask(200)
    manager.post("/credits/adjustments", {"amount": f"{2 * cost - 0.01:.9f}", "reason": "all that is left"})
    ask(402)
    manager.grant("0.01")
    router.stop()
    router = own_router(directory=directory, billing="prepaid")
    ask(200)
    left = exact(Manager(router, manager.key).get("/credits"))
    assert left["total_credits"] == decimal.Decimal("0.01") + 2 * decimal.Decimal(str(cost))


def test_a_refund_frees_the_limit_of_its_key(own_router):
    config = own_router().config
    config = {**config, "keys": [{**config["keys"][0], "limit": 0.0005}]}
    router = own_router(config=config)
    manager = Manager(router)
    message = script(alpha={"usage": {"prompt_tokens": 10, "completion_tokens": 100, "total_tokens": 110}})
    first = router.chat(message, max_tokens=100)
    assert first.status_code == 200
    refused = router.chat(message, max_tokens=100)
    assert refused.status_code in (402, 403), refused.text
    body = {"generation_id": first.json()["id"], "reason": "back"}
    assert manager.post("/credits/adjustments", body).status_code == 201
    assert router.chat(message, max_tokens=100).status_code == 200

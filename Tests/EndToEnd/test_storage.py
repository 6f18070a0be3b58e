"""A store that cannot write, and a clock that jumps: what callers are told, and that the books are whole afterwards."""

from __future__ import annotations

import contextlib
import os
import sqlite3

import pytest
import requests
from support import metrics, raw, sse
from support.accounts import Manager
from support.clock import Clock
from support.load import Load
from support.money import NANOS, check_books, limited_config, nanos, sums
from support.processes import KEY, eventually, free_variant, run_martlet
from support.scripts import script
from support.troubles import TROUBLES, FullDisk, LargestFile, SlowDisk

USAGE = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
ANSWER = script(alpha={"text": "a b c", "usage": USAGE})
COST = 50_000
#: Of a day: what some answers cost, beside what one may cost at most.
LIMIT = 20 * COST
#: Records that wait before new requests are refused.
SPOOL = 10_000


@pytest.fixture(params=TROUBLES, ids=lambda trouble: trouble.label)
def trouble(request):
    if request.param is FullDisk and not FullDisk.is_possible():
        pytest.skip("this system lets nobody mount a file system of his own")
    return request.param()


def ask(router, **more) -> requests.Response:
    return router.chat(ANSWER, max_tokens=50, **more)


def answered(request) -> requests.Response:
    """The answer to a request; a disk that was slow for a moment of itself is waited for."""
    last: list[requests.Response] = []

    def is_answered() -> bool:
        last[:] = [request()]
        return last[0].status_code != 503 or "cannot store records" not in last[0].text

    eventually(is_answered, "the store writes")
    assert last[0].status_code == 200, last[0].text
    return last[0]


def served(router, count: int, **more) -> list[int]:
    """What so many answers cost."""
    costs = []
    for number in range(count):
        if number % 2:
            costs.append(nanos(answered(lambda: ask(router, **more)).json()["usage"]["cost"]))
        else:
            stream = sse.read(answered(lambda: router.stream(ANSWER, max_tokens=50, **more)))
            sse.check_good_end(stream)
            costs.append(nanos(stream.usage["cost"]))
    assert set(costs) == {COST}
    return costs


def readiness(router) -> requests.Response:
    return requests.get(f"{router.url}/ready", timeout=10)


def why_not(response: requests.Response) -> str:
    """The reasons of an answer of `/ready` that is no."""
    body = response.json()
    assert set(body) == {"status", "reasons"} and body["status"] == "unavailable", body
    return "\n".join(body["reasons"])


def in_trouble(router, trouble) -> bool:
    response = readiness(router)
    return response.status_code == 503 and trouble.words in why_not(response)


def find_out(router, trouble, costs: list[int]) -> None:
    """Asks until the server knows of its trouble."""

    def is_known() -> bool:
        answer = ask(router)
        if answer.status_code == 200:
            costs.append(nanos(answer.json()["usage"]["cost"]))
        return in_trouble(router, trouble)

    eventually(is_known, f"/ready says: {trouble.words}")


def well(router) -> bool:
    return readiness(router).status_code == 200 and metrics.value(router, "store_spooled") == 0


def events(router, name: str) -> list[dict]:
    return [entry for entry in router.logs() if entry.get("event") == name]


def check_log(router, trouble) -> None:
    """It says what was wrong, and that it no longer is."""
    eventually(lambda: events(router, "store_recovered"), "the log says that it is over")
    found = [entry for entry in events(router, "store_trouble") if entry["trouble"] == trouble.label]
    assert found, events(router, "store_trouble")
    assert found[0]["level"] == "error" and trouble.words in found[0]["message"], found[0]


# MARK: every trouble, both kinds of billing


def test_metered_answers_go_on_and_records_wait(own_router, simulator, tmp_path, trouble):
    router = trouble.router(own_router, config=limited_config(simulator, 1000), directory=tmp_path / "metered")
    costs = served(router, 3)
    trouble.begin()
    find_out(router, trouble, costs)
    costs += served(router, 20)
    assert metrics.value(router, "store_spooled") > 0
    trouble.end()
    eventually(lambda: well(router), "everything is written")
    check_log(router, trouble)
    costs += served(router, 3)
    check_books(router, costs, trouble.directory)


def test_prepaid_is_refused_before_any_provider_is_asked(own_router, simulator, tmp_path, trouble):
    config = {**limited_config(simulator, 1000), "billing": "prepaid"}
    router = trouble.router(own_router, config=config, directory=tmp_path / "prepaid")
    Manager(router).grant(5)
    costs = served(router, 3)
    trouble.begin()
    # The request that finds out was let in before.
    find_out(router, trouble, costs)
    asked = simulator.stats()["requests_total"]
    refused = [ask(router) for _ in range(10)]
    assert {response.status_code for response in refused} == {503}, refused[-1].text
    assert simulator.stats()["requests_total"] == asked
    assert "cannot store records" in refused[0].text and int(refused[0].headers["Retry-After"]) >= 1
    trouble.end()
    eventually(lambda: well(router), "everything is written")
    check_log(router, trouble)
    costs += served(router, 3)
    credits = Manager(router).data("/credits")
    found = check_books(router, costs, trouble.directory)
    assert nanos(credits["total_credits"]) == found["granted"] == 5 * NANOS
    assert nanos(credits["total_usage"]) == found["ledger"]


# MARK: so long that memory is full


def test_what_waits_is_bounded(own_router, simulator, tmp_path):
    """The disk stays full: a metered service goes on until 10,000 records wait, and then refuses; nothing is lost."""
    trouble = FullDisk() if FullDisk.is_possible() else LargestFile()
    router = trouble.router(own_router, config=limited_config(simulator, 1000), directory=tmp_path / "bounded")
    costs = served(router, 2)
    trouble.begin()
    before = router.resident_kib()
    body = {"model": "test/one", "max_tokens": 50, "messages": [{"role": "user", "content": ANSWER}]}
    answered = 0
    with Load(router.port, raw.request_bytes("/api/v1/chat/completions", body, KEY), 32) as load:
        while not load.refusal:
            answered += sum(answer.status == 200 for answer in load.closed(32, 0.5))
            assert answered < 2 * SPOOL
        # Those who are asked now are refused, and nobody else is asked for them.
        asked = simulator.stats()["requests_total"]
        answers = load.closed(8, 0.2)
    assert {answer.status for answer in answers} == {503}
    assert b"cannot store records" in load.refusal and b"\r\nRetry-After: " in load.refusal
    assert simulator.stats()["requests_total"] == asked
    waiting = metrics.value(router, "store_spooled")
    assert SPOOL <= waiting < SPOOL + 1000, "and no more than ran when the bound was met"
    assert router.resident_kib() - before < 3 * waiting, "a kilobyte or two for each that waits"
    assert in_trouble(router, trouble)
    trouble.end()
    eventually(lambda: well(router), "everything is written", 30)
    check_log(router, trouble)
    costs += served(router, 2)
    check_books(router, costs + answered * [COST], trouble.directory)


# MARK: what no patience mends


def test_a_database_that_is_deleted_is_lost_aloud(own_router, simulator, tmp_path):
    """What could not be stored is in the log, record by record; the next start begins anew."""
    directory = tmp_path / "deleted"
    router = own_router(config=limited_config(simulator, 1000), directory=directory)
    served(router, 3)
    (router.data / "martlet.db").unlink()
    eventually(lambda: ask(router).ok and readiness(router).status_code == 503, "it is noticed")
    served(router, 4)
    waiting = metrics.value(router, "store_spooled")
    assert waiting >= 5
    assert router.stop() == 0
    lost = [entry for entry in events(router, "record_lost") if entry["record"].startswith("generation ")]
    assert len(lost) == waiting
    assert all("charge 0.00005" in entry["record"] for entry in lost), lost[0]
    again = own_router(config=limited_config(simulator, 1000), directory=directory)
    check_books(again, served(again, 2))


def damage(path) -> None:
    """Overwrites everything in a database but its head, as a broken disk would, so that a running server notices."""
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE anything (n INTEGER)")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(2048)
            file.write(os.urandom(size - 2048))


def test_a_damaged_database_is_refused_and_a_backup_restores_it(own_router, simulator, tmp_path):
    directory = tmp_path / "damaged"
    router = own_router(config=limited_config(simulator, 1000), directory=directory)
    saved = served(router, 4)
    copy = tmp_path / "copy.db"
    copy.write_bytes(Manager(router).post("/backup").content)
    served(router, 1)
    damage(router.data / "martlet.db")
    eventually(lambda: ask(router).ok and readiness(router).status_code == 503, "it is noticed")
    assert "the database is damaged" in why_not(readiness(router))
    assert ask(router).ok, "a metered service answers until it is restarted"
    router.stop()
    assert events(router, "store_trouble")[0]["trouble"] == "corrupt" and events(router, "record_lost")
    done = run_martlet("serve", "--config", str(router.config_path), "--data", str(router.data), cwd=directory)
    assert done.returncode == 1
    assert "restore it from a backup" in done.stderr, done.stderr
    for name in os.listdir(router.data):
        (router.data / name).unlink()
    (router.data / "martlet.db").write_bytes(copy.read_bytes())
    again = own_router(config=limited_config(simulator, 1000), directory=directory)
    check_books(again, saved + served(again, 2))


@pytest.mark.parametrize("name", ["martlet.db", "martlet.db-wal", "martlet.db-shm"])
def test_a_database_that_cannot_be_written_is_refused_at_the_start(own_router, simulator, tmp_path, name):
    directory = tmp_path / "read-only"
    router = own_router(config=limited_config(simulator, 1000), directory=directory)
    costs = served(router, 2)
    router.kill()
    file = router.data / name
    file.chmod(0o400)
    # Root may write what it likes, unless it gives that up.
    command = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    done = run_martlet(
        *("serve", "--config", str(router.config_path), "--data", str(router.data)), cwd=directory, wrapper=command
    )
    assert done.returncode == 1
    assert "martlet.db: the database cannot be written to" in done.stderr, done.stderr
    assert "-shm" in done.stderr, "it says where to look"
    assert "listening" not in done.stdout
    file.chmod(0o600)
    again = own_router(config=limited_config(simulator, 1000), directory=directory)
    check_books(again, costs + served(again, 2))


def test_a_second_server_disturbs_nothing(own_router, simulator):
    router = own_router(config=limited_config(simulator, 1000))
    costs = served(router, 2)
    arguments = ("serve", "--config", str(router.config_path), "--listen", "127.0.0.1:0", "--data", str(router.data))
    done = run_martlet(*arguments)
    assert done.returncode == 1 and f"process {router.pid} uses this data directory" in done.stderr
    check_books(router, costs + served(router, 2))


# MARK: rows that are added by hand


def test_a_grant_that_cannot_be_written_is_not_made(own_router, simulator, tmp_path):
    """503 says that nothing was added, to the one that finds out too; the same key adds it once there is room."""
    trouble = LargestFile()
    router = trouble.router(own_router, config=limited_config(simulator, 1000), directory=tmp_path / "grant")
    manager = Manager(router)
    trouble.begin()
    body = {"amount": 5, "reason": "once", "idempotency_key": "order-1"}
    for _ in range(3):
        refused = manager.post("/credits/grants", body)
        assert refused.status_code == 503 and "nothing was added" in refused.text, refused.text
    trouble.end()
    eventually(lambda: well(router), "everything is written")
    assert manager.data("/credits")["total_credits"] == 0
    assert manager.post("/credits/grants", body).status_code == 201
    assert manager.data("/credits")["total_credits"] == 5
    assert len(manager.data("/credits/ledger")) == 1
    costs = served(router, 2)
    assert check_books(router, costs)["granted"] == 5 * NANOS


def test_a_grant_that_is_refused_is_no_loss(own_router, simulator, tmp_path):
    """Who was told that nothing was added misses nothing when the server ends."""
    trouble = LargestFile()
    router = trouble.router(own_router, config=limited_config(simulator, 1000), directory=tmp_path / "refused")
    # What a start writes by the way is on disk with the first answer.
    served(router, 1)
    trouble.begin()
    assert Manager(router).post("/credits/grants", {"amount": 5}).status_code == 503
    assert router.stop() == 0
    assert not events(router, "record_lost")


def test_a_grant_on_a_slow_disk_is_accepted(own_router, simulator, tmp_path):
    """202 says that the row is on its way; it is there as it was told, and the same key does not add it again."""
    trouble = SlowDisk()
    config = {**limited_config(simulator, 1000), "billing": "prepaid"}
    router = trouble.router(own_router, config=config, directory=tmp_path / "slow")
    manager = Manager(router)
    trouble.begin()
    body = {"amount": 5, "reason": "once", "idempotency_key": "order-1"}
    accepted = manager.post("/credits/grants", body)
    assert accepted.status_code == 202, accepted.text
    trouble.end()
    eventually(lambda: well(router), "everything is written")
    line = accepted.json()["data"]
    assert manager.data("/credits/ledger") == [line]
    again = manager.post("/credits/grants", body)
    assert again.status_code == 200 and again.json()["data"] == line
    costs = served(router, 2)
    assert check_books(router, costs)["granted"] == 5 * NANOS


# MARK: clocks


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path)


def daily(simulator) -> dict:
    return limited_config(simulator, LIMIT / NANOS, limit_reset="daily")


def until_refused(router) -> int:
    """How many answers the key still pays for."""
    for count in range(LIMIT // COST + 1):
        answer = ask(router)
        if answer.status_code != 200:
            assert answer.status_code in (402, 403), answer.text
            return count
    raise AssertionError("it is never refused")


def remaining(router) -> int:
    return nanos(router.get("/key").json()["data"]["limit_remaining"])


def check_ledger(router) -> None:
    assert router.stop() == 0
    found = sums(router.data)
    assert found["ledger"] == found["generations"] == COST * found["charges"] and found["in flight"] == 0
    with contextlib.closing(sqlite3.connect(router.data / "martlet.db")) as connection:
        days = connection.execute("SELECT sum(nanos) FROM ledger WHERE kind = 0 GROUP BY at_ms / 86400000").fetchall()
    assert max(spent for (spent,) in days) <= LIMIT, "no day's limit was exceeded"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_clock_set_back_at_a_restart_gives_nothing_back(own_router, simulator, tmp_path, clock, end):
    """What was spent today is spent, whatever day the next start believes in, and however often it starts."""
    directory = tmp_path / "restarted"

    def start(days: float):
        clock.set(days)
        return own_router(config=daily(simulator), directory=directory, env=clock.env)

    router = start(0)
    assert ask(router).status_code == 200
    for days in (-1, -20, -1 / 24, 0, -2):
        getattr(router, end)()
        router = start(days)
        left = remaining(router)
        assert left == LIMIT - nanos(router.get("/key").json()["data"]["usage"]) < LIMIT
        if days == -20:
            eventually(lambda: events(router, "clock_behind_ledger"), "the log says it")
            assert ask(router).status_code == 200, "what is left can be spent"
    assert remaining(router) == LIMIT - 2 * COST
    spent = 2 + until_refused(router)
    left = remaining(router)
    for days in (-1, 0):
        getattr(router, end)()
        router = start(days)
        assert remaining(router) == left and until_refused(router) == 0
    getattr(router, end)()
    router = start(1)
    assert remaining(router) == LIMIT
    assert until_refused(router) == spent, "another day"
    assert not events(router, "clock_behind_ledger")
    getattr(router, end)()
    router = start(0)
    assert until_refused(router) == 0, "tomorrow's limit is no second one of today"
    check_ledger(router)


def test_a_clock_that_jumps_while_requests_run(own_router, simulator, clock):
    """Each request counts to the day on which it began, and no day's limit is exceeded."""
    router = own_router(config=daily(simulator), env=clock.env)
    slow = script(alpha={"chunks": 4, "gap_ms": 300, "usage": USAGE})
    for days in (0, 1, 2):
        clock.set(days)
        with contextlib.closing(router.stream(slow, max_tokens=20)) as running:
            clock.set(days - 1.5)
            assert remaining(router) <= LIMIT
            clock.set(days + 5)
            stream = sse.read(running)
            sse.check_good_end(stream)
            assert nanos(stream.usage["cost"]) == COST
        clock.set(days)
        assert remaining(router) == LIMIT - COST, "held and charged on the same day"
    for days in (2, 0, 1, 0, 2):
        clock.set(days)
        until_refused(router)
        assert until_refused(router) == 0
    clock.set(-3)
    assert until_refused(router) == 0, "before its start there is no other day"
    check_ledger(router)


# MARK: free variants


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_count_of_free_requests_survives_a_restart(own_router, simulator, tmp_path, end):
    config = limited_config(simulator, 1000)
    config["models"].append(free_variant(config["models"][0], "test/one:free"))
    config["free_variants"] = {"per_minute": "unlimited", "per_day": 5}
    directory = tmp_path / "free"

    def used(router) -> int:
        return router.get("/key").json()["data"]["free_model_daily_requests"]["used"]

    router = own_router(config=config, directory=directory)
    assert [router.chat(model="test/one:free").status_code for _ in range(3)] == [200] * 3
    assert router.chat().status_code == 200
    getattr(router, end)()
    router = own_router(config=config, directory=directory)
    assert used(router) == 3
    statuses = [router.chat(model="test/one:free").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    getattr(router, end)()
    router = own_router(config=config, directory=directory)
    assert router.chat(model="test/one:free").status_code == 429 and used(router) == 5

"""What tests of money share: amounts as integers, and whether the books are whole."""

from __future__ import annotations

import contextlib
import sqlite3

from support.processes import KEY, eventually, standard_config

NANOS = 1_000_000_000


def nanos(dollars) -> int:
    return round(float(dollars) * NANOS)


def limited_config(simulator, limit: float, **key) -> dict:
    return {**standard_config(simulator), "keys": [{"key": KEY, "name": "limited", "limit": limit, **key}]}


def sums(data) -> dict[str, int]:
    """Nano-dollars and rows of the stopped router's database."""
    with contextlib.closing(sqlite3.connect(data / "martlet.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        one = lambda sql: connection.execute(sql).fetchone()[0] or 0  # noqa: E731
        return {
            "ledger": one("SELECT sum(nanos) FROM ledger WHERE kind = 0"),
            "generations": one("SELECT sum(cost_nanos) FROM generations"),
            "charges": one("SELECT count(*) FROM ledger WHERE kind = 0"),
            "granted": one("SELECT sum(nanos) FROM ledger WHERE kind = 1"),
            "in flight": one("SELECT count(*) FROM in_flight"),
        }


def check_books(router, costs: list[int], database=None) -> dict[str, int]:
    """Stops the router. Nothing was held any more, and what callers were told that it cost, what their key is said to
    have spent, ledger and generations are the same to the nano-dollar.

    The key is one of `limited_config` without a reset; `database` says in which directory the database is afterwards.
    """

    def settled() -> dict | None:
        key = router.get("/key").json()["data"]
        return key if nanos(key["limit_remaining"]) == nanos(key["limit"]) - nanos(key["usage"]) else None

    usage = nanos(eventually(settled, "nothing is held")["usage"])
    assert router.stop() == 0, router.errors
    assert "record_lost" not in router.errors
    found = sums(database() if database else router.data)
    assert found["ledger"] == found["generations"] == usage == sum(costs), (found, usage, sum(costs))
    assert found["charges"] == len(costs) and found["in flight"] == 0, found
    return found

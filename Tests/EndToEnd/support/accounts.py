"""What tests of the account's routes share."""

from __future__ import annotations

import re
import sqlite3

import requests

DAY_MS = 86_400_000


def management_key(router) -> str:
    """The key that the first start printed."""
    found = re.search(r"management key: (\S+)", "".join(router.out))
    assert found, router.out
    return found.group(1)


class Manager:
    """Sends requests with a management key."""

    def __init__(self, router, key: str | None = None):
        self.base = router.base
        self.key = key or management_key(router)
        self.headers = {"Authorization": f"Bearer {self.key}"}

    def get(self, path: str, **params) -> requests.Response:
        return requests.get(self.base + path, headers=self.headers, params=params, timeout=60)

    def post(self, path: str, body=None, **headers) -> requests.Response:
        return requests.post(self.base + path, headers={**self.headers, **headers}, json=body, timeout=60)

    def data(self, path: str, **params):
        response = self.get(path, **params)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def grant(self, amount, **more) -> dict:
        response = self.post("/credits/grants", {"amount": amount, **more})
        assert response.status_code == 201, response.text
        return response.json()["data"]


def database(router) -> sqlite3.Connection:
    return sqlite3.connect(router.data / "martlet.db")


def move_back(connection: sqlite3.Connection, days: int) -> None:
    """Makes everything that was charged so far something of earlier days, as if the server had run then."""
    connection.executescript(
        f"""
        DROP TRIGGER ledger_is_not_updated;
        UPDATE ledger SET at_ms = at_ms - {days * DAY_MS};
        UPDATE generations SET created_ms = created_ms - {days * DAY_MS};
        DELETE FROM ledger_days; DELETE FROM usage_days; UPDATE booked SET seq = 0;
        CREATE TRIGGER ledger_is_not_updated BEFORE UPDATE ON ledger
            BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
        """
    )

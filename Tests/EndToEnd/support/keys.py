"""Keys made while the router runs, and requests with them."""

from __future__ import annotations

import datetime
import json
import signal
import time

import requests

from support.processes import eventually, standard_config

MANAGEMENT_KEY = "sk-mt-v1-" + "fedcba9876543210" * 4


def with_management(simulator, **changes) -> dict:
    config = {**standard_config(simulator), **changes}
    config["keys"] = [*config["keys"], {"key": MANAGEMENT_KEY, "name": "operator", "management": True}]
    return config


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


def in_seconds(seconds: float) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.isoformat().replace("+00:00", "Z")


def reload(router, config) -> None:
    before = sum(entry.get("event") == "reloaded" for entry in router.logs())
    router.write_config(config)
    router.signal(signal.SIGHUP)
    eventually(
        lambda: sum(entry.get("event") == "reloaded" for entry in router.logs()) > before, "the server reads it again"
    )


def into_the_minute() -> None:
    """Waits until the minute of the clock has enough left for what follows."""
    if time.time() % 60 > 50:
        time.sleep(60.5 - time.time() % 60)

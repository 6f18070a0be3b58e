"""What a first start makes: the keys."""

import contextlib
import re
import signal
import socket
import sqlite3

import pytest
import requests
import yaml
from support.processes import MARTLET, Process, eventually, run_martlet

LISTENING = r"martlet listening on (http://\S+)"


def serve(directory, *arguments: str) -> Process:
    return Process([str(MARTLET), "serve", *arguments], LISTENING, cwd=directory)


def reload(process: Process, says: str) -> str:
    """The log line of this event that a reload brings."""

    def lines() -> list[str]:
        return [line for line in list(process.err) if f'"event":"{says}"' in line]

    before = len(lines())
    process.signal(signal.SIGHUP)
    return eventually(lambda: lines()[before:], f"the log says {says}")[0]


def asked(process: Process, path: str, key: str) -> int:
    return requests.get(process.url + path, headers={"Authorization": f"Bearer {key}"}, timeout=20).status_code


# MARK: the first keys


def shown(text: str) -> dict[str, str]:
    found = re.findall(r"^  (inference|management) key: +(sk-mt-v1-[0-9a-f]{64})$", text, re.M)
    assert len(found) == len(dict(found)) == text.count("sk-mt-v1-"), "each once"
    return dict(found)


def failing(kind: str, directory, taken: int) -> tuple[dict[str, str], list[str]]:
    """Variables and arguments of a start that fails after the store was opened."""
    if kind == "taken port":
        return {}, ["--listen", f"127.0.0.1:{taken}"]
    if kind == "proxy":
        return {"HTTPS_PROXY": "nonsense://"}, []
    if kind == "certificate":
        files = {"certificate": str(directory / "none.pem"), "key": str(directory / "none.key")}
        (directory / "tls.yaml").write_text(yaml.safe_dump({"tls": files}))
        return {}, ["--config", "tls.yaml"]
    (directory / "data/secret.key").mkdir(parents=True)
    return {}, []


@pytest.mark.parametrize("kind", ["taken port", "proxy", "certificate", "secret key"])
def test_a_first_start_that_fails_shows_the_keys_that_it_made(tmp_path, kind):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        env, arguments = failing(kind, tmp_path, other.getsockname()[1])
        done = run_martlet("serve", *arguments, "--data", "data", cwd=tmp_path, env=env)
    assert done.returncode == 1 and done.stderr, done.stderr
    keys = shown(done.stdout)
    with contextlib.closing(sqlite3.connect(tmp_path / "data/martlet.db")) as database:
        assert database.execute("SELECT count(*) FROM api_keys").fetchone()[0] == len(keys) == 2
    assert "sk-mt" not in done.stderr
    if kind == "secret key":
        (tmp_path / "data/secret.key").rmdir()
    with serve(tmp_path, "--listen", "127.0.0.1:0", "--data", "data") as process:
        assert asked(process, "/api/v1/key", keys["inference"]) == 200
        assert asked(process, "/api/v1/keys", keys["management"]) == 200
    assert not shown("".join(process.out)), "not a second time"


def test_the_first_keys_are_shown_once_and_never_logged(tmp_path):
    arguments = ("--listen", "127.0.0.1:0", "--data", "data")
    with serve(tmp_path, *arguments) as process:
        keys = shown("".join(list(process.out)))
        assert set(keys) == {"inference", "management"}, "they stand before the line that says where it listens"
        assert asked(process, "/api/v1/keys", keys["management"]) == 200
    assert shown("".join(process.out)) == keys
    with serve(tmp_path, *arguments) as again:
        reload(again, "reloaded")
    assert "sk-mt" not in process.errors + "".join(again.out) + again.errors

"""What a start makes and what it reads: the first keys, and the configuration file."""

import contextlib
import os
import re
import signal
import socket
import sqlite3

import pytest
import requests
import yaml
from support.processes import KEY, MARTLET, Process, eventually, run_martlet, standard_config

LISTENING = r"martlet listening on (http://\S+)"
#: Takes from root what no file's mode keeps from him.
PLAIN = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


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


# MARK: the configuration file


@pytest.fixture
def place(simulator, tmp_path):
    """A directory with a `martlet.yaml`."""
    config = {**standard_config(simulator), "listen": "127.0.0.1:0", "data": "./records"}
    (tmp_path / "martlet.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return tmp_path


def answers(process: Process) -> bool:
    """Whether a key and a model of the configuration are still there."""
    body = {"model": "test/one", "messages": [{"role": "user", "content": "Hello"}]}
    headers = {"Authorization": f"Bearer {KEY}"}
    return requests.post(process.url + "/api/v1/chat/completions", json=body, headers=headers, timeout=20).ok


@pytest.mark.parametrize("arguments", [(), ("--config", "martlet.yaml")], ids=["default", "named"])
def test_a_reload_without_its_file_changes_nothing(place, arguments):
    file, aside = place / "martlet.yaml", place / "aside.yaml"
    with serve(place, *arguments) as process:
        file.rename(aside)
        assert "martlet.yaml: the file cannot be read: no such file" in reload(process, "reload_failed")
        assert answers(process)
        file.mkdir()
        assert "martlet.yaml: the file cannot be read: is a directory" in reload(process, "reload_failed")
        assert answers(process)
        file.rmdir()
        aside.rename(file)
        reload(process, "reloaded")
        assert answers(process)


def test_a_start_without_a_file_takes_one_that_comes_and_keeps_it(place):
    file, aside = place / "martlet.yaml", place / "aside.yaml"
    file.rename(aside)
    with serve(place, "--listen", "127.0.0.1:0", "--data", "records") as process:
        reload(process, "reloaded")
        assert not answers(process)
        aside.rename(file)
        reload(process, "reloaded")
        assert answers(process)
        file.unlink()
        assert "no such file" in reload(process, "reload_failed")
        assert answers(process)


@pytest.mark.parametrize("verb", ["serve", "doctor"])
@pytest.mark.parametrize("arguments", [(), ("--config", "martlet.yaml")], ids=["default", "named"])
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(place, verb, arguments):
    file = place / "martlet.yaml"

    def refusal() -> str:
        done = run_martlet(verb, *arguments, cwd=place, wrapper=PLAIN, timeout=30)
        assert done.returncode == 1, done.stdout
        return done.stdout + done.stderr

    file.chmod(0)
    assert "martlet.yaml: the file cannot be read: permission denied" in refusal()
    file.unlink()
    if arguments:
        assert "martlet.yaml: the file cannot be read: no such file" in refusal()
    file.mkdir()
    assert "martlet.yaml: the file cannot be read: is a directory" in refusal()
    assert not (place / "records").exists(), "nothing was begun"

"""`scripts/serve` as a newcomer runs it: read what it prints, paste the line, see a model answer."""

import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pytest
import requests
import yaml
from support.processes import ROOT, Process, eventually

pytestmark = [pytest.mark.alone, pytest.mark.timeout(600)]

#: From the command to the line that can be pasted, once everything is built and installed.
START_BUDGET_SECONDS = 5


class Serve(Process):
    """The script with a state directory of its own, so that a developer's key and records stay as they are."""

    def __init__(self, state: pathlib.Path, *arguments: str):
        self.began = time.monotonic()
        command = [str(ROOT / "scripts/serve"), *arguments]
        env = {"MARTLET_STATE": str(state)}
        super().__init__(command, r"martlet listening on (http://\S+)", env=env, cwd=state.parent)
        self.listening_seconds = time.monotonic() - self.began

    def greeting(self) -> str:
        """What stands below the first line, once it is whole: it ends with a curl command and an empty line."""

        def whole():
            assert "ended" not in self.errors, self.errors
            text = "".join(list(self.out))
            return "\ncurl " in text and text.endswith("\n\n") and text

        return eventually(whole, "the line to paste is printed", 150)

    @property
    def curl(self) -> str:
        return re.search(r"^curl .*?(?=\n\n)", self.greeting(), re.M | re.S).group()

    def printed(self, name: str) -> str:
        return re.search(rf"^  {name} +(\S+)$", self.greeting(), re.M).group(1)


def descendants(pid: int) -> set[int]:
    """The processes that this one started, and theirs."""
    parents = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def names(pids: set[int]) -> list[str]:
    """Their command lines; one that has ended by now has none."""
    found = []
    for pid in pids:
        try:
            found.append(pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode())
        except FileNotFoundError:
            continue
    return found


def alive(pid: int) -> bool:
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def serve():
    """Starts the script. Two of them at once would look for a free port at the same moment, hence the lock."""
    with open(pathlib.Path(tempfile.gettempdir()) / "martlet-test-serve.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        started: list[Serve] = []

        def start(state: pathlib.Path, *arguments: str) -> Serve:
            started.append(Serve(state, *arguments))
            return started[-1]

        yield start
        for process in started:
            process.stop()


def run_as_printed(command: str) -> tuple[list[str], list[float]]:
    """The lines that the command prints, and when each came."""
    lines, times = [], []
    with subprocess.Popen(
        ["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as curl:
        for line in curl.stdout:
            lines.append(line)
            times.append(time.monotonic())
    assert curl.returncode == 0, lines
    return lines, times


@pytest.mark.local_model
def test_from_the_command_to_a_streamed_answer_and_a_fast_second_start(serve, tmp_path):
    state = tmp_path / "state"
    first = serve(state)
    assert "Building" not in first.errors, "the release build is stale (scripts/test release), or was built otherwise"
    assert first.printed("Base URL") == f"{first.url}/api/v1"
    key = first.printed("API key")
    assert re.fullmatch(r"sk-mt-v1-[0-9a-f]{64}", key) and key in first.curl
    assert (state / "key").read_text().strip() == key
    assert (state / "key").stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == 0o700

    lines, times = run_as_printed(first.curl)
    events = [line.removeprefix("data: ").strip() for line in lines if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    chunks = [json.loads(event) for event in events[:-1]]
    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    assert text.strip() and len(chunks) > 3
    assert chunks[-1]["usage"]["cost"] > 0
    assert times[-1] > times[0], "the answer came bit by bit"

    stop_and_look_what_is_left(first)
    second = start_in_time(serve, state)
    assert "Building" not in second.errors and "Installing" not in second.errors
    assert second.printed("API key") == key
    assert run_as_printed(second.curl)[0][-2:] == ["data: [DONE]\n", "\n"]


def stop_and_look_what_is_left(process: Serve) -> None:
    children = descendants(process.pid)
    running = " ".join(names(children))
    assert "martlet serve" in running and "local-model/server.py" in running
    process.signal(signal.SIGTERM)
    assert process.wait(30) == 0
    eventually(lambda: not any(map(alive, children)), "router, model and helpers have ended", 2)


def start_in_time(serve, state: pathlib.Path) -> Serve:
    """Starts within the budget. Other tests run beside this one, which makes it slower: one of three is enough."""
    taken = []
    while True:
        process = serve(state)
        _ = process.curl
        taken.append(time.monotonic() - process.began)
        print(f"second start: listening after {process.listening_seconds:.2f} s, line to paste after {taken[-1]:.2f} s")
        if taken[-1] < START_BUDGET_SECONDS:
            return process
        assert len(taken) < 3, taken
        process.stop()


@pytest.mark.skipif(not shutil.which("setpriv"), reason="without setpriv the children do not learn of the script's end")
@pytest.mark.local_model
def test_router_and_model_end_when_the_script_is_killed(serve, tmp_path):
    process = serve(tmp_path / "state")
    process.greeting()
    children = descendants(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    eventually(lambda: not any(map(alive, children)), "the router and the model have ended", 30)


def test_without_the_local_model(serve, tmp_path):
    state = tmp_path / "state"
    router = serve(state, "--no-local")
    assert "default_model" not in (state / "martlet.yaml").read_text() and not (state / "model.log").exists()
    assert "local-model" not in " ".join(names(descendants(router.pid)))
    lines, _ = run_as_printed(router.curl)
    listed = {model["id"] for model in json.loads("".join(lines))["data"]}
    assert "openai/gpt-5" in listed and not any("smollm" in name for name in listed)
    headers = {"Authorization": f"Bearer {router.printed('API key')}"}
    body = {"model": "any/model", "messages": [{"role": "user", "content": "Hello"}]}
    response = requests.post(f"{router.url}/api/v1/chat/completions", json=body, headers=headers, timeout=30)
    assert response.status_code in (400, 404) and response.json()["error"]["message"], response.text


def test_a_taken_port_is_avoided_and_arguments_are_passed_on(serve, tmp_path):
    first = serve(tmp_path / "one", "--no-local")
    second = serve(tmp_path / "two", "--no-local")
    assert second.port != first.port
    assert f"the router listens on {second.port}" in second.errors
    third = serve(tmp_path / "three", "--no-local", "--listen", "127.0.0.1:0")
    assert requests.get(f"{third.url}/health", timeout=10).ok


OWN_KEY = "a-key-of-my-own-configuration"


def own_configuration(directory: pathlib.Path) -> int:
    """Writes `mine.yaml` and returns the port that it listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = {
        "listen": f"127.0.0.1:{port}",
        "data": "./records",
        "catalog": "none",
        "keys": [{"key": OWN_KEY, "name": "mine"}, {"key": "${MARTLET_API_KEY}", "name": "kept"}],
        "providers": [{"slug": "mine", "base_url": "http://127.0.0.1:9/v1"}],
        "models": [{"id": "my/model", "endpoints": [{"provider": "mine", "model": "m"}]}],
    }
    (directory / "mine.yaml").write_text(yaml.safe_dump(config))
    return port


@pytest.mark.parametrize("arguments", [("--config", "mine.yaml"), ("--config=mine.yaml",)])
def test_a_configuration_of_ones_own_is_served_as_it_is(serve, tmp_path, arguments):
    port = own_configuration(tmp_path)
    state = tmp_path / "state"
    router = serve(state, *arguments)
    assert router.url == f"http://127.0.0.1:{port}"
    assert (tmp_path / "records").is_dir(), "its paths are relative to where the script was called"
    assert not (state / "martlet.yaml").exists() and not (state / "model.log").exists()
    assert "local-model" not in " ".join(names(descendants(router.pid)))
    greeting = router.greeting()
    assert "mine.yaml" in greeting and "API key" not in greeting and "smollm" not in greeting
    lines, _ = run_as_printed(router.curl)
    assert [model["id"] for model in json.loads("".join(lines))["data"]] == ["my/model"]
    for key in (OWN_KEY, (state / "key").read_text().strip()):
        headers = {"Authorization": f"Bearer {key}"}
        assert requests.get(f"{router.url}/api/v1/key", headers=headers, timeout=10).ok


def test_an_address_given_wins_over_that_of_a_configuration_of_ones_own(serve, tmp_path):
    port = own_configuration(tmp_path)
    router = serve(tmp_path / "state", "--config=mine.yaml", "--listen=127.0.0.1:0")
    assert router.port != port
    assert requests.get(f"{router.url}/health", timeout=10).ok


def test_an_address_is_understood_in_either_form(serve, tmp_path):
    router = serve(tmp_path / "state", "--no-local", "--listen=127.0.0.1:0")
    assert "martlet listening on" in "".join(router.out) and "the router listens on" not in router.errors
    assert requests.get(f"{router.url}/health", timeout=10).ok

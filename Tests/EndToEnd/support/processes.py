"""Starts the programs under test as a user would, and ends them."""

from __future__ import annotations

import functools
import http.client
import json
import os
import pathlib
import queue
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import requests
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
RELEASE = ROOT / ".build/release"
MARTLET = pathlib.Path(os.environ.get("MARTLET_BIN", RELEASE / "martlet"))
SIMULATOR = pathlib.Path(os.environ.get("MARTLET_SIMULATOR_BIN", RELEASE / "UpstreamSimulator"))
LOCAL_MODEL_PYTHON = ROOT / ".venv/serve/bin/python"

KEY = "sk-mt-v1-" + "0123456789abcdef" * 4
#: Long enough for a program under valgrind on a busy machine.
START_SECONDS = 60

# Tests that run in the background of a shell are born deaf to SIGINT, and so would be the programs that it ends.
signal.signal(signal.SIGINT, signal.default_int_handler)


class Process:
    """A child process whose first line of output that matches says where it listens."""

    def __init__(
        self,
        command: list[str],
        ready: str,
        env: dict[str, str] | None = None,
        cwd=None,
        preexec=None,
        patience: float = START_SECONDS,
    ):
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
        environment.update(env or {})
        self.command = command
        began = time.monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=environment,
            cwd=cwd,
            preexec_fn=preexec,
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._ready: queue.Queue[str | None] = queue.Queue()
        pattern = re.compile(ready)
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.out, pattern), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.err, None), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        try:
            self.url = self._ready.get(timeout=patience)
        except queue.Empty:
            self.kill()
            raise AssertionError(f"{command[0]} was not ready in time:\n{self.errors}") from None
        if self.url is None:
            # The other reader may be behind, and what it reads says why.
            raise AssertionError(f"{command[0]} ended with {self.wait()}:\n{self.errors}")
        #: From its start to the line that says where it listens.
        self.ready_seconds = self.ready_at - began
        #: How long its first thread, which does the start, waited for a processor meanwhile.
        self.waited_seconds = int(pathlib.Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e9
        self.port = int(self.url.rsplit(":", 1)[1])

    def _read(self, pipe, lines: list[str], pattern) -> None:
        for line in pipe:
            lines.append(line)
            if pattern and (match := pattern.search(line)):
                self.ready_at = time.monotonic()
                self._ready.put(match.group(1))
        if pattern:
            self._ready.put(None)

    @property
    def errors(self) -> str:
        return "".join(self.err)

    @property
    def pid(self) -> int:
        return self.process.pid

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self, timeout: float = 40) -> int:
        status = self.process.wait(timeout)
        for reader in self._readers:
            reader.join(5)
        return status

    def stop(self) -> int:
        if self.process.poll() is None:
            self.signal(signal.SIGINT)
            try:
                return self.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.wait()

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.wait()

    def resident_kib(self) -> int:
        """Memory that this process alone holds (anonymous pages), in KiB."""
        text = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return int(re.search(r"^Anonymous:\s+(\d+) kB", text, re.M).group(1))

    def rss_kib(self) -> int:
        """All that it has in memory, program and libraries included, in KiB."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", text, re.M).group(1))

    def cpu_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Simulator(Process):
    def __init__(self):
        super().__init__([str(SIMULATOR), "--listen", "127.0.0.1:0"], r"simulator listening on (http://\S+)")

    def base_url(self, provider: str) -> str:
        return f"{self.url}/p/{provider}/v1"

    def stats(self) -> dict:
        return requests.get(f"{self.url}/sim/stats", timeout=10).json()

    def seen(self, tag: str) -> list[dict]:
        """The requests of this tag in the order they came; bodies are decoded where they are JSON."""
        found = requests.get(f"{self.url}/sim/requests?tag={tag}", timeout=10).json()["requests"]
        for entry in found:
            try:
                entry["body"] = json.loads(entry["request"]["body"])
            except ValueError:
                entry["body"] = entry["request"]["body"]
        return found

    def providers_asked(self, tag: str) -> list[str]:
        return [entry["provider"] for entry in self.seen(tag)]


PRICING = {"prompt": "0.000001", "completion": "0.000002"}


def free_variant(model: dict, identifier: str) -> dict:
    """The same model where it costs nothing."""
    free = {"prompt": "0", "completion": "0"}
    return {**model, "id": identifier, "endpoints": [{**endpoint, "pricing": free} for endpoint in model["endpoints"]]}


def standard_config(simulator: Simulator, providers=("alpha", "beta", "gamma"), copies: int = 0) -> dict:
    """Models over the simulator's providers, whose endpoints are tried in this order.

    An endpoint that failed is asked last for a while, so tests of failures that share a router need models of their
    own: `copies` of each, see `Router.fresh`.
    """

    def endpoint(provider: str, **more) -> dict:
        return {"provider": provider, "model": f"{provider}-model", "pricing": dict(PRICING), **more}

    model = {"context_length": 128000, "max_completion_tokens": 16000, "input_modalities": ["text", "image"]}
    kinds = {
        "one": [endpoint("alpha")],
        "pair": [endpoint("alpha"), endpoint("beta")],
        "three": [endpoint(name) for name in providers],
        "other": [endpoint("gamma")],
        "grow": [endpoint("alpha", context_length=8192), endpoint("beta", context_length=128000)],
    }
    names = [(kind, suffix) for kind in kinds for suffix in ("", *(f"-{number}" for number in range(copies)))]
    return {
        "billing": "metered",
        "routing": {"algorithm": "configured"},
        "keys": [{"key": KEY, "name": "test"}],
        "default_model": "test/one",
        "providers": [
            {
                "slug": name,
                "name": name.capitalize(),
                "dialect": "openai",
                "base_url": simulator.base_url(name),
                "api_key": f"upstream-secret-{name}",
            }
            for name in providers
        ],
        "models": [
            {"id": f"test/{kind}{suffix}", "name": kind.capitalize(), **model, "endpoints": kinds[kind]}
            for kind, suffix in names
        ],
    }


class Router(Process):
    """`martlet serve` with a configuration and a data directory of its own."""

    def __init__(
        self, config: dict, directory: pathlib.Path, env=None, arguments=(), preexec=None, wrapper=(), program=MARTLET
    ):
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.data = directory / "data"
        self.config_path = directory / "martlet.yaml"
        self.write_config(config)
        command = [
            *wrapper,
            *(str(program), "serve", "--config", str(self.config_path)),
            *("--listen", "127.0.0.1:0", "--data", str(self.data)),
            *arguments,
        ]
        super().__init__(command, r"martlet listening on (https?://\S+)", env=env, cwd=directory, preexec=preexec)
        self.base = f"{self.url}/api/v1"
        self._used: dict[str, int] = {}

    def write_config(self, config: dict) -> None:
        self.config = config
        self.config_path.write_text(yaml.safe_dump(config, sort_keys=False))

    def fresh(self, kind: str) -> str:
        """A model of this kind that no test has made fail yet."""
        copies = sum(model["id"].startswith(f"test/{kind}-") for model in self.config["models"])
        if not copies:
            return f"test/{kind}"
        number = self._used.get(kind, 0)
        self._used[kind] = number + 1
        return f"test/{kind}-{number % copies}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {KEY}"}

    def get(self, path: str, **more) -> requests.Response:
        return requests.get(self.base + path, headers={**self.headers, **more.pop("headers", {})}, timeout=30, **more)

    def chat(self, content="Hello", model="test/one", *, timeout=60, headers=None, **body) -> requests.Response:
        """A plain chat completion; `content` is the user's message."""
        body = {"model": model, "messages": [{"role": "user", "content": content}], **body}
        if body["model"] is None:
            del body["model"]
        url = self.base + "/chat/completions"
        return requests.post(url, json=body, headers={**self.headers, **(headers or {})}, timeout=timeout)

    def stream(self, content="Hello", model="test/one", *, timeout=60, headers=None, **body) -> requests.Response:
        """An open streaming chat completion; read it with `sse.read`."""
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": content}], **body}
        url = self.base + "/chat/completions"
        headers = {**self.headers, **(headers or {})}
        return requests.post(url, json=body, headers=headers, stream=True, timeout=timeout)

    def generation(self, identifier: str) -> requests.Response:
        return self.get("/generation", params={"id": identifier})

    def logs(self) -> list[dict]:
        """The structured log lines so far."""
        found = []
        for line in list(self.err) + list(self.out):
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return [entry for entry in found if isinstance(entry, dict)]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


class LocalModel(Process):
    """The real model of scripts/serve, on a port of its own."""

    def __init__(self, *options: str):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [str(LOCAL_MODEL_PYTHON), str(ROOT / "local-model/server.py"), "--port", str(port), *options]
        super().__init__([*command, "--parent", str(os.getpid())], r"local model ready on (http://\S+)")

    def stop(self) -> int:
        self.signal(signal.SIGTERM)
        return self.wait()


def run_martlet(*arguments: str, env=None, cwd=None, timeout=120, wrapper=()) -> subprocess.CompletedProcess:
    """Runs the program to its end."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    environment.update(env or {})
    return subprocess.run(
        [*wrapper, str(MARTLET), *arguments], env=environment, cwd=cwd, timeout=timeout, capture_output=True, text=True
    )


def eventually(check, what: str, seconds: float = 10):
    """Asks until the answer is true; for what happens soon after in another process."""
    deadline = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


@functools.cache
def stripped() -> pathlib.Path:
    """The program without the debugging information, which valgrind cannot read."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="martlet-")) / "martlet"
    subprocess.run(["strip", "--strip-debug", "-o", str(path), str(MARTLET)], check=True)
    return path


def plain_connection(router: Router) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", router.port, timeout=30)


def python_of(environment: str) -> str:
    """The interpreter of one of the other virtual environments."""
    path = ROOT / ".venv" / environment / "bin/python"
    assert path.exists(), f"{path} is missing: run scripts/setup test"
    return str(path)


def run_client(environment: str, script: str, router: Router, *arguments: str):
    """Runs a client program that cannot live in this environment; it prints one line of JSON, which is the answer."""
    path = pathlib.Path(__file__).parents[1] / "clients" / script
    # LiteLLM would otherwise fetch its list of prices at every start.
    env = {**os.environ, "MARTLET_URL": router.base, "MARTLET_KEY": KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    # Packages are installed uncompiled: what one client compiles, the next is not to compile again.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    python = python_of(environment) if environment else sys.executable
    done = subprocess.run([python, str(path), *arguments], env=env, timeout=800, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])

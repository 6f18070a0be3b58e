"""What an operator relies on: readiness, metrics, logs, reload, drain, plain words about a wrong configuration."""

import concurrent.futures
import json
import os
import pathlib
import re
import signal
import sys
import time

import pytest
import requests
import yaml
from support import metrics, raw, sse
from support.processes import KEY, ROOT, eventually, run_martlet, standard_config
from support.scripts import script, tagged

#: The budget of a start, and how many starts may show that it holds.
START_SECONDS = 0.2
STARTS = 10


def test_health_and_readiness(router):
    for path in ("/health", "/ready"):
        response = requests.get(router.url + path, timeout=10)
        assert response.status_code == 200 and response.json() == {"status": "ok"}, path
        assert requests.head(router.url + path, timeout=10).status_code == 200


def test_the_front_page_shows_state_models_and_a_call(router):
    response = requests.get(router.url + "/", timeout=10)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "test/one" in response.text and "curl" in response.text
    assert KEY not in response.text


def test_metrics_count_what_happened(own_router):
    router = own_router()
    for _ in range(3):
        assert router.chat(script(alpha={"text": "a b"})).ok
    sse.read(router.stream(script()))
    assert router.chat(script(alpha={"status": 500}), model=router.fresh("pair")).ok
    assert router.chat(model="test/none").status_code == 400
    samples = metrics.samples(router)
    assert all(name.startswith("martlet_") or name.startswith(("process_", "go_")) for name, _, _ in samples)
    assert metrics.value(router, "requests_total") >= 5
    assert metrics.value(router, "in_flight") == 0
    assert metrics.value(router, "failovers") >= 1
    assert metrics.value(router, "tokens", kind="prompt") >= 55
    for part in ("ttft", "duration", "cost", "loop_lag", "commit"):
        assert any(part in name for name, _, _ in samples), f"no metric about {part}"


def test_metric_labels_are_of_low_cardinality(own_router):
    router = own_router()
    for number in range(30):
        router.chat(model=f"made/up-{number}")
        router.chat(
            "Hello", headers={"X-Title": f"app {number}", "User-Agent": f"agent/{number}"}, user=f"user {number}"
        )
        requests.get(f"{router.url}/api/v1/nothing/{number}", timeout=10)
    text = metrics.text(router)
    assert "made/up" not in text and "app 1" not in text and "agent/1" not in text and "nothing/1" not in text


def test_logs_are_structured_and_have_the_ids(own_router):
    router = own_router()
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    message = script(alpha={"headers": {"x-request-id": "req-of-the-provider"}})
    answer = router.chat(message, headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}).json()

    def line():
        return next((entry for entry in router.logs() if answer["id"] in json.dumps(entry)), None)

    entry = eventually(line, "the request has a log line")
    assert trace in json.dumps(entry)
    assert "req-of-the-provider" in json.dumps(entry)


def test_every_line_of_a_call_has_its_trace(own_router):
    router = own_router()

    def lines(trace: str, event: str):
        return [entry for entry in router.logs() if entry["event"] == event and entry.get("trace_id") == trace]

    def headers(trace: str) -> dict:
        return {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}

    refused, failed = "4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c"
    assert router.chat(model="test/nobody", headers=headers(refused)).status_code == 400
    answer = router.chat(script(any={"status": 500}), model=router.fresh("pair"), headers=headers(failed))
    assert answer.status_code == 502
    (entry,) = eventually(lambda: lines(refused, "refused"), "the refusal has a log line")
    assert entry["status"] == 400
    (entry,) = eventually(lambda: lines(failed, "request"), "the request has a log line")
    attempts = lines(failed, "attempt_failed")
    assert len(attempts) >= 2 and {attempt["generation_id"] for attempt in attempts} == {entry["generation_id"]}
    # Who names no trace has none in the log, nor has one whose name is malformed.
    router.chat(model="test/nobody")
    router.chat(model="test/nobody", headers={"traceparent": "00-nonsense"})
    eventually(lambda: sum(entry["event"] == "refused" for entry in router.logs()) == 3, "all are in the log")
    assert sum("trace_id" in entry for entry in router.logs() if entry["event"] == "refused") == 1


def test_logs_have_no_secret_and_no_prompt(own_router):
    router = own_router()
    secret = "the prompt nobody may read"
    router.chat(script(alpha={"text": "the answer nobody may read"}) + "\n" + secret)
    router.chat(script(any={"status": 500, "error": {"message": "echo: " + secret}}), model=router.fresh("pair"))
    router.chat(script(any={"status": 401, "error": {"message": "Incorrect API key: upstream-secret-alpha"}}))
    requests.post(
        router.base + "/chat/completions",
        data='{"messages": [' + secret,
        timeout=10,
        headers={**router.headers, "Cookie": "session=abcdef"},
    )
    requests.get(router.base + "/models", headers={"Authorization": "Bearer sk-wrong-key-123456"}, timeout=10)
    router.stop()
    output = router.errors + "".join(router.out)
    for word in (secret, "the answer nobody", KEY, "upstream-secret", "sk-wrong-key", "session=abcdef"):
        assert word not in output, word


def test_reload_takes_over_new_models_and_keys_without_dropping_a_request(own_router, simulator):
    router = own_router()
    config = standard_config(simulator)
    added = {**config["models"][0], "id": "test/added", "name": "Added"}
    config["models"].append(added)
    config["keys"].append({"key": "another-key-of-this-test", "name": "another"})
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = [
            pool.submit(lambda: sse.read(router.stream(script(alpha={"chunks": 30, "gap_ms": 50})))) for _ in range(4)
        ]
        time.sleep(0.3)
        router.write_config(config)
        router.signal(signal.SIGHUP)
        eventually(lambda: router.get("/model/test/added").status_code == 200, "the new model is there")
        for stream in running:
            sse.check_good_end(stream.result())
    assert router.chat("Hello", model="test/added").ok
    response = router.chat("Hello", headers={"Authorization": "Bearer another-key-of-this-test"})
    assert response.ok


def reload(router, **changes) -> list[dict]:
    """Changes the configuration and returns what the log says of the reload."""
    before = len(router.logs())
    router.write_config({**router.config, **changes})
    router.signal(signal.SIGHUP)

    def lines():
        fresh = router.logs()[before:]
        return fresh if any(entry["event"] == "reloaded" for entry in fresh) else None

    return eventually(lines, "the configuration is read again")


def events(lines: list[dict], name: str) -> list[dict]:
    return [entry for entry in lines if entry["event"] == name]


def test_reload_takes_over_timeouts_and_limits(own_router):
    router = own_router(limits={"body": "64KiB", "memory": "64MiB"})
    assert router.chat("x" * 100_000).status_code == 413
    timeouts = {"request_head": "300ms", "request_body": "300ms", "keep_alive": "300ms"}
    limits = {"body": "1MiB", "memory": "1MiB", "head": "2KiB", "connections": 40}
    lines = reload(router, timeouts=timeouts, limits=limits)
    assert not events(lines, "restart_needed")
    assert router.chat("x" * 100_000).ok
    too_large = router.chat("x" * 1_100_000)
    assert too_large.status_code == 413 and "1048576" in too_large.text.replace(",", ""), too_large.text
    assert requests.get(router.url + "/health", headers={"X-Long": "x" * 3000}, timeout=10).status_code == 431
    path = "/api/v1/chat/completions"
    for begun, status in ((b"POST / HTTP/1.1\r\n", 408), (raw.request_bytes(path, {"a": "b"}, KEY)[:-1], 408)):
        with router.connect() as sock:
            sock.sendall(begun)
            assert raw.read_head(sock)[0] == status
    with router.connect() as sock:
        sock.sendall(raw.request_bytes("/health", None, None, method="GET"))
        raw.read_head(sock)
        sock.settimeout(10)
        assert raw.read_all(sock).count(b"HTTP/1.1") == 0, "the server closes what is idle for the new time"

    # Two bodies of which each fits the new memory alone.
    reload(router, timeouts={}, limits=limits)
    with router.connect() as holder:
        holder.sendall(raw.request_bytes(path, {"padding": "x" * 700_000}, KEY)[:-1])
        eventually(lambda: router.chat("x" * 700_000).status_code == 503, "the memory is used up")
        held = [router.connect() for _ in range(40)]
        eventually(lambda: is_turned_away(router, held), "as many connections as there may be")
        for sock in held:
            sock.close()
    eventually(lambda: is_served(router), "room again")
    assert router.chat("x" * 700_000).ok


def is_turned_away(router, held: list) -> bool:
    """Whether one more connection is one too many; one that is not is held too, where others have ended meanwhile."""
    sock = router.connect()
    held.append(sock)
    sock.settimeout(0.3)
    try:
        return sock.recv(100).startswith(b"HTTP/1.1 503")
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def is_served(router) -> bool:
    try:
        return requests.get(router.url + "/health", timeout=5).ok
    except requests.RequestException:
        return False


def test_reload_says_what_waits_for_a_restart(own_router, tmp_path):
    router = own_router(log={"level": "info", "format": "json"})
    unpriced = {"id": "test/unpriced", "endpoints": [{"provider": "alpha", "model": "m"}]}
    lines = reload(
        router,
        workers=7,
        durability="fsync",
        billing="prepaid",
        records={"keep": "1d"},
        log={"level": "info", "format": "text"},
        byok={"secret_key": "0123456789abcdef0123456789abcdef"},
        tls={"certificate": str(tmp_path / "server.pem"), "key": str(tmp_path / "server.key")},
        models=[*router.config["models"], unpriced],
    )
    (entry,) = events(lines, "restart_needed")
    assert entry["keys"] == "workers, durability, billing, records, log.format, byok.secret_key, tls"
    assert "test/unpriced" in json.dumps(events(lines, "configuration_note")), lines
    assert router.chat("Hello", model="test/unpriced").ok, "the rest was taken, and what waits changes nothing"


def test_a_wrong_configuration_at_reload_changes_nothing(own_router):
    router = own_router()
    router.config_path.write_text("billing: sometimes\n")
    router.signal(signal.SIGHUP)
    eventually(lambda: "billing" in router.errors or "billing" in "".join(router.out), "the log says what is wrong")
    assert router.chat("Hello").ok


def is_draining(router) -> bool:
    """Whether `/ready` says that the server is about to end."""
    response = requests.get(router.url + "/ready", timeout=5)
    if response.status_code == 200:
        return False
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "reasons": ["The server is shutting down."]}
    return True


def test_sigterm_drains(own_router):
    router = own_router(drain_delay="1s", drain="10s")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        message = script(alpha={"chunks": 40, "gap_ms": 50})
        stream = pool.submit(lambda: sse.read(router.stream(message)))
        plain = pool.submit(lambda: router.chat(script(alpha={"latency_ms": 2000})))
        time.sleep(0.4)
        router.signal(signal.SIGTERM)
        eventually(lambda: is_draining(router), "not ready at once", 0.9)
        assert requests.get(router.url + "/health", timeout=5).status_code == 200
        assert router.chat("Hello").ok, "connections are accepted for drain_delay"
        sse.check_good_end(stream.result())
        assert plain.result().ok
    assert router.wait(15) == 0


def test_the_drain_ends_with_the_typed_error(own_router):
    router = own_router(drain_delay="0s", drain="1s")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        stream = pool.submit(lambda: sse.read(router.stream(script(alpha={"unlimited": True, "gap_ms": 50}))))
        time.sleep(0.4)
        router.signal(signal.SIGTERM)
        error = sse.check_error_end(stream.result())
    assert error["code"] in (502, 503)
    assert router.wait(10) == 0


def test_a_second_sigterm_ends_at_once(own_router):
    router = own_router(drain_delay="20s", drain="25s")
    router.signal(signal.SIGTERM)
    eventually(lambda: is_draining(router), "draining")
    router.signal(signal.SIGTERM)
    began = time.monotonic()
    router.wait(5)
    assert time.monotonic() - began < 3


def test_sigint_skips_the_delay(own_router):
    router = own_router(drain_delay="20s", drain="25s")
    began = time.monotonic()
    router.signal(signal.SIGINT)
    assert router.wait(5) == 0
    assert time.monotonic() - began < 3


@pytest.mark.alone
def test_it_starts_fast(own_router):
    """The budget is 0.2 s. What else runs on the machine only makes a start slower: the best one counts, without
    its waits for a processor."""
    taken = []
    while len(taken) < STARTS and min(taken, default=1) > START_SECONDS:
        router = own_router()
        taken.append(router.ready_seconds - router.waited_seconds)
        router.stop()
    print(f"ready after {min(taken):.3f} s at best: {taken}")
    assert min(taken) <= START_SECONDS, taken


def test_an_idle_router_is_small(own_router):
    """The budget of the whole process, program and libraries included, with the shipped catalogue."""
    router = own_router(workers=2)
    assert router.chat("Hello").ok
    resident = router.rss_kib()
    print(f"idle: {resident} KiB resident")
    assert resident <= 40_000


WRONG = {
    "unknown key": ("lisen: 127.0.0.1:1\n", r"listen", "martlet.yaml:1|line 1"),
    "unknown nested key": ("timeouts:\n  conect: 5s\n", "connect", ":2|line 2"),
    "wrong duration": ("timeouts: {idle: soon}\n", "idle|soon", "1"),
    "wrong size": ("limits: {body: big}\n", "body|big", "1"),
    "wrong choice": ("billing: sometimes\n", "metered", "1"),
    "no yaml": ("listen: [\n", "yaml|YAML|parse|expected|flow", "1|2"),
    "unset variable": ("listen: ${MARTLET_TEST_UNSET}\n", "MARTLET_TEST_UNSET", "1"),
    "missing file": ("listen: ${file:/nonexistent/secret}\n", "/nonexistent/secret", "1"),
    "endpoint without provider": (
        "models:\n  - {id: a/b, name: B, context_length: 10, endpoints: [{provider: nobody, model: m}]}\n",
        "nobody",
        "2",
    ),
    "two models of one name": (
        "models:\n  - {id: a/b, name: B, context_length: 1, endpoints: []}\n"
        "  - {id: a/b, name: B, context_length: 1, endpoints: []}\n",
        "a/b",
        "",
    ),
    "wrong price": (
        "providers: [{slug: p, name: P, dialect: openai, base_url: 'http://127.0.0.1:1/v1'}]\n"
        "models:\n  - id: a/b\n    name: B\n    context_length: 1\n"
        "    endpoints: [{provider: p, model: m, pricing: {prompt: cheap}}]\n",
        "cheap|prompt",
        "6",
    ),
    "short key": ("keys: [{key: abc, name: x}]\n", "16", "1"),
    "wrong dialect": ("providers: [{slug: p, name: P, dialect: openia, base_url: 'http://a/v1'}]\n", "openai", "1"),
    "wrong address": ("providers: [{slug: p, name: P, dialect: openai, base_url: 'ftp://a'}]\n", "base_url|ftp", "1"),
}


@pytest.mark.parametrize("text, says, where", WRONG.values(), ids=WRONG)
def test_a_wrong_configuration_is_refused_in_plain_words(tmp_path, text, says, where):
    path = tmp_path / "martlet.yaml"
    path.write_text(text)
    done = run_martlet("serve", "--config", str(path), "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(says, done.stderr), done.stderr
    assert re.search(where, done.stderr), done.stderr
    assert not (tmp_path / "data").exists() or not list((tmp_path / "data").iterdir()), "nothing was begun"


def documented_refusals() -> list[tuple[str, str]]:
    """Place and key of each setting that the manual calls known but refused."""
    section = (ROOT / "docs/configuration.md").read_text().partition("## Known, but not yet")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (`.+`) \|$", section, re.M)
    keys = [(place.strip("`"), key) for place, cells in rows for key in re.findall(r"`(.+?)`", cells)]
    dialects = re.findall(r"`([a-z-]+)`", section.partition("The dialects")[2])
    return keys + [("providers", f"dialect: {dialect}") for dialect in dialects]


@pytest.mark.parametrize("place, key", documented_refusals(), ids=lambda text: text.partition(":")[0])
def test_a_known_key_that_does_nothing_yet_is_refused(tmp_path, place, key):
    setting = yaml.safe_load(key if ":" in key else f"{key}: 1")
    provider = {"slug": "near", "dialect": "openai", "base_url": "http://127.0.0.1:1/v1"}
    endpoint = {"provider": "near", "model": "m"}
    config: dict = {"keys": [{"key": KEY}], "providers": [provider]}
    preset: dict = {"temperature": 0.5}
    places = {"top level": config, "keys": config["keys"][0], "providers": provider, "endpoints": endpoint}
    (places | {"presets": preset})[place].update(setting)
    config["presets"] = {"short": preset}
    config["models"] = [{"id": "a/b", "endpoints": [endpoint]}]
    path = tmp_path / "martlet.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    done = run_martlet("serve", "--config", str(path), "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert re.search(f"{next(iter(setting))}.* (?:acted on|spoken) by this version", done.stderr), done.stderr
    assert "unknown key" not in done.stderr


def test_the_manual_names_every_key_that_is_refused():
    source = (ROOT / "Sources/Configuration/KeySet.swift").read_text()
    refused = {
        name for found in re.findall(r"refused: \[(.*?)\]", source, re.S) for name in re.findall(r'"(\w+)"', found)
    }
    assert refused and refused <= {key for _, key in documented_refusals()}


def listening_sockets(router) -> int:
    """How many sockets of this process listen on its port."""
    local = f"0100007F:{router.port:04X}"
    listen = "0A"
    sockets = {
        f"socket:[{fields[9]}]"
        for fields in map(str.split, pathlib.Path(f"/proc/{router.pid}/net/tcp").read_text().splitlines()[1:])
        if fields[1] == local and fields[3] == listen
    }
    return sum(os.readlink(path) in sockets for path in pathlib.Path(f"/proc/{router.pid}/fd").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one loop accepts for all")
def test_each_loop_listens_and_nobody_else_can(own_router, tmp_path):
    """SO_REUSEPORT lets every loop have the port; a second server must not share it unasked all the same."""
    router = own_router(workers=3)
    # Two sockets can only listen on one address if all of them have the option.
    assert listening_sockets(router) == 3
    for workers in (1, 3):
        config = tmp_path / f"{workers}.yaml"
        config.write_text(f"workers: {workers}\n")
        listen = f"127.0.0.1:{router.port}"
        done = run_martlet("serve", "--config", str(config), "--listen", listen, "--data", str(tmp_path / "other"))
        assert done.returncode == 1 and "in use" in done.stderr and listen in done.stderr, done.stderr
    # Every loop answers: the system spreads the connections.
    for _ in range(30):
        assert router.get("/models").ok


def test_an_address_in_use(own_router, tmp_path):
    router = own_router()
    done = run_martlet("serve", "--listen", f"127.0.0.1:{router.port}", "--data", str(tmp_path / "other"), cwd=tmp_path)
    assert done.returncode == 1
    assert "in use" in done.stderr and str(router.port) in done.stderr


def test_wrong_usage_and_help(tmp_path):
    assert run_martlet("--version").returncode == 0
    assert run_martlet("fly").returncode == 2
    assert run_martlet("serve", "--fly").returncode == 2
    for verb in ((), ("serve",), ("chat",), ("models",), ("doctor",)):
        done = run_martlet(*verb, "--help")
        assert done.returncode == 0 and "martlet" in done.stdout, verb


def test_doctor(own_router, simulator, tmp_path):
    router = own_router()
    good = run_martlet("doctor", "--config", str(router.config_path))
    assert good.returncode == 0, good.stdout + good.stderr
    assert "alpha" in good.stdout.lower()
    config = standard_config(simulator)
    config["providers"][1]["base_url"] = "http://127.0.0.1:1/v1"
    path = tmp_path / "bad.yaml"
    path.write_text(json.dumps(config))
    bad = run_martlet("doctor", "--config", str(path))
    assert bad.returncode == 1
    assert "beta" in (bad.stdout + bad.stderr).lower()
    assert "refused" in bad.stdout + bad.stderr


def test_the_config_file_beside_is_the_default(own_router, simulator):
    """`./martlet.yaml` is read without being named, and its variables are filled in."""
    import pathlib
    import subprocess
    import tempfile

    from support.processes import MARTLET, Process

    with tempfile.TemporaryDirectory() as directory:
        config = standard_config(simulator)
        config["listen"] = "127.0.0.1:0"
        config["data"] = "./records"
        config["keys"] = [{"key": "${TEST_KEY}", "name": "x"}, {"key": "${file:%s/secret}" % directory, "name": "y"}]
        config["providers"][0]["api_key"] = "${UNSET_KEY:-fallback-key}"
        pathlib.Path(directory, "secret").write_text("key-from-a-file-0123\n")
        pathlib.Path(directory, "martlet.yaml").write_text(json.dumps(config))
        command = [str(MARTLET), "serve"]
        with Process(
            command, r"listening on (http://\S+)", env={"TEST_KEY": "key-of-the-variable"}, cwd=directory
        ) as process:
            tag, message = tagged()
            body = {"model": "test/one", "messages": [{"role": "user", "content": message}]}
            for key in ("key-of-the-variable", "key-from-a-file-0123"):
                response = requests.post(
                    process.url + "/v1/chat/completions",
                    json=body,
                    headers={"Authorization": f"Bearer {key}"},
                    timeout=20,
                )
                assert response.ok, response.text
            assert simulator.seen(tag)[0]["request"]["headers"]["authorization"] == "Bearer fallback-key"
            assert pathlib.Path(directory, "records").is_dir()
        assert isinstance(process.process, subprocess.Popen)


def test_it_speaks_to_systemd(own_router, tmp_path):
    import socket

    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
        sock.settimeout(5)
        router = own_router(env={"NOTIFY_SOCKET": str(path)})
        assert b"READY=1" in sock.recv(4096)
        router.signal(signal.SIGTERM)
        assert b"STOPPING=1" in sock.recv(4096)
        router.signal(signal.SIGTERM)
        router.wait(10)

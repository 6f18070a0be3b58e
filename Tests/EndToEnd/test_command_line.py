"""The commands that talk to a server."""

import json

from support.processes import KEY, run_martlet
from support.scripts import script


def environment(router, **more):
    return {"MARTLET_BASE_URL": router.base, "MARTLET_API_KEY": KEY, **more}


def test_chat_streams_and_sums_up(router):
    done = run_martlet("chat", "-m", "test/one", script(alpha={"text": "Hello there."}), env=environment(router))
    assert done.returncode == 0, done.stderr
    assert "Hello there." in done.stdout
    last = (done.stdout + done.stderr).strip().splitlines()[-1]
    assert "Alpha" in last and "tokens/s" in last and "$" in last


def test_chat_uses_the_default_model(router):
    done = run_martlet("chat", script(alpha={"text": "By default."}), env=environment(router))
    assert done.returncode == 0 and "By default." in done.stdout


def test_chat_says_what_went_wrong(router):
    wrong = run_martlet("chat", "-m", "test/oen", "Hello", env=environment(router))
    assert wrong.returncode == 1 and "test/one" in wrong.stderr
    denied = run_martlet("chat", "Hello", env=environment(router, MARTLET_API_KEY="wrong"))
    assert denied.returncode == 1 and "key" in denied.stderr.lower()
    away = run_martlet("chat", "Hello", env=environment(router, MARTLET_BASE_URL="http://127.0.0.1:1/api/v1"))
    assert away.returncode == 1 and "127.0.0.1:1" in away.stderr
    broken = run_martlet("chat", script(alpha={"chunks": 5, "error_after_chunks": 2}), env=environment(router))
    assert broken.returncode == 1 and "t0 t1" in broken.stdout


def test_models(router):
    done = run_martlet("models", env=environment(router))
    assert done.returncode == 0, done.stderr
    assert "test/one" in done.stdout and "test/other" in done.stdout
    found = run_martlet("models", "other", env=environment(router))
    assert "test/other" in found.stdout and "test/one" not in found.stdout
    shipped = run_martlet("models", "openai/gpt-5-nano", env=environment(router)).stdout
    assert "no key (OpenAI" in shipped and "no key" not in found.stdout
    machine = run_martlet("models", "--json", env=environment(router))
    assert "test/one" in json.dumps(json.loads(machine.stdout))


def test_the_address_can_be_given(router):
    done = run_martlet("models", "--url", router.base, env={"MARTLET_API_KEY": KEY})
    assert done.returncode == 0 and "test/one" in done.stdout


def test_route_explain_takes_the_default_model(router):
    done = run_martlet("route", "explain", env=environment(router))
    assert done.returncode == 0 and "alpha" in done.stdout, done.stderr
    data = json.loads(run_martlet("route", "explain", "--json", env=environment(router)).stdout)["data"]
    assert [candidate["model"] for candidate in data["candidates"]] == ["test/one"]
    other = json.loads(run_martlet("route", "explain", "-m", "test/other", "--json", env=environment(router)).stdout)
    assert [candidate["model"] for candidate in other["data"]["candidates"]] == ["test/other"]


def test_wrong_usage_of_doctor_shows_the_usage_of_doctor():
    done = run_martlet("doctor", "--listen", "foo")
    assert done.returncode == 2 and "--listen needs ADDR:PORT such as 127.0.0.1:8080" in done.stderr
    assert "Usage: martlet doctor " in done.stderr and "See: martlet doctor --help" in done.stderr

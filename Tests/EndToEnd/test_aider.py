"""Aider, a coding agent for terminals, edits a file by each of the ways that it knows to a router."""

import json
import os
import pathlib
import re
import subprocess

import pytest
import yaml
from support.processes import KEY, eventually, python_of, standard_config
from support.scripts import tagged

LOCAL_MODEL = "huggingface/smollm2-135m-instruct"
PROGRAM = pathlib.Path(__file__).parent / "clients/aider_client.py"
BEFORE = "def greet():\n    return 'Hallo'\n"
AFTER = "def greet():\n    return 'Hello'\n"
#: Aider's edit: the lines to find and those to put there. The markers stand alone on their lines.
FOUND = ["<" * 7 + " SEARCH", "    return 'Hallo'"]
PUT = ["=" * 7, "    return 'Hello'", ">" * 7 + " REPLACE"]
EDIT = "\n".join(["I greet in English.", "", "greet.py", "```python", *FOUND, *PUT, "```", ""])
#: How each way is told where the router is, and what it asks there.
ROUTES = {
    "openai": ("OPENAI_API_BASE", "/api/v1", "OPENAI_API_KEY"),
    "openrouter": ("OPENROUTER_API_BASE", "/api/v1", "OPENROUTER_API_KEY"),
    "anthropic": ("ANTHROPIC_API_BASE", "/api", "ANTHROPIC_API_KEY"),
}


class Aider:
    """Aider without a terminal and without a repository, in a directory of its own with one small program."""

    def __init__(self, router, directory: pathlib.Path):
        self.router = router
        self.directory = directory
        self.file = directory / "greet.py"
        self.file.write_text(BEFORE)

    def run(self, route: str, model: str, message: str, *options: str, limit: int = 2000) -> str:
        """What it prints; `limit` is the most tokens that it asks for."""
        name = f"{route}/{model}"
        # Without these it looks on the web for what a model can do and costs.
        facts = {"litellm_provider": route, "mode": "chat", "max_input_tokens": 8192, "max_output_tokens": 8192}
        facts |= {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}
        metadata, settings = self.directory / "models.json", self.directory / "settings.yml"
        metadata.write_text(json.dumps({name: facts}))
        settings.write_text(yaml.safe_dump([{"name": name, "extra_params": {"max_tokens": limit}}]))
        command = [python_of("clients"), str(PROGRAM), "--model", name, "--message", message]
        command += ["--model-metadata-file", str(metadata), "--model-settings-file", str(settings)]
        command += ["--weak-model", name, "--no-git", "--yes-always", "--no-pretty", "--no-check-update"]
        command += ["--analytics-disable", "--no-show-model-warnings", "--no-show-release-notes", "--map-tokens", "0"]
        command += ["--no-auto-lint", "--no-suggest-shell-commands", "--no-detect-urls", *options, str(self.file)]
        done = subprocess.run(
            command, cwd=self.directory, env=self.environment(route), timeout=300, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self, route: str) -> dict[str, str]:
        variable, path, key = ROUTES[route]
        env = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_API_BASE"))}
        # To compile LiteLLM takes ten seconds, once where what comes of it may be kept.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        # Its settings and caches are at home. Whatever else it looked up on the web has nowhere to go.
        env |= {"HOME": str(self.directory), "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}
        return env | {variable: self.router.url + path, key: KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


@pytest.fixture
def aider(router, tmp_path):
    return Aider(router, tmp_path)


@pytest.mark.parametrize(
    ("route", "stream"), [*((route, True) for route in ROUTES), ("openai", False)], ids=[*ROUTES, "plain"]
)
def test_it_edits_a_file(aider, simulator, route, stream):
    tag, content = tagged(alpha={"text": EDIT})
    options = ("--edit-format", "diff", "--stream" if stream else "--no-stream")
    printed = aider.run(route, "test/one", content + "\nGreet in English.", *options)
    assert aider.file.read_text() == AFTER, printed
    assert "Applied edit to greet.py" in printed
    (seen,) = simulator.seen(tag)
    assert seen["body"]["max_tokens"] == 2000 and bool(seen["body"].get("stream")) is stream
    # The program is in the conversation, and its own words are what the provider's model got.
    said = json.dumps(seen["body"]["messages"])
    assert "return 'Hallo'" in said and "SEARCH/REPLACE" in said and "Greet in English." in said


def test_a_provider_that_is_down_costs_no_edit(own_router, simulator, tmp_path):
    """The first of two providers fails, and the agent notices nothing."""
    router = own_router(config=standard_config(simulator))
    aider = Aider(router, tmp_path)
    tag, content = tagged(alpha={"status": 503}, beta={"text": EDIT})
    printed = aider.run("openai", "test/pair", content, "--edit-format", "diff", "--stream")
    assert aider.file.read_text() == AFTER, printed
    assert simulator.providers_asked(tag) == ["alpha", "beta"]


@pytest.mark.local_model
@pytest.mark.timeout(600)
@pytest.mark.parametrize("stream", [True, False], ids=["stream", "plain"])
def test_local_model(local_router, tmp_path, stream):
    """The model is too small to write an edit that fits; aider asks it about the file and prints what it says."""
    aider = Aider(local_router, tmp_path)
    before = generations(local_router)
    options = ("--edit-format", "ask", "--stream" if stream else "--no-stream")
    printed = aider.run("openai", LOCAL_MODEL, "What does greet.py do?", *options, limit=40)
    new = eventually(lambda: generations(local_router) - before, "the answer is recorded")
    (record,) = [local_router.generation(identifier).json()["data"] for identifier in new]
    assert record["provider_name"] == "Local" and record["streamed"] is stream
    assert 1 <= record["tokens_completion"] <= 40 and record["tokens_prompt"] > 100
    # Below the answer stands what aider says of it: its tokens, or that it was cut off.
    answer = re.split(r"Tokens: |Model openai/", printed.partition("Added greet.py to the chat.")[2])[0]
    assert len(answer.split()) > 3, printed
    assert aider.file.read_text() == BEFORE


def generations(router) -> set[str]:
    return set(re.findall(r"gen-\d+-\w+", json.dumps(router.logs())))

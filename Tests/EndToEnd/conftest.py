from __future__ import annotations

import pathlib

import pytest
from support.processes import SIMULATOR, LocalModel, Router, Simulator, standard_config

#: A guard against hanging: the model computes on the cores that everything else needs.
LOCAL_MODEL_SECONDS = 900


def pytest_collection_modifyitems(items):
    """Long waits first, so that the other workers fill the time."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        if item.get_closest_marker("local_model") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LOCAL_MODEL_SECONDS))


def pytest_configure():
    for program in (SIMULATOR,):
        if not program.exists():
            raise pytest.UsageError(f"{program} is missing: run scripts/test release")


@pytest.fixture(scope="session")
def simulator():
    with Simulator() as process:
        yield process


@pytest.fixture(scope="session")
def router(simulator, tmp_path_factory):
    """The router that most tests share: they only send requests to it."""
    with Router(standard_config(simulator, copies=80), tmp_path_factory.mktemp("router")) as process:
        yield process


@pytest.fixture(scope="session")
def many_router(simulator, tmp_path_factory):
    """For tests that make hundreds of attempts fail: each at a model of its own, so that no breaker opens."""
    config = standard_config(simulator, copies=1000)
    config["models"] = [model for model in config["models"] if model["id"].startswith(("test/one", "test/pair"))]
    with Router(config, tmp_path_factory.mktemp("many")) as process:
        yield process


@pytest.fixture
def own_router(simulator, tmp_path: pathlib.Path):
    """Starts routers for one test alone: `own_router(limits={...})` changes the standard configuration."""
    started: list[Router] = []

    def start(*, env=None, arguments=(), preexec=None, wrapper=(), config=None, directory=None, **changes) -> Router:
        config = {**(config or standard_config(simulator)), **changes}
        directory = directory or tmp_path / f"router{len(started)}"
        started.append(Router(config, directory, env=env, arguments=arguments, preexec=preexec, wrapper=wrapper))
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture(scope="session")
def local_model():
    with LocalModel() as process:
        yield process


@pytest.fixture(scope="session")
def local_router(simulator, local_model, tmp_path_factory):
    """A router in front of the real model."""
    config = standard_config(simulator)
    config["default_model"] = LOCAL_MODEL
    config["providers"].append(
        {"slug": "local", "name": "Local", "dialect": "openai", "base_url": f"{local_model.url}/v1"}
    )
    config["models"].append(
        {
            "id": LOCAL_MODEL,
            "name": "SmolLM2 135M Instruct",
            "context_length": 8192,
            "endpoints": [
                {
                    "provider": "local",
                    "model": "smollm2-135m-instruct",
                    "pricing": {"prompt": "0.0000001", "completion": "0.0000002"},
                }
            ],
        }
    )
    with Router(config, tmp_path_factory.mktemp("local")) as process:
        yield process


LOCAL_MODEL = "huggingface/smollm2-135m-instruct"

"""instructor: objects of a type, by tools and by schemas, over every caller's dialect."""

import json

import pytest
from support.dialects import UPSTREAMS, config, script
from support.processes import Router, run_client
from support.scripts import new_tag

MODEL = "huggingface/smollm2-135m-instruct"
CALLERS = ["chat", "openrouter", "messages", "responses"]
CITY = {"name": "Bern", "capital": True}
OTHER = {"name": "Basel", "capital": False}


def run(router, jobs: list[dict]) -> list:
    return run_client("clients", "instructor_client.py", router, json.dumps(jobs))


def call(name: str, arguments: dict) -> dict:
    return {"name": name, "arguments": json.dumps(arguments)}


def calls(*made: dict) -> dict:
    return {"tool_calls": list(made), "text": ""}


# What the provider says in each case, and what instructor makes of it.
CASES = {
    "object": (calls(call("City", CITY)), CITY),
    "schema": ({"text": json.dumps(CITY)}, CITY),
    "json": ({"text": json.dumps(CITY)}, CITY),
    "partial": (calls(call("City", CITY)), CITY),
    "iterable": (calls(call("IterableCity", {"tasks": [CITY, OTHER]})), [CITY, OTHER]),
    # The first answer does not fit, and its errors go back to the model as the result of its call.
    "again": ([calls(call("City", CITY | {"capital": "perhaps"})), calls(call("City", CITY))], CITY),
    "parallel": (
        calls(call("City", CITY), call("Weather", {"city": "Bern"})),
        [["City", CITY], ["Weather", {"city": "Bern"}]],
    ),
}
# Its client for Responses has one mode, which is tools, and complains in a message of the user's, which is no script.
MISSING = {("responses", case) for case in ("schema", "json", "parallel", "again")}


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router(config(simulator), tmp_path_factory.mktemp("instructor")) as process:
        yield process


@pytest.mark.parametrize("caller", CALLERS)
def test_every_provider(router, simulator, caller):
    jobs, expected, tags = [], {}, {}
    for dialect in UPSTREAMS:
        for case, (scenario, value) in CASES.items():
            if (caller, case) in MISSING:
                continue
            tags[dialect, case] = new_tag()
            content = "@sim " + json.dumps({"tag": tags[dialect, case], f"by-{dialect}": scenario})
            jobs.append({"caller": caller, "case": case, "model": f"dialects/{dialect}", "content": content})
            expected[dialect, case] = value
    answers = dict(zip(expected, run(router, jobs), strict=True))
    assert answers == expected
    for (_, case), tag in tags.items():
        assert len(simulator.seen(tag)) == 1 + (case == "again")


def test_the_schema_arrives(router, simulator):
    """The same tool, whoever asks."""
    tags = {caller: new_tag() for caller in CALLERS}
    jobs = [
        {
            "caller": caller,
            "case": "object",
            "model": "dialects/openai",
            "content": script("openai", tag, **CASES["object"][0]),
        }
        for caller, tag in tags.items()
    ]
    assert run(router, jobs) == [CITY] * len(jobs)
    for tag in tags.values():
        (seen,) = simulator.seen(tag)
        (tool,) = seen["body"]["tools"]
        assert tool["function"]["name"] == "City"
        schema = tool["function"]["parameters"]
        # The client makes a set of the names before it sends them.
        assert schema["properties"]["name"]["maxLength"] == 12 and sorted(schema["required"]) == ["capital", "name"]
        assert seen["body"]["tool_choice"] == {"type": "function", "function": {"name": "City"}}


# Its client for Responses asks for a call and for a schema at once; llama.cpp answers by the schema, without a call.
@pytest.mark.local_model
@pytest.mark.parametrize(
    ("caller", "cases"),
    [("chat", ["object", "schema"]), ("messages", ["object", "partial"])],
)
def test_local_model(local_router, caller, cases):
    content = "Which city is the capital of France?"
    jobs = [{"caller": caller, "case": case, "model": MODEL, "content": content} for case in cases]
    for city in run(local_router, jobs):
        assert set(city) == {"name", "capital"} and city["name"] and isinstance(city["capital"], bool), city

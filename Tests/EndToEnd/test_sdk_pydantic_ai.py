"""PydanticAI: text, objects by tools and by schemas, and agents with tools, over every caller's dialect."""

import json

import pytest
from support.dialects import UPSTREAMS, config
from support.processes import Router, run_client
from support.scripts import new_tag

MODEL = "huggingface/smollm2-135m-instruct"
CALLERS = ["chat", "openrouter", "messages", "responses"]
CITY = {"name": "Bern", "capital": True}
TEXT = "Hello out there, friend."
CALLS = [
    {"name": "get_weather", "arguments": '{"city": "Bern"}'},
    {"name": "get_time", "arguments": '{"city": "Rome"}'},
]
CALLED = [["get_time", "Rome"], ["get_weather", "Bern"]]
# What the provider says in each case, and what the agent comes to: its output and the tools that it ran.
CASES = {
    "text": ({"text": TEXT}, TEXT, []),
    "object": ({"tool_calls": [{"name": "final_result", "arguments": json.dumps(CITY)}], "text": ""}, CITY, []),
    "schema": ({"text": json.dumps(CITY)}, CITY, []),
    "tools": ([{"reasoning": "Hm.", "tool_calls": CALLS, "text": ""}, {"text": TEXT}], TEXT, CALLED),
}


def run(router, jobs: list[dict]) -> list:
    return run_client("clients", "pydantic_ai_client.py", router, json.dumps(jobs))


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router(config(simulator), tmp_path_factory.mktemp("pydantic")) as process:
        yield process


@pytest.mark.parametrize("caller", CALLERS)
def test_every_provider(router, simulator, caller):
    jobs, expected, tags = [], {}, {}
    for dialect in UPSTREAMS:
        for case, (scenario, output, called) in CASES.items():
            for name in (case, f"{case}-stream"):
                tags[dialect, name] = new_tag()
                content = "@sim " + json.dumps({"tag": tags[dialect, name], f"by-{dialect}": scenario})
                jobs.append({"caller": caller, "case": name, "model": f"dialects/{dialect}", "content": content})
                expected[dialect, name] = {"output": output, "called": called}
    answers = dict(zip(expected, run(router, jobs), strict=True))
    tokens = {key: answer.pop("tokens", None) for key, answer in answers.items()}
    assert answers == expected
    for dialect in UPSTREAMS:
        for name in ("text", "text-stream"):
            assert tokens[dialect, name] == [11, 4]
        # The results went back in one request, each to its call.
        for name in ("tools", "tools-stream"):
            _, second = simulator.seen(tags[dialect, name])
            assert "Sunny in Bern." in json.dumps(second["body"]) and "Noon in Rome." in json.dumps(second["body"])


@pytest.mark.local_model
@pytest.mark.parametrize(
    ("caller", "cases"),
    [
        ("chat", ["object", "schema-stream"]),
        ("messages", ["object-stream", "text-stream"]),
        ("responses", ["object-stream", "schema"]),
    ],
)
def test_local_model(local_router, caller, cases):
    content = "Which city is the capital of France?"
    jobs = [{"caller": caller, "case": case, "model": MODEL, "content": content} for case in cases]
    for case, answer in zip(cases, run(local_router, jobs), strict=True):
        output = answer.get("output")
        if case.startswith("text"):
            assert output and output.strip(), answer
        else:
            assert output and set(output) == {"name", "capital"} and output["name"], (case, answer)
            assert isinstance(output["capital"], bool), (case, output)
        assert answer["tokens"][0] > 5 and answer["tokens"][1] > 1, (case, answer)

"""PydanticAI against the router: jobs as a JSON list of {caller, case, model, content}; prints what became of each."""

import asyncio
import json
import os
import sys

import anthropic
import openai
import pydantic
from pydantic_ai import Agent, NativeOutput, ToolOutput
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openrouter import OpenRouterProvider

URL = os.environ["MARTLET_URL"]
OPTIONS = {"api_key": os.environ["MARTLET_KEY"], "timeout": 120, "max_retries": 0}
# Small models ramble: an answer without a limit may take minutes.
SETTINGS = {"max_tokens": 80, "temperature": 0}


class City(pydantic.BaseModel):
    """A city and whether it is a capital."""

    name: str = pydantic.Field(max_length=12)
    capital: bool


def models() -> dict:
    client = openai.AsyncOpenAI(base_url=URL, **OPTIONS)
    # The SDK adds /v1/messages itself.
    other = anthropic.AsyncAnthropic(base_url=URL.removesuffix("/v1"), **OPTIONS)
    # It asks only models that it knows by name for a schema.
    profile = ModelProfile(supports_json_schema_output=True)
    known = OpenRouterProvider.model_profile("openai/gpt-4o")
    return {
        "chat": lambda name: OpenAIChatModel(name, provider=OpenAIProvider(openai_client=client)),
        "openrouter": lambda name: OpenRouterModel(
            name, provider=OpenRouterProvider(openai_client=client), profile=known
        ),
        "messages": lambda name: AnthropicModel(
            name, provider=AnthropicProvider(anthropic_client=other), profile=profile
        ),
        "responses": lambda name: OpenAIResponsesModel(name, provider=OpenAIProvider(openai_client=client)),
    }


async def run(model, case: str, content: str) -> dict:
    kind, _, how = case.partition("-")
    wanted = {"object": ToolOutput(City), "schema": NativeOutput(City)}.get(kind, str)
    agent = Agent(model, output_type=wanted, model_settings=SETTINGS, retries=0)
    called = []
    if kind == "tools":

        @agent.tool_plain
        def get_weather(city: str) -> str:
            """Tells the weather of a city."""
            called.append(["get_weather", city])
            return f"Sunny in {city}."

        @agent.tool_plain
        def get_time(city: str) -> str:
            """Tells the time in a city."""
            called.append(["get_time", city])
            return f"Noon in {city}."

    if how == "stream":
        async with agent.run_stream(content) as answer:
            if wanted is str:
                output = "".join([piece async for piece in answer.stream_text(delta=True, debounce_by=None)])
            else:
                output = [piece async for piece in answer.stream_output(debounce_by=None)][-1]
    else:
        answer = await agent.run(content)
        output = answer.output
    return {
        "output": output if isinstance(output, str) else output.model_dump(),
        "called": sorted(called),
        "tokens": [answer.usage.input_tokens, answer.usage.output_tokens],
    }


async def main(jobs: list[dict]) -> list[dict]:
    known, answers = models(), []
    for job in jobs:
        try:
            answers.append(await run(known[job["caller"]](job["model"]), job["case"], job["content"]))
        except Exception as error:  # noqa: BLE001 (the test shows it)
            answers.append({"error": f"{type(error).__name__}: {error}"})
    return answers


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))

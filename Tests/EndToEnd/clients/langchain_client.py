"""LangChain's OpenRouter integration against the router: one case by name; prints one JSON object."""

import json
import os
import sys

import langchain_core.tools
from langchain_openrouter import ChatOpenRouter


@langchain_core.tools.tool
def get_weather(city: str) -> str:
    """Tells the weather of a city."""
    return f"Sunny in {city}."


def main(case: str, model: str, message: str) -> dict:
    chat = ChatOpenRouter(
        model=model,
        api_key=os.environ["MARTLET_KEY"],
        base_url=os.environ["MARTLET_URL"],
        max_retries=0,
        max_tokens=200,
        timeout=120_000,
    )
    if case == "plain":
        answer = chat.invoke(message)
        return {"text": answer.content, "usage": answer.usage_metadata["total_tokens"]}
    if case == "stream":
        chunks = list(chat.stream(message))
        whole = chunks[0]
        for chunk in chunks[1:]:
            whole += chunk
        return {"text": whole.content, "pieces": len(chunks), "usage": whole.usage_metadata["total_tokens"]}
    if case == "tools":
        answer = chat.bind_tools([get_weather], tool_choice="required").invoke(message)
        return {"calls": [{"name": call["name"], "args": call["args"]} for call in answer.tool_calls]}
    if case == "json_schema":
        schema = {
            "title": "Answer",
            "type": "object",
            "properties": {"a": {"type": "integer"}},
            "required": ["a"],
            "additionalProperties": False,
        }
        return {"value": chat.with_structured_output(schema, method="json_schema").invoke(message)}
    if case == "error":
        try:
            chat.invoke(message)
        except Exception as error:  # noqa: BLE001 (the class is what is asked about)
            return {"error": type(error).__name__, "message": str(error)}
    if case == "cancel":
        for number, _ in enumerate(chat.stream(message)):
            if number == 5:
                break
        return {"cancelled": True}
    raise SystemExit(f"no case {case}")


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))

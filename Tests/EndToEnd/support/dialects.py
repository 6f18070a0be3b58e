"""A router in front of one simulated provider of every dialect, and callers of every dialect."""

import json

import anthropic
import openai

from support.processes import KEY, Router, Simulator, standard_config

# What is below a simulated provider's address in each dialect.
UPSTREAMS = {
    "openai": "/v1",
    "openai-responses": "/v1",
    "anthropic": "/v1",
    "gemini": "/v1beta",
    "bedrock": "",
    "cohere": "/v2",
}
CALLERS = ["chat", "messages", "responses"]
# Those who ask for text alone, too.
TEXT_CALLERS = [*CALLERS, "completions"]


def config(simulator: Simulator) -> dict:
    """Models `dialects/NAME` at a provider of that dialect, and `dialects/NAME-pair` that can also go to `spare`."""
    result = standard_config(simulator)
    pricing = {"prompt": "0.000001", "completion": "0.000002"}
    base = f"{simulator.url}/p"
    result["providers"].append({"slug": "spare", "dialect": "openai", "base_url": f"{base}/spare/v1"})
    spare = {"provider": "spare", "model": "spare-model", "pricing": pricing}
    for dialect, path in UPSTREAMS.items():
        slug = f"by-{dialect}"
        provider = {"slug": slug, "dialect": dialect, "base_url": f"{base}/{slug}{path}", "api_key": f"secret-{slug}"}
        result["providers"].append(provider)
        endpoint = {"provider": slug, "model": f"{slug}-model", "pricing": pricing}
        model = {"context_length": 128000, "max_completion_tokens": 16000, "input_modalities": ["text", "image"]}
        result["models"].append({"id": f"dialects/{dialect}", **model, "endpoints": [endpoint]})
        result["models"].append({"id": f"dialects/{dialect}-pair", **model, "endpoints": [endpoint, spare]})
    return result


def script(dialect: str, tag: str = "", **scenario) -> str:
    return "@sim " + json.dumps({"tag": tag, f"by-{dialect}": scenario})


class Answer:
    """What a caller's SDK made of an answer, in words that all dialects share."""

    def __init__(self):
        self.id = ""
        self.text = ""
        self.reasoning = ""
        self.calls: list[tuple[str, dict]] = []
        self.call_ids: list[str] = []
        self.reason = ""
        self.prompt = 0
        self.completion = 0


REASONS = {
    "chat": {"stop": "stop", "length": "length", "tool_calls": "tool_calls", "content_filter": "content_filter"},
    "messages": {
        "end_turn": "stop",
        "max_tokens": "length",
        "tool_use": "tool_calls",
        "refusal": "content_filter",
        "stop_sequence": "stop",
    },
}


def ask(router: Router, caller: str, model: str, content: str, is_stream: bool, **more) -> Answer:
    """Asks by the official SDK of the caller's dialect, without its own retries."""
    asking = {"chat": _chat, "messages": _messages, "responses": _responses, "completions": _completions}
    return asking[caller](router, model, content, is_stream, more)


def _client(router: Router) -> openai.OpenAI:
    return openai.OpenAI(api_key=KEY, base_url=router.base, timeout=60, max_retries=0)


def _chat(router: Router, model: str, content: str, is_stream: bool, more: dict) -> Answer:
    request = {"model": model, "messages": [{"role": "user", "content": content}], "max_tokens": 200, **more}
    answer = Answer()
    with _client(router) as client:
        if is_stream:
            calls: dict[int, list[str]] = {}
            for chunk in client.chat.completions.create(**request, stream=True):
                delta = chunk.choices[0].delta
                answer.id = chunk.id
                answer.text += delta.content or ""
                answer.reasoning += getattr(delta, "reasoning", None) or ""
                for call in delta.tool_calls or []:
                    slot = calls.setdefault(call.index, ["", "", ""])
                    slot[0] = call.id or slot[0]
                    slot[1] += call.function.name or ""
                    slot[2] += call.function.arguments or ""
                answer.reason = chunk.choices[0].finish_reason or answer.reason
                usage = chunk.usage
            found = [calls[index] for index in sorted(calls)]
        else:
            whole = client.chat.completions.create(**request)
            message = whole.choices[0].message
            answer.id, answer.text = whole.id, message.content or ""
            answer.reasoning = getattr(message, "reasoning", None) or ""
            answer.reason, usage = whole.choices[0].finish_reason, whole.usage
            found = [[call.id, call.function.name, call.function.arguments] for call in message.tool_calls or []]
    answer.calls = [(name, json.loads(arguments or "{}")) for _, name, arguments in found]
    answer.call_ids = [identifier for identifier, _, _ in found]
    answer.prompt, answer.completion = usage.prompt_tokens, usage.completion_tokens
    assert usage.cost > 0
    return answer


def _completions(router: Router, model: str, content: str, is_stream: bool, more: dict) -> Answer:
    request = {"model": model, "prompt": content, "max_tokens": 200, **more}
    answer = Answer()
    with _client(router) as client:
        if is_stream:
            chunks = list(client.completions.create(**request, stream=True))
        else:
            chunks = [client.completions.create(**request)]
    for chunk in chunks:
        assert chunk.object == "text_completion"
        answer.id = chunk.id
        answer.text += chunk.choices[0].text
        answer.reason = chunk.choices[0].finish_reason or answer.reason
    usage = chunks[-1].usage
    answer.prompt, answer.completion = usage.prompt_tokens, usage.completion_tokens
    assert usage.cost > 0
    return answer


def _messages(router: Router, model: str, content: str, is_stream: bool, more: dict) -> Answer:
    request = {"model": model, "messages": [{"role": "user", "content": content}], "max_tokens": 200, **more}
    url = router.base.removesuffix("/v1")
    with anthropic.Anthropic(api_key=KEY, base_url=url, timeout=60, max_retries=0) as client:
        if is_stream:
            with client.messages.stream(**request) as events:
                whole = events.get_final_message()
        else:
            whole = client.messages.create(**request)
    answer = Answer()
    answer.id = whole.id
    for block in whole.content:
        if block.type == "text":
            answer.text += block.text
        elif block.type == "thinking":
            answer.reasoning += block.thinking
        elif block.type == "tool_use":
            answer.calls.append((block.name, block.input))
            answer.call_ids.append(block.id)
    answer.reason = REASONS["messages"][whole.stop_reason]
    answer.prompt, answer.completion = whole.usage.input_tokens, whole.usage.output_tokens
    return answer


def _responses(router: Router, model: str, content: str, is_stream: bool, more: dict) -> Answer:
    request = {"model": model, "input": content, "max_output_tokens": 200, **more}
    with _client(router) as client:
        if is_stream:
            with client.responses.stream(**request) as events:
                for event in events:
                    last = event
            whole = last.response
        else:
            whole = client.responses.create(**request)
    answer = Answer()
    answer.id, answer.text = whole.id, whole.output_text
    for item in whole.output:
        if item.type == "reasoning":
            parts = [*item.summary, *(item.content or [])]
            answer.reasoning += "".join(part.text for part in parts)
        elif item.type == "function_call":
            answer.calls.append((item.name, json.loads(item.arguments or "{}")))
            answer.call_ids.append(item.call_id)
    if whole.status == "incomplete":
        reasons = {"max_output_tokens": "length", "content_filter": "content_filter"}
        answer.reason = reasons[whole.incomplete_details.reason]
    else:
        assert whole.status == "completed", whole
        answer.reason = "tool_calls" if answer.calls else "stop"
    answer.prompt, answer.completion = whole.usage.input_tokens, whole.usage.output_tokens
    return answer


def tools(caller: str) -> dict:
    """Two tools in the caller's dialect, and the wish that one be called."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    names = ["get_weather", "get_time"]
    if caller == "messages":
        listed = [{"name": name, "description": "Tells.", "input_schema": schema} for name in names]
        return {"tools": listed, "tool_choice": {"type": "any"}}
    function = {"description": "Tells.", "parameters": schema}
    if caller == "responses":
        listed = [{"type": "function", "name": name, **function, "strict": False} for name in names]
    else:
        listed = [{"type": "function", "function": {"name": name, **function}} for name in names]
    return {"tools": listed, "tool_choice": "required"}

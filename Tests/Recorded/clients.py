"""What the callers' own SDKs accumulate from our answers, plain and streamed."""

import warnings

import anthropic
import httpx
import httpx2
import openai
from openai.lib.streaming.chat import ChatCompletionStreamState
from reading import ANTHROPIC_FINISH, Reading, arguments


class Broken(Exception):
    """The SDK reports that the answer broke off."""


def transport(body: str, kind: str, library=httpx):
    def answer(_):
        return library.Response(200, headers={"content-type": kind}, content=body.encode())

    return library.Client(transport=library.MockTransport(answer))


def openai_client(body: str, kind: str) -> openai.OpenAI:
    return openai.OpenAI(api_key="k", base_url="http://t/v1", http_client=transport(body, kind), max_retries=0)


def anthropic_client(body: str, kind: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(
        api_key="k", base_url="http://t", http_client=transport(body, kind, httpx2), max_retries=0
    )


JSON, STREAM = "application/json", "text/event-stream"
MESSAGES = [{"role": "user", "content": "Hi"}]


# -- Chat


def chat_reading(completion) -> Reading:
    choice, reading = completion.choices[0], Reading()
    message = choice.message
    reading.text = message.content or ""
    reading.reasoning = getattr(message, "reasoning", None) or ""
    details = getattr(message, "reasoning_details", None) or []
    if any(detail.get("type") == "reasoning.encrypted" for detail in details):
        reading.features.add("sealed")
    for call in message.tool_calls or []:
        if call.type == "custom":
            # The helper for streams leaves these untyped.
            custom = call.custom if isinstance(call.custom, dict) else call.custom.model_dump()
            reading.calls.append((custom["name"], custom["input"]))
        else:
            reading.calls.append((call.function.name, arguments(call.function.arguments)))
    reading.finish = choice.finish_reason or ""
    if message.refusal:
        reading.features.add("refusal")
    usage = completion.usage
    if usage:
        reading.prompt, reading.completion = usage.prompt_tokens, usage.completion_tokens
        reading.cached = usage.prompt_tokens_details.cached_tokens or 0
        reading.thought = usage.completion_tokens_details.reasoning_tokens or 0
    return reading


def chat_plain(body: str) -> Reading:
    return chat_reading(openai_client(body, JSON).chat.completions.create(model="m", messages=MESSAGES))


def chat_stream(body: str) -> Reading:
    """As the SDK's helper accumulates it, which counts an answer that was cut off as an exception."""
    state = ChatCompletionStreamState()
    try:
        for chunk in openai_client(body, STREAM).chat.completions.create(model="m", messages=MESSAGES, stream=True):
            try:
                state.handle_chunk(chunk)
            except (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError):
                pass
        return chat_reading(state.current_completion_snapshot)
    except openai.APIError as error:
        raise Broken(str(error)) from error


# -- Responses


def responses_reading(response) -> Reading:
    reading = Reading()
    for item in response.output:
        if item.type == "message":
            for part in item.content:
                reading.text += getattr(part, "text", "") or ""
                if part.type == "refusal":
                    reading.features.add("refusal")
        elif item.type == "reasoning":
            reading.reasoning += "".join(part.text for part in item.summary)
            reading.reasoning += "".join(part.text for part in item.content or [])
        elif item.type == "function_call":
            reading.calls.append((item.name, arguments(item.arguments)))
        elif item.type == "custom_tool_call":
            reading.calls.append((item.name, item.input))
    if response.status == "incomplete":
        reason = response.incomplete_details.reason
        reading.finish = "content_filter" if reason == "content_filter" else "length"
    else:
        reading.finish = "tool_calls" if reading.calls else "stop"
    usage = response.usage
    if usage:
        reading.prompt, reading.completion = usage.input_tokens, usage.output_tokens
        reading.cached = usage.input_tokens_details.cached_tokens
        reading.thought = usage.output_tokens_details.reasoning_tokens
    if response.status == "failed":
        raise Broken(response.error.message)
    return reading


def responses_plain(body: str) -> Reading:
    return responses_reading(openai_client(body, JSON).responses.create(model="m", input="Hi"))


# xAI's search in X, which passes as it came. The SDK knows neither the tool nor its call: it keeps them whole under the
# name of a type that it knows, and its helper for streams warns of that. A type that it knows and that does not fit
# gives the same warning, and that one stays an error.
UNKNOWN_TYPES = r"(?s)Pydantic serializer warnings:.*input_value='x_search(_call)?'"


def responses_stream(body: str) -> Reading:
    text, failed, final = "", None, None
    with warnings.catch_warnings(), openai_client(body, STREAM).responses.stream(model="m", input="Hi") as stream:
        warnings.filterwarnings("ignore", UNKNOWN_TYPES, UserWarning)
        for event in stream:
            if event.type == "response.output_text.delta":
                text += event.delta
            elif event.type == "response.failed":
                failed = event.response.error.message
            elif event.type in ("response.completed", "response.incomplete"):
                final = event.response
    if failed is not None:
        raise Broken(failed)
    reading = responses_reading(final)
    assert text == reading.text, "the deltas and the last response differ"
    return reading


# -- Messages


def messages_reading(message) -> Reading:
    reading = Reading()
    for block in message.content:
        if block.type == "text":
            reading.text += block.text
        elif block.type == "thinking":
            reading.reasoning += block.thinking
        elif block.type == "tool_use":
            reading.calls.append((block.name, block.input))
    reading.finish = ANTHROPIC_FINISH.get(message.stop_reason or "", message.stop_reason or "")
    usage = message.usage
    reading.cached = usage.cache_read_input_tokens or 0
    reading.prompt = usage.input_tokens + reading.cached + (usage.cache_creation_input_tokens or 0)
    reading.completion = usage.output_tokens
    details = getattr(usage, "output_tokens_details", None)
    reading.thought = (getattr(details, "thinking_tokens", None) or 0) if details else 0
    return reading


def messages_plain(body: str) -> Reading:
    client = anthropic_client(body, JSON)
    return messages_reading(client.messages.create(model="m", max_tokens=9, messages=MESSAGES))


def messages_stream(body: str) -> Reading:
    client = anthropic_client(body, STREAM)
    try:
        with client.messages.stream(model="m", max_tokens=9, messages=MESSAGES) as stream:
            for _ in stream:
                pass
            return messages_reading(stream.get_final_message())
    except anthropic.APIError as error:
        raise Broken(str(error)) from error


READERS = {
    "chat plain": chat_plain,
    "chat stream": chat_stream,
    "responses plain": responses_plain,
    "responses stream": responses_stream,
    "messages plain": messages_plain,
    "messages stream": messages_stream,
}

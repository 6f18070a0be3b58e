"""Models for embeddings and reranking at simulated providers, and what these answer."""

from __future__ import annotations

PATHS = {"openai": "/v1", "gemini": "/v1beta", "cohere": "/v2", "bedrock": ""}
#: What Bedrock calls the model says who made it, and so how it is asked.
BEDROCK = {"bedrock": "us.cohere.embed-v4:0", "titan": "amazon.titan-embed-text-v2:0"}


def models(simulator, config: dict) -> dict:
    """Adds `embed/NAME` at a provider of that dialect, `embed/pair` and others that can also go to `spare`, and
    `rank/...` likewise."""
    base = f"{simulator.url}/p"
    config["providers"].append({"slug": "spare", "name": "Spare", "dialect": "openai", "base_url": f"{base}/spare/v1"})
    pricing = {"prompt": "0.00000002"}
    spare = {"provider": "spare", "model": "spare-model", "pricing": pricing}
    kind = {"output_modalities": ["embeddings"], "context_length": 8192}
    for dialect, path in PATHS.items():
        slug = f"embed-{dialect}"
        config["providers"].append(
            {"slug": slug, "dialect": dialect, "base_url": f"{base}/{slug}{path}", "api_key": f"secret-{slug}"}
        )
        endpoint = {"provider": slug, "model": BEDROCK.get(dialect, f"{slug}-model"), "pricing": pricing}
        config["models"].append({"id": f"embed/{dialect}", **kind, "endpoints": [endpoint]})
        if dialect == "openai":
            for name in ("pair", "pair-float", "pair-base64"):
                config["models"].append({"id": f"embed/{name}", **kind, "endpoints": [endpoint, spare]})
        if dialect == "bedrock":
            titan = {**endpoint, "model": BEDROCK["titan"]}
            config["models"].append({"id": "embed/titan", **kind, "endpoints": [titan]})
            config["models"].append({"id": "embed/titan-pair", **kind, "endpoints": [titan, spare]})
            nova = {**endpoint, "model": "amazon.nova-lite-v1:0"}
            config["models"].append({"id": "embed/nova", **kind, "endpoints": [nova]})
    kind["output_modalities"] = ["rerank"]
    search = {"prompt": "0", "request": "0.002"}
    cohere = {"provider": "embed-cohere", "model": "rerank-model", "pricing": search}
    jina = {"provider": "embed-openai", "model": "jina-model", "pricing": pricing}
    config["models"] += [
        {"id": "rank/cohere", **kind, "endpoints": [cohere]},
        {"id": "rank/jina", **kind, "endpoints": [jina]},
        *(
            {"id": f"rank/{name}", **kind, "endpoints": [cohere, {**spare, "pricing": search}]}
            for name in ("pair", "pair-2")
        ),
    ]
    return config


def texts_of_tokens(tokens: list) -> list[str]:
    """What the simulator takes tokens for."""
    lists = tokens if isinstance(tokens[0], list) else [tokens]
    return [",".join(str(token) for token in one) for one in lists]


def _hash(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def vector(text: str, dimensions: int) -> list[float]:
    """The embedding that every simulated provider makes of a text."""
    start = _hash(text)
    return [((start + place * 0x9E3779B1 & 0xFFFFFFFF) >> 24) / 128 - 1 for place in range(dimensions)]


def relevance(document: str) -> float:
    """The relevance that every simulated provider finds in a document."""
    return (_hash(document) >> 24) / 256

"""What a coding agent sends in the middle of its work: the shape of Claude Code's requests, in words of our own."""

from __future__ import annotations

EPHEMERAL = {"type": "ephemeral"}
DRAFT = "http://json-schema.org/draft-07/schema#"
BETAS = ["claude-code-20250219", "interleaved-thinking-2025-05-14", "context-management-2025-06-27"]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
# Sealed by the provider: neither may change by a byte.
SIGNATURES = ["EqQBCkYIBxgCKkB" + "aB3/+" * 60 + "==", "EqoBCkgIBxgCKkD" + "zY9+/" * 80 + "=="]
REDACTED = "EmwKAhgBEgy3va3pzix/LafPsn4a" + "Q2f+/" * 40 + "="


def text(words: str, **more) -> dict:
    return {"type": "text", "text": words, **more}


def rules(count: int) -> str:
    """Long, with what instructions are full of: lists, code, quotes, other scripts."""
    lines = ["# Rules", ""]
    for number in range(count):
        lines.append(
            f'{number}. Never edit `src/gen_{number}.py`; run "make gen" \u2014 and say so: \\n is no line end.'
        )
        if number % 10 == 0:
            lines += [
                "```bash",
                f"grep -rn 'NOTE({number})' . | sort -u > \"$TMPDIR/out\"\t# \u9069\u7528 \U0001f6a7",
                "```",
            ]
    return "\n".join(lines)


def tool(name: str, description: str, properties: dict, required: list[str] | None = None, **more) -> dict:
    schema = {"$schema": DRAFT, "type": "object", "properties": properties, "additionalProperties": False, **more}
    if required:
        schema["required"] = required
    return {"name": name, "description": description, "input_schema": schema}


def string(description: str, **more) -> dict:
    return {"type": "string", "description": description, **more}


PATH = string("The absolute path of the file")
EDIT = {
    "type": "object",
    "properties": {
        "old_string": string("What is there"),
        "new_string": string("What is to be there"),
        "replace_all": {"type": "boolean", "default": False},
    },
    "required": ["old_string", "new_string"],
    "additionalProperties": False,
}
ITEM = {
    "type": "object",
    "properties": {
        "content": string("What is to be done", minLength=1),
        "status": {"type": "string", "enum": ["pending", "in_progress", "completed"]},
        "activeForm": string("The same while it is being done", minLength=1),
    },
    "required": ["content", "status", "activeForm"],
}
FILTER = {
    "anyOf": [
        {"type": "object", "properties": {"state": {"const": "open"}}, "required": ["state"]},
        {"type": "object", "properties": {"labels": {"type": "array", "items": {"type": "string"}, "maxItems": 5}}},
        {"type": "null"},
    ]
}
NUMBER = {"type": "number", "description": "In milliseconds", "exclusiveMinimum": 0, "maximum": 600000}

TOOLS = [
    tool("Task", "Hands work to another agent.", {"prompt": string("The work"), "kind": string("Whom")}, ["prompt"]),
    tool("Bash", 'Runs a command.\n\nQuote paths:\n  - cd "/a b"\n', {"command": string("It"), "timeout": NUMBER}),
    tool(
        "Glob", "Finds files by pattern, such as `**/*.{js,ts}`.", {"pattern": string("It"), "path": PATH}, ["pattern"]
    ),
    tool(
        "Grep",
        "Searches in files.",
        {
            "pattern": string("A regular expression such as `log.*Error` or `function\\s+\\w+`"),
            "output_mode": {"type": "string", "enum": ["content", "files_with_matches", "count"]},
            "-A": {"type": "number", "description": "Lines after"},
            "-i": {"type": "boolean", "description": "Whether case does not count"},
        },
        ["pattern"],
    ),
    tool("LS", "Lists a folder.", {"path": PATH, "ignore": {"type": "array", "items": {"type": "string"}}}, ["path"]),
    tool("ExitPlanMode", "Asks whether the plan is good.", {"plan": string("In Markdown")}, ["plan"]),
    tool("Read", "Reads a file.", {"file_path": PATH, "limit": {"type": "integer", "minimum": 1}}, ["file_path"]),
    tool(
        "Edit", "Replaces text in a file.", {"file_path": PATH, **EDIT["properties"]}, ["file_path", *EDIT["required"]]
    ),
    tool(
        "MultiEdit",
        "Edits one file several times.",
        {"file_path": PATH, "edits": {"type": "array", "items": EDIT, "minItems": 1}},
        ["file_path", "edits"],
    ),
    tool("Write", "Writes a file.", {"file_path": PATH, "content": string("All of it")}, ["file_path", "content"]),
    tool("NotebookEdit", "Edits a notebook.", {"cell_type": {"type": "string", "enum": ["code", "markdown"]}}),
    tool("WebFetch", "Reads a page.", {"url": string("Where", format="uri"), "prompt": string("What for")}, ["url"]),
    tool("TodoWrite", "Keeps the list.", {"todos": {"type": "array", "items": ITEM}}, ["todos"]),
    tool("WebSearch", "Searches.", {"query": string("What", minLength=2), "domains": {"type": "array"}}, ["query"]),
    tool("BashOutput", "What a command in the background has printed.", {"bash_id": string("Which")}, ["bash_id"]),
    tool("KillShell", "Ends a command in the background.", {"shell_id": string("Which")}, ["shell_id"]),
    tool("Skill", "Uses a skill.", {"command": string("Its name, no arguments")}, ["command"]),
    tool("SlashCommand", "Runs a command of the user's.", {"command": string("With its arguments")}, ["command"]),
    tool("mcp__github__search_issues", "Searches issues.", {"query": string("Of GitHub"), "filter": FILTER}, ["query"]),
    tool("mcp__github__create_issue", "Makes an issue.", {"title": string("Short")}, ["title"], propertyNames={}),
    tool("mcp__browser__snapshot", "What the page looks like.", {}),
    tool(
        "mcp__tree__walk",
        "Walks a tree.",
        {"root": {"$ref": "#/definitions/node"}},
        definitions={
            "node": {
                "type": "object",
                "properties": {"children": {"type": "array", "items": {"$ref": "#/definitions/node"}}},
                "patternProperties": {"^x-": {"type": "string"}},
            }
        },
    ),
]
TOOLS[-1] = TOOLS[-1] | {"cache_control": EPHEMERAL}

SYSTEM = [
    text("You help with software.", cache_control=EPHEMERAL),
    text(rules(160), cache_control={"type": "ephemeral", "ttl": "1h"}),
    text("# Environment\nFolder: /home/ann/app\nToday: 2026-11-22\n\nStatus:\nM src/app.py\n?? notes.txt\n"),
]

EDITED = {
    "file_path": "/home/ann/app/src/app.py",
    "old_string": 'print("a\\n\t\u00e9\u4e16\U0001f600")\n',
    "new_string": 'x = {"a": [1, 2.50, -1e-7, 12345678901234567890, true]}  # </script>\u2028',
    "replace_all": False,
}
TREE = {"children": [{"children": []}], "x-size": 12345678901234567890, "ratio": -1.5e-07, "none": None, "": [[]]}


def messages(first: str) -> list[dict]:
    """Three turns of the model's with two thoughts that are signed, one that is sealed, and calls side by side."""
    return [
        {
            "role": "user",
            "content": [text(first), text("<reminder>\nThe list is empty.\n</reminder>"), text("Mend it.")],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "First I read.\n\nThen I search.", "signature": SIGNATURES[0]},
                {"type": "redacted_thinking", "data": REDACTED},
                text("I look at it."),
                {"type": "tool_use", "id": "toolu_01A", "name": "Read", "input": {"file_path": "/a b.py", "limit": 20}},
                {"type": "tool_use", "id": "toolu_01B", "name": "Grep", "input": {"pattern": "\\bfoo\\(", "-A": 3}},
                {"type": "tool_use", "id": "toolu_01C", "name": "mcp__browser__snapshot", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_01A", "content": "     1\u2192import os\n     2\u2192"},
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_01B",
                    "content": [text("No such folder: src\n"), text("exit 2")],
                    "is_error": True,
                },
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_01C",
                    "content": [
                        text("The page:"),
                        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}},
                    ],
                },
                text(first),
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "The folder is another.", "signature": SIGNATURES[1]},
                {"type": "tool_use", "id": "toolu_02A", "name": "Edit", "input": EDITED},
                {"type": "tool_use", "id": "toolu_02B", "name": "mcp__tree__walk", "input": {"root": TREE}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_02A", "content": "Done."},
                {"type": "tool_result", "tool_use_id": "toolu_02B", "content": "{}", "cache_control": EPHEMERAL},
            ],
        },
    ]


def request(model: str, first: str) -> dict:
    """A request for `/v1/messages`; `first` is the text that the user's words begin with."""
    return {
        "model": model,
        "max_tokens": 12000,
        "thinking": {"type": "enabled", "budget_tokens": 8000},
        "metadata": {"user_id": "user_9f3a_account__session_0b1d"},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
        "system": SYSTEM,
        "tools": TOOLS,
        "messages": messages(first),
    }

"""Compares what recordings say with what callers get, and counts it by provider and feature."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import asked
import clients
import reading as readings
import recordings
import spoken

ROOT = Path(__file__).resolve().parents[2]
# What builds and runs the test that translates; the same build as the unit tests.
SWIFT = ["swift", "test", "--scratch-path", ".build-asan", "--sanitize=address"]
FILTER = ["--filter", "RecordedTranslationTests"]
FIELDS = ("text", "reasoning", "calls", "finish", "prompt", "completion", "cached", "thought")


def translate(found: list, work: Path) -> dict[str, dict]:
    """Lets the router's code translate every recording."""
    work.mkdir(parents=True, exist_ok=True)
    with (work / "recordings.jsonl").open("w") as out:
        for item in found:
            events = [{"kind": kind, "data": data} for kind, data in item.events]
            line = {"name": item.name, "dialect": item.dialect, "kind": item.kind, "events": events}
            if item.kind == "request":
                line["caller"] = CALLERS.get(item.dialect, "chat")
                if item.dialect not in CALLERS:
                    try:
                        line["events"] = [
                            {"kind": "", "data": json.dumps(spoken.as_chat(item.dialect, item.bodies[0]))}
                        ]
                    except spoken.Inexpressible:
                        continue
            out.write(json.dumps(line, ensure_ascii=True) + "\n")
    command = os.environ.get("MARTLET_RECORDED_SWIFT", "").split() or SWIFT
    environment = dict(os.environ, MARTLET_RECORDED_WORK=str(work), ASAN_OPTIONS="detect_leaks=0")
    done = subprocess.run(command + FILTER, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-4000:] + done.stderr[-4000:])
    lines = (work / "translated.jsonl").read_text().split("\n")
    return {value["name"]: value for value in map(json.loads, filter(None, lines))}


CALLERS = {"openai": "chat", "openai-responses": "responses", "anthropic": "messages"}


def differences(item, expected: readings.Reading, actual: readings.Reading, way: str) -> list[str]:
    found = []
    for name in FIELDS:
        want, have = getattr(expected, name), getattr(actual, name)
        if want is None:
            continue
        if name == "calls":
            # The Messages dialect has no freeform tools: their input is an argument there.
            if way.startswith("messages") and "custom" in expected.features:
                want = [(tool, {"input": text} if isinstance(text, str) else text) for tool, text in want]
            want, have = json.dumps(want, sort_keys=True), json.dumps(have, sort_keys=True)
        if want != have:
            found.append(f"{name}: {clip(want)} but {way} has {clip(have)}")
    return found


def clip(value) -> str:
    text = value if isinstance(value, str) else repr(value)
    return repr(text[:60]) + (f" of {len(text)}" if len(text) > 60 else "")


def compare(item, translated: dict) -> list[str]:
    """What is not as it should be; nothing where all six ways agree with the recording."""
    if item.kind == "error":
        said = error_message(item.bodies[0])
        return [] if translated.get("message") == said else [f"message: {said!r} != {translated.get('message')!r}"]
    expected = readings.read(item)
    found = []
    for way, read in clients.READERS.items():
        body = translated.get(way, "")
        if expected.failed:
            try:
                if not body.startswith("error: "):
                    read(body)
                    found.append(f"{way} does not say that the answer broke off")
            except (clients.Broken, AttributeError, TypeError):
                pass
            continue
        try:
            found += differences(item, expected, read(body), way)
        except Exception as error:  # noqa: BLE001
            found.append(f"{way}: {type(error).__name__} {str(error)[:200]}")
    return found


def error_message(body) -> str:
    error = body.get("error", body)
    if isinstance(error, str):
        return error
    return error.get("message") or error.get("Message") or ""


def features(item, expected: readings.Reading) -> list[str]:
    names = [item.kind]
    if item.kind == "error":
        return names
    if expected.text:
        names.append("text")
    if expected.calls:
        names.append("tool calls")
    if expected.reasoning:
        names.append("reasoning")
    if expected.prompt is not None:
        names.append("usage")
    if expected.cached:
        names.append("cached tokens")
    if "server tools" in expected.features:
        names.append("server tools")
    return names


COLUMNS = ["answer", "stream", "error", "text", "tool calls", "reasoning", "usage", "cached tokens", "server tools"]


def table(counts: dict, failed: Counter) -> str:
    lines = ["| provider | dialect | " + " | ".join(COLUMNS) + " | differ |"]
    lines.append("|" + "---|" * (len(COLUMNS) + 3))
    for key in sorted(counts):
        row = " | ".join(str(counts[key][name] or "") for name in COLUMNS)
        lines.append(f"| {key[0]} | {key[1]} | {row} | {failed[key] or ''} |")
    total = Counter()
    for row in counts.values():
        total += row
    row = " | ".join(str(total[name]) for name in COLUMNS)
    lines.append(f"| all | | {row} | {sum(failed.values())} |")
    return "\n".join(lines)


# Where the recording itself is the reason, by a part of its name.
EXPLAINED = {
    "_test_openai_previous_response_id": 'status "complete", which no provider sends: written by hand',
    "test_openai_responses_verbosity": 'status "complete", which no provider sends: written by hand',
    "test_background_mode": "queued responses, which are no answers; this router asks for none in the background",
    "spliced-message-start": "cut off within the arguments of a call on purpose, which Messages can only say whole",
    "openai-shell-container": "shortened by hand, so that deltas and whole text differ",
    "anthropic-programmatic-tool-calling.1.json": "`end_turn` beside a call, which callers of Messages get as it came",
    "test_openrouter_web_search_annotations_stream": "entries of lists without `index`, passed on as they came; "
    "OpenAI's helper for streams cannot join them",
}


def explanation(name: str) -> str | None:
    return next((reason for part, reason in EXPLAINED.items() if part in name), None)


BEGIN = "<!-- recorded traffic -->\n"
END = "<!-- end of recorded traffic -->\n"


@dataclass
class Outcome:
    overview: str
    # What is not as it should be, by recording.
    wrong: dict[str, list[str]]
    compared: int
    skipped: Counter
    requests: str

    def document(self) -> str:
        lines = ["", self.overview, "", "Those that differ:", ""]
        reasons = Counter(explanation(name) or f"`{name}`" for name in self.wrong)
        lines += [f"- {count}: {reason}." for reason, count in sorted(reasons.items())]
        lines += ["", "Left out:", ""]
        lines += [f"- {count}: {reason}." for reason, count in sorted(self.skipped.items())]
        return "\n".join([*lines, "", self.requests, "", ""])


def run(root: Path, work: Path) -> Outcome:
    found = recordings.load(root)
    return judge(found, translate(found, work))


def judge(found: list, translated: dict[str, dict]) -> Outcome:
    counts, failed, wrong = defaultdict(Counter), Counter(), {}
    answers = [item for item in found if item.kind != "request"]
    for item in answers:
        problems = compare(item, translated[item.name])
        key = (item.provider, item.dialect)
        expected = readings.read(item) if item.kind != "error" else readings.Reading()
        counts[key].update(features(item, expected))
        if problems:
            failed[key] += 1
            wrong[item.name] = problems
    requests, refused = asked.compare(found, translated)
    return Outcome(table(counts, failed), wrong | refused, len(answers), Counter(recordings.skipped), requests)


if __name__ == "__main__":
    outcome = run(Path(sys.argv[1]), Path(sys.argv[2]))
    print(outcome.document())
    for name, problems in outcome.wrong.items():
        print(name)
        for problem in problems:
            print("   ", problem)

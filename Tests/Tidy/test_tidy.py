"""Checks of the tree itself: what a reviewer would have to look for by hand."""

import pathlib
import re
import statistics
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_LINES_MAX = 600
FILE_LINES_MEDIAN_MAX = 150
FUNCTION_LINES_MAX = 70
LINE_BYTES_MAX = 120


def tracked(*patterns: str) -> list[pathlib.Path]:
    """Files that are or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [path for name in sorted(set(names)) if (path := ROOT / name).is_file()]


SWIFT = tracked("*.swift")
SOURCES = [path for path in SWIFT if path.is_relative_to(ROOT / "Sources")]
PYTHON = tracked("*.py")
TEXT = [
    path
    for path in tracked()
    if path.suffix in {".swift", ".py", ".md", ".c", ".h", ".cpp", ".yaml", ".yml", ".toml", ".sh", ".ini", ".jinja"}
    or (path.parent.name == "scripts" and not path.suffix)
]


def relative(path: pathlib.Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SWIFT, ids=relative)
def test_no_file_is_longer_than_a_reader_can_hold(path):
    assert len(path.read_text().splitlines()) <= FILE_LINES_MAX


def test_most_files_are_short():
    lengths = [len(path.read_text().splitlines()) for path in SOURCES]
    assert statistics.median(lengths) <= FILE_LINES_MEDIAN_MAX


def function_lengths(text: str) -> list[tuple[str, int]]:
    """Name and lines of each function body, by indentation, which the formatter guarantees."""
    found = []
    lines = text.splitlines()
    head = re.compile(r"^( *)(?:[@\w()]+ )*(?:func [^\s(<]+|init[?(<]|deinit)")
    for number, line in enumerate(lines):
        match = head.match(line)
        if not match:
            continue
        if line.rstrip().endswith("}") and line.count("{") == line.count("}"):
            continue
        closing = match.group(1) + "}"
        for length, later in enumerate(lines[number + 1 :], start=2):
            if later.startswith(closing):
                found.append((f"{number + 1}: {line.strip()}", length))
                break
            if later.strip() and not later.startswith(match.group(1)):
                break
            # A requirement of a protocol has no body.
            if length == 2 and "{" not in line and head.match(later):
                break
    return found


@pytest.mark.parametrize("path", SWIFT, ids=relative)
def test_every_function_fits_one_screen(path):
    long = [(name, length) for name, length in function_lengths(path.read_text()) if length > FUNCTION_LINES_MAX]
    assert not long


def test_the_measure_of_functions_measures():
    body = "\n".join("        work()" for _ in range(80))
    short = "    func short() {\n        work()\n    }\n"
    text = f"struct S {{\n{short}\n    package func long(a: Int) {{\n{body}\n    }}\n}}\n"
    assert [length for _, length in function_lengths(text)] == [3, 82]


BANNED_FILE_NAMES = re.compile(r"^(Utils?|Helpers?|Common|Misc|Shared|Manager)\.swift$|Placeholder\.swift$")
BANNED_WORDS = {
    "unfinished work": re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b"),
    "a path of one machine": re.compile(r"/wo" r"rk/(dev|main|sha" r"red)|/ro" r"ot/"),
    "a package host": re.compile(r"(py" r"pi|files\.python" r"hosted|deb\.deb" r"ian|security\.deb" r"ian)\.(org|io)"),
}


@pytest.mark.parametrize("path", SWIFT, ids=relative)
def test_file_names_say_what_is_inside(path):
    assert not BANNED_FILE_NAMES.search(path.name)


@pytest.mark.parametrize("path", TEXT, ids=relative)
def test_text_has_no_banned_words_and_clean_lines(path):
    text = path.read_text()
    for reason, pattern in BANNED_WORDS.items():
        found = pattern.search(text)
        assert not found, f"{reason}: {found.group()!r}"
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert not re.search(r"[ \t]+$", text, re.MULTILINE), "a line ends with a space"
    assert "\r\n" not in text
    assert not re.search(r"^(<{7}|>{7}) ", text, re.MULTILINE), "a merge was left half done"


@pytest.mark.parametrize("path", PYTHON + tracked("scripts/*"), ids=relative)
def test_scripts_have_lines_of_bounded_length(path):
    if path.parent.name == "requirements":
        return
    long = [number for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > LINE_BYTES_MAX]
    assert not long


def imports(path: pathlib.Path) -> set[str]:
    pattern = re.compile(
        r"^\s*(?:@\w+ )?(?:public |package |internal |private |fileprivate )?import (?:\w+ )?(\w+)", re.M
    )
    return set(pattern.findall(path.read_text()))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_the_program_does_without_foundation(path):
    # The public client is a library of its own; the helpers of tests are in no program.
    if path.is_relative_to(ROOT / "Sources/MartletClient") or path.is_relative_to(ROOT / "Sources/TestSupport"):
        return
    forbidden = {"Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch"}
    assert not imports(path) & forbidden


TRANSPORT = {"Reactor", "HTTPServer", "HTTPClient", "TransportSecurity", "Database", "CUV", "CSQLite", "COpenSSL"}
PURE = [
    "Accounting",
    "Access",
    "Catalog",
    "Completions",
    "Activity",
    "Routing",
    "Simulation",
    "Providers",
    "Dialects",
    "HTTPWire",
    "EventStreams",
    "JSONText",
]


@pytest.mark.parametrize("module", PURE)
def test_policy_domain_and_formats_do_no_input_or_output(module):
    for path in (ROOT / "Sources" / module).rglob("*.swift"):
        assert not imports(path) & TRANSPORT, relative(path)


def test_the_tree_names_its_scripts_executable():
    for name in ("setup", "serve", "test", "package"):
        assert (ROOT / "scripts" / name).stat().st_mode & 0o111, name
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


@pytest.mark.parametrize("path", tracked("*.md"), ids=relative)
def test_links_between_documents_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), target

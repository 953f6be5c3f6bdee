"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "ingest", "models", "pricing")
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
QUERIES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.sql"))

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 60
SAYS_NOTHING = {
    "base",
    "common",
    "helpers",
    "manager",
    "misc",
    "types",
    "util",
    "utils",
}
HEAVY = {"duckdb", "httpx", "numpy", "pandas", "plotly", "polars", "pyarrow", "streamlit"}
SOURCE_HEADER = ("recognised", "key", "counts", "tier", "traps")
MONEY = re.compile(r"usd|pico|cost|price|rate|amount|money|dollar|fee", re.IGNORECASE)

# Places on somebody's machine, and hosts that packages come from.
MACHINE = re.compile(
    r"(?<![\w.~-])/(?:root|home|work|opt|Users)/[\w.-]+"
    r"|https?://[^\s/]*(?:pypi|pythonhosted|registry|artifactory|nexus)[^\s]*"
    r"|--(?:extra-)?index-url|--find[-]links"
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tracked_files() -> list[Path]:
    """Return what is under version control, or all there is in an unpacked sdist."""
    git = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if git.returncode:
        return [path for path in ROOT.glob("[!.]*/**/*") if path.is_file()]
    paths = [ROOT / name for name in git.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def calls(path: Path, name: str) -> list[ast.Call]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


@pytest.mark.parametrize("path", MODULES + QUERIES, ids=named)
def test_no_file_has_a_long_tail(path):
    assert len(path.read_text("utf-8").splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_function_has_a_long_tail(path):
    long = {
        function.name: lines
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MAX_FUNCTION_LINES
    }

    assert not long


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_module_names_say_what_is_inside(path):
    words = named(path).removesuffix(".py").lower().split("/")

    assert not SAYS_NOTHING & set(words)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_money_is_never_a_float(path):
    floats = [ast.unparse(call) for call in calls(path, "float")]

    assert [text for text in floats if MONEY.search(text)] == []


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_commands_print(path):
    speaks = named(path) == "app/cli.py" or named(path).startswith("app/commands/")

    assert speaks or calls(path, "print") == []


@pytest.mark.parametrize("path", QUERIES, ids=named)
def test_every_query_says_what_goes_in_and_comes_out(path):
    lines = path.read_text("utf-8").splitlines()
    end = next(n for n, line in enumerate(lines) if not line.startswith("--"))
    header = "\n".join(lines[:end])
    wanted = SOURCE_HEADER if path.parent.name == "sources" else ("in", "out")

    assert header.startswith(f"-- {path.stem}: ")
    for word in wanted:
        assert re.search(rf"^-- {word}\b", header, re.MULTILINE), f"no `-- {word}`"


@pytest.mark.parametrize(
    "path",
    [path for path in QUERIES if named(path).startswith(("pricing/", "app/"))],
    ids=named,
)
def test_rating_and_report_queries_stay_portable(path):
    """What other engines lack, or read differently without saying so."""
    code = re.sub(r"--.*|'[^']*'", "", path.read_text("utf-8")).lower()
    foreign = (
        r"\basof\b|\bhugeint\b|\bqualify\b|\b(?:group|order)\s+by\s+all\b"
        r"|\bpercentile\w*|\bquantile\w*|\bstrftime\b|\bdouble\b|\bfloat\b|/"
    )

    assert re.findall(foreign, code) == []


def test_no_file_names_a_machine_or_a_registry():
    found = []
    for path in tracked_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # pictures, compressed samples, broken samples
        found += [f"{named(path)}: {match[0]}" for match in MACHINE.finditer(text)]

    assert found == []


def test_every_lint_exception_has_its_reason_beside_it():
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    rules = [line for line in lines if re.match(r'\s+"[A-Z]+[0-9]*",', line)]

    assert [line for line in rules if "#" not in line and '"ALL"' not in line] == []


def test_every_dependency_is_locked_with_hashes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "constraints.txt": project["dependencies"],
        "constraints-extras.txt": extras["cloud"] + extras["postgres"],
        "constraints-dev.txt": [
            line for extra in ("cloud", "postgres", "test", "dev") for line in extras[extra]
        ],
        "constraints-bench.txt": extras["bench"],
    }
    for name, requirements in wanted.items():
        text = (ROOT / name).read_text("utf-8")
        pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
        for line in requirements:
            requirement = Requirement(line)
            version = pins[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{name}: {line}"
        entries = re.split(r"\n(?=\S)", text.strip())
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_command_line_starts_without_heavy_imports():
    code = "import sys, app.cli; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert HEAVY & set(run.stdout.split()) == set()

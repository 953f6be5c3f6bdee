"""What a user installs: the wheel, run away from the checkout."""

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "ingest", "models", "pricing")


def run(*command: object, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built as ``pip install .`` builds it, and without network."""
    out = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation")
    run(*pip, "--quiet", "--wheel-dir", out, ROOT, cwd=out)
    [built] = out.glob("ratecard-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A fresh environment with the wheel; the dependencies are borrowed."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv.parent)
    python = venv / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", wheel, cwd=venv.parent)
    [site] = venv.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return venv


def test_everything_in_the_packages_is_in_the_wheel(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        str(path.relative_to(ROOT))
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert sources - inside == set()
    assert "pricing/pricing_tables.yaml" in inside


def test_nothing_else_is_in_the_wheel(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_installed_packages_are_the_ones_of_the_wheel(installed, tmp_path):
    code = "import app, ingest, models, pricing as p; print(p.__file__)"

    assert run(installed / "bin/python", "-c", code, cwd=tmp_path).startswith(str(installed))


def test_the_installed_command_knows_its_version(installed, tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ratecard = installed / "bin/ratecard"

    assert project["version"] in run(ratecard, "--version", cwd=tmp_path)
    assert "Usage: ratecard" in run(ratecard, "--help", cwd=tmp_path)


def test_the_installed_command_finds_the_shipped_prices(installed, tmp_path):
    assert "gpt-5.4" in run(installed / "bin/ratecard", "prices", "list", cwd=tmp_path)

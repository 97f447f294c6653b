"""What an installed package brings: every module, and every file that lies beside them."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def files_of(folder):
    """All files of the package in a folder, but what Python wrote there."""
    files = (path for path in (folder / "sim").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in files}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in a wheel that is built without a network, from a copy, so that the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("build")
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*command, "--wheel-dir", "."], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


def test_a_wheel_has_all_files_of_the_package_and_no_others(wheel):
    assert {name for name in wheel if ".dist-info/" not in name} == files_of(ROOT)


@pytest.mark.parametrize("kind", ["py.typed", ".py", ".toml", ".md", ".vue", ".js", ".css"])
def test_a_wheel_has_files_of_each_kind(wheel, kind):
    assert any(name.endswith(kind) for name in wheel)

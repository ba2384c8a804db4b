"""Write `packaging/requirements.lock`: every dependency of `pyproject.toml`, pinned, with its hashes.

    python3 packaging/lock.py [--upgrade]

Standard library only: it fetches the resolver (uv) into a throwaway environment. The lock holds the
runtime, the developer's and the build dependencies for every platform, so that a set-up needs nothing
but the lock, and no registry address, so that it works behind any mirror.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
EDITABLE_NEEDS = ("editables",)
"""What hatchling asks for, on top of itself, when it installs a project editable."""


def resolve(workplace: Path, *, upgrade: bool) -> str:
    """The text of a fresh lock, made in an empty folder. Raises CalledProcessError when a step fails."""
    venv.create(workplace / "resolver", with_pip=True)
    bin_folder = workplace / "resolver" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([bin_folder / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = workplace / "build.in"
    build.write_text("\n".join((*project["build-system"]["requires"], *EDITABLE_NEEDS)), encoding="utf-8")
    out = workplace / "requirements.lock"
    if LOCK.exists() and not upgrade:
        out.write_bytes(LOCK.read_bytes())  # what is there is kept where it still fits
    lowest = project["project"]["requires-python"].removeprefix(">=")
    command = [
        *(bin_folder / "uv", "pip", "compile", ROOT / "pyproject.toml", build, "--extra", "dev"),
        *("--universal", "--python-version", lowest, "--generate-hashes", "--quiet"),
        *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
        *("--output-file", out),
    ]
    subprocess.run(command, check=True, cwd=workplace, stdout=subprocess.DEVNULL)
    return out.read_text(encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="write packaging/requirements.lock")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fleetdesigner-lock-") as folder:
        try:
            text = resolve(Path(folder), upgrade=arguments.upgrade)
        except (subprocess.CalledProcessError, OSError) as problem:
            print(f"lock.py: could not resolve the dependencies: {problem}", file=sys.stderr)
            return 1
    if "://" in text:
        print("lock.py: the resolver wrote an address into the lock; it was not saved", file=sys.stderr)
        return 1
    LOCK.write_text(text, encoding="utf-8")
    pins = sum("==" in line for line in text.splitlines())
    print(f"{LOCK.relative_to(ROOT)}: {pins} pins")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""One command from a fresh clone to a running program, or to the result of every check.

    python3 packaging/dev.py run [ARGS]      set up what is missing, then start Fleet Designer with ARGS
    python3 packaging/dev.py test [ARGS]     set up, then ruff, mypy, import contracts and pytest ARGS
    python3 packaging/dev.py setup           only the set-up

Standard library only. The set-up makes `.venv` beside `pyproject.toml`, installs the locked packages and
the project itself (editable), and sees to the system libraries Qt needs: as root or with passwordless
sudo on Debian and its relatives it installs them, else it prints the command to give. It writes to
standard error only, so the output of `run evaluate … --format json` stays clean.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
PYPROJECT = ROOT / "pyproject.toml"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PROGRAM = BIN / ("fleetdesigner.exe" if os.name == "nt" else "fleetdesigner")
STAMP = VENV / "fleetdesigner-ready"
"""Names what the environment was made from; written last, so that it exists only after a whole set-up."""
UNFINISHED = VENV / "fleetdesigner-unfinished"
"""Exists while the environment is being changed: one found at the start was left by an interruption."""

BAD_INPUT = 2
CHECK_FAILED = 1
INTERRUPTED = 130

# Library the loader must find -> Debian package that brings it. Found one ImportError at a time in a bare
# Debian 12; newer releases keep these names as aliases.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
WINDOW_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
CHECKS = {
    "ruff check": ("ruff", "check", "--quiet", "."),
    "mypy": ("mypy", "--no-error-summary"),
    "lint-imports": ("lint-imports",),
}
EVERYTHING = ("-n", "auto", "--dist", "worksteal")
"""Without arguments the whole suite runs, on every core; a named test runs alone: -s and --pdb work."""
IMPORTS = "import numpy, pydantic, pydantic_core, PySide6.QtWidgets, PySide6.QtSvg, fleetdesigner"

NO_DISPLAY = (
    "there is no display to open the window on (DISPLAY and WAYLAND_DISPLAY are unset); "
    "evaluate, predict, catalog and --self-test work without one"
)


class Trouble(Exception):
    """Something the user has to know or do; the message is one line."""


def say(line: str) -> None:
    print(f"fleetdesigner: {line}", file=sys.stderr, flush=True)


def clean_environment() -> dict[str, str]:
    """The caller's environment less what would bend another interpreter, or where pip installs."""
    bending = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_HASHES"}
    environment = {name: value for name, value in os.environ.items() if name not in bending}
    environment["PYTHONNOUSERSITE"] = "1"
    return environment


def ask(*words: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a quick question to the system or the environment; the output is in the answer."""
    return subprocess.run(
        words,
        cwd=folder,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def command(*words: str | Path) -> int:
    """Run a step of the set-up; its output goes to standard error. Returns the exit code."""
    return subprocess.run(
        words, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=clean_environment(), check=False
    ).returncode


# --- the system ----------------------------------------------------------------------------------------


def missing_packages(libraries: Mapping[str, str]) -> list[str]:
    """Debian packages of the libraries that the loader does not find."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def venv_package() -> list[str]:
    """The Debian package without which this interpreter cannot make an environment, when it is absent."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]


def rights() -> list[str] | None:
    """What goes before apt-get to install a package: nothing, sudo, or None when it may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and ask(sudo, "-n", "true").returncode == 0:
        return [sudo, "-n"]
    return None


def install_command(packages: Sequence[str]) -> str:
    """What to type, for people who install themselves."""
    line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        line = f"sudo sh -c {shlex.quote(line)}"
    return line


def apt_install(prefix: Sequence[str], packages: Sequence[str]) -> bool:
    """Install Debian packages; the lists are fetched only when the ones at hand do not do."""
    patient = ("-o", "DPkg::Lock::Timeout=300")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *patient]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    say(f"installing system packages: {' '.join(packages)}")
    if ask(*install).returncode == 0:
        return True
    command(*apt, "update")
    return command(*install) == 0


def see_to_system(*, window: bool) -> None:
    """Install the system packages that are missing. Raises Trouble when one that is needed stays missing."""
    ready = environment_ready()
    needed = [] if ready else venv_package()
    needed += missing_packages(QT_LIBRARIES)
    wanted = missing_packages(WINDOW_LIBRARIES)
    packages = needed + wanted
    if not packages:
        return
    prefix = rights()
    if prefix is not None and apt_install(prefix, packages):
        importlib.invalidate_caches()
        return
    if needed or window:
        on_debian = "" if shutil.which("apt-get") else "your system's packages for what Debian installs by: "
        how = on_debian + install_command(packages)
        raise Trouble(f"system packages are missing; install them and try again: {how}")
    if not ready:  # once, not at each start of a command that opens none
        say(f"before you open a window, install: {install_command(wanted)}")


# --- the environment -----------------------------------------------------------------------------------


def wanted_stamp() -> str:
    """What a finished environment was made from: both files, this interpreter, this place."""
    digest = hashlib.sha256()
    for path in (LOCK, PYPROJECT):
        digest.update(path.read_bytes())
    digest.update(f"{sys.version_info[:2]} {sys.base_prefix} {sys.platform} {VENV}".encode())
    return digest.hexdigest()


def environment_ready() -> bool:
    """Whether `.venv` was set up whole from the files as they are now."""
    try:
        stamped = STAMP.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return stamped == wanted_stamp() and not UNFINISHED.exists() and PYTHON.exists() and PROGRAM.exists()


def environment_usable() -> bool:
    """Whether the `.venv` that is there can be brought up to date instead of made anew."""
    if UNFINISHED.exists() or not (VENV / "pyvenv.cfg").is_file():
        return False
    try:
        # the scripts of a moved environment still call the interpreter of the old place
        if os.name != "nt" and f"{BIN}/python".encode() not in (BIN / "pip").read_bytes()[:4096]:
            return False
        probe = "import pip, sys; print(*sys.version_info[:2])"
        answer = ask(PYTHON, "-c", probe)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.split() == [str(n) for n in sys.version_info[:2]]


def make_environment() -> None:
    """An empty `.venv`, in place of whatever was there."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        say("the environment in .venv is incomplete or of another place or Python; making it anew")
        shutil.rmtree(VENV)
    VENV.mkdir()
    UNFINISHED.touch()
    base = getattr(sys, "_base_executable", None) or sys.executable
    if command(base, "-m", "venv", VENV) != 0:
        raise Trouble("could not make .venv (see above)")


def fill_environment() -> str:
    """Install the locked packages and the project; the answer is "" or what is still wrong, in one line."""
    UNFINISHED.touch()
    STAMP.unlink(missing_ok=True)
    pip = (PYTHON, "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input", "install")
    count = LOCK.read_text(encoding="utf-8").count("==")
    say(f"installing {count} locked packages into .venv")
    if command(*pip, "--only-binary=:all:", "--require-hashes", "-r", LOCK) != 0:
        return "could not install the locked packages (see above); check the network and try again"
    if command(*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT) != 0:
        return "could not install the project into .venv (see above)"
    answer = ask(PYTHON, "-c", IMPORTS)
    if answer.returncode != 0:
        last = (answer.stderr.strip().splitlines() or [f"exit {answer.returncode}"])[-1]
        return f"the environment in .venv does not work: {last}"
    STAMP.write_text(wanted_stamp(), encoding="utf-8")
    UNFINISHED.unlink()
    return ""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time: two would pull the environment from under each other."""
    if os.name == "nt":
        yield
        return
    import fcntl

    folder = os.open(ROOT, os.O_RDONLY)  # the checkout itself is the lock: no file is left behind
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up to finish")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def set_up(*, window: bool = False) -> None:
    """Make ready what is not. Raises Trouble."""
    for path in (LOCK, PYPROJECT):
        if not path.is_file():
            raise Trouble(f"{path} is missing; this checkout is incomplete, clone it again")
    with alone():
        see_to_system(window=window)
        if environment_ready():
            return
        begin = time.monotonic()
        kept = environment_usable()
        if not kept:
            make_environment()
        wrong = fill_environment()
        if wrong and kept:  # what was kept may be the cause
            make_environment()
            wrong = fill_environment()
        if wrong:
            raise Trouble(wrong)
        say(f"set up in {time.monotonic() - begin:.0f} s")


# --- the verbs -----------------------------------------------------------------------------------------


def wants_window(arguments: Sequence[str]) -> bool:
    """Whether the program will open a window: given nothing or a file, rather than a subcommand."""
    if {"--self-test", "--help", "-h", "--version"}.intersection(arguments):
        return False
    words = [word for word in arguments if not word.startswith("-")]
    return not words or words[0].endswith(".fleet") or Path(words[0]).is_file()


def has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def run(arguments: Sequence[str]) -> int:
    window = wants_window(arguments)
    if window and not has_display():
        raise Trouble(NO_DISPLAY)
    set_up(window=window)
    if os.name == "nt":
        return subprocess.run([PROGRAM, *arguments], env=clean_environment(), check=False).returncode
    sys.stdout.flush()
    # the program takes this process over, so exit code and signals pass as they are
    os.execve(PROGRAM, [str(PROGRAM), *arguments], clean_environment())


def test(arguments: Sequence[str]) -> int:
    set_up()
    failed = []
    for name, (tool, *options) in CHECKS.items():
        begin = time.monotonic()
        check = ask(BIN / tool, *options, folder=ROOT)
        if check.returncode != 0:
            failed.append(name)
            print(f"{check.stdout}{check.stderr}".rstrip(), flush=True)
        verdict = "failed" if check.returncode != 0 else "ok"
        print(f"{name:<13} {verdict:<7}{time.monotonic() - begin:5.1f} s", flush=True)
    # pytest's own closing line stays the last one: it tells of these failures itself (tests/conftest.py)
    environment = {**clean_environment(), "QT_QPA_PLATFORM": "offscreen"}
    environment["FLEETDESIGNER_FAILED_CHECKS"] = ", ".join(failed)
    wanted = arguments or EVERYTHING
    pytest = subprocess.run((PYTHON, "-m", "pytest", *wanted), cwd=ROOT, env=environment, check=False)
    return pytest.returncode or (CHECK_FAILED if failed else 0)


def setup(arguments: Sequence[str]) -> int:
    if arguments:
        raise Trouble(f"setup takes no arguments, got {arguments[0]!r}")
    set_up()
    say(f"ready: {PROGRAM}")
    return 0


VERBS: dict[str, Callable[[Sequence[str]], int]] = {"run": run, "test": test, "setup": setup}


def use_newer_python(arguments: Sequence[str]) -> None:
    """Start again with a Python that is new enough, when this one is not."""
    for minor in range(OLDEST[1] + 2, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, str(Path(__file__).resolve()), *arguments])
    this = f"{sys.version.split()[0]} ({sys.executable})"
    raise Trouble(f"needs Python {OLDEST[0]}.{OLDEST[1]} or newer, this is {this}")


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else BAD_INPUT
    try:
        if sys.version_info[:2] < OLDEST:
            use_newer_python(arguments)
        verb = VERBS.get(arguments[0])
        if verb is None:
            raise Trouble(f"unknown verb {arguments[0]!r}; use one of: {', '.join(VERBS)}")
        return verb(arguments[1:])
    except Trouble as trouble:
        say(str(trouble))
    except OSError as problem:
        say(f"{problem.strerror or problem}: {problem.filename or 'set-up'}")
    except KeyboardInterrupt:
        say("interrupted; the next start carries on")
        return INTERRUPTED
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

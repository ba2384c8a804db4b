"""`packaging/dev.py` finds what is missing, says it in one line, and passes the program's answer on."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / "packaging" / "dev.py"
NOT_HERE = {"libsurely-not-here.so.9": "libsurely9"}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout, in a folder with a space, with a program that tells how it was called."""
    root = tmp_path / "a checkout"
    (root / "packaging").mkdir(parents=True)
    (root / "packaging" / "dev.py").write_bytes(DEV.read_bytes())
    (root / "packaging" / "requirements.lock").write_text("thing==1\n")
    (root / "pyproject.toml").write_text("[project]\n")
    return root


@pytest.fixture
def ready(checkout: Path) -> Path:
    """The same with a finished environment."""
    bin_folder = checkout / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").symlink_to(sys.executable)
    program = bin_folder / "fleetdesigner"
    program.write_text('#!/bin/sh\nprintf "%s|" "$PWD" "$@"\nexit 7\n')
    program.chmod(0o755)
    (checkout / ".venv" / "fleetdesigner-ready").write_text(
        load(checkout / "packaging" / "dev.py").wanted_stamp()
    )
    return checkout


@pytest.fixture
def dev(checkout: Path) -> ModuleType:
    return load(checkout / "packaging" / "dev.py")


def call(
    root: Path, *arguments: str, cwd: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the command without a display, and where it finds no package manager to call."""
    environment = {**os.environ, "PATH": "/nonexistent", **more}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, root / "packaging" / "dev.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=environment,
    )


# --- what people see -------------------------------------------------------------------------------------


def test_run_passes_arguments_folder_and_exit_code_on(ready: Path, tmp_path: Path) -> None:
    answer = call(ready, "run", "evaluate", "a b.fleet", "--format", "json", cwd=tmp_path)
    assert answer.returncode == 7
    assert answer.stdout == f"{tmp_path}|evaluate|a b.fleet|--format|json|"


def test_another_python_path_does_not_bend_the_program(ready: Path) -> None:
    (ready / ".venv" / "bin" / "fleetdesigner").write_text('#!/bin/sh\necho "[$PYTHONPATH][$PYTHONHOME]"\n')
    answer = call(ready, "run", "catalog", "list", PYTHONPATH=str(ready))
    assert answer.stdout == "[][]\n"


@pytest.mark.parametrize("arguments", [(), ("my.fleet",), ("--light",)])
def test_window_without_display_is_told_in_one_line(ready: Path, arguments: Sequence[str]) -> None:
    answer = call(ready, "run", *arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    assert "there is no display" in line
    assert "evaluate" in line


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ((), True),
        (("plan.fleet",), True),
        (("--some-option", "plan.fleet"), True),
        (("evaluate", "plan.fleet"), False),
        (("predict", "points.json"), False),
        (("--self-test",), False),
        (("--help",), False),
    ],
)
def test_window_is_for_a_file_or_nothing(dev: ModuleType, arguments: Sequence[str], window: bool) -> None:
    assert dev.wants_window(arguments) is window


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("frobnicate",), "unknown verb 'frobnicate'; use one of: run, test, setup"),
        (("setup", "x"), "takes no"),
    ],
)
def test_wrong_verb_is_told_in_one_line(ready: Path, arguments: Sequence[str], words: str) -> None:
    answer = call(ready, *arguments)
    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    assert words in line


def test_no_verb_shows_the_help(ready: Path) -> None:
    answer = call(ready)
    assert answer.returncode == 2
    assert "dev.py run" in answer.stdout


def test_incomplete_checkout_is_told(checkout: Path) -> None:
    (checkout / "packaging" / "requirements.lock").unlink()
    answer = call(checkout, "setup")
    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    assert "requirements.lock is missing" in line


# --- the environment -------------------------------------------------------------------------------------


def test_finished_environment_is_left_alone(ready: Path) -> None:
    answer = call(ready, "setup", HOME="/nonexistent")
    assert answer.returncode == 0
    ready_line = f"fleetdesigner: ready: {ready / '.venv' / 'bin' / 'fleetdesigner'}"
    assert answer.stderr.splitlines()[-1] == ready_line
    assert "installing" not in answer.stderr


def break_lock(root: Path) -> None:
    (root / "packaging" / "requirements.lock").write_text("thing==2\n")


def break_project(root: Path) -> None:
    (root / "pyproject.toml").write_text("[project]\nname = 'other'\n")


def interrupt(root: Path) -> None:
    (root / ".venv" / "fleetdesigner-unfinished").touch()


def lose_stamp(root: Path) -> None:
    (root / ".venv" / "fleetdesigner-ready").unlink()


def garble_stamp(root: Path) -> None:
    (root / ".venv" / "fleetdesigner-ready").write_bytes(b"\xff\xfe")


def lose_interpreter(root: Path) -> None:
    python = root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(root / "gone")


def lose_program(root: Path) -> None:
    (root / ".venv" / "bin" / "fleetdesigner").unlink()


BREAKS = [break_lock, break_project, interrupt, lose_stamp, garble_stamp, lose_interpreter, lose_program]


@pytest.mark.parametrize("change", BREAKS, ids=lambda change: change.__name__)
def test_changed_or_broken_environment_is_not_ready(ready: Path, change: Callable[[Path], None]) -> None:
    dev = load(ready / "packaging" / "dev.py")
    assert dev.environment_ready()
    change(ready)
    assert not dev.environment_ready()


def test_environment_of_another_place_or_python_is_not_usable(dev: ModuleType) -> None:
    dev.BIN.mkdir(parents=True)
    (dev.VENV / "pyvenv.cfg").touch()
    (dev.BIN / "python").write_text(f"#!/bin/sh\necho {sys.version_info.major} {sys.version_info.minor}\n")
    (dev.BIN / "python").chmod(0o755)
    (dev.BIN / "pip").write_text("#!/some/other/place/.venv/bin/python\n")
    assert not dev.environment_usable()
    (dev.BIN / "pip").write_text(f"#!{dev.BIN}/python\n")
    assert dev.environment_usable()
    dev.UNFINISHED.touch()
    assert not dev.environment_usable()
    dev.UNFINISHED.unlink()
    (dev.BIN / "python").write_text("#!/bin/sh\necho 3 8\n")  # what stood behind it has changed
    assert not dev.environment_usable()
    (dev.BIN / "python").write_text("#!/bin/sh\nexit 1\n")  # no pip in it
    assert not dev.environment_usable()


def made(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, *, usable: bool, answers: Sequence[str]
) -> list[str]:
    """Set up with the slow steps replaced; the steps that were taken."""
    steps: list[str] = []
    left = list(answers)

    def fill() -> str:
        steps.append("fill")
        return left.pop(0)

    monkeypatch.setattr(dev, "see_to_system", lambda *, window: None)
    monkeypatch.setattr(dev, "environment_usable", lambda: usable)
    monkeypatch.setattr(dev, "make_environment", lambda: steps.append("make"))
    monkeypatch.setattr(dev, "fill_environment", fill)
    dev.set_up()
    return steps


def test_partial_environment_is_made_anew(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(dev, monkeypatch, usable=False, answers=[""]) == ["make", "fill"]


def test_usable_environment_is_brought_up_to_date(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(dev, monkeypatch, usable=True, answers=[""]) == ["fill"]


def test_kept_environment_that_fails_is_made_anew_once(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made(dev, monkeypatch, usable=True, answers=["broken", ""]) == ["fill", "make", "fill"]


def test_failed_installation_is_told(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(dev.Trouble, match="check the network"):
        made(dev, monkeypatch, usable=False, answers=["could not install; check the network and try again"])


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_whatever_stands_in_the_way_is_replaced(
    dev: ModuleType, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    def command(*words: object) -> int:
        asked.append(words)
        return 0

    monkeypatch.setattr(dev, "command", command)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    if kind == "file":
        dev.VENV.touch()
    elif kind == "link":
        dev.VENV.symlink_to(elsewhere)
    else:
        dev.VENV.mkdir()
        (dev.VENV / "rubbish").touch()
    dev.make_environment()
    assert asked[0][1:] == ("-m", "venv", dev.VENV)
    assert dev.VENV.is_dir()
    assert not dev.VENV.is_symlink()
    assert dev.UNFINISHED.exists()  # until the packages are in
    assert not (dev.VENV / "rubbish").exists()
    assert (elsewhere / "kept").exists()


# --- the system ------------------------------------------------------------------------------------------


def test_missing_library_is_found(dev: ModuleType) -> None:
    assert dev.missing_packages(NOT_HERE) == ["libsurely9"]
    assert dev.missing_packages({"libc.so.6": "libc6"}) == []


def test_missing_library_is_installed_where_it_may(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []

    def install(prefix: Sequence[str], packages: Sequence[str]) -> bool:
        installed.extend(packages)
        return True

    monkeypatch.setattr(dev, "QT_LIBRARIES", NOT_HERE)
    monkeypatch.setattr(dev, "rights", lambda: [])
    monkeypatch.setattr(dev, "apt_install", install)
    dev.see_to_system(window=False)
    assert "libsurely9" in installed


def test_missing_library_is_named_with_the_command_where_it_may_not(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "QT_LIBRARIES", NOT_HERE)
    monkeypatch.setattr(dev, "rights", lambda: None)
    with pytest.raises(
        dev.Trouble, match=r"apt-get install -y --no-install-recommends .*libsurely9"
    ) as caught:
        dev.see_to_system(window=False)
    assert "\n" not in str(caught.value)


def test_missing_window_library_matters_only_to_a_window(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "WINDOW_LIBRARIES", NOT_HERE)
    monkeypatch.setattr(dev, "rights", lambda: None)
    dev.see_to_system(window=False)
    assert "before you open a window" in capsys.readouterr().err
    with pytest.raises(dev.Trouble, match="libsurely9"):
        dev.see_to_system(window=True)


def test_command_for_others_than_root_asks_for_rights(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert dev.install_command(["liba", "libb"]).startswith("sudo sh -c 'apt-get update && apt-get install")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert dev.install_command(["liba"]).startswith("apt-get update && apt-get install")


@pytest.mark.parametrize("name", ["dev.py", "lock.py"])
def test_set_up_needs_only_the_standard_library(name: str) -> None:
    tree = ast.parse((ROOT / "packaging" / name).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {found.split(".")[0] for found in names} <= set(sys.stdlib_module_names)


def test_ci_runs_the_same_checks() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "python3 packaging/dev.py test" in script.read_text(encoding="utf-8")

"""What every test stands on: an offscreen Qt, a home of its own, and no thread left behind."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

# Before the first Qt import: no screen, no desktop's theme or scale, and a home that is nobody's.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
for _name in ("QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "QT_LOGGING_RULES"):
    os.environ.pop(_name, None)
_HOME = Path(tempfile.mkdtemp(prefix="fleetdesigner-tests-"))
os.environ["FLEETDESIGNER_HOME"] = str(_HOME / "import")
if "XDG_RUNTIME_DIR" not in os.environ:  # Qt warns when it has to make up its own
    _runtime = _HOME / "runtime"
    _runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime)

import gc  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from itertools import count  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# A shared machine keeps no deadline. In CI the same examples come each time: a submission is judged by
# what it changed; at a desk they are new ones each time.
settings.register_profile("desk", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

_PATIENCE_S = 2.0
_NOWHERE = (-4000, -4000)
"""Beyond every window."""
_homes = count()


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what `packaging/dev.py test` found before pytest, so that it stands beside the closing line."""
    failed = os.environ.get("FLEETDESIGNER_FAILED_CHECKS")
    if failed:
        terminalreporter.section("checks before pytest", red=True)
        terminalreporter.line(f"FAILED: {failed} (see above)", red=True)


@pytest.fixture(autouse=True)
def mouse_elsewhere() -> None:
    """Where an earlier test left the mouse, a widget may come to lie under it."""
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtGui import QCursor, QGuiApplication

        if QGuiApplication.instance() is not None:
            QCursor.setPos(*_NOWHERE)


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for settings and recovery copies that no other test has seen (made on first use)."""
    home = _HOME / f"home-{next(_homes)}"
    monkeypatch.setenv("FLEETDESIGNER_HOME", str(home))
    return home


def _native_threads() -> int | None:
    """Threads of this process as the system counts them, None where that is not told."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return None


def _our_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("fleetdesigner-")}


def _running_qthreads() -> list[str]:
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return []
    import shiboken6

    # by type(): isinstance() would ask proxies of dead objects for their class
    threads = [thing for thing in gc.get_objects() if issubclass(type(thing), core.QThread)]
    return [
        f"QThread {thread.objectName() or type(thread).__name__}"
        for thread in threads
        if shiboken6.isValid(thread) and thread.isRunning() and not thread.isCurrentThread()
    ]


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Fail a test that leaves a running worker: it would paint and evaluate inside the next one."""
    threads_before = _our_threads()
    native_before = _native_threads()
    yield
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        left = [thread.name for thread in _our_threads() - threads_before]
        native = _native_threads()
        # looking for QThreads means walking every object, so only when the process has more threads
        if native is None or native_before is None or native > native_before:
            left += _running_qthreads()
        if not left:
            return
        if time.monotonic() > deadline:
            pytest.fail(f"the test left running threads behind: {', '.join(sorted(left))}")
        time.sleep(0.02)

"""One entry: the window, or the command line."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from fleetdesigner import __version__
from fleetdesigner.cli.main import command, usage

FAILED = 1
BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program with its arguments (default: those of the process). Returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # a pipe on a bare machine may be ASCII: the words here are not
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return _run(given)
    except BrokenPipeError:
        # the reader has gone (… | head): nothing more to say, and no second error when Python closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _run(given: list[str]) -> int:
    first = given[0] if given else ""
    if first in ("--help", "-h"):
        sys.stdout.write(usage())
        return 0
    if first == "--version":
        sys.stdout.write(f"Fleet Designer {__version__}\n")
        return 0
    verb = command(first) if first else None
    if verb is not None:
        try:
            code = verb(given[1:], sys.stdout, sys.stderr)
            sys.stdout.flush()
            return code
        except BrokenPipeError:
            raise
        except Exception as error:
            # scripts get one line; what went wrong inside is named by its type
            words = " ".join(f"{type(error).__name__}: {error}".split())
            sys.stderr.write(f"fleetdesigner {first}: failed inside: {words}; report it with the file\n")
            return FAILED
    if first == "--self-test":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from fleetdesigner.app import self_test

        return self_test()
    if first.startswith("-"):
        sys.stderr.write(f"fleetdesigner: unknown option {first}; `fleetdesigner --help` names them all\n")
        return BAD_INPUT
    from fleetdesigner.app import main as window

    return window(given)


if __name__ == "__main__":
    sys.exit(main())

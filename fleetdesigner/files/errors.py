"""What is said when a file cannot be read or written: one line with file, place and remedy."""

from __future__ import annotations


class FileError(Exception):
    """A file that cannot be read or written. The message is one line, fit to be shown."""

    def __init__(self, path: str, place: str, problem: str, remedy: str = "") -> None:
        self.path = path
        self.place = place
        """``line 12, column 5`` or ``design.sites[0].halls[2].name``; empty when the whole file is meant."""
        self.problem = problem
        self.remedy = remedy
        line = ": ".join(part for part in (path, place, problem) if part) + (f"; {remedy}" if remedy else "")
        super().__init__(" ".join(line.split()))


class NewerFile(FileError):
    """A file of a newer version of the program: it is sound, but not for this one."""


class Fault(Exception):
    """Something wrong inside a text, before the file's name is known."""

    def __init__(self, place: str, problem: str, remedy: str = "") -> None:
        self.place = place
        self.problem = problem
        self.remedy = remedy
        super().__init__(place, problem, remedy)

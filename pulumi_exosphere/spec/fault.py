"""What is wrong with a graph, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that has to be put right."""

    path: str
    """Where: property names and keys joined by dots, as in ``nodes.extract.inputs.source``."""

    message: str
    """What is wrong and what to do; holds names, keys and expressions, no value of inputs, secrets or the store."""

    rule: str
    """Which rule is broken, by its name in the recorded cases where they have one."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def unusable_name(path: str, name: str) -> list[Fault]:
    """The fault of a graph's or namespace's name under which the state manager finds nothing; none where it does."""
    if name and name not in {".", ".."} and "/" not in name and "\0" not in name:
        return []
    message = "is empty, '.' or '..', or holds '/' or a null character: the state manager can't find such a name"
    return [Fault(path, f"{message}; choose another", "name")]


def null_in_key(path: str) -> Fault:
    """The fault of a key with a null character, at which the state manager's database fails."""
    return Fault(path, "the name holds a null character; take it out", "null_in_key")

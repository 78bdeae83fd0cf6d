"""Errors that are read without their traceback."""

from __future__ import annotations

import pulumi

from pulumi_exosphere.errors import InvalidGraph


class InvalidDeclaration(InvalidGraph, pulumi.RunError):
    """An `InvalidGraph` that comes to light when the program has run: the line at fault isn't on the stack any more.

    Pulumi prints the message of a `RunError` and nothing else.
    """


InvalidDeclaration.__module__ = "pulumi_exosphere"

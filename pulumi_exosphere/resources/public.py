"""Outputs that become a key or an id in Pulumi's state, where nothing can be hidden: no secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere.resources.brief import InvalidDeclaration

if TYPE_CHECKING:
    from collections.abc import Generator

    import pulumi


async def refuse_secret(output: pulumi.Output[Any], what: str, becomes: str) -> None:
    """Wait until it is known whether the output is a secret.

    Args:
        output: The output.
        what: What it is, at the beginning of a sentence.
        becomes: What it becomes in state.

    Raises:
        InvalidGraph: It is one.
    """
    if await output.is_secret():
        raise InvalidDeclaration(
            f"{what} is a secret, and can't be: it becomes {becomes} in Pulumi's state. If it needn't be hidden, say "
            "so with `pulumi.Output.unsecret(...)`"
        )


class Public:
    """An output, to be awaited: it gives the output as it was, once that has turned out to be no secret."""

    def __init__(self, output: pulumi.Output[Any], what: str, becomes: str) -> None:
        self._output = output
        self._what = what
        self._becomes = becomes

    def __await__(self) -> Generator[Any, None, pulumi.Output[Any]]:
        """Wait for the judgement."""
        return self._judged().__await__()

    async def _judged(self) -> pulumi.Output[Any]:
        await refuse_secret(self._output, self._what, self._becomes)
        return self._output

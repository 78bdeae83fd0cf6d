"""How look-ups reach the state manager from a program: at once, or when what they are asked with is known."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi
import pulumi.runtime

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.resources.args import ConnectionArgs
from pulumi_exosphere.resources.configured import configured
from pulumi_exosphere.resources.declared import raised_here
from pulumi_exosphere.resources.fields import fields_of
from pulumi_exosphere.resources.leaves import comes_later

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_exosphere.state_manager import StateManager

T = TypeVar("T")


def ask(call: Callable[[StateManager, dict[str, Any]], T], connection: object, **given: Any) -> T:
    """Ask at once.

    Args:
        call: What to ask, given a state manager and the values of ``given``.
        connection: The look-up's argument.
        given: Its other arguments.

    Raises:
        ConfigurationError: An argument is an output, or address or key is missing.
    """
    with raised_here(""):
        where = {} if connection is None else fields_of(connection, ConnectionArgs, "connection")
        for name, value in {**given, **{f"connection.{key}": value for key, value in where.items()}}.items():
            if comes_later(value):
                raise ConfigurationError(
                    f"the look-up's argument {name} is an output, not known yet. Use the "
                    "look-up of the same name that ends in `_output`"
                )
        return call(_client(where), given)


def ask_later(call: Callable[[StateManager, dict[str, Any]], T], connection: object, **given: Any) -> pulumi.Output[T]:
    """Ask when every argument is known; the result isn't secret, even where the key is."""
    where = {} if connection is None else fields_of(connection, ConnectionArgs, "connection")
    arguments = pulumi.Output.unsecret(pulumi.Output.all(given=given, where=where))

    async def answer(known: Any) -> Any:
        if pulumi.runtime.is_dry_run() and not await _all_exist(await arguments.resources()):
            return pulumi.UNKNOWN
        client = _client(known["where"])
        return await asyncio.get_running_loop().run_in_executor(None, call, client, known["given"])

    return arguments.apply(answer)


async def _all_exist(resources: set[pulumi.Resource]) -> bool:
    """Whether everything that a look-up is asked with is there: a preview doesn't make it."""
    return all([await resource.id.is_known() for resource in resources if isinstance(resource, pulumi.CustomResource)])


def _client(where: Mapping[str, Any]) -> StateManager:
    from pulumi_exosphere.provider.connections import wanted_client

    return wanted_client(configured(), where or None)

"""Every error that a program can meet.

::

    ExosphereError
    ├── ConfigurationError        a setting is missing or can't be used
    ├── InvalidGraph              the graph breaks a rule, or failed validation
    ├── Conflict                  the live graph isn't the one that this stack knows
    ├── NotRegistered             a node's runtime hasn't registered it in time
    ├── GraphNotFound             the graph doesn't exist
    └── StateManagerError         the state manager rejected a request, or failed
        ├── Unreachable           it didn't respond
        ├── Unauthorized          it rejected the API key
        └── UnreadableAnswer      the response isn't the state manager's

Four more appear only in the output of a deployment, because no program can catch what a hook raises: ``Cancelled``
(the run was cancelled), ``NotValidated`` (the validation result didn't come in time), ``Replaced`` (another program
wrote the graph during the run) and ``Defect`` (a bug of this package). No message contains a value of a graph's inputs,
store defaults, secrets or connection.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence


class Outcome(str, enum.Enum):
    """The result of a hook's write: its error ends with this."""

    NOT_WRITTEN = "not written"
    """Nothing that the hook sent is live: it sent nothing, the state manager accepted nothing, or it was undone."""
    VALID = "written and VALID"
    """Live as wanted and validated, either now or earlier."""
    NOT_VALIDATED = "written and not yet validated"
    """Live; its validation result isn't known, or was based on the previous version and doesn't count."""
    INVALID = "written and INVALID"
    """Live, validated, and unable to run: there was no VALID version to restore, or restoring it failed too."""
    RETIRED = "retired"
    """For a delete: it is done."""
    UNKNOWN = "unknown"
    """Sent, but its response was lost, and what is live couldn't be read."""


class ExosphereError(Exception):
    """The base class of every error that this package raises on purpose."""

    outcome: Outcome | None = None
    """What became of the graph when a deployment failed; None for an error that the program itself raises."""


class ConfigurationError(ExosphereError):
    """A setting, or an argument of a look-up, is missing or can't be used; the message says what to set."""


class InvalidGraph(ExosphereError):
    """The graph breaks a rule, and nothing was sent; or it failed validation, and the message says what is live."""


class Conflict(ExosphereError):
    """The live graph isn't the one that this stack knows, or someone else is writing it too."""


class NotRegistered(ExosphereError):
    """Nodes that the graph needs weren't registered within ``registration_timeout``; nothing was sent."""


class GraphNotFound(ExosphereError):
    """No graph has this name and namespace, or only a retired one: for a look-up, or for an attachment."""


class StateManagerError(ExosphereError):
    """The state manager rejected a request, or failed."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        may_have_been_written: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status of the response; None if there was none."""
        self.request_id = request_id
        """The id to look for in the state manager's log; None if no request was made."""
        self.may_have_been_written = may_have_been_written
        """Whether the graph may have been written although the response doesn't confirm it; False for a read."""
        self.retry_after = retry_after
        """Seconds to wait before the next request, as the server asked; None if it didn't."""


class Unreachable(StateManagerError):
    """The state manager didn't respond: connection refused or reset, timeout, unknown host, after all retries."""


class Unauthorized(StateManagerError):
    """The state manager rejected the API key."""


class UnreadableAnswer(StateManagerError):
    """The response isn't the state manager's: an HTML page, a redirect to another server, broken JSON."""


# Pulumi prints an exception as `module.Class: message`: show the public module.
for _error in list(globals().values()):
    if isinstance(_error, type) and issubclass(_error, ExosphereError):
        _error.__module__ = "pulumi_exosphere"
del _error


# Two phrases that messages of every layer share.


def graph_label(name: object, namespace: object) -> str:
    """Return a graph's name as every message has it."""
    return f"graph '{name}' in namespace '{namespace}'"


def first_of(texts: Sequence[str], most: int, count: int | None = None) -> str:
    """Join the first ``most`` texts by commas, and say how many more of ``count`` (default: all of them) there are."""
    more = (len(texts) if count is None else count) - most
    shown = ", ".join(texts[:most])
    return f"{shown} and {more:,} more" if more > 0 else shown

"""Every error that a program can meet.

::

    ExosphereError
    ├── ConfigurationError        a setting is missing or can't be used
    ├── InvalidGraph              the graph breaks a rule, or the state manager ended it INVALID
    ├── Conflict                  what is live isn't what this stack knows
    ├── NotRegistered             a node's runtime hasn't registered it in time
    ├── GraphNotFound             the graph that is asked for isn't there
    └── StateManagerError         the state manager refused, or failed
        ├── Unreachable           no answer came
        ├── Unauthorized          it refused the key
        └── UnreadableAnswer      an answer came that isn't the state manager's

Three more stand under the root and only ever end a hook, so that no program can catch them: ``Cancelled``,
``NotJudged`` and ``Defect``. No message holds a value of a graph's inputs, store defaults, secrets or connection.
"""

from __future__ import annotations


class ExosphereError(Exception):
    """The root of the tree: catch it to catch every error that this package raises on purpose."""


class ConfigurationError(ExosphereError):
    """A setting, or an argument of a look-up, is missing or can't be used; the message says what to set instead."""


class InvalidGraph(ExosphereError):
    """A rule is broken, and nothing was sent; or the graph was ended INVALID, and the message says what is live."""


class Conflict(ExosphereError):
    """What is live isn't what this stack knows, or another writer is at work; the message says what was written."""


class NotRegistered(ExosphereError):
    """Nodes that the graph needs weren't registered within ``registration_timeout``; nothing was sent."""


class GraphNotFound(ExosphereError):
    """A look-up found no graph with this name and namespace, or a retired one; or an attachment's graph isn't there."""


class StateManagerError(ExosphereError):
    """The state manager refused or failed to carry out a request."""

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
        """The HTTP status of the answer; None where no answer came."""
        self.request_id = request_id
        """What to look for in the state manager's log; None where no request was made."""
        self.may_have_been_written = may_have_been_written
        """Whether a write may have been carried out although its answer says nothing of the kind; False for a read."""
        self.retry_after = retry_after
        """Seconds for which the server asked not to be asked again; None where it didn't."""


class Unreachable(StateManagerError):
    """No answer came: refused, reset, timed out or unresolvable, after all retries."""


class Unauthorized(StateManagerError):
    """The state manager refused the API key."""


class UnreadableAnswer(StateManagerError):
    """An answer came that isn't the state manager's: an HTML page, a redirect elsewhere, broken JSON."""


# Pulumi prints an exception as `module.Class: message`; the public name is the one to read.
for _error in list(globals().values()):
    if isinstance(_error, type) and issubclass(_error, ExosphereError):
        _error.__module__ = "pulumi_exosphere"
del _error

"""The state manager's HTTP API: one method for each endpoint that this package uses."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from typing_extensions import Self

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.state_manager import answers, api

from .address import parse_address
from .api import Call, Unreadable
from .failures import Failed, refused, unreadable
from .headers import header_faults
from .retry import Patience
from .transport import Wire

if TYPE_CHECKING:
    import httpx

    from .answers import GraphListing
    from .models import Graph, RegisteredNode

T = TypeVar("T")


class StateManager:
    """A connection to one state manager; threads may share it.

    ``address`` may contain credentials (``http://user:password@host``), which are used and never shown. Proxies and
    certificates come from the usual variables (`proxies`). A call that fails without a definite answer is repeated, see
    `retry.Patience`; a PUT of a graph only if the previous try certainly wasn't carried out.

    Args:
        address: The state manager's address, http or https.
        api_key: The value of ``x-api-key``.
        headers: Additional headers of each request, for a proxy in front of the server.
        timeout: Seconds for each step of a request: to send it, and until the next bytes of the answer. All tries of
            one call together end after three times that.
        max_retries: How often a call is repeated at most.
        first_wait: Seconds before the first repeat at most; doubles with each.
        sleep: Waits between two tries; what it raises ends the call.
        log: Is called with a line about each request, without any value.
        transport: The seam for tests, and for what httpx can't do by itself.

    Raises:
        ConfigurationError: The address, the key, a header or the environment's proxy can't be used.
    """

    def __init__(
        self,
        address: str,
        api_key: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
        max_retries: int = 4,
        first_wait: float = 0.5,
        sleep: Callable[[float], None] = time.sleep,
        log: Callable[[str], None] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        where = parse_address(address)
        _check_key(api_key)
        self.address = where.url
        """Its address without credentials: one spelling for each state manager."""
        headers = dict(headers or {})
        if faults := header_faults(headers):
            raise ConfigurationError(f"the headers for the state manager: {', '.join(faults)}. Set them again")
        if where.username is not None and "authorization" in map(str.lower, headers):
            raise ConfigurationError(
                "the headers for the state manager contain Authorization, and its address contains credentials, which "
                "are sent in that header: remove one of them"
            )
        self._credentials = (api_key, where.username, where.password, *headers.values())
        self._patience = Patience(max_retries=max_retries, timeout=timeout, first_wait=first_wait, sleep=sleep)
        self.patience = self._patience.longest
        """Seconds for which a call waits for answers, at most; a caller that waits longer disregards its failures."""
        self._wire = Wire(where, api_key, headers, timeout=timeout, log=log, transport=transport)
        self.notices = self._wire.notices
        """The parts of the environment's proxy settings that were skipped, a sentence each."""
        self._ahead = timedelta()

    def __repr__(self) -> str:
        return f"StateManager({self.address!r})"

    def __reduce__(self) -> NoReturn:
        # Pulumi pickles a provider with everything it refers to into every resource's state.
        raise TypeError("a StateManager contains the API key, and is never pickled")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def now(self) -> datetime:
        """The server's clock, to about a second; this machine's until it has answered."""
        return datetime.now(timezone.utc) + self._ahead

    def close(self) -> None:
        """Close its connections; it can't be used afterwards."""
        self._wire.close()

    def put_graph(self, namespace: str, name: str, body: Mapping[str, Any]) -> Graph:
        """Upsert a graph, which replaces all of it; return it as it is before its validation.

        An error's ``may_have_been_written`` says whether the graph has to be read before another PUT.
        """
        return self._ask(api.put_graph(namespace, name, body), answers.read_graph)

    def get_graph(self, namespace: str, name: str) -> Graph | None:
        """Return one graph, or None; its three sections are always their defaults."""
        return self._ask(api.get_graph(namespace, name), answers.read_graph_if_any)

    def list_graphs(self, namespace: str) -> GraphListing:
        """Return every graph of a namespace, complete; none if the namespace is unknown."""
        return self._ask(api.list_graphs(namespace), answers.read_graphs(namespace))

    def list_nodes(self, namespace: str) -> list[RegisteredNode]:
        """Return every registered node of a namespace."""
        return self._ask(api.list_nodes(namespace), answers.read_nodes(namespace))

    def register_nodes(self, namespace: str, runtime_name: str, nodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Register a runtime's nodes, ``{name, inputs_schema, outputs_schema, secrets}`` each."""
        body = {"runtime_name": runtime_name, "nodes": list(nodes)}
        return self._ask(api.register_nodes(namespace, body), answers.read_object)

    def list_namespaces(self) -> list[str]:
        """Return the namespaces that have registered nodes."""
        return self._ask(api.list_namespaces(), answers.read_namespaces)

    def health(self) -> None:
        """Return if the state manager is up; it doesn't check the key."""
        self._ask(api.health(), answers.read_object)

    def _ask(self, call: Call, read: Callable[[Any], T]) -> T:
        until = time.monotonic() + self._patience.deadline
        outcome, tries = self._patience.call(
            lambda: self._attempt(call, read, until), only_if_certain=call.only_if_certain
        )
        if isinstance(outcome, Failed):
            raise outcome.error(call, tries)
        return outcome

    def _attempt(self, call: Call, read: Callable[[Any], T], until: float) -> T | Failed:
        answer = self._wire.send(call, until)
        if isinstance(answer, Failed):
            return answer
        if answer.date is not None:
            half = timedelta(seconds=0.5)  # the header has whole seconds
            self._ahead = answer.date + half - datetime.now(timezone.utc)
        absent = call.absent_is_fine and answer.status == 404 and answer.says_no_such_graph()
        if not absent and not 200 <= answer.status < 300:
            return refused(answer, call, self._wire.shown, self._credentials)
        try:
            return read(answers.ABSENT if absent else answer.json())
        except Unreadable as error:
            return unreadable(answer, call, self._wire.shown, error)


def _check_key(api_key: str) -> None:
    if not api_key:
        raise ConfigurationError(
            "the state manager's API key is missing: set it with `pulumi config set --secret exosphere:apiKey`, or in "
            "EXOSPHERE_API_KEY"
        )
    if not (api_key.isascii() and api_key.isprintable()) or api_key != api_key.strip():
        raise ConfigurationError(
            "the API key is impossible in an HTTP header: perhaps it has a line break or a space at its end. Set "
            "exosphere:apiKey or EXOSPHERE_API_KEY again"
        )

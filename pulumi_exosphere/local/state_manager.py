"""The embedded state manager in a thread of this process, for tests."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from pulumi_exosphere.local import validation
from pulumi_exosphere.template.cron import is_valid

from .app import Request, application
from .faults import Faults, LateNodes
from .server import Server, address, bind, serve
from .store import Store
from .validation import CronRow


def as_registered(node: Any) -> dict[str, Any]:
    """Return the node in the form of `PUT .../nodes/`.

    Args:
        node: A class with the inner pydantic models `Inputs`, `Outputs` and, if it has any, `Secrets`; or a dict of the
            form of the API (`name`, `inputs_schema`, `outputs_schema`, `secrets`); or a short one, `{"name": "Load",
            "inputs": ["rows"], "outputs": ["count"], "secrets": []}`, where everything is a required string.

    Raises TypeError, which says what is missing.
    """
    if isinstance(node, type):
        return _of_class(node)
    if not isinstance(node, dict) or not isinstance(node.get("name"), str):
        raise TypeError(f"a node is a class or a dict with a 'name', not {type(node).__name__}")
    return {
        "name": node["name"],
        "inputs_schema": node.get("inputs_schema") or _strings("Inputs", node.get("inputs", ())),
        "outputs_schema": node.get("outputs_schema") or _strings("Outputs", node.get("outputs", ())),
        "secrets": list(node.get("secrets") or ()),
    }


def _of_class(node: type) -> dict[str, Any]:
    models: dict[str, Any] = {part: getattr(node, part, None) for part in ("Inputs", "Outputs", "Secrets")}
    for part, model in models.items():
        if not (model is None and part == "Secrets") and not hasattr(model, "model_json_schema"):
            raise TypeError(f"the node class {node.__name__} needs a pydantic model {part} inside")
    inputs, outputs, secrets = list(models.values())
    return {
        "name": node.__name__,
        "inputs_schema": inputs.model_json_schema(),
        "outputs_schema": outputs.model_json_schema(),
        "secrets": list(secrets.model_fields) if secrets else [],
    }


def _strings(title: str, names: Any) -> dict[str, Any]:
    properties = {name: {"title": name, "type": "string"} for name in names}
    return {"title": title, "type": "object", "properties": properties, "required": list(properties)}


_KEPT = 100_000


class LocalStateManager:
    """An embedded state manager that serves inside a `with` block, on loopback.

    Args:
        api_key: The key that clients must send.
        data: The SQLite file that stores everything; None: in memory, gone at the end.
        port: The port to listen on; 0: a free one.
        validation_delay: Seconds from a PUT to its validation result, 0 by default; also `faults.validation_delay`.
        is_schedule: Whether a cron expression is accepted; default: as the installed croniter judges. The state manager
            that you deploy to may have another version.

    Raises OSError if the port is taken.
    """

    def __init__(
        self,
        api_key: str = "local-key",
        data: str | Path | None = None,
        port: int = 0,
        validation_delay: float = 0.0,
        is_schedule: Callable[[str], bool] = is_valid,
    ) -> None:
        self.api_key = api_key
        """The key that it accepts."""
        self.faults = Faults(validation_delay=validation_delay)
        """The faults that can be switched on; none at the start."""
        self.uri = ""
        """Its address, once it serves."""
        self._data = Path(data) if data is not None else None
        self._port = port
        self._is_schedule = is_schedule
        self._requests: deque[Request] = deque(maxlen=_KEPT)

    def __enter__(self) -> LocalStateManager:  # noqa: PYI034 - `Self` needs Python 3.11
        bound = bind("127.0.0.1", self._port)
        try:
            self._store = Store(self._data)
        except BaseException:
            bound.close()
            raise
        self.uri = address(bound)
        self._ready = threading.Event()
        self._app = application(
            self._store, self.api_key, self.faults, self._requests, switches=True, is_schedule=self._is_schedule
        )
        self._thread = threading.Thread(target=self._serve, args=(bound,), name="exosphere-state-manager", daemon=True)
        self._thread.start()
        while not self._ready.wait(0.1):
            if not self._thread.is_alive():
                raise RuntimeError("the embedded state manager did not start: its thread ended; see the error above")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join()
        self._store.close()

    def register(self, namespace: str, nodes: Iterable[Any], *, after_looks: int = 0) -> None:
        """Register nodes as their runtime would: node classes or dicts (see `as_registered`).

        With `after_looks`, they appear only after the registered nodes of the namespace were listed so many times.
        """
        wanted = [as_registered(node) for node in nodes]
        if after_looks:
            self.faults.late_nodes.append(LateNodes(namespace, wanted, after_looks))
        else:
            self._store.register(namespace, "local", wanted)

    def graphs(self, namespace: str) -> list[dict[str, Any]]:
        """Return the stored documents of a namespace; `secrets` is the list of their names."""
        found = [json.loads(text) for text in self._store.graphs(namespace)]
        return [{**document, "secrets": sorted(document["secrets"])} for document in found]

    def graph(self, namespace: str, name: str) -> dict[str, Any]:
        """Return one of `graphs`. Raises LookupError, which names the existing ones."""
        found = {document["name"]: document for document in self.graphs(namespace)}
        if name not in found:
            raise LookupError(f"no graph {name!r} in namespace {namespace!r}, only {', '.join(found) or 'none at all'}")
        return found[name]

    def cron_rows(self) -> list[CronRow]:
        """Return the schedules that would fire."""
        return validation.listed(self._store)

    @property
    def requests(self) -> list[Request]:
        """The requests so far, in the order of their answers."""
        return list(self._requests)

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._requests.clear()

    def clear(self) -> None:
        """Forget graphs, nodes, rows and requests, and switch all faults off."""
        self.faults.clear()
        self._store.clear()
        self._requests.clear()

    def settle(self, timeout: float = 10.0) -> None:
        """Wait for running validations to end. Raises TimeoutError after these seconds."""
        until = time.monotonic() + timeout
        while not self._app.state.validations.idle:
            if time.monotonic() > until:
                raise TimeoutError("validations are still running: are they delayed by `faults`?")
            time.sleep(0.001)

    def _serve(self, bound: Any) -> None:
        asyncio.run(serve(self._app, bound, self._started))

    def _started(self, server: Server) -> None:
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._ready.set()

"""The PUT of a graph."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_exosphere.template.structure import body_faults

from .faults import Faults
from .store import Document, Duplicate, Store, expressions, new, written
from .validation import Validations
from .wire import Failure, Refusal

_INTEGERS = range(-(2**63), 2**63)
_LARGEST = 16 * 1024 * 1024


async def upsert(
    store: Store, validations: Validations, faults: Faults, names: tuple[str, str], body: dict[str, Any]
) -> Document:
    """Store the graph as PENDING, start its validation, and return the document.

    The graph is looked up by `names` (namespace, graph) as they are, and stored under the trimmed ones. Rejects with
    400 what breaks a rule, and fails with 500 if the real one does.
    """
    namespace, name = names
    if faults.breaks(namespace, name):
        raise Failure
    old = store.graph(namespace, name)
    _refuse(namespace, name, body, update=old is not None)
    document = written(old or new(namespace, name), body)
    _fail(document)
    index = None
    if old is not None:
        index = {node["identifier"]: node for node in old["nodes"]}
        store.replace_graph(document, drop_rows=expressions(old))
    else:
        # Others may look between this look and the insert: of parallel first PUTs, one is stored.
        await asyncio.sleep(faults.first_put_window)
        try:
            store.insert_graph(document)
        except Duplicate:
            raise Failure from None
    validations.start(document, index)
    return document


def _refuse(namespace: str, name: str, body: Mapping[str, Any], *, update: bool) -> None:
    found = [fault.message for fault in body_faults(body, update=update)]
    if not update:
        found += [
            f"{what} cannot be empty" for what, it in (("Name", name), ("Namespace", namespace)) if not it.strip()
        ]
    if found:
        # The real one quotes the body in the same place, so a client that prints its words reveals inputs.
        quoted = f"[type=value_error, input_value={body['nodes']!r}, input_type=list]"
        raise Refusal(400, "Error validating graph template: " + "\n".join([*found, quoted]))


def _fail(document: Document) -> None:
    """Fail if the real one's database can't store the document."""
    policy = document["retry_policy"]
    if any(isinstance(number, int) and number not in _INTEGERS for number in policy.values()):
        raise Failure
    if any("\0" in key for key in _keys(document)):
        raise Failure
    if _size(document) > _LARGEST:
        raise Failure


def _keys(document: Document) -> Iterator[str]:
    yield from document["secrets"]
    yield from document["store_config"]["default_values"]
    for trigger in document["triggers"]:
        yield from trigger["value"]
    for node in document["nodes"]:
        yield from node["inputs"]


def _size(value: Any) -> int:
    """Return about how many bytes the database needs for it."""
    if isinstance(value, dict):
        return 5 + sum(len(key) + 2 + _size(part) for key, part in value.items())
    if isinstance(value, list):
        return 5 + sum(len(str(index)) + 2 + _size(part) for index, part in enumerate(value))
    if isinstance(value, str):
        return 5 + len(value.encode())
    return 8

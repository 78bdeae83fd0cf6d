"""The documents that are stored: ids, timestamps, ciphertexts, and what the answers show of them."""

from __future__ import annotations

import itertools
import os
import time
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Document = dict[str, Any]

SECTIONS: dict[str, Any] = {
    "retry_policy": {
        "max_retries": 3,
        "strategy": "EXPONENTIAL",
        "backoff_factor": 2000,
        "exponent": 2,
        "max_delay": None,
    },
    "store_config": {"required_keys": [], "default_values": {}},
    "triggers": [],
}
"""What a GET of one graph shows, whatever is stored."""

_process = os.urandom(5).hex()
_counter = itertools.count(int.from_bytes(os.urandom(2), "big"))


def object_id() -> str:
    """24 hexadecimal digits that nothing else has, later ones greater within a process."""
    return f"{int(time.time()):08x}{_process}{next(_counter) & 0xFFFFFF:06x}"


def now() -> str:
    """The local time, naive, with microseconds."""
    # The state manager's times have no time zone, and hooks that compare them as texts should meet that here.
    return datetime.now().isoformat()  # noqa: DTZ005


def as_stored(timestamp: str) -> str:
    """The timestamp as later reads show it: cut to milliseconds, still written with six digits."""
    seconds, _, fraction = timestamp.partition(".")
    milliseconds = fraction[:3]
    return f"{seconds}.{milliseconds}000" if milliseconds.strip("0") else seconds


def ciphertext(value: str) -> str:
    """What stands for an encrypted secret: as long as the encrypted value would be, and new each time.

    Nothing runs here, so no value is ever decrypted; what isn't kept can't be found in a file.
    """
    nonce, tag = 12, 16
    return urlsafe_b64encode(os.urandom(nonce + len(value.encode()) + tag)).decode()


def new(namespace: str, name: str) -> Document:
    """A document of this graph with nothing in it; the state manager trims names when it stores them."""
    created = now()
    return {
        "_id": object_id(),
        "created_at": created,
        "updated_at": created,
        "name": name.strip(),
        "namespace": namespace.strip(),
    }


def written(document: Mapping[str, Any], body: Mapping[str, Any]) -> Document:
    """The document after an upsert: everything is replaced but its id, names and `created_at`."""
    return {
        "_id": document["_id"],
        "created_at": document["created_at"],
        "updated_at": now(),
        "name": document["name"],
        "namespace": document["namespace"],
        "nodes": body["nodes"],
        "validation_status": "PENDING",
        "validation_errors": [],
        "secrets": {name: ciphertext(value) for name, value in body["secrets"].items()},
        "retry_policy": body["retry_policy"],
        "store_config": body["store_config"],
        "triggers": body["triggers"],
    }


def upserted(document: Mapping[str, Any]) -> Document:
    """The 201: neither id nor names; the sections as they were sent, and the names of the secrets."""
    return _shown(document, document)


def read_alone(document: Mapping[str, Any]) -> Document:
    """The answer to a GET of one graph, whose sections are always the defaults."""
    return _shown(document, SECTIONS)


def _shown(document: Mapping[str, Any], sections: Mapping[str, Any]) -> Document:
    return {
        "nodes": document["nodes"],
        "secrets": dict.fromkeys(document["secrets"], True),
        "retry_policy": sections["retry_policy"],
        "store_config": sections["store_config"],
        "triggers": sections["triggers"],
        "created_at": document["created_at"],
        "updated_at": document["updated_at"],
        "validation_status": document["validation_status"],
        "validation_errors": document["validation_errors"],
    }


def expressions(document: Mapping[str, Any]) -> list[str]:
    """The distinct cron expressions of a document, in their order."""
    return list(dict.fromkeys(trigger["value"]["expression"] for trigger in document["triggers"]))

"""The stored graphs, registered nodes and cron rows, in one SQLite file or in memory.

Each change is one transaction in a write-ahead log, so that a process killed at any moment leaves every document whole.
The file contains no value of a secret.
"""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pulumi_exosphere.template.sections import section_default

Document = dict[str, Any]

SECTIONS: dict[str, Any] = {
    "retry_policy": section_default("retry_policy"),
    "store_config": section_default("store_config"),
    "triggers": [],
}
"""The sections that a GET of one graph shows, whatever is stored."""

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
    """A stand-in for an encrypted secret: as long as the encrypted value would be, and new each time.

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


_TABLES = """
CREATE TABLE IF NOT EXISTS graphs (
    id TEXT PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    UNIQUE (namespace, name)
);
CREATE TABLE IF NOT EXISTS nodes (
    id TEXT PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    UNIQUE (namespace, name)
);
CREATE TABLE IF NOT EXISTS cron_rows (
    namespace TEXT NOT NULL, graph_name TEXT NOT NULL, expression TEXT NOT NULL,
    UNIQUE (namespace, graph_name, expression)
);
"""


class Duplicate(Exception):
    """A unique index rejected a graph, or a cron row, that is already there."""


class Store:
    """The three tables; safe to use from several threads.

    Documents go in and out as the listing shows them; `None` as the path keeps everything in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            # Created first with these rights, since SQLite would make it readable for everybody.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._lock = threading.RLock()
        self._firing: set[tuple[str, str, str]] = set()
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            # A killed process loses nothing by it, only a machine that loses its power could.
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
        except sqlite3.Error:
            self._db.close()
            raise
        if path is not None and _is_ours(path):  # It was there before, and is now known to be one of these.
            for file in (path, *(Path(f"{path}{end}") for end in ("-wal", "-shm"))):
                if file.exists() and _is_ours(file):
                    file.chmod(0o600)

    def close(self) -> None:
        """Close the file; nothing can be used afterwards."""
        with self._lock:
            self._db.close()

    def graph(self, namespace: str, name: str) -> Document | None:
        """One document, looked up by the names exactly as given."""
        rows = self._all("SELECT document FROM graphs WHERE namespace = ? AND name = ?", namespace, name)
        return json.loads(rows[0][0]) if rows else None

    def graphs(self, namespace: str) -> list[str]:
        """The documents of a namespace in the order of their creation, each as JSON text."""
        rows = self._all("SELECT document FROM graphs WHERE namespace = ? ORDER BY rowid", namespace)
        return [text for (text,) in rows]

    def insert_graph(self, document: Document) -> None:
        """Store a graph that isn't there yet. Raises Duplicate where it is."""
        try:
            self._all(
                "INSERT INTO graphs (id, namespace, name, document) VALUES (?, ?, ?, ?)",
                document["_id"],
                document["namespace"],
                document["name"],
                _text(document),
            )
        except sqlite3.IntegrityError as error:
            raise Duplicate(str(error)) from None

    def replace_graph(self, document: Document, *, drop_rows: Iterable[str] = ()) -> None:
        """Put this document in the place of the one with its id, whatever it contains by now.

        With it go the cron rows of `drop_rows` (expressions), of graphs of this name in **any** namespace, except for
        those that are firing.
        """
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("UPDATE graphs SET document = ? WHERE id = ?", (_text(document), document["_id"]))
            dropped = set(drop_rows)
            self._db.executemany(
                "DELETE FROM cron_rows WHERE namespace = ? AND graph_name = ? AND expression = ?",
                [
                    row
                    for row in self.rows()
                    if row[1] == document["name"] and row[2] in dropped and row not in self._firing
                ],
            )

    def nodes(self, namespace: str) -> list[str]:
        """The registered nodes of a namespace in the order of their registration, each as JSON text."""
        rows = self._all("SELECT document FROM nodes WHERE namespace = ? ORDER BY rowid", namespace)
        return [text for (text,) in rows]

    def node(self, namespace: str, name: str) -> Document | None:
        """One registered node."""
        rows = self._all("SELECT document FROM nodes WHERE namespace = ? AND name = ?", namespace, name)
        return json.loads(rows[0][0]) if rows else None

    def register(self, namespace: str, runtime_name: str, nodes: Iterable[Mapping[str, Any]]) -> None:
        """Store registrations; a node of the same name is replaced, and keeps its id and timestamps."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for node in nodes:
                old = self.node(namespace, node["name"])
                created = now()
                document = {
                    "_id": old["_id"] if old else object_id(),
                    "created_at": old["created_at"] if old else created,
                    "updated_at": old["updated_at"] if old else created,
                    "name": node["name"],
                    "namespace": namespace,
                    "runtime_name": runtime_name,
                    "runtime_namespace": namespace,
                    "inputs_schema": node["inputs_schema"],
                    "outputs_schema": node["outputs_schema"],
                    "secrets": node["secrets"],
                }
                self._db.execute(
                    "INSERT INTO nodes (id, namespace, name, document) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (id) DO UPDATE SET document = excluded.document",
                    (document["_id"], namespace, node["name"], _text(document)),
                )

    def namespaces(self) -> list[str]:
        """The namespaces that have registered nodes."""
        return [name for (name,) in self._all("SELECT DISTINCT namespace FROM nodes ORDER BY namespace")]

    def add_rows(self, namespace: str, graph_name: str, expressions: Iterable[str]) -> None:
        """Add one row for each expression, all or none. Raises Duplicate where one is already there."""
        rows = [(namespace, graph_name, expression) for expression in expressions]
        with self._lock:
            try:
                with self._db:
                    self._db.execute("BEGIN IMMEDIATE")
                    self._db.executemany("INSERT INTO cron_rows VALUES (?, ?, ?)", rows)
            except sqlite3.IntegrityError as error:
                raise Duplicate(str(error)) from None

    def rows(self) -> list[tuple[str, str, str]]:
        """All cron rows as (namespace, graph, expression), in the order of their making."""
        return self._all("SELECT namespace, graph_name, expression FROM cron_rows ORDER BY rowid")

    def fire(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Let these rows be TRIGGERING."""
        with self._lock:
            self._firing.update(rows)

    def fired(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Make the successors of these rows, whatever has become of their graphs."""
        with self._lock:
            self._firing.difference_update(rows)  # a successor is the row itself, with its next time

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._db.executescript("DELETE FROM graphs; DELETE FROM nodes; DELETE FROM cron_rows;")

    def _all(self, sql: str, *values: str) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()


def _is_ours(file: Path) -> bool:
    """Whether its rights are ours to change; where there are no owners they are."""
    return not hasattr(os, "geteuid") or file.stat().st_uid == os.geteuid()


def _text(document: Document) -> str:
    times = {key: as_stored(document[key]) for key in ("created_at", "updated_at")}
    return json.dumps({**document, **times}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

"""What is kept, in one SQLite file or in memory: graphs, registered nodes and cron rows.

Each change is one transaction in a write-ahead log, so that a process killed at any moment leaves every document whole.
The file holds no value of a secret (`documents.ciphertext`), and only its owner can read it. One of another user keeps
its rights.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.local.documents import Document, as_stored, now, object_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    """A unique index refused a graph, or a cron row, that is already there."""


class Store:
    """The three tables; safe to use from several threads.

    Documents go in and out as the listing shows them; `None` as the path keeps everything in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            # Created first with these rights, since SQLite would make it readable for everybody.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10)
        self._db.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing by it, only a machine that loses its power could.
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)
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
        """Put this document in the place of the one with its id, whatever that has become meanwhile.

        With it go the cron rows of `drop_rows` (expressions), of graphs of this name in **any** namespace.
        """
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("UPDATE graphs SET document = ? WHERE id = ?", (_text(document), document["_id"]))
            self._db.executemany(
                "DELETE FROM cron_rows WHERE graph_name = ? AND expression = ?",
                [(document["name"], expression) for expression in drop_rows],
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

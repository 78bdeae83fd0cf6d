"""Ways to wait for validation: when to look first, which request to send, how many threads to use, and late responses.

The ways alternate, in one run, against a state manager in a process of its own, from an empty store.
"""

from __future__ import annotations

import multiprocessing
import socket
import ssl
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from benchmarks.graphs import NAMESPACE, SECRETS, names, nodes
from benchmarks.markdown import bullets, paragraph, table
from benchmarks.stack import KEY
from benchmarks.stack import server as serving
from pulumi_exosphere.reconcile import waiting
from pulumi_exosphere.reconcile.live import seconds_between
from pulumi_exosphere.state_manager import StateManager
from pulumi_exosphere.state_manager.models import Graph

RUNS = 5
GRAPHS = 100
IN_A_ROW = 20
BODY = {"secrets": SECRETS, "nodes": nodes()}
LATE = 0.04
"""Seconds in which a small graph is certainly validated."""

Document = dict[str, Any]
Rows = list[list[str]]
Wait = Callable[[StateManager, Document], int]
"""Wait for the validation of a graph that was put, and return the number of GETs that it took."""


@contextmanager
def server(delay: float) -> Iterator[StateManager]:
    """Yield a client of a state manager with an empty store, whose validations take ``delay`` seconds."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, delay), daemon=True)
    process.start()
    try:
        with StateManager(ours.recv(), KEY) as client:
            yield client
    finally:
        ours.send(None)
        process.join()


def _serve(pipe: Any, delay: float) -> None:
    with serving(delay) as running:
        pipe.send(running.uri)
        pipe.recv()


def fixed(first: float) -> Wait:
    """Wait for each graph separately: look first after ``first`` seconds, then back off."""

    def wait(client: StateManager, put: Document) -> int:
        step, looks = first, 0
        while True:
            time.sleep(step)
            looks += 1
            if _judged(client.get_graph(NAMESPACE, put["name"])):
                return looks
            step *= waiting.FACTOR

    return wait


def learnt() -> Wait:
    """Wait as the provider does: for each graph separately, looking first when recent validations were finished."""
    pace = waiting.Pace()

    def wait(client: StateManager, put: Document) -> int:
        for looks in pace.looks(60.0):
            graph = client.get_graph(NAMESPACE, put["name"])
            if graph is not None and _judged(graph):
                pace.learn(seconds_between(put["updated_at"], graph.updated_at or ""))
                return looks
        raise TimeoutError

    return wait


def listed() -> Wait:
    """Send one listing for all pending graphs, every 40 ms."""
    verdicts: dict[str, threading.Event] = {}
    lock = threading.Lock()

    def poll(client: StateManager) -> None:
        while True:
            time.sleep(LATE)
            graphs = client.list_graphs(NAMESPACE).graphs
            with lock:
                for name, graph in graphs.items():
                    if _judged(graph) and name in verdicts:
                        verdicts.pop(name).set()
                if not verdicts:
                    return

    def wait(client: StateManager, put: Document) -> int:
        verdict = threading.Event()
        with lock:
            alone = not verdicts
            verdicts[put["name"]] = verdict
        if alone:
            threading.Thread(target=poll, args=(client,), daemon=True).start()
        verdict.wait()
        return 0  # A listing belongs to no single graph.

    return wait


def _judged(graph: Graph | None) -> bool:
    return graph is not None and graph.validation_status != "PENDING"


WAYS: dict[str, Callable[[], Wait]] = {
    "first GET after 10 ms": lambda: fixed(0.01),
    "first GET after 16 ms": lambda: fixed(waiting.UNKNOWN_PACE),
    "first GET after 40 ms": lambda: fixed(LATE),
    "first GET after the time of recent validations": learnt,
    "one listing for all graphs, every 40 ms": listed,
}


def put_all(client: StateManager, wait: Wait, graphs: int, threads: int) -> tuple[float, float]:
    """Return the seconds until so many graphs are put and validated, and the GETs for each graph."""

    def put(name: str) -> int:
        return wait(client, {"name": name, **client.put_graph(NAMESPACE, name, BODY).document()})

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        looks = list(pool.map(put, names(graphs)))
    return time.perf_counter() - began, sum(looks) / graphs


def looks() -> Rows:
    """Measure when to look first, which request to send, and how many threads to use."""
    rows: Rows = []
    for delay in (0, 30, 200):
        for graphs, threads in ((1, 1), (GRAPHS, 4), (GRAPHS, 16), (GRAPHS, 64)):
            print(f"waiting: {graphs} graphs, validation {delay} ms, {threads} threads", file=sys.stderr)
            measured: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
            for _ in range(RUNS):
                for way, make in WAYS.items():
                    with server(delay / 1000) as client:
                        client.health()
                        measured[way].append(put_all(client, make(), graphs, threads))
            for way, results in measured.items():
                seconds, gets = (statistics.median(column) for column in zip(*results, strict=True))
                rows.append([f"{delay} ms", str(graphs), str(threads), way, f"{seconds:.2f}", f"{gets:.1f}"])
    return rows


def late_answers() -> Rows:
    """Measure a server that sends head and body apart, without TCP_NODELAY, as a server with several processes did."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_answer_apart, args=(listener,), daemon=True).start()
    uri = f"http://127.0.0.1:{listener.getsockname()[1]}"
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # reading the trusted authorities would take longest
    with StateManager(uri, KEY) as ours, httpx.Client(base_url=uri, verify=nobody, trust_env=False) as plain:

        def anew() -> None:
            with httpx.Client(base_url=uri, verify=nobody, trust_env=False) as client:
                client.get("/health")

        ways = {
            "the provider's client": ours.health,
            "plain httpx": lambda: plain.get("/health"),
            "a new one for each request": anew,
        }
        measured: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(RUNS):
            for way, ask in ways.items():
                for _ in range(IN_A_ROW):  # In a row: the kernel delays acknowledgements only in an active connection.
                    began = time.perf_counter()
                    ask()
                    measured[way].append(time.perf_counter() - began)
    listener.close()
    return [[way, f"{statistics.median(seconds) * 1000:.1f}"] for way, seconds in measured.items()]


def _answer_apart(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    with connection:
        while connection.recv(65536):
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n")
            connection.sendall(b'{"message":"x"}')


def measure() -> dict[str, Rows]:
    """Measure all of it."""
    return {"looks": looks(), "late": late_answers()}


def section(results: dict[str, Rows]) -> str:
    """Return the page's section."""
    text = "## Waiting for validation results\n\n" + paragraph(f"""
        How to wait for validation results: graphs sent and awaited by the client alone, without the engine. Medians of
        {RUNS} runs in seconds, and the number of GETs per graph.
    """)
    text += table(("validation", "graphs", "threads", "way", "seconds", "GETs"), results["looks"])
    text += paragraph("Decisions based on such a table, in November 2026:") + bullets([
        """For the first graph, the first GET is sent after 16 ms, and the delay then doubles, so the second is sent
        after 48 ms, and the fourth after 240 ms. By the second, the validation of a small graph is finished, which
        takes 15 to 40 ms. Graphs that are sent at the same time wait for what it shows, for up to half a second.""",
        """For later graphs, the first GET is sent after the time that recent validations took, according to their
        timestamps, and after at most half a second. This takes one GET per graph, and loses no time if the state
        manager is fast. Of 12 new graphs at once, each took 2.0 requests (the PUT among them) with a validation of no
        time, 2.1 with 50 ms, 2.3 with 200 ms and 4.3 with one second; one after another 2.0, 2.1, 2.3 and 3.5.""",
        """Each graph is polled by itself. One listing for all pending graphs is faster only with more threads than the
        engine has by default (four per core), and it transfers every graph of the namespace each time.""",
        """The provider is not limited to the four threads of Pulumi's plugin, which would mostly wait if a validation
        takes 30 ms: it runs as many operations at once as the engine starts.""",
    ])  # fmt: skip
    text += paragraph(f"""
        A server that sends the head and the body of an answer separately and without TCP_NODELAY, as one with several
        processes does on keep-alive connections. Medians of {RUNS * IN_A_ROW} answers.
    """)
    return (
        text
        + table(("client", "ms"), results["late"])
        + paragraph("""
        The provider's client acknowledges the head at once if the system supports it (`TCP_QUICKACK`), and keeps its
        connections open: a new one for each request would cost a handshake, with TLS two.
    """)
    )

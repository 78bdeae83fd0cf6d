"""Put graphs with Exosphere's own SDK and its defaults, and print as JSON how long that took.

`python -m benchmarks.sdk_upserts GRAPHS sequential|gathered`, by an interpreter that has `exospherehost`; the state
manager's address and key come from the variables that the SDK reads. Only the upserts are timed, each until the SDK
reports that its graph is VALID (it raises if one is not), not the interpreter's start or the imports.
"""

from __future__ import annotations

import asyncio
import json
import platform
import sys
import time
from importlib.metadata import version

from exospherehost import GraphNodeModel, StateManager

from benchmarks.graphs import NAMESPACE, SECRETS, names, nodes


async def upserts(graphs: int, *, gathered: bool) -> float:
    """Return the seconds that it takes to put so many graphs."""
    client = StateManager(NAMESPACE)
    began = time.perf_counter()
    waiting = (
        client.upsert_graph(name, [GraphNodeModel(**node) for node in nodes()], SECRETS) for name in names(graphs)
    )
    if gathered:
        await asyncio.gather(*waiting)
    else:
        for one in waiting:
            await one
    return time.perf_counter() - began


def main() -> None:
    """Put them, and print how long it took."""
    _, graphs, way = sys.argv
    seconds = asyncio.run(upserts(int(graphs), gathered={"sequential": False, "gathered": True}[way]))
    print(json.dumps({"seconds": seconds, "sdk": version("exospherehost"), "python": platform.python_version()}))


if __name__ == "__main__":
    main()

"""The example with cloud resources: no cloud is available offline, so Pulumi's own mocks replace its plugin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "beside-cloud-resources"

MOCKED = """
import json, runpy, sys
import pulumi


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        made = {"bucketDomainName": "landing.example", "password": "canary"}
        registered[args.typ] = args.inputs
        return args.name + "_id", {**args.inputs, **made}

    def call(self, args):
        return {}


registered = {}
pulumi.runtime.set_mocks(Mocks(), preview=False)


@pulumi.runtime.test
def run():
    runpy.run_path(sys.argv[1], run_name="__main__")


run()
graph = registered["pulumi-python:dynamic/exosphere:Graph"]
print(json.dumps({"inputs": graph["nodes"]["extract"]["inputs"], "secrets": sorted(graph["secrets"]["value"])}))
"""


def test_with_mocks() -> None:
    """The bucket's address is an input of the graph, and the database's password one of its secrets."""
    command = [sys.executable, "-c", MOCKED, str(EXAMPLE / "__main__.py")]
    out = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert out.returncode == 0, out.stderr
    assert out.stdout.strip() == '{"inputs": {"source": "landing.example"}, "secrets": ["warehouse_password"]}'

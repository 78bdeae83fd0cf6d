"""Deploy a state manager and a graph in it with the same program: the graph waits for the state manager.

The first preview doesn't know the address yet. It checks everything that it can check without it.
"""

import pulumi
import pulumi_exosphere as exosphere
from service import StateManagerService

key = pulumi.Config().require_secret("stateManagerKey")
service = StateManagerService("state-manager", api_key=key)

exosphere.Graph(
    "ping",
    namespace="example",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
    connection=exosphere.ConnectionArgs(uri=service.uri, api_key=key),
)

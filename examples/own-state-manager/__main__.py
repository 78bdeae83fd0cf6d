"""The state manager is deployed by the same program; the graph waits for it, and goes where it is.

Its address isn't known at the first preview. That is fine: what can be judged without it is judged.
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

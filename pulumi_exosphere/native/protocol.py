"""The messages of the engine's protocol, from Pulumi's SDK without the rest of it.

`import pulumi` would take longer than everything else that the plugin loads to answer a preview. So the SDK's generated
modules are loaded as submodules of this one: they need only each other.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc
else:
    _pulumi = find_spec("pulumi")  # finds it, and doesn't load it
    __path__ = [str(Path(folder, "runtime", "proto")) for folder in _pulumi.submodule_search_locations]
    engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc = (
        import_module(f"{__name__}.{name}")
        for name in ("engine_pb2", "engine_pb2_grpc", "plugin_pb2", "provider_pb2", "provider_pb2_grpc")
    )

__all__ = ["engine_pb2", "engine_pb2_grpc", "plugin_pb2", "provider_pb2", "provider_pb2_grpc"]

"""The engine's calls, each passed on to the hooks: the protocol is here, and no rule about graphs is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2

from pulumi_exosphere.errors import ConfigurationError, ExosphereError, first_of
from pulumi_exosphere.provider import graph_hooks
from pulumi_exosphere.provider.attachment_hooks import CRON_TRIGGER, RETRY_POLICY, STORE_CONFIG
from pulumi_exosphere.provider.hooks import Hooks, hook, limited, told_defect, use
from pulumi_exosphere.provider.properties import PROVIDER as DYNAMIC
from pulumi_exosphere.provider.results import CreateResult, UpdateResult
from pulumi_exosphere.reconcile.outcome import about, tell
from pulumi_exosphere.reconcile.run import current
from pulumi_exosphere.reconcile.waiting import cancelled
from pulumi_exosphere.version import __version__

from . import configuration
from .detailed_diff import detailed_diff, hidden_paths
from .dynamic import REFERENCES
from .protocol import plugin_pb2, provider_pb2, provider_pb2_grpc
from .schema import schema
from .wire import hidden, received, sent

F = TypeVar("F", bound=Callable[..., Any])
Props = dict[str, Any]

GRAPH = "exosphere:index:Graph"
SHOWN = 20
"""At most so many hidden paths are named."""
HOOKS: Mapping[str, Hooks] = {
    GRAPH: graph_hooks,
    "exosphere:index:RetryPolicy": RETRY_POLICY,
    "exosphere:index:StoreConfig": STORE_CONFIG,
    "exosphere:index:CronTrigger": CRON_TRIGGER,
}
"""The hooks of each type."""


def _answered(method: F) -> F:
    """Let an error out as its message alone."""

    @wraps(method)
    def guarded(self: Servicer, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            with about(getattr(request, "urn", "")):
                return method(self, request, context)
        except ExosphereError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:  # noqa: BLE001  # nothing may leave with a text that we did not write
            context.abort(grpc.StatusCode.UNKNOWN, told_defect(method.__name__, error))

    return guarded  # type: ignore[return-value]


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """The plugin's side of the protocol. The engine hides in the answers what it sent as a secret, path by path."""

    def __init__(self) -> None:
        self._replaced: set[str] = set()
        """The resources whose diff has said that they are replaced."""

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=__version__)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        cancelled.set()
        return empty_pb2.Empty()

    @_answered
    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema=schema())

    @_answered
    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        inputs, faults = configuration.check(received(request.news))
        return _checked(inputs, faults)

    @_answered
    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        olds = received(request.old_inputs if request.HasField("old_inputs") else request.olds)
        paths = detailed_diff(olds, received(request.news), frozenset())
        return _changed(paths) if paths else _UNCHANGED

    @_answered
    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        use(configuration.settings(received(request.args)))
        current().owners.provider = f"{request.urn}::{request.id}"
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @_answered
    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        from . import functions  # a program that looks nothing up needs none of it

        answer, faults = functions.call(request.tok, received(request.args))
        return provider_pb2.InvokeResponse(**{"return": sent(answer)}, failures=_failures(faults))

    @_answered
    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        news = received(request.news)
        if _type(request) == GRAPH:
            news.setdefault("name", request.urn.rpartition("::")[2])
        result = hook(_hooks(request).check)(received(request.olds), news)
        return _checked(hidden(result.inputs), result.failures)

    @_answered
    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        olds, news = received(request.olds), received(request.news)
        result = hook(_hooks(request).diff)(olds, news)
        if not result.changes:
            return _UNCHANGED
        old_inputs = received(request.old_inputs)
        if result.replaces:
            self._replaced.add(request.urn)
        _tell_hidden(request.urn, old_inputs, news)
        return _changed(detailed_diff(old_inputs, news, frozenset(result.replaces)), result.replaces)

    @_answered
    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        hooks, props = _hooks(request), received(request.properties)
        if request.preview:
            if request.urn not in self._replaced:
                _tell_hidden(request.urn, {}, props)
            made = hook(hooks.preview)({}, props)
        else:
            with limited(request.timeout):
                made = hook(hooks.create)(props)
        return provider_pb2.CreateResponse(id=made.id, properties=sent(made.outs))

    @_answered
    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        hooks, props = _hooks(request), received(request.properties)
        with limited(request.timeout):
            # Only `pulumi import` and the option `import` come without inputs; a look-up has them, if empty.
            imports = not request.HasField("inputs")
            olds = received(request.inputs)
            read = hook(hooks.import_)(request.id) if imports else hook(hooks.read)(request.id, props, olds)
        if not read.id:
            return provider_pb2.ReadResponse()
        # What is imported may be declared by the Python resources, as the code is that `pulumi import` generates.
        before = {DYNAMIC: REFERENCES[_type(request)]} if imports else props
        inputs = None if read.inputs is None else sent(read.inputs)
        return provider_pb2.ReadResponse(id=read.id, properties=sent(_kept(before, read.outs)), inputs=inputs)

    @_answered
    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        hooks, olds, news = _hooks(request), received(request.olds), received(request.news)
        if request.preview:
            made: CreateResult | UpdateResult = hook(hooks.preview)(olds, news)
        else:
            with limited(request.timeout):
                made = hook(hooks.update)(olds, news)
        return provider_pb2.UpdateResponse(properties=sent(_kept(olds, made.outs)))

    @_answered
    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        with limited(request.timeout):
            hook(_hooks(request).delete)(received(request.properties))
        return empty_pb2.Empty()


def _kept(before: Props, outs: Props) -> Props:
    """The outputs, with what a dynamic resource needs in state: one that came from there can go back unchanged."""
    return {**outs, **{key: value for key, value in before.items() if key == DYNAMIC}}


def _type(request: Any) -> str:
    """The type of the resource that a request is about."""
    return str(request.urn).split("::")[2].rpartition("$")[2]


def _hooks(request: Any) -> Hooks:
    try:
        return HOOKS[_type(request)]
    except KeyError:
        raise ConfigurationError(
            f"this version ({__version__}) of the plugin exosphere has no resource {_type(request)}; it has "
            f"{', '.join(HOOKS)}"
        ) from None


def _tell_hidden(urn: str, olds: Props, news: Props) -> None:
    """Name what a reader of the diff doesn't see."""
    if paths := hidden_paths(olds, news):
        tell(
            f"not shown in the diff: {first_of(paths, SHOWN)}. Pulumi's CLI leaves out names that begin with two "
            "underscores where something is added or removed",
            urn,
        )


def _checked(inputs: Props, faults: Iterable[str]) -> provider_pb2.CheckResponse:
    return provider_pb2.CheckResponse(inputs=sent(inputs), failures=_failures(faults))


def _failures(faults: Iterable[str]) -> list[provider_pb2.CheckFailure]:
    """No property is named: the engine would print its value."""
    return [provider_pb2.CheckFailure(reason=fault) for fault in faults]


_UNCHANGED = provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)


def _changed(paths: Mapping[str, provider_pb2.PropertyDiff], replaces: Iterable[str] = ()) -> provider_pb2.DiffResponse:
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        replaces=list(replaces),
        diffs=sorted({re.split(r"[.\[]", path, maxsplit=1)[0] for path in paths}),
        detailedDiff=paths,
        hasDetailedDiff=True,
    )

"""The native plugin, called as a provider of `tests.support.hooks_driver`.

Every message is built, serialised and read as between the engine and the plugin, without a process in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult
from pulumi.runtime.proto import provider_pb2

from pulumi_exosphere.native.servicer import Servicer

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi.dynamic import ResourceProvider

T = TypeVar("T")
Props = dict[str, Any]


class _Aborted(Exception):
    pass


class _Context:
    def abort(self, _code: object, details: str) -> NoReturn:
        """End the call with an error; the caller gets the exception."""
        raise _Aborted(details)


class Native:
    """The plugin, called for one type of resource."""

    def __init__(self, provider: ResourceProvider) -> None:
        """Replace the dynamic ``provider`` of the same resource."""
        kind = type(provider).__name__.removesuffix("Provider")
        self.urn = f"urn:pulumi:test::test-project::exosphere:index:{kind}::resource"

    def configure(self, config: dict[str, str]) -> None:
        """Start with this configuration, whose keys begin with ``exosphere:``."""
        args = _struct({key.removeprefix("exosphere:"): value for key, value in config.items()})
        call(Servicer().Configure, provider_pb2.ConfigureRequest(args=args))

    def check(self, olds: Props, news: Props) -> CheckResult:
        """Call `Check`, and read the response."""
        request = provider_pb2.CheckRequest(urn=self.urn, olds=_struct(olds), news=_struct(news))
        response = call(Servicer().Check, request)
        failures = [CheckFailure(one.property, one.reason) for one in response.failures]
        return CheckResult(_props(response.inputs), failures)

    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Call `Diff`, and read the response."""
        before, after = _struct(olds), _struct(news)
        request = provider_pb2.DiffRequest(urn=self.urn, id=id_, olds=before, old_inputs=before, news=after)
        response = call(Servicer().Diff, request)
        changes = response.changes == provider_pb2.DiffResponse.DIFF_SOME
        return DiffResult(changes=changes, replaces=list(response.replaces))

    def create(self, props: Props) -> CreateResult:
        """Call `Create`, and read the response."""
        response = call(Servicer().Create, provider_pb2.CreateRequest(urn=self.urn, properties=_struct(props)))
        return CreateResult(response.id, _props(response.properties))

    def read(self, id_: str, props: Props) -> ReadResult:
        """Call `Read`, and read the response."""
        request = provider_pb2.ReadRequest(urn=self.urn, id=id_, properties=_struct(props), inputs=_struct({}))
        response = call(Servicer().Read, request)
        inputs = _props(response.inputs) if response.HasField("inputs") else None
        return ReadResult(response.id, _props(response.properties), inputs)

    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Call `Update`, and read the response."""
        request = provider_pb2.UpdateRequest(urn=self.urn, id=id_, olds=_struct(olds), news=_struct(news))
        return UpdateResult(_props(call(Servicer().Update, request).properties))

    def delete(self, id_: str, props: Props) -> None:
        """Call `Delete`."""
        request = provider_pb2.DeleteRequest(urn=self.urn, id=id_, properties=_struct(props))
        call(Servicer().Delete, request)

    def cancel(self) -> None:
        """Call `Cancel`."""
        call(Servicer().Cancel, empty_pb2.Empty())


def call(method: Callable[[Any, Any], T], request: Any) -> T:
    """Return the servicer's response; raise an error as it was raised there."""
    sent = type(request).FromString(request.SerializeToString())
    try:
        response: Any = method(sent, _Context())
    except _Aborted as aborted:
        raise aborted.__context__ or aborted from None
    return type(response).FromString(response.SerializeToString())  # type: ignore[no-any-return]


def _struct(props: Props) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(props)
    return struct


def _props(struct: struct_pb2.Struct) -> Props:
    return dict(json_format.MessageToDict(struct))

"""What the bodies of a graph's PUTs are made of: the one that is wanted, and the one that puts back what was live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.spec.sections import SECTIONS

if TYPE_CHECKING:
    from .live import Live

Inputs = Mapping[str, Any]


def wanted_body(inputs: Inputs, live: Live | None, olds: Inputs) -> dict[str, Any]:
    """The PUT's body: managed sections as given, never managed ones as they are live, given-up ones left out."""
    return spec.to_body({**inputs, **kept_sections(inputs, live, olds)})


def kept_sections(inputs: Inputs, live: Live | None, olds: Inputs) -> dict[str, Any]:
    """The sections that no program of this stack ever gave, as they are live."""
    if live is None or live.retired:
        return {}
    return {s: live.inputs[s] for s in SECTIONS if s in live.inputs and s not in inputs and s not in olds}


def live_body(live: Live | None, known: Inputs) -> dict[str, Any] | None:
    """The body that makes ``live`` live again, with the values of secrets that are known; None if it wasn't VALID."""
    if live is None or live.retired or live.status != "VALID":
        return None
    secrets = known.get("secrets") or {}
    return spec.to_body({**live.inputs, "secrets": {n: secrets[n] for n in live.secret_names if n in secrets}})


def former_body(live: Live | None, olds: Inputs, wanted: Inputs) -> dict[str, Any] | None:
    """As `live_body`; where a run that broke off has sent what is wanted already, state says what was live before."""
    if live is None or live.retired or spec.changes(live.inputs, wanted):
        return live_body(live, olds)
    return wanted_body(olds, live, olds) if olds.get("validation_status") == "VALID" else None

"""A wanted graph becomes the live one and VALID, or the previous version is restored; and the bodies for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import ExosphereError, InvalidGraph, Outcome
from pulumi_exosphere.state_manager.redaction import Redactor
from pulumi_exosphere.template.sections import SECTIONS

from .deliver import deliver
from .live import Live, is_live, keeping_fields, trigger_fields
from .orders import Site
from .outcome import with_outcome
from .run import current

Inputs = Mapping[str, Any]


def wanted_body(inputs: Inputs, live: Live | None, olds: Inputs) -> dict[str, Any]:
    """The PUT's body: managed sections as given, never managed ones as they are live, given-up ones left out."""
    return keeping_fields(template.to_body({**inputs, **kept_sections(inputs, live, olds)}), live)


def kept_sections(inputs: Inputs, live: Live | None, olds: Inputs) -> dict[str, Any]:
    """The sections that no program of this stack ever gave, as they are live."""
    if not is_live(live):
        return {}
    return {s: live.kept[s] for s in SECTIONS if s in live.kept and s not in inputs and s not in olds}


def live_body(live: Live | None, known: Inputs) -> dict[str, Any] | None:
    """The body that makes ``live`` live again, with the values of secrets that are known; None if it wasn't VALID."""
    if not is_live(live) or live.status != "VALID":
        return None
    secrets = known.get("secrets") or {}
    body = template.to_body({**live.kept, "secrets": {n: secrets[n] for n in live.secret_names if n in secrets}})
    return keeping_fields(body, live)


def former_body(live: Live | None, olds: Inputs, wanted: Inputs) -> dict[str, Any] | None:
    """As `live_body`; where a run that broke off has sent what is wanted already, state says what was live before."""
    if not is_live(live) or template.changes(live.inputs, wanted):
        return live_body(live, olds)
    return wanted_body(olds, live, olds) if olds.get("validation_status") == "VALID" else None


NEXT = "Correct the program and run `pulumi up` again"
REFRESH = (
    ", with `--refresh`, because Pulumi's state does not have the INVALID version (if this run was creating the graph: "
    "with adopt=True)"
)

REWRITTEN = " (until the next update, a refresh shows its secrets as rewritten outside Pulumi)"
"""State can't learn what a failed hook wrote, nor what another resource's hook did."""


def upsert(site: Site, body: Mapping[str, Any], before: Live | None, back: Mapping[str, Any] | None) -> Live:
    """PUT ``body`` and wait until it is VALID; return the graph as it is then.

    ``before`` is what is live, ``back`` the body that restores it (None: it did not exist, was retired, or was not
    VALID).

    Raises InvalidGraph if it failed validation, after the previous version was restored, or what did not exist before
    was retired; and what `deliver` raises.
    """
    notes = current().snapshots
    try:
        live = deliver(site, body, before)
        if live.status != "VALID":
            undone, outcome = _undo(site, live, before, back)
            again = "" if outcome is Outcome.NOT_WRITTEN else REFRESH
            raise with_outcome(InvalidGraph(f"{_why(site, live, body)}. {undone}. {NEXT}{again}"), outcome)
    except ExosphereError:
        notes.forget(site.key)
        raise
    live = replace(_with_identity(live, before), trigger_fields=trigger_fields(body))
    notes.note_written(site.key, live)
    return live


def _undo(site: Site, invalid: Live, before: Live | None, back: Mapping[str, Any] | None) -> tuple[str, Outcome]:
    """Make live what was live before; return what to say of that, and the outcome."""
    if back is not None:
        return _restore(
            site, invalid, back, incomplete=is_live(before) and bool(before.secret_names - set(back["secrets"]))
        )
    if not is_live(before):
        return _retire(site, invalid)
    return f"The previous version was {before.status} as well; the new one is live and cannot run", Outcome.INVALID


def _restore(site: Site, invalid: Live, back: Mapping[str, Any], *, incomplete: bool) -> tuple[str, Outcome]:
    """Send the previous version again; ``incomplete``: without secrets that were live, as state hasn't their values."""
    try:
        restored = deliver(site, back, invalid, Outcome.INVALID)
    except ExosphereError as error:
        return _failed(
            "Restoring the previous version",
            "The previous version was sent again, but its validation result is unknown",
            error,
        )
    lost = "; it lacks secrets that were live, whose values Pulumi's state doesn't have" if incomplete else ""
    if restored.status != "VALID":
        reasons = _words(restored, back)
        said = f"The previous version was sent again, but is INVALID now as well ({reasons}); nothing is running"
    else:
        said = f"The previous version was restored and is VALID{REWRITTEN if back['secrets'] else ''}"
    changed = incomplete and restored.status != "VALID"
    return f"{said}{lost}", Outcome.INVALID if changed else Outcome.NOT_WRITTEN


def _retire(site: Site, invalid: Live) -> tuple[str, Outcome]:
    try:
        deliver(site, template.retired(), invalid, Outcome.INVALID)
    except ExosphereError as error:
        return _failed(
            "Retiring it, because it did not exist before,", "It was retired, because it did not exist before", error
        )
    return "The graph did not exist before, so it was retired; nothing is running", Outcome.NOT_WRITTEN


def _failed(what: str, written: str, error: ExosphereError) -> tuple[str, Outcome]:
    """Return what is live, and the outcome, after an INVALID version couldn't be undone."""
    outcome = error.outcome or Outcome.INVALID
    if outcome is Outcome.NOT_VALIDATED:
        return f"{written}: {error}", Outcome.NOT_WRITTEN
    if outcome is Outcome.NOT_WRITTEN:  # someone else's is live
        return f"{what} failed: {error}", outcome
    live = "the INVALID version is live" if outcome is Outcome.INVALID else "the INVALID version may be live"
    return f"{what} failed too, so {live}: {error}", outcome


def _why(site: Site, live: Live, body: Mapping[str, Any]) -> str:
    return f"{site.key} failed validation: {_words(live, body)}"


def _words(live: Live, body: Mapping[str, Any]) -> str:
    return Redactor(body, ()).sentences(live.errors) or "the reason is not shown, because it could contain a value"


def _with_identity(live: Live, before: Live | None) -> Live:
    if live.document_id is not None or before is None:
        return live
    return replace(live, document_id=before.document_id)

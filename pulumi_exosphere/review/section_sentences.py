"""The changes of a graph apart from its nodes, in words."""

from __future__ import annotations

from collections.abc import Iterator

from .compare import Mark
from .graph_state import GraphState, Leaf
from .node_sentences import Change
from .retries import changed_retry_words, retry_words
from .schedules import Clock, named_schedule, schedule_words
from .text import Words, changed_words, code, names, prose, value_words
from .values import SECRET, UNKNOWN

OUTSIDE = "outside Pulumi"
"""Part of the revision of a secret that someone else changed (`pulumi_exosphere.reconcile.refresh`)."""


def section_changes(old: GraphState, new: GraphState, clock: Clock) -> Iterator[Change]:
    """Yield a sentence for every secret, retry policy, store key, schedule and setting that changes."""
    yield from _secrets(old, new)
    yield from _retry_policy(old, new)
    yield from _store(old, new)
    yield from _schedules(old, new, clock)
    yield from _resource(old, new)


def takes_away(old: GraphState, new: GraphState) -> bool:
    """Return whether a schedule is removed, or a section reset to its default.

    Each expression that isn't known yet may be one of the schedules that are missing.
    """
    sections = (old.retry_policy, new.retry_policy), (old.required_keys, new.required_keys)
    given_up = any(before is not None and after is None for before, after in sections)
    missing = set(old.triggers or ()) - set(new.triggers or ())
    return given_up or (not new.triggers_hidden and len(missing) > new.unknown_triggers)


def _secrets(old: GraphState, new: GraphState) -> Iterator[Change]:
    for name, revision in new.secrets.items():
        if name not in old.secrets:
            yield Change(Mark.ADDED, ("new secret ", code(name), *_outside(revision, ", ")))
        elif revision is UNKNOWN:
            yield Change(Mark.CHANGED, ("whether secret ", code(name), " changes is known only during the update"))
        elif revision != old.secrets[name]:
            yield Change(Mark.CHANGED, _other_value(name, old.secrets[name], revision))
    if new.secrets_hidden:
        why = "are secret" if new.secrets_hidden is SECRET else "are known only during the update"
        yield Change(Mark.CHANGED, (f"the names of the secrets {why}, so which of them change can't be shown",))
        return
    for name, revision in old.secrets.items():
        if name not in new.secrets:
            outside = _outside(revision, ", which was ")
            yield Change(Mark.REMOVED, ("secret ", code(name), *outside, ", is removed" if outside else " is removed"))


def _other_value(name: str, old: Leaf, new: Leaf) -> Words:
    if outside := _outside(new, " was "):
        return ("secret ", code(name), *outside)
    if (outside := _outside(old, "it was ")) and str(old).partition(",")[0] == new:
        return ("secret ", code(name), " is reset to the program's value: ", *outside)
    return ("secret ", code(name), " gets a new value (revision ", *value_words(new), ")")


def _outside(revision: Leaf, before: str) -> Words:
    """Return what happened to a secret outside Pulumi, as its revision records it; nothing for a plain number."""
    outside = revision.rpartition(", ")[2] if isinstance(revision, str) else ""
    return (before, *prose(outside)) if OUTSIDE in outside else ()


def _retry_policy(old: GraphState, new: GraphState) -> Iterator[Change]:
    if old.retry_policy == new.retry_policy:
        return
    if new.retry_policy is None:
        yield Change(Mark.REMOVED, ("retries are reset to the default: ", *retry_words({})))
    elif old.retry_policy is None:
        yield Change(Mark.ADDED, ("retries: ", *retry_words(new.retry_policy)))
    else:
        now, was = changed_retry_words(new.retry_policy, old.retry_policy)
        yield Change(Mark.CHANGED, ("retries are now ", *now, "; were ", *was))


def _store(old: GraphState, new: GraphState) -> Iterator[Change]:
    if new.required_keys is None and old.required_keys is not None:
        yield Change(Mark.REMOVED, ("the store is reset to the default: no keys",))
        return
    before, after = old.required_keys or frozenset(), new.required_keys or frozenset()
    if added := sorted(after - before):
        yield Change(Mark.ADDED, ("runs now require the store key", "s " if len(added) > 1 else " ", *names(added)))
    if gone := sorted(before - after):
        yield Change(
            Mark.REMOVED, ("runs no longer require the store key", "s " if len(gone) > 1 else " ", *names(gone, "or"))
        )
    was, now = old.default_values or {}, new.default_values or {}
    for key in {**now, **was}:
        if key not in was:
            yield Change(Mark.ADDED, ("store key ", code(key), " defaults to ", *value_words(now[key])))
        elif key not in now:
            yield Change(Mark.REMOVED, ("store key ", code(key), " no longer has a default"))
        elif was[key] != now[key]:
            new_words, old_words = changed_words(now[key], was[key])
            yield Change(Mark.CHANGED, ("store key ", code(key), " now defaults to ", *new_words, ", was ", *old_words))


def _schedules(old: GraphState, new: GraphState, clock: Clock) -> Iterator[Change]:
    before, after = old.triggers or (), new.triggers or ()
    gone = [expression for expression in before if expression not in after]
    added = [expression for expression in after if expression not in before]
    if len(gone) == len(added) == 1 and not new.unknown_triggers:
        was, now = named_schedule(gone[0]), schedule_words(added[0], clock)
        yield Change(Mark.CHANGED, ("a schedule changes: was ", *was, ", is now ", *now))
        return
    for expression in gone:
        if new.unknown_triggers:
            words = ("whether schedule ", *named_schedule(expression), " stays is known only during the update")
            yield Change(Mark.CHANGED, words)
        else:
            yield Change(Mark.REMOVED, ("schedule ", *named_schedule(expression), " is removed"))
    for expression in added:
        yield Change(Mark.ADDED, ("new schedule ", *schedule_words(expression, clock)))
    if new.unknown_triggers:
        yield Change(Mark.CHANGED, ("a schedule is known only during the update",))


def _resource(old: GraphState, new: GraphState) -> Iterator[Change]:
    if old.validation_status not in {"", "VALID"} and old.validation_status != new.validation_status:
        words = (
            "the live graph is ",
            *value_words(old.validation_status),
            ", so it can't run; the update sends it again",
        )
        yield Change(Mark.CHANGED, words)
    yield from address_changes(old, new)
    differing = [key for key in new.settings if key in old.settings and new.settings[key] != old.settings[key]]
    if differing:
        verb = "changes" if len(differing) == 1 else "change"
        yield Change(Mark.CHANGED, ("the resource's ", *names(differing), f" {verb}, which alone sends nothing"))


def address_changes(old: GraphState, new: GraphState) -> Iterator[Change]:
    """Yield a sentence if the graph moves to another state manager."""
    if old.state_manager and new.state_manager and old.state_manager != new.state_manager:
        here, there = changed_words(new.state_manager, old.state_manager)
        words = ("moves to the state manager at ", *here, "; the graph at ", *there, " stays there and isn't retired")
        yield Change(Mark.CHANGED, words)

"""What changes about a graph besides its nodes, in words."""

from __future__ import annotations

from collections.abc import Iterator

from .compare import Mark
from .graph_state import GraphState, Leaf
from .node_sentences import Change
from .retries import retry_words
from .schedules import Clock, schedule_words
from .text import Words, code, names, prose, value_words
from .values import SECRET, UNKNOWN

OUTSIDE = "outside Pulumi"
"""Stands in the revision of a secret that somebody else changed (`pulumi_exosphere.reconcile.revisions`)."""


def section_changes(old: GraphState, new: GraphState, clock: Clock) -> Iterator[Change]:
    """A sentence for every secret, retry policy, store key, schedule and setting that isn't as it was."""
    yield from _secrets(old, new)
    yield from _retry_policy(old, new)
    yield from _store(old, new)
    yield from _schedules(old, new, clock)
    yield from _resource(old, new)


def takes_away(old: GraphState, new: GraphState) -> bool:
    """Whether a schedule is removed, or a section goes back to its default.

    Of the schedules that aren't there any more, as many may stay as there are expressions that aren't known yet.
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
            yield Change(Mark.CHANGED, ("whether secret ", code(name), " changes is only known during the update"))
        elif revision != old.secrets[name]:
            yield Change(Mark.CHANGED, _other_value(name, old.secrets[name], revision))
    if new.secrets_hidden:
        why = "are secret" if new.secrets_hidden is SECRET else "are only known during the update"
        yield Change(Mark.CHANGED, (f"the names of the secrets {why}, so this can't say which ones change",))
        return
    for name, revision in old.secrets.items():
        if name not in new.secrets:
            told = _outside(revision, ", which was ")
            yield Change(Mark.REMOVED, ("secret ", code(name), *told, ", is removed" if told else " is removed"))


def _other_value(name: str, old: Leaf, new: Leaf) -> Words:
    if told := _outside(new, " was "):
        return ("secret ", code(name), *told)
    if (told := _outside(old, "it was ")) and str(old).partition(",")[0] == new:
        return ("secret ", code(name), " gets the program's value again: ", *told)
    return ("secret ", code(name), " gets another value (revision ", *value_words(new), ")")


def _outside(revision: Leaf, before: str) -> Words:
    """What happened to a secret outside of Pulumi, as a revision tells it; nothing for one that only counts."""
    told = revision.rpartition(", ")[2] if isinstance(revision, str) else ""
    return (before, *prose(told)) if OUTSIDE in told else ()


def _retry_policy(old: GraphState, new: GraphState) -> Iterator[Change]:
    if old.retry_policy == new.retry_policy:
        return
    if new.retry_policy is None:
        yield Change(Mark.REMOVED, ("retries go back to the default: ", *retry_words({})))
    elif old.retry_policy is None:
        yield Change(Mark.ADDED, ("retries: ", *retry_words(new.retry_policy)))
    else:
        was = retry_words(old.retry_policy)
        yield Change(Mark.CHANGED, ("retries are now ", *retry_words(new.retry_policy), "; were ", *was))


def _store(old: GraphState, new: GraphState) -> Iterator[Change]:
    if new.required_keys is None and old.required_keys is not None:
        yield Change(Mark.REMOVED, ("the store's configuration goes back to the default: no keys",))
        return
    before, after = old.required_keys or frozenset(), new.required_keys or frozenset()
    if added := sorted(after - before):
        yield Change(Mark.ADDED, ("a run now has to be given the store's ", *names(added)))
    if gone := sorted(before - after):
        yield Change(Mark.REMOVED, ("a run no longer has to be given the store's ", *names(gone, "or")))
    was, now = old.default_values or {}, new.default_values or {}
    for key in {**now, **was}:
        if key not in was:
            yield Change(Mark.ADDED, ("the store's ", code(key), " starts as ", *value_words(now[key])))
        elif key not in now:
            yield Change(Mark.REMOVED, ("the store's ", code(key), " has no default any more"))
        elif was[key] != now[key]:
            words = ("the store's ", code(key), " starts as ", *value_words(now[key]), ", was ", *value_words(was[key]))
            yield Change(Mark.CHANGED, words)


def _schedules(old: GraphState, new: GraphState, clock: Clock) -> Iterator[Change]:
    before, after = old.triggers or (), new.triggers or ()
    for expression in after:
        if expression not in before:
            yield Change(Mark.ADDED, ("new schedule ", *schedule_words(expression, clock)))
    if new.unknown_triggers:
        yield Change(Mark.CHANGED, ("a schedule is only known during the update",))
    for expression in before:
        if expression in after:
            continue
        if new.unknown_triggers:
            words = ("whether schedule ", code(expression), " stays is only known during the update")
            yield Change(Mark.CHANGED, words)
        else:
            yield Change(Mark.REMOVED, ("schedule ", code(expression), " is removed"))


def _resource(old: GraphState, new: GraphState) -> Iterator[Change]:
    if old.validation_status not in {"", "VALID"} and old.validation_status != new.validation_status:
        words = ("the live graph is ", *value_words(old.validation_status), ", so that it can't run; it is sent again")
        yield Change(Mark.CHANGED, words)
    if old.state_manager and new.state_manager and old.state_manager != new.state_manager:
        there, here = value_words(old.state_manager), value_words(new.state_manager)
        words = ("goes to the state manager at ", *here, "; the graph at ", *there, " is left there, and isn't retired")
        yield Change(Mark.CHANGED, words)
    differing = [key for key in new.settings if key in old.settings and new.settings[key] != old.settings[key]]
    if differing:
        verb = "changes" if len(differing) == 1 else "change"
        yield Change(Mark.CHANGED, ("the resource's ", *names(differing), f" {verb}, which by itself sends nothing"))

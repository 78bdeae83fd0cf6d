"""The state manager's walk, written plainly: recursive, with copied sets. The oracle of `template.walk`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi_exosphere.template.walk import Node


@dataclass
class PlainWalk:
    """The walk; constructing it performs it."""

    nodes: Mapping[str, Node]
    root: str
    parents: dict[str, frozenset[str]] = field(default_factory=dict)
    above: dict[str, frozenset[str]] = field(default_factory=dict)
    waiting: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._arrive(self.root, frozenset(), frozenset())

    def _arrive(self, name: str, brought: frozenset[str], way: frozenset[str]) -> None:
        first = name not in self.parents
        self.parents[name] = self.parents.get(name, frozenset()) | brought
        self.above[name] = self.above.get(name, frozenset()) | way
        if not first:
            return
        target = self.nodes[name].unites
        if target is None:
            handed_on = brought | {name}
        elif target in self.parents:
            handed_on = self.parents[name] = self.parents[target] | {target}
        else:
            self.waiting.setdefault(target, []).append(name)
            return
        for waiter in self.waiting.pop(name, []):
            self._arrive(waiter, handed_on, self.above[waiter])
        for following in self.nodes[name].next_nodes:
            self._arrive(following, handed_on, way | {name})

    @property
    def rule(self) -> str | None:
        """Return the first rule about reachability that is broken."""
        if self.waiting:
            return "unites_unreached"
        if any(self.root not in self.parents.get(name, ()) for name in self.nodes if name != self.root):
            return "not_connected"
        if any(name in above for name, above in self.above.items()):
            return "cycle"
        return None

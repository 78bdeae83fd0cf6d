"""The pages in docs/resources/: which names each describes, and its text, made from what griffe reads in the source."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import griffe

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "resources"
NOTE = "<!-- Made by `make docs` from the docstrings: change those. -->"
TAKEN = (
    "`Input[...]` is a plain value or an output of another resource. An argument that accepts an `...Args` class also "
    "accepts a plain dict with the same keys, or the SDK's model of the same thing. `None` means not given."
)
FAILURES = (
    "[Errors](errors.md) lists what a preview rejects and how a deployment can fail. A program can only catch errors "
    "that are raised in the program: by a constructor or a look-up."
)


class Page(NamedTuple):
    """The contents of one page, by public name."""

    title: str
    resource: str | None = None
    parts: tuple[str, ...] = ()
    """The classes that its arguments or results are made of."""
    functions: tuple[str, ...] = ()


PAGES = {
    "graph.md": Page("Graph", "Graph", ("GraphNodeArgs", "UnitesArgs", "UnitesStrategy", "ConnectionArgs")),
    "retry-policy.md": Page("RetryPolicy", "RetryPolicy", ("RetryPolicyArgs", "RetryStrategy")),
    "store-config.md": Page("StoreConfig", "StoreConfig", ("StoreConfigArgs",)),
    "cron-trigger.md": Page("CronTrigger", "CronTrigger", ("CronTriggerArgs",)),
    "look-ups.md": Page(
        "Look-ups",
        None,
        (
            "GraphResult",
            "GraphNodeResult",
            "UnitesResult",
            "RetryPolicyResult",
            "StoreConfigResult",
            "RegisteredNodeResult",
            "ValidationStatus",
        ),
        (
            "get_graph",
            "get_graph_output",
            "get_graphs",
            "get_graphs_output",
            "get_registered_nodes",
            "get_registered_nodes_output",
        ),
    ),
    "errors.md": Page(
        "Errors",
        None,
        (
            "ExosphereError",
            "ConfigurationError",
            "InvalidGraph",
            "Conflict",
            "NotRegistered",
            "GraphNotFound",
            "StateManagerError",
            "Unreachable",
            "Unauthorized",
            "UnreadableAnswer",
        ),
    ),
}


def pages() -> dict[str, str]:
    """Return the text of every page, by file name."""
    package: Any = griffe.load("pulumi_exosphere", search_paths=[ROOT], docstring_parser="google")
    files = {name: file for file, page in PAGES.items() for name in (page.resource, *page.parts, *page.functions)}
    modules = ("errors", *(f"resources.{path.stem}" for path in (ROOT / "pulumi_exosphere/resources").glob("[!_]*.py")))
    objects = {
        name: package[f"{module}.{name}"] for module in modules for name in package[module].members if name in files
    }
    return {
        file: _Writer(objects, {str(name): other for name, other in files.items() if other != file}).page(page)
        for file, page in PAGES.items()
    }


@dataclass(frozen=True)
class _Writer:
    """Write one page."""

    objects: dict[str, Any]
    """The objects that griffe found, by public name."""
    links: dict[str, str]
    """The links to what other pages describe."""

    def page(self, page: Page) -> str:
        """Return the whole text; a page without a resource begins with its module's docstring."""
        about = self.objects[page.resource or (page.functions or page.parts)[0]]
        about = about if page.resource else about.module
        lines = [f"# {page.title}", "", NOTE, "", *self._text(about)]
        if page.resource:
            lines += ["## Arguments", "", *_wrapped(TAKEN), "", *self._arguments(about["__init__"])]
        for name in page.functions:
            function = self.objects[name]
            lines += [f"## {name}", "", *self._text(function), *self._arguments(function), *self._raises(function)]
        for name in page.parts:
            lines += [f"### {name}" if page.resource else f"## {name}", "", *self._text(self.objects[name])]
            lines += self._attributes(self.objects[name])
        if page.resource:
            lines += ["## Outputs", "", *self._attributes(about), *self._methods(about)]
            lines += ["## Errors", "", *self._raises(about["__init__"]), *_wrapped(FAILURES)]
        return "\n".join(lines).rstrip() + "\n"

    def _text(self, item: Any) -> Iterator[str]:
        """Yield a docstring's text, without its sections for arguments and errors."""
        for section in item.docstring.parsed if item.docstring else ():
            if section.kind is griffe.DocstringSectionKind.text:
                for paragraph in _paragraphs(section.value):
                    literal = paragraph.startswith("    ")
                    yield from (("```text", textwrap.dedent(paragraph), "```") if literal else self._prose(paragraph))
                    yield ""
            elif section.kind is griffe.DocstringSectionKind.examples:
                yield from (*(text for _, text in section.value), "")

    def _arguments(self, function: Any) -> Iterator[str]:
        said = self._section(function, griffe.DocstringSectionKind.parameters)
        for argument in said:
            parameter = function.parameters[argument.name]
            yield from self._item(argument.name, parameter.annotation, parameter.default is None, argument.description)
        yield from [""] if said else []

    def _attributes(self, owner: Any) -> Iterator[str]:
        shown = [(name, one) for name, one in owner.members.items() if one.is_attribute and not name.startswith("_")]
        for name, attribute in shown:
            required = owner.name.endswith("Args") and "None" not in str(attribute.value or "")
            yield from self._item(name, attribute.annotation, required, attribute.docstring.value)
        yield from [""] if shown else []

    def _methods(self, owner: Any) -> Iterator[str]:
        for name, method in owner.functions.items():
            if not (name.startswith("_") or method.inherited):  # those are Pulumi's to call
                yield from (f"## {owner.name}.{name}", "", *self._text(method), *self._arguments(method))
                yield from self._raises(method)

    def _raises(self, function: Any) -> Iterator[str]:
        said = self._section(function, griffe.DocstringSectionKind.raises)
        for error in said:
            yield from self._prose(f"`{error.annotation}`: {error.description}", "- Raises ")
        yield from [""] if said else []

    def _item(self, name: str, annotation: object, required: object, text: str) -> Iterator[str]:
        kind = [f"`{_type(str(annotation))}`"] if annotation is not None else []
        told = ", ".join([*kind, *(["required"] if required else [])])
        yield from self._prose(text, f"- **`{name}`**" + (f" ({told}): " if told else ": "))

    def _prose(self, text: str, begin: str = "") -> list[str]:
        text = re.sub(r"`+([^`]+)`+", self._code, text)
        return _wrapped(begin + text)

    def _code(self, found: re.Match[str]) -> str:
        name = found[1]
        return f"[`{name}`]({self.links[name]})" if name in self.links else f"`{name}`"

    @staticmethod
    def _section(item: Any, kind: griffe.DocstringSectionKind) -> list[Any]:
        return [one for section in item.docstring.parsed if section.kind is kind for one in section.value]


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a docstring; the `::` before a literal one means nothing to a reader."""
    return [one for one in re.split(r"\n\n+", re.sub(r"^::$", "", text, flags=re.MULTILINE)) if one]


def _type(annotation: str) -> str:
    """Return a type without its dict twin and None, which the top of the page explains."""
    return re.sub(r" \| None$", "", re.sub(r" \| \w+ArgsDict\b", "", annotation))


def _wrapped(text: str) -> list[str]:
    more = "  " if text.startswith("- ") else ""
    return textwrap.wrap(text, 120, subsequent_indent=more, break_long_words=False, break_on_hyphens=False)

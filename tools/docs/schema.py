"""The schema of the package `exosphere`, for other languages: generated from the same docstrings as the pages."""

from __future__ import annotations

import ast
import json
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import griffe

from pulumi_exosphere.provider.settings import SECRETS, SETTINGS
from pulumi_exosphere.resources import args as parts
from pulumi_exosphere.template.sections import RETRY_POLICY, UNITES_STRATEGIES
from pulumi_exosphere.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "pulumi_exosphere" / "native" / "schema.json"

RESOURCES = {
    "Graph": "graph",
    "RetryPolicy": "retry_policy",
    "StoreConfig": "store_config",
    "CronTrigger": "cron_trigger",
}
"""The resources, and their modules."""
FUNCTIONS = {
    "getGraph": ("get_graph", {"": "GraphResult"}),
    "getGraphs": ("get_graphs", {"graphs": "Sequence[GraphResult]"}),
    "getRegisteredNodes": ("get_registered_nodes", {"nodes": "Sequence[RegisteredNodeResult]"}),
}
"""The functions, their counterparts in Python, and what they return: the fields of one result, or named values."""
KEYS = {"GraphNodeArgs": "identifier", "CronTriggerArgs": "expression"}
"""Parts that are values of a map here, and the field that is their key."""
TYPES = {
    "GraphNodeArgs": "GraphNode",
    "UnitesArgs": "GraphNodeUnites",
    "RetryPolicyArgs": "GraphRetryPolicy",
    "StoreConfigArgs": "GraphStoreConfig",
    "CronTriggerArgs": "GraphTrigger",
}
"""The names of the parts here: SDKs generate classes from them and from the resources' arguments, side by side."""
UNUSED = ("resource_name", "opts", "connection")
"""Arguments in Python that other languages replace: an explicit provider names another state manager."""
SWITCHES = ("schedules",)
"""Settings that are `on` or `off`."""
REPLACING = {"Graph": ("name", "namespace")}
"""Properties that replace a resource; every other one updates it."""
_POLICY = {key: value for key, value in RETRY_POLICY.items() if value is not None}
DEFAULTS = {
    "RetryPolicy": _POLICY,
    "RetryPolicyArgs": _POLICY,
    "UnitesArgs": {"strategy": UNITES_STRATEGIES[0]},
}
"""The state manager's defaults."""
_BY_ID = (
    "The id `NAMESPACE/NAME` of a graph that this program doesn't declare. On one that it declares, give the section "
    "as a property of the graph."
)
OWN_WORDS = {
    ("Graph", "name"): (
        "The graph's name, without `/`; default: the resource's name. A change replaces the resource: the graph goes "
        "live under its new name and is retired under the old one."
    ),
    ("Graph", "nodes"): (
        "The nodes by identifier, exactly one of which nothing leads to. An identifier is unique in its graph and "
        "isn't `store`."
    ),
    ("Graph", "retry_policy"): (
        "What happens when a node fails. Not given: this stack leaves the live policy alone; given before and no "
        "longer: back to the default."
    ),
    ("Graph", "store_config"): "The store that the nodes of one run share. Not given: as for `retry_policy`.",
    ("Graph", "triggers"): (
        "The schedules by cron expression, each an empty object; no schedule at all (an empty map): the graph never "
        "runs by itself. Not given: as for `retry_policy`. An expression has 5 fields, 6 (the last is seconds) or 7 "
        "(the last is the year), or is `@hourly`, `@daily`, `@weekly`, `@monthly` or `@yearly`, in the state manager's "
        "local time."
    ),
    ("RetryPolicy", ""): "What happens when a node fails, for a graph that this program doesn't declare.",
    ("StoreConfig", ""): "The store that the nodes of one run share, for a graph that this program doesn't declare.",
    ("CronTrigger", ""): "One schedule of a graph that this program doesn't declare.",
    **{(resource, "graph"): _BY_ID for resource in ("RetryPolicy", "StoreConfig", "CronTrigger")},
}
"""Descriptions that differ from those in Python, where attachments also take a graph of the same program."""

Spec = dict[str, Any]


def text() -> str:
    """Return the schema as its file contains it."""
    return json.dumps(_Schema().whole(), indent=2, ensure_ascii=False) + "\n"


class _Schema:
    """Collect the types that properties refer to."""

    def __init__(self) -> None:
        self.package: Any = griffe.load("pulumi_exosphere", search_paths=[ROOT], docstring_parser="google")
        self.types: dict[str, Spec] = {}

    def whole(self) -> Spec:
        resources = {f"exosphere:index:{name}": self.resource(name, module) for name, module in RESOURCES.items()}
        functions = {f"exosphere:index:{name}": self.function(*of) for name, of in FUNCTIONS.items()}
        configuration = {key: self.setting(key) for key in SETTINGS}
        return {
            "name": "exosphere",
            "displayName": "Exosphere",
            "version": __version__,
            "description": "Exosphere graphs, previewed and applied with the rest of the infrastructure.",
            "keywords": ["exosphere", "category/infrastructure"],
            "license": "Apache-2.0",
            "language": {
                "csharp": {"respectSchemaVersion": True},
                "go": {"respectSchemaVersion": True, "generateResourceContainerTypes": True},
                "java": {"respectSchemaVersion": True},
                "nodejs": {"respectSchemaVersion": True},
                "python": {"respectSchemaVersion": True, "inputTypes": "classes-and-dicts"},
            },
            "config": {"variables": configuration},
            "types": dict(sorted(self.types.items())),
            "provider": {
                "description": "A state manager, and how this stack deals with it. Without one, and for what it leaves "
                "out, the environment counts: `EXOSPHERE_STATE_MANAGER_URI` and `EXOSPHERE_API_KEY`.",
                "inputProperties": configuration,
            },
            "resources": resources,
            "functions": functions,
        }

    def resource(self, name: str, module: str) -> Spec:
        about = self.package[f"resources.{module}.{name}"]
        constructor = about["__init__"]
        given = {
            argument.name: (constructor.parameters[argument.name], argument.description)
            for argument in _section(constructor, griffe.DocstringSectionKind.parameters)
            if argument.name not in UNUSED
        }
        inputs = {key: self.property(name, key, parameter.annotation, said) for key, (parameter, said) in given.items()}
        outputs, required = {}, []
        for key, attribute in about.members.items():
            if not attribute.is_attribute or key.startswith("_") or key in UNUSED:
                continue
            annotation = str(attribute.annotation)
            outputs[key] = (
                {**inputs[key], "description": _words(attribute.docstring.value)}
                if key in inputs
                else self.property(name, key, annotation, attribute.docstring.value)
            )
            outputs[key].pop("default", None)
            if "None" not in annotation:
                required.append(key)
        optional = {key for key, (parameter, _) in given.items() if parameter.default is not None}
        return {
            "description": OWN_WORDS.get((name, "")) or _words(_prose(about)),
            "properties": outputs,
            "required": sorted(required),
            "inputProperties": inputs,
            "requiredInputs": sorted(given.keys() - optional),
            "aliases": [{"type": f"pulumi-python:dynamic/exosphere:{name}"}],
        }

    def function(self, python: str, returns: Mapping[str, str]) -> Spec:
        about = self.package[f"resources.lookups.{python}"]
        said = _section(about, griffe.DocstringSectionKind.parameters)
        inputs = {
            argument.name: {
                **self.type(about.parameters[argument.name].annotation),
                "description": _words(argument.description),
            }
            for argument in said
            if argument.name not in UNUSED
        }
        needed = sorted(name for name in inputs if about.parameters[name].default is None)
        outputs = (
            self.fields("GraphResult")
            if "" in returns
            else {
                "properties": {name: self.type(kind) for name, kind in returns.items()},
                "required": sorted(returns),
            }
        )
        return {
            "description": _words(_prose(about)),
            "inputs": {"type": "object", "properties": inputs, **({"required": needed} if needed else {})},
            "outputs": {"type": "object", **outputs},
        }

    def setting(self, key: str) -> Spec:
        field = self.package[f"provider.settings.Settings.{SETTINGS[key]}"]
        kind = {"type": "string"} if key in SWITCHES else self.type(str(field.annotation))
        found = {**kind, "description": _words(field.docstring.value)}
        return {**found, "secret": True} if key in SECRETS else found

    def property(self, owner: str, name: str, annotation: object, said: str) -> Spec:
        found = self.type(str(annotation))
        found["description"] = OWN_WORDS.get((owner, name)) or _words(said)
        if name == "secrets":
            found["secret"] = True
        if name in REPLACING.get(owner, ()):
            found["replaceOnChanges"] = True
        if name in DEFAULTS.get(owner, {}):
            found["default"] = DEFAULTS[owner][name]
        return found

    def type(self, annotation: object) -> Spec:
        """Return the type for an annotation in Python."""
        return self._type(ast.parse(str(annotation), mode="eval").body)

    def _type(self, node: ast.expr) -> Spec:
        if isinstance(node, ast.BinOp):
            return self._type(_chosen(node))
        if isinstance(node, ast.Subscript):
            outer = ast.unparse(node.value)
            items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if outer in {"Input", "Output"}:
                return self._type(items[0])
            if outer == "tuple":
                return {"type": "array", "items": self._type(items[0])}
            if outer == "Mapping":
                return {"type": "object", "additionalProperties": self._type(items[1])}
            if any(isinstance(one, ast.Name) and one.id in KEYS for one in ast.walk(items[0])):
                return {"type": "object", "additionalProperties": self._type(items[0])}
            return {"type": "array", "items": self._type(items[0])}
        name = ast.unparse(node)
        plain = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
        return {"type": plain[name]} if name in plain else self.named(name)

    def named(self, name: str) -> Spec:
        """Return the reference to a type of the package, which is made when it is first used."""
        if name == "Any":
            return {"$ref": "pulumi.json#/Any"}
        token = f"exosphere:index:{TYPES.get(name, name)}"
        if token not in self.types:
            self.types[token] = {}  # A type that refers to itself finds that it has been started.
            self.types[token] = self.enum(name) if _is_enum(name) else {"type": "object", **self.fields(name)}
        return {"$ref": f"#/types/{token}"}

    def fields(self, name: str) -> Spec:
        """Return the fields of an Args or a result class."""
        about = self.package["resources.results" if name.endswith("Result") else "resources.args"][name]
        key = KEYS.get(name)
        fields = {field: one for field, one in about.members.items() if one.is_attribute and field != key}
        properties = {
            field: self.property(name, field, one.annotation, one.docstring.value) for field, one in fields.items()
        }
        if name == "CronTriggerArgs":
            properties["type"] = {
                "type": "string",
                "const": "CRON",
                "description": "Exosphere has one type of triggers.",
            }
        result = name.endswith("Result")
        needed = [
            field
            for field, one in fields.items()
            if ("None" not in str(one.annotation) if result else one.value is None or "None" not in str(one.value))
        ]
        return {
            "description": _words(_prose(about)),
            "properties": properties,
            **({"required": sorted(needed)} if needed else {}),
        }

    def enum(self, name: str) -> Spec:
        about = self.package["resources.args"][name]
        members = [(key, one) for key, one in about.members.items() if one.is_attribute]
        return {
            "type": "string",
            "description": _words(_prose(about)),
            "enum": [
                {"name": key, "value": ast.literal_eval(str(one.value)), "description": _words(one.docstring.value)}
                for key, one in members
            ],
        }


def _is_enum(name: str) -> bool:
    return isinstance(found := getattr(parts, name, None), type) and issubclass(found, Enum)


def _chosen(union: ast.BinOp) -> ast.expr:
    """Return the member of a union that other languages have: no dict twin, no string beside an enum, no None."""
    members: list[ast.expr] = []
    rest: ast.expr = union
    while isinstance(rest, ast.BinOp):
        members.insert(0, rest.right)
        rest = rest.left
    members.insert(0, rest)
    names = {ast.unparse(one): one for one in members}
    kept = [one for name, one in names.items() if name not in {"None", "Graph"} and not name.endswith("ArgsDict")]
    return kept[0]


def _section(item: Any, kind: griffe.DocstringSectionKind) -> list[Any]:
    return [one for section in item.docstring.parsed if section.kind is kind for one in section.value]


def _prose(item: Any) -> str:
    """Return a docstring's text, without its sections."""
    parts: Iterable[Any] = item.docstring.parsed
    return "\n\n".join(part.value for part in parts if part.kind is griffe.DocstringSectionKind.text)


def _words(text: str) -> str:
    """Return a docstring as Markdown, a paragraph per line."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\n+", text)]
    return re.sub(r"``([^`]+)``", r"`\1`", "\n\n".join(paragraphs))

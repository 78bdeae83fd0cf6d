"""Nodes in the forms in which they can be registered: node classes of Exosphere's SDK, or dicts."""

from __future__ import annotations

from typing import Any


def as_registered(node: Any) -> dict[str, Any]:
    """The node as `PUT .../nodes/` takes it.

    Args:
        node: A class with the inner pydantic models `Inputs`, `Outputs` and, if it has any, `Secrets`; or a dict of the
            form of the API (`name`, `inputs_schema`, `outputs_schema`, `secrets`); or a short one, `{"name": "Load",
            "inputs": ["rows"], "outputs": ["count"], "secrets": []}`, where everything is a required string.

    Raises TypeError, which says what is missing.
    """
    if isinstance(node, type):
        return _of_class(node)
    if not isinstance(node, dict) or not isinstance(node.get("name"), str):
        raise TypeError(f"a node is a class or a dict with a 'name', not {type(node).__name__}")
    return {
        "name": node["name"],
        "inputs_schema": node.get("inputs_schema") or _strings("Inputs", node.get("inputs", ())),
        "outputs_schema": node.get("outputs_schema") or _strings("Outputs", node.get("outputs", ())),
        "secrets": list(node.get("secrets") or ()),
    }


def _of_class(node: type) -> dict[str, Any]:
    models: dict[str, Any] = {part: getattr(node, part, None) for part in ("Inputs", "Outputs", "Secrets")}
    for part, model in models.items():
        if not (model is None and part == "Secrets") and not hasattr(model, "model_json_schema"):
            raise TypeError(f"the node class {node.__name__} needs a pydantic model {part} inside")
    inputs, outputs, secrets = list(models.values())
    return {
        "name": node.__name__,
        "inputs_schema": inputs.model_json_schema(),
        "outputs_schema": outputs.model_json_schema(),
        "secrets": list(secrets.model_fields) if secrets else [],
    }


def _strings(title: str, names: Any) -> dict[str, Any]:
    properties = {name: {"title": name, "type": "string"} for name in names}
    return {"title": title, "type": "object", "properties": properties, "required": list(properties)}

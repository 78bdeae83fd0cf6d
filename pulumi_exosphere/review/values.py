"""The engine's values as a preview contains them, without secrets.

The CLI writes ``[secret]`` for each, with ``--show-secrets`` too. If another version or a person wrote the value itself
(in the state file's form, or in plain text under ``secrets``), it is removed here, before anything else reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's text for a value that is known only during the update."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key of the engine's special values, among them secrets with their ciphertext or plain text."""
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # not a secret: it marks one
_OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_SECRET_TEXT = "[secret]"  # noqa: S105  # as above
_LONG = 4
"""Characters from which on a secret hides every value that contains it; a shorter one hides only equal values."""


class Hidden(Enum):
    """Why a value can't be shown."""

    SECRET = "[secret]"  # noqa: S105  # as above
    UNKNOWN = "[known after the update]"


SECRET, UNKNOWN = Hidden.SECRET, Hidden.UNKNOWN


class Secrets:
    """The secrets that a document contains in plain text (none if the CLI wrote it), and their replacement."""

    def __init__(self, states: list[Mapping[str, Any]]) -> None:
        found = {text for state in states for text in _in_clear(state)} - {"", _SECRET_TEXT, UNKNOWN_TEXT}
        self._long = sorted((text for text in found if len(text) >= _LONG), key=len, reverse=True)
        self._short = {text for text in found if len(text) < _LONG}

    def clean(self, value: Any) -> Any:
        """Return the value with `Hidden` for secret and unknown parts, and whole numbers as integers."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, float):
            return int(value) if value.is_integer() else value
        if isinstance(value, list):
            return [self.clean(item) for item in value]
        if not isinstance(value, dict):
            return value
        if _SIGNATURE not in value:
            return {key: self.clean(item) for key, item in value.items()}
        if value[_SIGNATURE] == _OUTPUT_SIGNATURE and not value.get("secret"):
            return self.clean(value["value"]) if "value" in value else UNKNOWN
        return SECRET

    def message(self, text: str) -> str:
        """Return a message without the secrets, except for those so short that they could occur in any text."""
        for secret in self._long:
            text = text.replace(secret, _SECRET_TEXT)
        return text

    def _text(self, text: str) -> Any:
        if text == _SECRET_TEXT or text in self._short or any(secret in text for secret in self._long):
            return SECRET
        return UNKNOWN if UNKNOWN_TEXT in text else text


def _in_clear(state: Mapping[str, Any]) -> Iterator[str]:
    for properties in (state.get("inputs"), state.get("outputs")):
        yield from _marked(properties)
        if isinstance(properties, dict) and "/exosphere:" in str(state.get("type")):
            connection = properties.get("connection")
            yield from _strings(properties.get("secrets"))
            yield from _strings(connection.get("api_key") if isinstance(connection, dict) else None)


def _marked(value: Any) -> Iterator[str]:
    """Yield the strings in everything that is marked as a secret."""
    if isinstance(value, list):
        for item in value:
            yield from _marked(item)
    elif isinstance(value, dict):
        signature = value.get(_SIGNATURE)
        if signature == _SECRET_SIGNATURE:
            yield from _plain(value.get("plaintext"))
        elif signature == _OUTPUT_SIGNATURE and value.get("secret"):
            yield from _strings(value.get("value"))
        else:
            for item in value.values():
                yield from _marked(item)


def _plain(text: Any) -> Iterator[str]:
    """Yield the strings in a secret's JSON, as a state file contains it."""
    try:
        yield from _strings(json.loads(text))
    except (TypeError, ValueError):
        yield from _strings(text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)

"""What graphs and secrets are called in the program: readable, and each name once.

Live names can hold anything; names in the program are ASCII, and don't depend on the order of the listing.
"""

from __future__ import annotations

import builtins
import itertools
import keyword
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
    from typing import TypeVar

    Key = TypeVar("Key", bound=Hashable)

TAKEN = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "config", "exosphere", "pulumi"})
"""What no variable of the program may be called."""

_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z0-9]+")


def words(name: str) -> list[str]:
    """The words of a name, in lower case: ``dailyReport``, ``DAILY_REPORT`` and ``daily-report`` have the same."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return [word.lower() for word in _WORD.findall(plain)]


def camel_case(name: str, otherwise: str) -> str:
    """A configuration key, such as ``warehousePassword``; begins with ``otherwise`` where the name gives no start."""
    found = words(name)
    if not found or found[0][0].isdigit():
        found.insert(0, otherwise)
    return found[0] + "".join(word.capitalize() for word in found[1:])


def snake_case(name: str, otherwise: str, taken: Iterable[str] = TAKEN) -> str:
    """A variable or a module, such as ``daily_report``; ends with ``otherwise`` where that is taken."""
    found = words(name)
    if not found or found[0][0].isdigit():
        found.insert(0, otherwise)
    plain = "_".join(found)
    return f"{plain}_{otherwise}" if plain in taken else plain


def distinct(wanted: Mapping[Key, Sequence[str]], *, separator: str = "_") -> dict[Key, str]:
    """One name for each key, none twice.

    Args:
        wanted: For each key its candidates, from the shortest to the most telling. The first one that no other key
            wants goes; where there is none, the last one, with a number from the second key on.
        separator: What stands between a name and its number.
    """
    how_many = Counter(candidate for candidates in wanted.values() for candidate in dict.fromkeys(candidates))
    names = {
        key: next((candidate for candidate in candidates if how_many[candidate] == 1), "")
        for key, candidates in wanted.items()
    }
    given = {name for name in names.values() if name}
    for key, candidates in wanted.items():
        if not names[key]:
            names[key] = _free(candidates[-1], separator, given, how_many)
            given.add(names[key])
    return names


def _free(name: str, separator: str, given: Container[str], wanted: Container[str]) -> str:
    if name not in given:
        return name
    numbered = (f"{name}{separator}{number}" for number in itertools.count(2))
    return next(one for one in numbered if one not in given and one not in wanted)

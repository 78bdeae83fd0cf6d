"""Makes a comment fit: blocks fold, then shorten, the longest first; what comes before them always stays."""

from __future__ import annotations

import heapq
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 65_536
"""GitHub takes comments shorter than this, in characters. Bytes are counted here, of which there are never fewer."""


class Level(IntEnum):
    """How much of a block is said."""

    OPEN = 0
    """Everything, to be seen at once."""
    FOLDED = 1
    """Everything, below a line that can be opened."""
    SHORT = 2
    """The first lines of each list, and no diagram."""
    SHORTER = 3
    """Fewer of them."""
    LINE = 4
    """One line."""


class Block(Protocol):
    """A part of a comment that can be said in more or fewer words."""

    def at(self, level: Level) -> str:
        """The block's text; one line at `Level.LINE`."""


def fit(head: str, blocks: Sequence[Block], *, start: Level, reserved: int = 0) -> str:
    """Head and blocks, and ``reserved`` bytes of something else, in less than `LIMIT`, whatever the blocks are."""
    room = LIMIT - 200 - size(head) - reserved
    levels = [start] * len(blocks)
    texts = [block.at(start) for block in blocks]
    total = sum(size(text) + 2 for text in texts)
    heap = [(-size(text), number) for number, text in enumerate(texts)]
    heapq.heapify(heap)
    while total > room and heap:
        length, number = heapq.heappop(heap)
        if levels[number] is Level.LINE:
            continue
        levels[number] = Level(levels[number] + 1)
        texts[number] = blocks[number].at(levels[number])
        total += length + size(texts[number])
        heapq.heappush(heap, (-size(texts[number]), number))
    shown, used = [], 0
    for text in texts:
        used += size(text) + 2
        if used > room:
            break
        shown.append(text)
    missing = [f"- and {len(texts) - len(shown):,} more"] if len(shown) < len(texts) else []
    return _joined([head, *shown, *missing])


def size(text: str) -> int:
    """Bytes."""
    return len(text.encode())


def _joined(parts: Sequence[str]) -> str:
    """An empty line between parts; none between lines of one list."""
    text = ""
    for part in (part for part in parts if part):
        both_lines = part.startswith("- ") and text.rpartition("\n")[2].startswith("- ") and "\n" not in part
        text += f"{'' if not text else chr(10) if both_lines else chr(10) * 2}{part}"
    return text + "\n"

"""Examples of hypothesis have no deadline: the machine may be busy, and no test asserts time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

"""Making a wanted graph the live one: look, decide, upsert, wait, restore, retire; and what this run wants.

- What hooks call: `graph`, `pieces`, `refresh`. What those ask first: `look`, `registrations`, `conflicts` (with
  `owners`).
- How a body gets there: `upsert`, `deliver`. What is repaired once a hook has ended: `repairs`, which calls
  `lost_updates` and `namesakes`.
- What a run notes: `run`, `listings`. What an error says of the write: `outcome`. What all of that is about: `orders`,
  `keys`, `live`.
- Values that state must not show: `masking`. Pauses and deadlines: `waiting`. Moments at which nothing is sent:
  `schedules`.
"""

"""How a wanted graph becomes the live one: look, decide, upsert, wait, restore, retire; and what this run wants.

- What hooks call: `graph`, `pieces`, `refresh`. What those ask first: `look`, `registrations`, `conflicts`.
- How a body gets there: `upsert`, `deliver`. What is looked at afterwards: `lost_updates`, `namesakes`.
- What a run notes: `run`, `listings`, `outcome`. What all of that is about: `orders`, `keys`, `live`.
- Values that state must not show: `masking`. Pauses and deadlines: `waiting`.
"""

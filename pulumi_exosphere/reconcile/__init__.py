"""How a wanted graph becomes the live one: look, decide, upsert, wait, put back, retire; and what this run wants.

What hooks call: `graphs`, `pieces`, `reading`. What those ask first: `looking`, `registrations`, `decide`,
`decide_pieces`. How a body gets there: `bodies`, `upsert`, `deliver`, `put`, `verdict`; and is looked at afterwards:
`verify`, `namesakes`. What a run notes: `run`, `snapshots`, `outcome`. What all of that is about: `orders`, `site`,
`keys`, `live`, `drift`, `revisions`; a piece in its graph: `splice`; values that state holds: `known_values`. Pauses,
and lines for the user: `waiting`, `telling`.
"""

"""The warnings of a preview, in the process of the program, each on its resource (``exosphere:registryCheck``).

`check` examines each graph of the program; `listings` asks the state manager, once per program; `warnings` decides,
with `namesakes` for schedules that another graph would lose and `take_over` for graphs that exist already; `messages`
puts the findings about registered nodes into words; `schedules_off` is one line about `exosphere:schedules`.
"""

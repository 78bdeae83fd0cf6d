"""What a preview warns of, in the program's process, as warnings on the resource (``exosphere:registryCheck``).

`check` examines each graph of the program; `listings` asks the state manager, once per program and never for long;
`warnings` decides; `messages` words what the registered nodes have against a graph.
"""

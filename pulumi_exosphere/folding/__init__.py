"""Folding: attachments become part of their graph.

A graph is sent as a whole, in one upsert, so everything that later lines of the program attach to it is collected
before its inputs are complete. `collection` does that; `program` keeps the declarations of one run of a program;
`problems` reports the problems of all its graphs at once; `outputs` waits for outputs, but never forever; `options`
applies Pulumi's options to attachments, and `explicit_provider` looks at one of them; `registration` checks the final
arguments of a resource; `turns` leaves the engine a place for other resources; only `introspection` relies on private
parts of Pulumi's SDK.
"""

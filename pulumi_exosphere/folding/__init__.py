"""How attachments become part of their graph.

A graph is sent whole, in one upsert, so what later lines of the program attach to it has to be collected before its
inputs are complete. `collection` does that; `program` keeps what one run of a program has declared; `outputs` waits for
outputs without waiting forever; `options` carries Pulumi's options over to what is folded; `registration` checks what a
resource is finally registered with; `introspection` is the one place that relies on private parts of Pulumi's SDK.
"""

"""The pull-request comment made from ``pulumi preview --json``.

`preview` reads the engine's document, `gather` sorts its steps by graph, `compare` finds what differs between nodes,
`node_sentences` and `section_sentences` put it in words, `outline` orders it, and `markdown` and `terminal` render it.
Whatever a program or a server wrote is a `text.Code` on its way through, so that escaping is decided in one place for
each format.
"""

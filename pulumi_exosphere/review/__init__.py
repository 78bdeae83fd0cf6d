"""The pull-request comment made from ``pulumi preview --json``.

`preview` reads the engine's document, `gather` sorts its steps by graph, `compare` finds what differs between nodes,
`node_words` and `section_words` put it in words, and `markdown` and `terminal` render it. Whatever a program or a
server wrote is a `words.Code` on its way through, so that escaping is decided in one place for each format.
"""

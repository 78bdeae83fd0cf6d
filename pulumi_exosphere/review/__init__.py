"""The review of a change, made from ``pulumi preview --json``.

`preview` reads the engine's document, `gather` sorts its steps by graph, `compare` finds the differences between nodes,
`node_sentences` and `section_sentences` put them in words, and `outline` orders them. `markdown` (with `diagram`),
`terminal` and `page` (with `drawing` and `layout`) render the result. Text from a program or a server is a `text.Code`
on the way, so each format escapes it in one place.
"""

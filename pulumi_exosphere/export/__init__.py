"""A Pulumi program for graphs that exist already: readable Python, as a person would write it.

`live` reads the graphs, `names` finds what each is called in the program, `graph_source` and `program` write it,
`instructions` says how to take it over, `layout` has it formatted, `files` puts it on disk. `command` is the command.
"""

"""A Pulumi program for graphs that exist already: readable Python, as a person would write it.

`live` reads the graphs, `naming` decides what each is called in the program, `source` writes one graph, `project`
writes the files around it, and `command` is the command.
"""

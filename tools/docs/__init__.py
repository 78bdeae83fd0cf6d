"""Write docs/resources/ from the docstrings of the public names: ``make docs``.

The docstrings are the source, because editors show them; a test fails if the pages are older than they are.
"""

"""Writes docs/resources/ from the docstrings of the public names: ``make docs``.

The docstrings are what an editor shows, so they are what is kept; a test says when the pages are older than they are.
"""

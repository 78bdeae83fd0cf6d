"""Tests mirror the tree of the package: `tests/template/test_walk.py` is about `pulumi_exosphere/template/walk.py`."""

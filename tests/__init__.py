"""Tests mirror the tree of the package: `tests/template/test_walk.py` tests `pulumi_exosphere/template/walk.py`."""

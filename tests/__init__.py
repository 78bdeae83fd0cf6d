"""Tests mirror the tree of the package: `tests/spec/test_rules.py` is about `pulumi_exosphere/spec/rules.py`."""

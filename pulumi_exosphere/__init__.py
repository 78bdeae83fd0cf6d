"""Exosphere graphs declared in a Pulumi program."""

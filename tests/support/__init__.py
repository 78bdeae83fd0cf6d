"""Shared parts of the tests: the real Pulumi CLI on a program, and the nodes that a runtime registers."""

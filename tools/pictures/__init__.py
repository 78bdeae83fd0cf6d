"""The pictures in docs/, made from a recorded preview; not part of the tests."""

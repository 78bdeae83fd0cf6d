"""The cost of the provider, measured beside the floor: the same program with hooks that do nothing."""

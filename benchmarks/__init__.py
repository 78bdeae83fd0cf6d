"""What the provider costs, measured beside the floor: the same program with hooks that do nothing."""

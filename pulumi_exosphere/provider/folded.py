"""What the program says of an attachment that it folds into one of its graphs."""

FOLDED = "__folded"
"""Under this key inputs and state say that the piece goes live with its graph, which the same program declares. If it
moves to another graph, the hooks of the one that it leaves upsert or retire that. Pulumi's display shows no key that
begins like this one; it stands in state, and in the inputs and outputs of a preview's JSON."""

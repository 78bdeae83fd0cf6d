"""How a wanted graph becomes the live one: look, decide, upsert, wait, put back, retire; and what this run wants."""

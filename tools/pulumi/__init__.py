"""Get the Pulumi CLI, its Python language host and their scripts: from PATH, from Pulumi, or built with Go."""

"""What a program declares.

The resources: `graph`, `retry_policy`, `store_config`, `cron_trigger`; their arguments: `args`, `enums`. What was
written becomes inputs: `inputs`, `fields`, `leaves`, `ids`; and is registered at last: `declared`. What is attached
to a graph and folded into it: `attachment`, `attached_options`, `ignored`, `known_graphs`, `collect`, `trigger_map`,
`public`, `program`, `waiting`, `_pulumi_private`. Warnings of a preview: `registry_check`, `survey`, `warnings`. Beside
the registration: `background`. Look-ups: `lookups`, `asking`, `results`. Errors that Pulumi prints without a
traceback: `brief`.
"""

"""What a program declares.

The resources: `graph`, `retry_policy`, `store_config`, `cron_trigger`, with `attachment` for what the last three share.
Their arguments: `args`. What was written becomes inputs: `inputs`, with `coerce`. Look-ups: `lookups`, `results`.
"""

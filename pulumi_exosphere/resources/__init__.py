"""The resources and look-ups that a program uses.

The resources: `graph`, `retry_policy`, `store_config`, `cron_trigger`; the last three share `attachment`. Their
arguments: `args`. From arguments to inputs: `inputs`, with `coerce`. What a preview can report before anything is
registered: `judgement`. Look-ups: `lookups`, `results`.
"""

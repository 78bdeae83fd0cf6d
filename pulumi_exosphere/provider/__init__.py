"""The hooks that Pulumi's engine calls, for each resource: guards and one call; the rules are in the layers below.

`graph`, `retry_policy`, `store_config` and `cron_trigger` contain the provider classes. State names those by their
import path, so neither they nor these modules are ever moved or renamed. Their hooks are in `graph_hooks` and
`attachment_hooks`, which use `settings`, `connections`, `arguments`, `properties` and `check`. Errors leave through
`hooks`. `base` passes Pulumi's calls on to them, and the process that they run in is the subject of `process`.
"""

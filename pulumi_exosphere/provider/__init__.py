"""What Pulumi's engine calls: the hooks of each resource. Guards and one call; the rules are in the layers below.

`graph`, `retry_policy`, `store_config` and `cron_trigger` contain the provider classes. State names those by their
import path, so neither they nor these modules are ever moved or renamed. Their hooks: `graph_hooks`,
`attachment_hooks`; what these ask: `settings`, `connections`, `properties`, `check`. Errors leave through `base`. The
process that they run in: `process`.
"""

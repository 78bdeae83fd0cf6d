"""What Pulumi's engine calls: the hooks of each resource. Guards and one call; the rules are in `spec` and `reconcile`.

`graph`, `retry_policy`, `store_config` and `cron_trigger` hold the provider classes. State names those by their import
path, so neither they nor these modules are ever moved or renamed. What their hooks do: `graph_hooks`,
`attachment_hooks`, `cron_trigger_hooks`; what these ask: `settings`, `connections`, `properties`, `foresight`;
what they note for each other: `notes`. Errors leave through `base`. The process they run in: `plugin`, `collector`.
"""

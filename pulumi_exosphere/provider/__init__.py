"""What Pulumi's engine calls: the hooks of each resource. Guards and one call; the rules are in `spec` and `reconcile`.

State names the provider classes by their import path, so no module or class of this package is ever moved or renamed.
"""

"""The plugin as Pulumi runs it from a checkout (PulumiPlugin.yaml); elsewhere it is `pulumi-resource-exosphere`."""

from pulumi_exosphere.native.plugin import main

main()

"""The plugin `pulumi-resource-exosphere`: the same hooks for programs in every language, and for `pulumi import`.

The engine starts it as a process of its own (`plugin`) and speaks gRPC with it (`servicer`). Nothing here knows what a
graph is: `provider` has the hooks. `schema.json` is made by `make docs` from the Args classes; generated SDKs, YAML
programs and `pulumi import` go by it.
"""

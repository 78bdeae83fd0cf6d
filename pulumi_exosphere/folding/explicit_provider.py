"""An explicit provider of a resource: the stack's settings don't reach its hooks, unless it is given them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from pulumi_exosphere.provider.settings import PREFIX, hook_settings

PACKAGE = "pulumi-python"
"""The package of Pulumi's dynamic resources."""


def missing_settings(opts: pulumi.ResourceOptions) -> str:
    """A sentence that names the stack's settings that an explicit provider lacks, or nothing.

    A guard would be lost without a word.
    """
    provider = explicit(opts)
    # The SDK keeps each input of a resource as an attribute of the same name.
    missing = [key for key in hook_settings() if PREFIX + key not in vars(provider)] if provider else []
    if not missing:
        return ""
    named = ", ".join(PREFIX + key for key in missing)
    return (
        f"the stack's settings don't reach a resource with an explicit provider, and its provider lacks {named}. "
        "Give them to the provider as properties of the same names (docs/connection.md), or leave the resource's "
        "provider out"
    )


def explicit(opts: pulumi.ResourceOptions) -> pulumi.ProviderResource | None:
    """Return the provider that the resource will have, or None if it is the default one."""
    given = opts.providers
    several = given.values() if isinstance(given, Mapping) else given if isinstance(given, Sequence) else [given]
    for provider in (opts.provider, *several):
        if isinstance(provider, pulumi.ProviderResource) and provider.package == PACKAGE:
            return provider
    if opts.parent is None:
        return None
    inherited: pulumi.ProviderResource | None = opts.parent.get_provider(f"{PACKAGE}:dynamic:Resource")
    return inherited

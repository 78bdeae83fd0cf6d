"""The references to the hooks that state has for Python dynamic resources: provider classes, pickled.

Pulumi's SDK writes the same (`serialize_provider`), but loading it would take longer than the rest of the plugin.
"""

from __future__ import annotations

from collections.abc import Mapping

REFERENCES: Mapping[str, str] = {
    "exosphere:index:Graph": (
        "gASVOAAAAAAAAACMH3B1bHVtaV9leG9zcGhlcmUucHJvdmlkZXIuZ3JhcGiUjA1HcmFwaFByb3ZpZGVylJOUKYGULg=="
    ),
    "exosphere:index:RetryPolicy": (
        "gASVRQAAAAAAAACMJnB1bHVtaV9leG9zcGhlcmUucHJvdmlkZXIucmV0cnlfcG9saWN5lIwTUmV0cnlQb2xpY3lQcm92aWRlcpSTlCmBlC4="
    ),
    "exosphere:index:StoreConfig": (
        "gASVRQAAAAAAAACMJnB1bHVtaV9leG9zcGhlcmUucHJvdmlkZXIuc3RvcmVfY29uZmlnlIwTU3RvcmVDb25maWdQcm92aWRlcpSTlCmBlC4="
    ),
    "exosphere:index:CronTrigger": (
        "gASVRQAAAAAAAACMJnB1bHVtaV9leG9zcGhlcmUucHJvdmlkZXIuY3Jvbl90cmlnZ2VylIwTQ3JvblRyaWdnZXJQcm92aWRlcpSTlCmBlC4="
    ),
}
"""By type: `GraphProvider`, `RetryPolicyProvider`, `StoreConfigProvider`, `CronTriggerProvider`."""

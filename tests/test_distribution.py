from __future__ import annotations

import json
from importlib import metadata


def test_no_plugin_is_asked_for() -> None:
    """Pulumi finds beside the installed package that it has no plugin to download."""
    files = metadata.files("pulumi-exosphere") or []
    (described,) = (file for file in files if str(file) == "pulumi_exosphere/pulumi-plugin.json")
    assert json.loads(described.read_text())["resource"] is False

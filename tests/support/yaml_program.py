"""Programs in YAML, run with the plugin of this Python's environment."""

from __future__ import annotations

import shutil
import sysconfig
import textwrap

import pytest

from tools.pulumi import yaml

needs_yaml = pytest.mark.skipif(yaml.host() is None, reason="there is no language host for YAML: see `make yaml`")

HEAD = """\
name: test-project
runtime: yaml
plugins:
  providers:
    - name: exosphere
      path: {folder}
"""


def yaml_program(text: str) -> str:
    """Return a `Pulumi.yaml` with these sections, which finds the plugin although it isn't on PATH."""
    assert shutil.which("pulumi-resource-exosphere", path=sysconfig.get_path("scripts"))
    return HEAD.format(folder=sysconfig.get_path("scripts")) + textwrap.dedent(text)

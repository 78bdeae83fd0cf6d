from __future__ import annotations

import subprocess
import sys

from tools.session import end_session

LEAVES_ONE_BEHIND = """
import os, subprocess, sys
# As Pulumi does with its plugins: a group of its own.
left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, preexec_fn=os.setpgrp)
print(left.pid, flush=True)
input()
"""


def test_whole_session_ends() -> None:
    """Every process that a program has started ends with it, whatever its process group."""
    leader = subprocess.Popen(
        [sys.executable, "-c", LEAVES_ONE_BEHIND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with leader:
        assert leader.stdout is not None
        assert leader.stdout.readline()
        end_session(leader.pid)
        # The pipe closes only after the last process that has it open has ended.
        assert leader.stdout.read() == ""
    assert leader.returncode < 0

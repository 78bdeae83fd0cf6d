"""``pulumi-exosphere doctor``: check everything that a deployment needs."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pulumi_exosphere.doctor import configuration, pulumi_checks, state_manager_checks

from .findings import Finding, Status
from .stack_state import StackState, read_state

_DESCRIPTION = """\
Check everything that a deployment needs: Pulumi's CLI and SDK, the
configuration, the state manager, the API key and, in the namespaces of the
stack's graphs, the registered nodes and the graphs. Say how to fix each
problem. Nothing is changed, and no secret is printed.

Exits with 0 if a deployment can work (warnings don't count), and with 1 if it
can't.
"""

_EXAMPLES = """\
examples:
  with the address and key in EXOSPHERE_STATE_MANAGER_URI and EXOSPHERE_API_KEY:
    pulumi-exosphere doctor

  with the configuration of a stack:
    pulumi-exosphere doctor --cwd infrastructure --stack production

  before the first deployment, with the namespaces that the program uses:
    pulumi-exosphere doctor --namespace analytics --namespace shared

  in a script:
    pulumi-exosphere doctor --format json | jq -r '.findings[] | select(.status == "fault") | .advice'
"""

_MARKS = {
    Status.OK: "ok     ",
    Status.HINT: "hint   ",
    Status.WARNING: "warning",
    Status.FAULT: "ERROR  ",
    Status.SKIPPED: "skipped",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLES
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument(
        "--cwd", metavar="DIR", type=Path, default=Path(), help="the folder of a Pulumi program (default: this folder)"
    )
    parser.add_argument(
        "--stack", metavar="NAME", help="the stack whose configuration and state to check (default: the selected one)"
    )
    parser.add_argument(
        "--namespace",
        metavar="NS",
        action="append",
        default=[],
        help="a namespace to check for nodes and graphs; repeatable (default: those of the stack, else all)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the output format (default: text)")


def run(args: Namespace) -> int:
    """Print every finding; return 1 if one of them is a problem, else 0."""
    findings = []
    for finding in examine(args.cwd, args.stack, args.namespace):
        findings.append(finding)
        if args.format == "text":
            sys.stdout.write(_line(finding))
            sys.stdout.flush()
    faults = sum(finding.status is Status.FAULT for finding in findings)
    if args.format == "json":
        report = {"ok": not faults, "findings": [finding.as_dict() for finding in findings]}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        sys.stdout.write(_summary(faults))
    return 1 if faults else 0


def examine(folder: Path, stack_name: str | None, namespaces: Sequence[str]) -> Iterator[Finding]:
    """Yield every finding, in the order in which an engineer would look."""
    yield from pulumi_checks.checks(folder)
    stack = configuration.read_stack(folder, stack_name)
    settings = configuration.settings_of(stack)
    state = StackState()
    if stack.found and not namespaces:
        state = read_state(folder, stack_name, configuration.shown_address(settings))
    yield from configuration.checks(stack, settings, connected=state.connected)
    yield from state.findings
    configured = {stack.values["namespace"]} if stack.values.get("namespace") else set()
    yield from state_manager_checks.checks(settings, namespaces or sorted(state.namespaces() | configured), state)


def _line(finding: Finding) -> str:
    line = f"{_MARKS[finding.status]}  {finding.check}: {finding.message}\n"
    return line + (f"         => {finding.advice}\n" if finding.advice else "")


def _summary(faults: int) -> str:
    if faults:
        return f"\nFix {'this problem' if faults == 1 else f'these {faults} problems'} before you deploy.\n"
    return "\nNothing keeps you from deploying.\n"

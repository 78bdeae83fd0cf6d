"""Rules for Exosphere graphs: how often to retry, how often to run, and where no secret belongs."""

import re
from datetime import datetime, timedelta
from itertools import islice, pairwise

from croniter import croniter
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

MAX_RETRIES = 5
SHORTEST = timedelta(minutes=5)
LOOKS_SECRET = re.compile(r"passw|secret|token|api_?key|credential", re.IGNORECASE)


def kind(args: ResourceValidationArgs) -> str:
    """Return `Graph`, `RetryPolicy`, `StoreConfig` or `CronTrigger`; nothing for resources that aren't Exosphere's."""
    package, _, name = args.resource_type.rpartition(":")
    return name if "exosphere" in package else ""


def few_retries(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Limit the retries of a graph, inline or as a resource of their own."""
    policy = args.props.get("retry_policy", {}) if kind(args) == "Graph" else args.props
    if kind(args) in {"Graph", "RetryPolicy"} and policy.get("max_retries", 0) > MAX_RETRIES:
        report(f"A node may be retried at most {MAX_RETRIES} times.", None)


def expressions(args: ResourceValidationArgs) -> list[str]:
    """Return the schedules of a resource."""
    if kind(args) == "Graph":
        return list(args.props.get("triggers", {}))
    return [args.props["expression"]] if kind(args) == "CronTrigger" else []


def few_runs(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Limit how often a schedule starts a run."""
    # What isn't valid here is an expression that isn't known yet.
    for expression in filter(croniter.is_valid, expressions(args)):
        upcoming = croniter(expression, datetime.now()).all_next(datetime)  # noqa: DTZ005  # only the gaps matter
        if any(later - earlier < SHORTEST for earlier, later in pairwise(islice(upcoming, 100))):
            report(f"The schedule {expression!r} starts runs less than {SHORTEST.seconds // 60} minutes apart.", None)


def no_secret_in_inputs(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Keep secrets out of inputs, which the state manager shows in plain text. The message never contains a value."""
    if kind(args) != "Graph":
        return
    secrets = [value for value in args.props.get("secrets", {}).values() if value]
    for identifier, node in args.props.get("nodes", {}).items():
        for field, value in node.get("inputs", {}).items():
            reference = value.startswith("${{")
            if any(secret in value for secret in secrets) or (LOOKS_SECRET.search(field) and not reference):
                report(
                    f"Input {field!r} of node {identifier!r} looks like a secret. Give it in the graph's secrets.", None
                )


PolicyPack(
    name="exosphere",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy(
            name="few-retries", description=f"At most {MAX_RETRIES} retries.", validate=few_retries
        ),
        ResourceValidationPolicy(
            name="few-runs", description="No schedule more often than every five minutes.", validate=few_runs
        ),
        ResourceValidationPolicy(
            name="no-secret-in-inputs", description="No secret in an input.", validate=no_secret_in_inputs
        ),
    ],
)

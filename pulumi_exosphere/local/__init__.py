"""The embedded state manager: Exosphere's control plane in this process or its own, for tests and trials.

It behaves like a real state manager, oddities included, but does not run graphs. Needs `pulumi-exosphere[local]`.

On the command line::

    python -m pulumi_exosphere.local --port 8000 --api-key KEY

In a test::

    from pulumi_exosphere.local import LocalStateManager

    with LocalStateManager() as state_manager:
        state_manager.register("analytics", [{"name": "Extract", "inputs": ["source"], "outputs": ["rows"]}])
        ...  # deploy with EXOSPHERE_STATE_MANAGER_URI=state_manager.uri, EXOSPHERE_API_KEY=state_manager.api_key
        assert state_manager.graph("analytics", "daily-report")["validation_status"] == "VALID"

or with pytest's fixture `exosphere_state_manager`, see `pulumi_exosphere.local.pytest_plugin`.
"""

from __future__ import annotations

try:
    from .app import Request
    from .faults import Answer, Faults
    from .state_manager import LocalStateManager
    from .validation import CronRow
except ModuleNotFoundError as error:
    if error.name not in {"starlette", "uvicorn"}:
        raise
    raise ModuleNotFoundError(
        f"the embedded state manager needs {error.name}: pip install 'pulumi-exosphere[local]'", name=error.name
    ) from None

__all__ = ["Answer", "CronRow", "Faults", "LocalStateManager", "Request"]

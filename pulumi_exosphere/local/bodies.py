"""The shapes of request bodies: what is rejected with a 422, where the error is located, and what is trimmed.

The fields, their types and defaults are those of the API's `models`; a field that they don't have is ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from pulumi_exosphere.state_manager import models
from pulumi_exosphere.template.cron import is_valid
from pulumi_exosphere.template.sections import RETRY_POLICY, RETRY_STRATEGIES, UNITES_STRATEGIES

_IGNORING = ConfigDict(extra="ignore")


def _filled(value: str) -> str:
    trimmed = value.strip()
    if not trimmed:
        raise ValueError("is empty")
    return trimmed


def _identifier(value: str) -> str:
    trimmed = _filled(value)
    if trimmed == "store":
        raise ValueError("'store' is reserved")
    return trimmed


def _distinct(names: list[str]) -> list[str]:
    trimmed = [_filled(name) for name in names]
    if len(set(trimmed)) < len(trimmed):
        raise ValueError("a name is repeated")
    return trimmed


def _store_key(value: str) -> str:
    trimmed = _filled(value)
    if "." in trimmed:
        raise ValueError("a key contains a dot")
    return trimmed


class UnitesBody(models.Unites):
    """The node that a node unites, and the condition under which it continues."""

    model_config = _IGNORING

    strategy: Literal[UNITES_STRATEGIES] = "ALL_SUCCESS"  # type: ignore[valid-type]


def _unites(value: UnitesBody | None) -> UnitesBody | None:
    # Here, not on the field, so that the location is the state manager's.
    return value and UnitesBody(identifier=_filled(value.identifier), strategy=value.strategy)


class NodeBody(models.Node):
    """One node."""

    model_config = _IGNORING

    node_name: Annotated[str, AfterValidator(_filled)]
    identifier: Annotated[str, AfterValidator(_identifier)]
    next_nodes: Annotated[list[str] | None, AfterValidator(lambda names: _distinct(names or []))] = Field(
        default_factory=list
    )
    unites: Annotated[UnitesBody | None, AfterValidator(_unites)] = None


class RetryPolicyBody(models.RetryPolicy):
    """The retries of failed nodes; times in milliseconds."""

    model_config = _IGNORING

    max_retries: int = Field(default=RETRY_POLICY["max_retries"], ge=0)
    strategy: Literal[RETRY_STRATEGIES] = RETRY_POLICY["strategy"]  # type: ignore[valid-type]
    backoff_factor: int = Field(default=RETRY_POLICY["backoff_factor"], gt=0)
    exponent: int = Field(default=RETRY_POLICY["exponent"], gt=0)
    max_delay: int | None = Field(default=RETRY_POLICY["max_delay"], gt=0)


class StoreConfigBody(models.StoreConfig):
    """The keys of a run's store."""

    model_config = _IGNORING

    @field_validator("required_keys")
    @classmethod
    def _keys(cls, keys: list[str]) -> list[str]:
        return _distinct([_store_key(key) for key in keys])

    @field_validator("default_values")
    @classmethod
    def _defaults(cls, defaults: dict[str, str]) -> dict[str, str]:
        return dict(zip(cls._keys(list(defaults)), defaults.values(), strict=True))


class CronBody(models.Cron):
    """The value of a trigger of type CRON."""

    model_config = _IGNORING

    @field_validator("expression")
    @classmethod
    def _valid(cls, expression: str, info: ValidationInfo) -> str:
        if not (info.context or {}).get("is_schedule", is_valid)(expression):
            raise ValueError("isn't a cron expression")
        return expression


class TriggerBody(BaseModel):
    """A trigger of runs; the value is stored as it is sent, including keys other than the expression."""

    type: Literal["CRON"]
    value: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _value(self, info: ValidationInfo) -> TriggerBody:
        CronBody.model_validate(self.value, context=info.context)
        return self


class GraphBody(BaseModel):
    """The body of the PUT; `model_dump` gives what the state manager stores."""

    secrets: dict[str, str]
    nodes: list[NodeBody]
    retry_policy: RetryPolicyBody = Field(default_factory=RetryPolicyBody)
    store_config: StoreConfigBody = Field(default_factory=StoreConfigBody)
    triggers: list[TriggerBody] = Field(default_factory=list)


class RegisteredNodeBody(models.NodeRegistration):
    """One node of a runtime."""

    model_config = _IGNORING


class RegistrationBody(models.Registration):
    """The nodes that a runtime registers."""

    model_config = _IGNORING

    nodes: list[RegisteredNodeBody]  # type: ignore[assignment]  # nothing is ever appended to it


class RunBody(BaseModel):
    """The inputs of a run."""

    store: dict[str, str] = Field(default_factory=dict)
    inputs: dict[str, str] = Field(default_factory=dict)

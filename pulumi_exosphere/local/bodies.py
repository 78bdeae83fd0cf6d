"""The shape of the PUT's body: what the state manager answers 422 to, where it says the fault is, and what it trims.

Needs pydantic, so it is imported by who needs it: the embedded state manager, and tests.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator

from pulumi_exosphere.template.cron import is_valid


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
        raise ValueError("a key holds a dot")
    return trimmed


class UnitesBody(BaseModel):
    """Which node a node unites, and when it goes on."""

    identifier: str
    strategy: Literal["ALL_SUCCESS", "ALL_DONE"] = "ALL_SUCCESS"


def _unites(value: UnitesBody | None) -> UnitesBody | None:
    # Here, not on the field, so that the location is the state manager's.
    return value and UnitesBody(identifier=_filled(value.identifier), strategy=value.strategy)


class NodeBody(BaseModel):
    """One node."""

    node_name: Annotated[str, AfterValidator(_filled)]
    namespace: str
    identifier: Annotated[str, AfterValidator(_identifier)]
    inputs: dict[str, Any]
    next_nodes: Annotated[list[str] | None, AfterValidator(lambda names: _distinct(names or []))] = Field(
        default_factory=list
    )
    unites: Annotated[UnitesBody | None, AfterValidator(_unites)] = None


class RetryPolicyBody(BaseModel):
    """How failed nodes are tried again; times in milliseconds."""

    max_retries: int = Field(default=3, ge=0)
    strategy: Literal[
        "EXPONENTIAL",
        "EXPONENTIAL_FULL_JITTER",
        "EXPONENTIAL_EQUAL_JITTER",
        "LINEAR",
        "LINEAR_FULL_JITTER",
        "LINEAR_EQUAL_JITTER",
        "FIXED",
        "FIXED_FULL_JITTER",
        "FIXED_EQUAL_JITTER",
    ] = "EXPONENTIAL"
    backoff_factor: int = Field(default=2000, gt=0)
    exponent: int = Field(default=2, gt=0)
    max_delay: int | None = Field(default=None, gt=0)


class StoreConfigBody(BaseModel):
    """Which keys a run's store has."""

    required_keys: list[str] = Field(default_factory=list)
    default_values: dict[str, str] = Field(default_factory=dict)

    @field_validator("required_keys")
    @classmethod
    def _keys(cls, keys: list[str]) -> list[str]:
        return _distinct([_store_key(key) for key in keys])

    @field_validator("default_values")
    @classmethod
    def _defaults(cls, defaults: dict[str, str]) -> dict[str, str]:
        return dict(zip(cls._keys(list(defaults)), defaults.values(), strict=True))


class CronBody(BaseModel):
    """What a trigger of type CRON has for its value."""

    expression: str

    @field_validator("expression")
    @classmethod
    def _valid(cls, expression: str) -> str:
        if not is_valid(expression):
            raise ValueError("isn't a cron expression")
        return expression


class TriggerBody(BaseModel):
    """What starts runs; the value is kept as it is sent, other keys than the expression too."""

    type: Literal["CRON"]
    value: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _value(self) -> TriggerBody:
        CronBody.model_validate(self.value)
        return self


class GraphBody(BaseModel):
    """The body of the PUT; `model_dump` gives what the state manager stores."""

    secrets: dict[str, str]
    nodes: list[NodeBody]
    retry_policy: RetryPolicyBody = Field(default_factory=RetryPolicyBody)
    store_config: StoreConfigBody = Field(default_factory=StoreConfigBody)
    triggers: list[TriggerBody] = Field(default_factory=list)

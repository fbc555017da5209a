"""Plans of a schema, checked against what they should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from provider.framework.normal import OWN, read
from provider.framework.planning import Plan, plan_attributes
from provider.framework.schema import Attribute, Schema
from provider.framework.values import is_known

Values = dict[str, Any]


def plan(attributes: Mapping[str, Attribute], config: Values | None, prior: Values | None) -> Plan:
    """Plan for values that are given in part: what is left out is null."""
    schema = Schema(attributes, "A thing.")
    return plan_attributes(schema, full(attributes, config), full(attributes, prior), {"kept": 1})


def full(attributes: Mapping[str, Attribute], values: Any) -> Any:
    """Return values in normal form, with null for what is left out."""
    return None if values is None else read(values, Schema(attributes, "").type, OWN)


Case = tuple[str, Values | None, Values | None, Values | None]
"""What is told, configuration, prior state, planned state."""


def check(attributes: Mapping[str, Attribute], config: Any, prior: Any, planned: Any) -> None:
    """Assert that a plan is as expected and replaces nothing, and that it is the end: nothing is planned after it."""
    found, expected = plan(attributes, config, prior), full(attributes, planned)
    assert found == Plan(expected, private={"kept": 1}), f"{found} is not {expected}"
    if found.planned is not None:
        # What has been applied is planned no other way by the same configuration.
        if is_known(found.planned):
            assert plan(attributes, config, found.planned) == found
        assert list(found.planned) == list(attributes)


def table(cases: list[Case]) -> pytest.MarkDecorator:
    """Run a test with each case."""
    return pytest.mark.parametrize(
        ("config", "prior", "planned"), [case[1:] for case in cases], ids=[case[0] for case in cases]
    )

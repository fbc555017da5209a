"""The attribute `timeouts`: what it declares, and what a configuration says by it."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.diagnostics import Failure
from provider.framework.schema import Kind, Mode, Nested, Nesting, Schema
from provider.framework.timeouts import configured, timeouts
from provider.framework.validation import validate
from provider.framework.values import UNKNOWN

DECLARED = timeouts("create", "delete")
SCHEMA = Schema({"timeouts": DECLARED}, "A thing.")


def test_what_is_declared() -> None:
    assert DECLARED.mode is Mode.OPTIONAL
    kind = DECLARED.kind
    assert isinstance(kind, Nested)
    assert kind.nesting is Nesting.SINGLE
    assert list(kind.attributes) == ["create", "delete"]
    for step, attribute in kind.attributes.items():
        assert attribute.mode is Mode.OPTIONAL
        assert isinstance(attribute.kind, Kind)
        assert step in attribute.about


@pytest.mark.parametrize("text", ["30s", "2h45m", "1.5h"])
def test_a_duration_is_taken(text: str) -> None:
    assert list(validate(SCHEMA, {"timeouts": {"create": text, "delete": None}})) == []


@pytest.mark.parametrize("text", ["", "30", "half an hour", "PT30S"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    (found,) = validate(SCHEMA, {"timeouts": {"create": text, "delete": None}})
    assert found.path == ("timeouts", "create")


SAID: list[tuple[str, Any, float | None]] = [
    ("no object", None, None),
    ("no such attribute", {"name": "n"}, None),
    ("null", {"timeouts": None}, None),
    ("unknown", {"timeouts": UNKNOWN}, None),
    ("not declared for it", {"timeouts": {"delete": "1m"}}, None),
    ("not given", {"timeouts": {"create": None, "delete": "1m"}}, None),
    ("not known", {"timeouts": {"create": UNKNOWN}}, None),
    ("given", {"timeouts": {"create": "1h0m1.5s", "delete": "1m"}}, 3601.5),
    ("nothing", {"timeouts": {"create": "0s"}}, 0.0),
]


@pytest.mark.parametrize(("values", "seconds"), [case[1:] for case in SAID], ids=[case[0] for case in SAID])
def test_what_is_said(values: Any, seconds: float | None) -> None:
    assert configured(values, "create") == seconds


def test_what_is_no_duration_in_a_state_is_told() -> None:
    with pytest.raises(Failure) as failure:
        configured({"timeouts": {"create": "soon"}}, "create")
    (found,) = failure.value.diagnostics
    assert found.path == ("timeouts", "create")
    assert found.summary == "Invalid value for timeouts.create"

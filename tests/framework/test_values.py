"""Values that are not known yet, found wherever they are; paths as HCL writes them."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.paths import Key, Path, show
from provider.framework.values import UNKNOWN, Unknown, unknown_paths

UNKNOWNS: list[tuple[Any, list[Path]]] = [
    (None, []),
    ("a", []),
    ({}, []),
    ({"a": None, "b": ("x", 1, True)}, []),
    (UNKNOWN, [()]),
    ({"a": UNKNOWN}, [("a",)]),
    ({"a": {"b": UNKNOWN, "c": "x"}, "d": UNKNOWN}, [("a", "b"), ("d",)]),
    (("x", UNKNOWN, (UNKNOWN,)), [(1,), (2, 0)]),
    ({"rows": ({"n": 1}, {"n": UNKNOWN})}, [("rows", 1, "n")]),
]


@pytest.mark.parametrize(("value", "paths"), UNKNOWNS, ids=repr)
def test_unknown_paths(value: Any, paths: list[Path]) -> None:
    assert list(unknown_paths(value)) == paths


def test_unknown_paths_begin_where_they_are_told() -> None:
    assert list(unknown_paths({"a": UNKNOWN}, ("x", 0))) == [("x", 0, "a")]


def test_one_unknown_is_as_good_as_another() -> None:
    assert Unknown() == UNKNOWN
    assert repr(UNKNOWN) == "(known after apply)"


SHOWN: list[tuple[Path, str]] = [
    ((), ""),
    (("tenant_id",), "tenant_id"),
    (("entra_id_options", "client_id"), "entra_id_options.client_id"),
    (("rules", 0), "rules[0]"),
    (("rules", 0, "name"), "rules[0].name"),
    (("tags", Key("a b")), 'tags["a b"]'),
    (("tags", Key("a"), 2, "n"), 'tags["a"][2].n'),
]


@pytest.mark.parametrize(("path", "text"), SHOWN)
def test_show(path: Path, text: str) -> None:
    assert show(path) == text

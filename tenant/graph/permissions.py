"""Which application permissions open which call: the facts of `permissions.json`.

A method that stands in the file exists in Graph, whether or not the tenant answers it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tenant.evidence import documented

if TYPE_CHECKING:
    from collections.abc import Mapping

EVIDENCE = documented("graph permissions-reference, from microsoftgraph/microsoft-graph-devx-content commit 6cbd6bbd")

OWNED_ONLY = "Application.ReadWrite.OwnedBy"
"""Opens writes only for applications that the caller owns."""
OWNED_ONLY_EVIDENCE = documented("graph permissions-reference: Application.ReadWrite.OwnedBy")


@cache
def _facts() -> Mapping[str, Mapping[str, frozenset[str]]]:
    content = json.loads(Path(__file__).with_name("permissions.json").read_text(encoding="utf-8"))
    return {
        path: {method: frozenset(names) for method, names in methods.items()}
        for path, methods in content["paths"].items()
    }


def methods(template: str) -> frozenset[str]:
    """Return the methods that Graph has for a path template."""
    return frozenset(_facts().get(template, {}))


def opening(template: str, method: str) -> frozenset[str]:
    """Return the permissions of which any one opens the call."""
    return _facts()[template][method]

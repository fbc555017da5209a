"""Every behaviour says how it is known, and the tenant shares nothing with what it checks."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import tenant
from tenant.entra.refusals import REFUSALS
from tenant.entra.urls import ENDPOINTS as ENTRA_ENDPOINTS
from tenant.evidence import Evidence, How
from tenant.graph.collections import COLLECTIONS
from tenant.graph.errors import ERRORS
from tenant.graph.permissions import methods
from tenant.graph.urls import ENDPOINTS as GRAPH_ENDPOINTS
from tenant.server import OWN_ENDPOINTS

FOLDER = Path(tenant.__file__).parent
MODULES = sorted(
    each.name for each in pkgutil.walk_packages([str(FOLDER)], "tenant.") if each.name != "tenant.__main__"
)

ROWS: dict[str, Evidence] = {
    **{f"refusal {name}": row.evidence for name, row in REFUSALS.items()},
    **{f"error {name}": row.evidence for name, row in ERRORS.items()},
    **{f"collection {name}": row.evidence for name, row in COLLECTIONS.items()},
    **{f"endpoint {row.path}": row.evidence for row in (*OWN_ENDPOINTS, *ENTRA_ENDPOINTS, *GRAPH_ENDPOINTS)},
}


@pytest.mark.parametrize("name", ROWS)
def test_row_has_evidence(name: str) -> None:
    evidence = ROWS[name]

    assert evidence.how in How
    assert len(evidence.source.split()) >= 2


RULES_IN = [
    "tenant.entra.access_token",
    "tenant.entra.assertion",
    "tenant.entra.chain",
    "tenant.entra.correlation",
    "tenant.entra.tenants",
    "tenant.entra.token",
    "tenant.graph.applications",
    "tenant.graph.authorization",
    "tenant.graph.collections",
    "tenant.graph.endpoint",
    "tenant.graph.permissions",
    "tenant.graph.query",
]


@pytest.mark.parametrize("module", RULES_IN)
def test_rules_that_are_no_rows_have_evidence(module: str) -> None:
    rules = [value for value in vars(importlib.import_module(module)).values() if isinstance(value, Evidence)]

    assert rules
    assert all(len(rule.source.split()) >= 2 for rule in rules)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_collection_has_permissions(collection: str) -> None:
    row = COLLECTIONS[collection]
    assert "GET" in methods(f"/{collection}")
    assert "GET" in methods(f"/{collection}/{{id}}")
    if row.alternate_key:
        assert "GET" in methods(f"/{collection}({row.alternate_key}='{{{row.alternate_key}}}')")
    if row.change:
        assert "PATCH" in methods(f"/{collection}/{{id}}")


@pytest.mark.parametrize("module", MODULES)
def test_module_imports_nothing_of_the_provider(module: str) -> None:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    imported: list[str] = []
    for node in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported.append(node.module or "")

    assert not [name for name in imported if name.split(".")[0] == "provider"]

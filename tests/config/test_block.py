"""The schema of the provider block, held against the table of facts."""

from __future__ import annotations

from typing import Any

import pytest

from provider.config import block
from provider.config.block import SCHEMA
from provider.framework import types
from provider.framework.schema import Attribute, Mode, Nested, Nesting, Schema
from provider.framework.validation import validate
from tests.config.facts import AUTH_METHODS, CLOUDS, FACTS, GUID, IDENTITY, Fact, samples

GROUPS = ("entra_id_options", "client_options")


def attribute(path: tuple[str, ...]) -> Attribute:
    found: Any = SCHEMA
    for step in path:
        group = found.kind if isinstance(found, Attribute) else found
        assert isinstance(group, Nested | Schema)
        found = group.attributes[step]
    assert isinstance(found, Attribute)
    return found


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    return {path[0]: nested(path[1:], value)} if len(path) > 1 else {path[0]: value}


def test_it_has_these_attributes_and_no_others() -> None:
    leaves: set[tuple[str, ...]] = {(name,) for name in SCHEMA.attributes if name not in GROUPS}
    for group in GROUPS:
        kind = attribute((group,)).kind
        assert isinstance(kind, Nested)
        leaves |= {(group, name) for name in kind.attributes}

    assert leaves == {fact.path for fact in FACTS}
    assert len(FACTS) == 44


@pytest.mark.parametrize("group", GROUPS)
def test_groups_stand_once_and_may_be_left_out(group: str) -> None:
    found = attribute((group,))

    assert found.mode is Mode.OPTIONAL
    assert isinstance(found.kind, Nested)
    assert found.kind.nesting is Nesting.SINGLE


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f.name)
def test_each_row(fact: Fact) -> None:
    found = attribute(fact.path)

    assert types.to_json(found.kind.type) == fact.type
    assert found.sensitive is fact.sensitive
    # Whether something is missing depends on the environment, which Terraform's own check knows nothing of.
    assert found.mode is Mode.OPTIONAL
    assert not found.deprecated
    row = dict(block.settings())[fact.path]
    assert row.variables == fact.variables
    assert row.default == fact.default
    assert type(row.default) is type(fact.default)


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f.name)
def test_the_documentation_names_variables_and_default(fact: Fact) -> None:
    about = attribute(fact.path).about

    assert f"Environment: {' or '.join(f'`{v}`' for v in fact.variables)}." in about
    shown = str(fact.default).lower() if isinstance(fact.default, bool) else fact.default
    assert ("Default: " in about) == (fact.default is not None)
    assert fact.default is None or f"Default: `{shown}`." in about


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f.name)
def test_sample_values_are_taken(fact: Fact) -> None:
    for value, _ in samples(fact):
        assert list(validate(SCHEMA, nested(fact.path, value))) == []


@pytest.mark.parametrize(
    ("path", "values"), [(("cloud",), CLOUDS), (("auth_method",), AUTH_METHODS)], ids=["cloud", "auth_method"]
)
def test_names_that_are_taken(path: tuple[str, ...], values: tuple[str, ...]) -> None:
    for value in values:
        assert list(validate(SCHEMA, nested(path, value))) == []
    (found,) = validate(SCHEMA, nested(path, "other"))
    assert found.path == path
    assert found.detail == f'It must be one of {", ".join(values)}. Found: "other".'


# Each of these is one error on the attribute itself.
REFUSED: list[tuple[str, Any]] = [
    ("cloud", "PUBLIC"),
    ("cloud", "AzureCloud"),
    ("tenant_id", "common"),
    ("tenant_id", "not a tenant"),
    ("auth_method", "certificate"),
    ("entra_id_options.client_id", "contoso.onmicrosoft.com"),
    ("entra_id_options.redirect_url", "localhost:8080"),
    ("entra_id_options.managed_identity_id", "terraform"),
    ("entra_id_options.managed_identity_id", IDENTITY.replace("userAssignedIdentities", "vaults")),
    ("entra_id_options.oidc_request_url", "ftp://a.example"),
    ("client_options.max_retries", -1),
    ("client_options.retry_delay_seconds", -1),
    ("client_options.max_redirects", -1),
    ("client_options.timeout_seconds", -1),
    ("client_options.chaos_percentage", -1),
    ("client_options.chaos_percentage", 101),
    ("client_options.chaos_status_code", 600),
    ("client_options.proxy_url", "proxy.example:8080"),
    ("client_options.authority_url", "login.example"),
    ("client_options.authority_url", "http://login.example"),
    ("client_options.graph_url", "https://"),
    ("client_options.graph_audience", "00000003-0000-0000-c000-000000000000"),
    ("client_options.custom_user_agent", "Contoso \u2013 Terraform"),
    ("client_options.custom_user_agent", "two\nlines"),
    ("client_options.custom_user_agent", " begins with a blank"),
]


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=repr)
def test_values_that_are_refused(name: str, value: Any) -> None:
    path = tuple(name.split("."))

    (found,) = validate(SCHEMA, nested(path, value))

    assert found.path == path
    assert name in found.summary
    assert (str(value) in found.detail) is not attribute(path).sensitive or "\n" in str(value)


def test_a_resource_id_is_taken_in_the_form_that_azure_shows() -> None:
    value = IDENTITY.replace(GUID, GUID.upper())

    assert list(validate(SCHEMA, nested(("entra_id_options", "managed_identity_id"), value))) == []

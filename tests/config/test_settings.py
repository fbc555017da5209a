"""The merge of block and environment: what wins, what counts as not set, what is said of what cannot be used."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from provider.config.settings import Settings, merge, validate
from provider.framework.diagnostics import Failure, Severity, error, warning
from provider.framework.redaction import redact
from provider.framework.values import UNKNOWN
from tests.config.facts import FACTS, GUID, Fact, samples
from tests.config.test_block import nested

FILE = ("entra_id_options", "client_certificate")
DATA = ("entra_id_options", "client_certificate_data")


def value(settings: Settings, path: tuple[str, ...]) -> Any:
    found: Any = settings
    for step in path:
        found = getattr(found, step)
    return found


def refused(config: Mapping[str, Any], environment: Mapping[str, str]) -> Failure:
    with pytest.raises(Failure) as caught:
        merge(config, environment)
    return caught.value


def whole_block(**given: Any) -> dict[str, Any]:
    """Return a block as Terraform sends it: every attribute is there, null where it is not written."""
    block: dict[str, Any] = {fact.path[0]: None for fact in FACTS}
    return block | given


# Each row, alone


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f.name)
def test_nothing_set_gives_the_default(fact: Fact) -> None:
    for config in ({}, whole_block(), whole_block(entra_id_options={}, client_options={})):
        settings = merge(config, {})
        assert value(settings, fact.path) == fact.default
        assert settings.variables == {}


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f.name)
def test_a_value_in_hcl_is_taken(fact: Fact) -> None:
    for given, _ in samples(fact):
        settings = merge(nested(fact.path, given), {})
        assert value(settings, fact.path) == given
        assert settings.variables == {}


@pytest.mark.parametrize(
    ("fact", "variable"), [(fact, v) for fact in FACTS for v in fact.variables], ids=lambda x: getattr(x, "name", x)
)
def test_each_variable_fills_what_is_null(fact: Fact, variable: str) -> None:
    for given, text in samples(fact):
        for config in ({}, whole_block(), nested(fact.path, None)):
            settings = merge(config, {variable: text})
            assert value(settings, fact.path) == given
            assert settings.variables == {fact.path: variable}


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f.name)
def test_hcl_wins_over_every_variable(fact: Fact) -> None:
    (written, _), (_, text) = samples(fact)

    settings = merge(nested(fact.path, written), dict.fromkeys(fact.variables, text))

    assert value(settings, fact.path) == written
    assert settings.variables == {}


@pytest.mark.parametrize("fact", [fact for fact in FACTS if len(fact.variables) > 1], ids=lambda f: f.name)
def test_the_first_variable_wins_and_an_empty_one_is_not_set(fact: Fact) -> None:
    first, second = fact.variables
    (one, one_text), (two, two_text) = samples(fact)

    both = merge({}, {first: one_text, second: two_text})
    assert (value(both, fact.path), both.variables) == (one, {fact.path: first})
    emptied = merge({}, {first: "", second: two_text})
    assert (value(emptied, fact.path), emptied.variables) == (two, {fact.path: second})
    neither = merge({}, {first: "", second: ""})
    assert (value(neither, fact.path), neither.variables) == (fact.default, {})


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.type == "string"], ids=lambda f: f.name)
def test_an_empty_text_in_hcl_is_not_set(fact: Fact) -> None:
    _, (given, text) = samples(fact)

    assert value(merge(nested(fact.path, ""), {}), fact.path) == fact.default
    assert value(merge(nested(fact.path, ""), {fact.variables[0]: text}), fact.path) == given
    assert list(validate(nested(fact.path, ""))) == []


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.type != "string"], ids=lambda f: f.name)
@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_variable_of_another_type_is_not_set(fact: Fact, blank: str) -> None:
    assert value(merge({}, {fact.variables[0]: blank}), fact.path) == fact.default


def test_false_and_zero_in_hcl_win() -> None:
    settings = merge(
        {"client_options": {"enable_retry": False, "max_retries": 0, "timeout_seconds": 0}},
        {"M365_ENABLE_RETRY": "true", "M365_MAX_RETRIES": "9", "M365_TIMEOUT_SECONDS": "9"},
    )

    options = settings.client_options
    assert (options.enable_retry, options.max_retries, options.timeout_seconds) == (False, 0, 0)


def test_the_environment_fills_single_attributes_of_a_group_that_is_written() -> None:
    settings = merge(
        whole_block(client_options={"max_retries": 1, "proxy_url": None}, entra_id_options={"client_id": GUID}),
        {"M365_MAX_RETRIES": "2", "M365_PROXY_URL": "http://proxy.example", "M365_CLIENT_SECRET": "s3cr3t-value"},
    )

    assert settings.client_options.max_retries == 1
    assert settings.client_options.proxy_url == "http://proxy.example"
    assert settings.entra_id_options.client_id == GUID
    assert settings.entra_id_options.client_secret == "s3cr3t-value"


def test_variables_of_other_tools_are_read_only_where_the_table_says_so() -> None:
    others = {
        "AZURE_TENANT_ID": GUID,
        "ARM_TENANT_ID": GUID,
        "AZURE_CLIENT_SECRET": "x",
        "AZURE_CLIENT_CERTIFICATE_PATH": "x",
        "ARM_CLIENT_ID": GUID,
        "ARM_CLIENT_CERTIFICATE": "x",
        "AZURE_AUTHORITY_HOST": "https://x.example",
        "AZURE_CLIENT_ID": GUID,
        "TENANT_ID": GUID,
        "HTTPS_PROXY": "http://x.example",
    }

    assert merge({}, others).variables == {("entra_id_options", "managed_identity_id"): "AZURE_CLIENT_ID"}


# Forms of variables


BOOLEANS = [
    *((text, True) for text in ("true", "TRUE", "True", "tRuE", "1", "yes", "YES", "Yes", " true ", "true\n")),
    *((text, False) for text in ("false", "FALSE", "False", "0", "no", "NO", "No", " no\t")),
]


@pytest.mark.parametrize(("text", "meant"), BOOLEANS, ids=repr)
def test_truth_values(text: str, meant: bool) -> None:
    assert merge({}, {"M365_SEND_CERTIFICATE_CHAIN": text}).entra_id_options.send_certificate_chain is meant


LISTS = [
    ("a", ("a",)),
    ("a,b", ("a", "b")),
    (" a , b ,", ("a", "b")),
    (",,a,,b,,", ("a", "b")),
    ("*", ("*",)),
]


@pytest.mark.parametrize(("text", "meant"), LISTS, ids=repr)
def test_lists(text: str, meant: tuple[str, ...]) -> None:
    settings = merge({}, {"M365_ADDITIONALLY_ALLOWED_TENANTS": text})

    assert settings.entra_id_options.additionally_allowed_tenants == meant


AZURE_CLOUD = [
    ("AzureCloud", "public", True),
    ("AzurePublicCloud", "public", True),
    ("AzureUSGovernment", "gcchigh", True),
    ("AzureChinaCloud", "china", True),
    ("dod", "dod", True),
    ("gcc", "gcc", True),
    ("AzureGermanCloud", "public", False),
    ("AzureStackCloud", "public", False),
    ("azurecloud", "public", False),
    ("nonsense", "public", False),
]


@pytest.mark.parametrize(("text", "cloud", "counts"), AZURE_CLOUD, ids=[case[0] for case in AZURE_CLOUD])
def test_azure_cloud(caplog: pytest.LogCaptureFixture, text: str, cloud: str, counts: bool) -> None:
    with caplog.at_level(logging.DEBUG, logger="provider"):
        settings = merge({}, {"AZURE_CLOUD": text})

    assert settings.cloud == cloud
    assert settings.variables == ({("cloud",): "AZURE_CLOUD"} if counts else {})
    assert ("AZURE_CLOUD is passed over" in caplog.text) is not counts


def test_our_own_variable_of_the_cloud_is_not_passed_over() -> None:
    (found,) = refused({}, {"M365_CLOUD": "AzureCloud", "AZURE_CLOUD": "AzureCloud"}).diagnostics

    assert found.summary == "Unusable environment variable M365_CLOUD"


# What cannot be used


UNUSABLE: list[tuple[str, str, str, str]] = [
    # variable, value, the attribute that it gives, what is wrong
    ("M365_SEND_CERTIFICATE_CHAIN", "maybe", "entra_id_options.send_certificate_chain", "must be true or false"),
    ("M365_SEND_CERTIFICATE_CHAIN", "2", "entra_id_options.send_certificate_chain", "must be true or false"),
    ("M365_ENABLE_RETRY", "on", "client_options.enable_retry", "must be true or false"),
    ("M365_DEBUG_MODE", "truetrue", "debug_mode", "must be true or false"),
    ("M365_MAX_RETRIES", "three", "client_options.max_retries", "must be a whole number"),
    ("M365_MAX_RETRIES", "1.5", "client_options.max_retries", "must be a whole number"),
    ("M365_MAX_RETRIES", "1_0", "client_options.max_retries", "must be a whole number"),
    ("M365_MAX_RETRIES", "٣", "client_options.max_retries", "must be a whole number"),
    ("M365_MAX_RETRIES", "9" * 5000, "client_options.max_retries", "must be a whole number"),
    ("M365_MAX_RETRIES", "-1", "client_options.max_retries", "must be at least 0"),
    ("M365_CHAOS_PERCENTAGE", "101", "client_options.chaos_percentage", "must be from 0 to 100"),
    ("M365_CLOUD", "moon", "cloud", "must be one of public, gcc"),
    ("M365_AUTH_METHOD", "certificate", "auth_method", "must be one of client_certificate, "),
    ("M365_TENANT_ID", "not a tenant", "tenant_id", "must be a GUID or a domain name"),
    ("M365_CLIENT_ID", "me", "entra_id_options.client_id", "must be a GUID"),
    ("M365_REDIRECT_URL", "x", "entra_id_options.redirect_url", "must be an absolute URL"),
    ("M365_PROXY_URL", "x", "client_options.proxy_url", "must be an absolute URL"),
    ("M365_GRAPH_URL", "graph.example", "client_options.graph_url", "must be an absolute URL"),
    ("M365_CUSTOM_USER_AGENT", "a\nb", "client_options.custom_user_agent", "must be printable ASCII"),
]


@pytest.mark.parametrize(("variable", "text", "name", "wrong"), UNUSABLE, ids=[f"{c[0]}={c[1][:9]}" for c in UNUSABLE])
def test_an_unusable_variable_is_named(variable: str, text: str, name: str, wrong: str) -> None:
    (found,) = refused({}, {variable: text}).diagnostics

    assert found.severity is Severity.ERROR
    assert found.summary == f"Unusable environment variable {variable}"
    assert f"It gives {name} and {wrong}" in found.detail
    assert found.path is None
    fact = next(fact for fact in FACTS if fact.name == name)
    assert (text.replace("\n", "\\n") in found.detail) is not fact.sensitive
    assert "the variable, or set" in found.detail


def test_a_password_inside_a_url_does_not_leave_the_process() -> None:
    (found,) = refused({}, {"M365_PROXY_URL": "http://user:pa55word@proxy.example:99999"}).diagnostics

    assert redact(found.detail).count("http://user:(hidden)@proxy.example") == 1
    assert "pa55word" not in redact(found.detail)


def test_a_value_in_hcl_makes_an_unusable_variable_harmless() -> None:
    settings = merge({"entra_id_options": {"send_certificate_chain": True}}, {"M365_SEND_CERTIFICATE_CHAIN": "maybe"})

    assert settings.entra_id_options.send_certificate_chain is True


def test_everything_that_is_wrong_is_told_at_once() -> None:
    failure = refused(
        {"cloud": "moon", "client_options": {"max_retries": -1}},
        {"M365_SEND_CERTIFICATE_CHAIN": "maybe", "M365_CLIENT_ID": "me"},
    )

    assert [(found.summary, found.path) for found in failure.diagnostics] == [
        ("Invalid value for cloud", ("cloud",)),
        ("Invalid value for client_options.max_retries", ("client_options", "max_retries")),
        ("Unusable environment variable M365_CLIENT_ID", None),
        ("Unusable environment variable M365_SEND_CERTIFICATE_CHAIN", None),
    ]


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.sensitive], ids=lambda f: f.name)
def test_a_sensitive_value_is_in_no_message(fact: Fact) -> None:
    text = "Zq7-not for anyone's eyes"
    everything: list[Failure] = []
    # Wrong beside it is something else, so that there is a message at all.
    for config, environment in (
        (nested(fact.path, text) | {"debug_mode": None}, {"M365_DEBUG_MODE": "maybe"}),
        ({}, {fact.variables[0]: text, "M365_DEBUG_MODE": "maybe"}),
    ):
        everything.append(refused(config, environment))

    for failure in everything:
        for found in failure.diagnostics:
            assert text not in found.summary + found.detail
        assert text not in str(failure)


@pytest.mark.parametrize(
    "name",
    ["client_secret", "client_certificate_data", "client_certificate_password", "password", "oidc_request_token"],
)
def test_secrets_are_masked_from_then_on(name: str) -> None:
    fact = next(fact for fact in FACTS if fact.path[-1] == name)
    written, given = f"written-secret-{name}", f"given-secret-{name}"

    merge(nested(fact.path, written), {})
    merge({}, {fact.variables[0]: given})

    assert redact(f"{written} {given}") == "(hidden) (hidden)"


def test_a_secret_of_a_provider_block_that_is_refused_is_masked_too() -> None:
    refused({"entra_id_options": {"client_secret": "secret-of-a-bad-block"}}, {"M365_DEBUG_MODE": "maybe"})

    assert redact("secret-of-a-bad-block") == "(hidden)"


def test_what_errors_need_is_shown_although_the_schema_calls_it_sensitive(tmp_path: Any) -> None:
    path = f"{tmp_path}/certificate.pfx"
    merge({"tenant_id": GUID, "entra_id_options": {"client_id": GUID, "client_certificate": path}}, {})

    assert redact(f"{GUID} {path}") == f"{GUID} {path}"


def test_a_secret_that_is_no_unicode_text_is_taken() -> None:
    """A variable may hold any bytes; Python keeps those that are no UTF-8 as surrogates."""
    settings = merge({}, {"M365_CLIENT_CERTIFICATE_PASSWORD": "pass\udcff"})

    assert settings.entra_id_options.client_certificate_password == "pass\udcff"


# Both forms of the certificate


CERTIFICATES: list[tuple[dict[str, Any], dict[str, str], tuple[str | None, str | None], tuple[str, ...]]] = [
    # in HCL, in the environment; path and data that come out; variables that counted
    ({"client_certificate": "a.pfx"}, {}, ("a.pfx", None), ()),
    ({"client_certificate_data": "TUlJ"}, {}, (None, "TUlJ"), ()),
    ({"client_certificate": "a.pfx"}, {"M365_CLIENT_CERTIFICATE_DATA": "TUlJ"}, ("a.pfx", None), ()),
    ({"client_certificate": "a.pfx"}, {"M365_CLIENT_CERTIFICATE": "TUlJ"}, ("a.pfx", None), ()),
    ({"client_certificate_data": "TUlJ"}, {"M365_CLIENT_CERTIFICATE_FILE_PATH": "a.pfx"}, (None, "TUlJ"), ()),
    ({"client_certificate": "a.pfx", "client_certificate_data": ""}, {}, ("a.pfx", None), ()),
    (
        {},
        {"M365_CLIENT_CERTIFICATE_FILE_PATH": "a.pfx"},
        ("a.pfx", None),
        ("M365_CLIENT_CERTIFICATE_FILE_PATH",),
    ),
    ({}, {"M365_CLIENT_CERTIFICATE": "TUlJ"}, (None, "TUlJ"), ("M365_CLIENT_CERTIFICATE",)),
    (
        {},
        {"M365_CLIENT_CERTIFICATE_FILE_PATH": "a.pfx", "M365_CLIENT_CERTIFICATE_DATA": ""},
        ("a.pfx", None),
        ("M365_CLIENT_CERTIFICATE_FILE_PATH",),
    ),
]


@pytest.mark.parametrize(("written", "environment", "expected", "variables"), CERTIFICATES, ids=str)
def test_one_certificate(
    written: dict[str, Any],
    environment: dict[str, str],
    expected: tuple[str | None, str | None],
    variables: tuple[str, ...],
) -> None:
    settings = merge({"entra_id_options": written}, environment)

    entra = settings.entra_id_options
    assert (entra.client_certificate, entra.client_certificate_data) == expected
    assert tuple(settings.variables.values()) == variables


def test_two_certificates_in_hcl() -> None:
    config = {"entra_id_options": {"client_certificate": "a.pfx", "client_certificate_data": "secret-TUlJ"}}

    (at_validation,) = validate(config)
    (at_configuration,) = refused(config, {}).diagnostics

    assert at_validation == at_configuration
    assert at_validation.path == DATA
    assert "exclude each other" in at_validation.detail
    assert "secret-TUlJ" not in at_validation.detail


@pytest.mark.parametrize("data", ["M365_CLIENT_CERTIFICATE_DATA", "M365_CLIENT_CERTIFICATE"])
def test_two_certificates_in_the_environment(data: str) -> None:
    (found,) = refused({}, {"M365_CLIENT_CERTIFICATE_FILE_PATH": "a.pfx", data: "secret-TUlJ"}).diagnostics

    assert found.path is None
    assert "M365_CLIENT_CERTIFICATE_FILE_PATH" in found.detail
    assert data in found.detail
    assert "secret-TUlJ" not in found.detail


# Validation: forms only, no environment, values that are not known yet


UNKNOWNS: list[dict[str, Any]] = [
    {fact.path[0]: UNKNOWN for fact in FACTS},
    {"tenant_id": UNKNOWN, "entra_id_options": {"client_id": UNKNOWN}},
    {"entra_id_options": {"client_certificate": UNKNOWN, "client_certificate_data": UNKNOWN}},
    # Which of the two is null is only known later.
    {"entra_id_options": {"client_certificate": "a.pfx", "client_certificate_data": UNKNOWN}},
    {"entra_id_options": {"additionally_allowed_tenants": (UNKNOWN, "a")}},
]


@pytest.mark.parametrize("config", UNKNOWNS, ids=range(len(UNKNOWNS)))
def test_what_is_not_known_yet_is_not_wrong(config: dict[str, Any]) -> None:
    assert list(validate(config)) == []


def test_validation_needs_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("M365_CLOUD", "moon")
    monkeypatch.setenv("M365_CLIENT_CERTIFICATE_FILE_PATH", "a.pfx")

    assert list(validate({})) == []
    assert list(validate({"entra_id_options": {"client_certificate_data": "TUlJ"}})) == []


def test_the_merge_reads_no_environment_but_the_one_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("M365_CLOUD", "china")

    assert merge({}, {}).cloud == "public"


# Where a setting is said to be


def test_a_diagnostic_on_what_hcl_gave_stands_on_the_attribute() -> None:
    settings = merge({"entra_id_options": {"client_certificate": "a.pfx"}}, {})

    named = error("S", "D\n\nThis is about entra_id_options.client_certificate.", FILE)
    assert settings.place(error("S", "D"), *FILE) == named
    assert settings.place(named, *FILE) == named
    assert settings.place(error("S", "D"), "tenant_id") == error("S", "D", ("tenant_id",))
    assert settings.describe(*FILE) == "entra_id_options.client_certificate"


def test_a_diagnostic_on_what_a_variable_gave_names_the_variable() -> None:
    settings = merge({}, {"M365_CLIENT_CERTIFICATE_FILE_PATH": "a.pfx"})

    placed = settings.place(warning("S", "D"), *FILE)

    assert placed.severity is Severity.WARNING
    assert placed.summary == "S"
    assert placed.path is None
    assert placed.detail == (
        "D\n\nThe value of entra_id_options.client_certificate comes from the environment variable "
        "M365_CLIENT_CERTIFICATE_FILE_PATH."
    )
    assert settings.describe(*FILE) == "M365_CLIENT_CERTIFICATE_FILE_PATH"


def test_a_diagnostic_on_what_nobody_gave_stands_on_the_attribute() -> None:
    settings = merge({}, {})

    assert settings.place(error("S"), "client_options", "authority_url").path == ("client_options", "authority_url")


def test_types_of_the_samples_cover_all() -> None:
    """A type that joins the table without a variable's form would go unseen otherwise."""
    assert {str(fact.type) for fact in FACTS} == {"string", "bool", "number", "['list', 'string']"}


def test_a_variable_of_other_tools_that_does_not_fit_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    assert merge({}, {"AZURE_CLIENT_ID": "me"}).entra_id_options.managed_identity_id is None
    assert "AZURE_CLIENT_ID is passed over" in caplog.text

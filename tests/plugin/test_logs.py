"""The log: hclog's JSON lines on stderr, at the levels of Terraform's variables, built only when shown, masked."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from json import dumps
from urllib.parse import quote, quote_plus

import pytest

from tests.plugin.host import REAL, Plugin
from tests.plugin.test_crash import log_lines
from tests.terraform import Terraform

LEVELS = ("error", "warn", "info", "debug", "trace")


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, 0),
        ({"TF_LOG": ""}, 0),
        ({"TF_LOG": "OFF"}, 0),
        ({"TF_LOG": "ERROR"}, 1),
        ({"TF_LOG": "WARN"}, 2),
        ({"TF_LOG": "INFO"}, 3),
        ({"TF_LOG": "DEBUG"}, 4),
        ({"TF_LOG": "TRACE"}, 5),
        ({"TF_LOG": "debug"}, 4),
        ({"TF_LOG": "JSON"}, 5),
        ({"TF_LOG": "anything"}, 5),
        ({"TF_LOG_PROVIDER": "INFO"}, 3),
        ({"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "WARN"}, 2),
        ({"TF_LOG": "ERROR", "TF_LOG_PROVIDER": "DEBUG"}, 4),
        ({"TF_LOG_PROVIDER_MICROSOFT365": "DEBUG"}, 4),
        ({"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "TRACE", "TF_LOG_PROVIDER_MICROSOFT365": "ERROR"}, 1),
        ({"TF_LOG": "TRACE", "TF_LOG_PROVIDER_MICROSOFT365": "OFF"}, 0),
        ({"TF_LOG_CORE": "TRACE"}, 0),
    ],
)
def test_levels(environment: Mapping[str, str], shown: int) -> None:
    with Plugin(environment=environment) as plugin:
        plugin.configure()
        # Each line takes the message once; what is not shown does not take it at all.
        assert plugin.value("probe_log", text="said by the probe")["built"] == shown
        levels = [line["@level"] for line in log_lines(plugin) if line["@message"] == "said by the probe"]
        assert levels == list(LEVELS[:shown])


def test_a_line_has_hclogs_members() -> None:
    with Plugin(environment={"TF_LOG": "INFO"}) as plugin:
        plugin.configure()
        plugin.value("probe_log", text="Grüße\naus 東京")
        line = next(line for line in log_lines(plugin) if "Grüße" in line["@message"])
        assert set(line) == {"@level", "@message", "@module", "@timestamp"}
        assert line["@message"] == "Grüße\naus 東京"
        assert line["@module"] == "microsoft365.probe"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["@timestamp"])


def test_a_line_that_cannot_be_built_costs_no_call() -> None:
    with Plugin(environment={"TF_LOG": "ERROR"}) as plugin:
        plugin.configure()
        assert plugin.value("probe_log", text="no number")["built"] == 1


@pytest.mark.parametrize(
    "secret",
    [
        "hunter2hunter2",
        'quote" back\\slash & percent% plus+ slash/',
        "Grüße, 東京!",
        "line\nbreak\tand tab",
        "-----BEGIN PRIVATE KEY-----\nMIIEvAIBADANBgkq\n-----END PRIVATE KEY-----\n",
        "~8Q~pretty.Client_Secret-Value~",
    ],
)
def test_a_secret_is_masked_in_each_form_at_any_level(secret: str) -> None:
    raw = secret.encode()
    forms = [
        secret,
        b64encode(raw).decode().rstrip("="),
        urlsafe_b64encode(raw).decode().rstrip("="),
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        dumps(secret)[1:-1],
        dumps(secret, ensure_ascii=False)[1:-1],
        dumps(dumps(secret))[3:-3],
        # What is left of the secret in the middle of a longer text in base64.
        b64encode(b"id:" + raw).decode()[8:-8],
    ]
    with Plugin(environment={"TF_LOG": "TRACE"}) as plugin:
        plugin.configure()
        answer = plugin.read("probe_log", text=secret, secret="yes")
        messages = [line["@message"] for line in log_lines(plugin)]
        assert sum("(hidden)" in message for message in messages) >= len(LEVELS)
        shown = ["\n".join(messages), plugin.stderr(), str(answer.diagnostics[0].summary), answer.diagnostics[0].detail]
        assert "(hidden)" in shown[2]
        assert "(hidden)" in shown[3]
    for text in shown:
        for form in forms:
            assert form not in text, form


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiJ4In0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
        ("{'Authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
        ("grant_type=client_credentials&client_secret=s3cr3t.Value&scope=x", "s3cr3t.Value"),
        ("client_assertion=eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJ4In0.AbCdEf&client_assertion_type=x", "AbCdEf"),
        ('{"access_token": "opaque-token-value", "expires_in": 3599}', "opaque-token-value"),
        ('{"password":"with, comma and \\"quotes\\""}', "comma"),
        (dumps('{"client_secret":"nested value"}'), "nested value"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKC\n-----END RSA PRIVATE KEY-----", "MIIEowIBAAKC"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\\nMIIFHDBOBgkq\\n", "MIIFHDBOBgkq"),
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_said_so(text: str, secret: str) -> None:
    with Plugin(environment={"TF_LOG": "TRACE"}) as plugin:
        plugin.configure()
        plugin.value("probe_log", text=text)
        said = [line["@message"] for line in log_lines(plugin) if line["@module"] == "microsoft365.probe"]
    assert len(said) >= len(LEVELS)
    assert all("(hidden)" in message for message in said[: len(LEVELS)])
    assert all(secret not in message for message in said)


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({"TF_LOG": "DEBUG"}, LEVELS[:4]),
        ({"TF_LOG_PROVIDER": "WARN"}, LEVELS[:2]),
        ({"TF_LOG": "TRACE", "TF_LOG_PROVIDER_MICROSOFT365": "ERROR"}, LEVELS[:1]),
        ({"TF_LOG": "OFF"}, ()),
    ],
)
def test_terraform_reads_the_lines_and_their_levels(
    variables: dict[str, str], shown: tuple[str, ...], terraform: Callable[..., Terraform]
) -> None:
    command = terraform('data "probe_log" "x" {\n  text = "said by the probe"\n}\n', TF_LOG_PATH="log", **variables)
    command.plan()
    log = command.folder / "log"
    written = log.read_text(encoding="utf-8") if log.exists() else ""
    found = re.findall(r"^\S+ \[(\w+)\]\s+provider\.terraform-provider-probe: said by the probe", written, re.MULTILINE)
    assert tuple(level.lower() for level in found) == shown


def test_the_real_provider_writes_nothing_but_lines() -> None:
    with Plugin(REAL, {"TF_LOG": "TRACE"}) as plugin:
        plugin.call("GetMetadata")
        plugin.call("ValidateProviderConfig")
        assert plugin.call("ConfigureProvider").diagnostics
        plugin.shutdown()
        assert plugin.wait() == 0
        for line in plugin.stderr().splitlines():
            assert json.loads(line)["@level"] in LEVELS

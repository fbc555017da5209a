"""A crash in a handler costs that call: one diagnostic with a reference number, the traceback in the log."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from provider.protocol.stubs.tfplugin6_pb2 import ConfigureProvider
from tests.plugin.host import REAL, Plugin, data, packed
from tests.terraform import Terraform

SECRET = "Tr0ub4dor&3 with a blank"


def log_lines(plugin: Plugin) -> list[dict[str, Any]]:
    """What the log of a plugin holds."""
    return [json.loads(line) for line in plugin.stderr().splitlines() if line.startswith("{")]


@pytest.mark.parametrize(
    "how",
    ["error", "exit", "interrupt", "recursion", "memory", "no text", "wrong value", "no mapping"],
)
def test_a_crash_gives_one_diagnostic_and_the_traceback_in_the_log(how: str) -> None:
    with Plugin(environment={"TF_LOG_PROVIDER": "ERROR"}) as plugin:
        plugin.configure()
        answer = plugin.read("probe_crash", how=how, secret=SECRET)
        (diagnostic,) = answer.diagnostics
        assert diagnostic.severity == diagnostic.ERROR
        assert diagnostic.summary == "The provider failed unexpectedly"
        assert "This is a bug of the provider" in diagnostic.detail
        assert not answer.HasField("state")
        (reference,) = re.findall(r"Reference ([0-9a-f]{8}), in ReadDataSource", diagnostic.detail)
        for inside in ("Traceback", "line ", ".py", SECRET, "ValueError"):
            assert inside not in diagnostic.detail

        (line,) = log_lines(plugin)
        assert line["@level"] == "error"
        assert f"ReadDataSource failed unexpectedly, reference {reference}\nTraceback" in line["@message"]
        assert "data_sources.py" in line["@message"]
        assert SECRET not in plugin.stderr()
        assert ("the secret is (hidden)" in line["@message"]) is (how == "error")

        assert plugin.value("probe_echo", text="still here")["back"] == "still here"
        again = plugin.read("probe_crash", how=how).diagnostics[0].detail
        assert reference not in again


def test_without_a_log_the_traceback_is_nowhere() -> None:
    with Plugin() as plugin:
        plugin.configure()
        assert len(plugin.read("probe_crash", how="error").diagnostics) == 1
        assert plugin.stderr() == ""


def test_a_text_that_is_no_unicode_reaches_the_user_all_the_same() -> None:
    # A path from an environment variable can hold any bytes.
    with Plugin() as plugin:
        plugin.configure()
        (diagnostic,) = plugin.read("probe_crash", how="surrogate").diagnostics
        assert (diagnostic.summary, diagnostic.detail) == ("No such file", r"It is /tmp/\udcff.pfx.")


def test_a_path_with_bytes_that_are_no_text_is_named_in_the_error() -> None:
    block = packed(dict.fromkeys(("cloud", "tenant_id")))
    with Plugin(
        REAL,
        {
            "M365_CLIENT_CERTIFICATE_FILE_PATH": "/nowhere/\udcff.pfx",
            "M365_TENANT_ID": "00000000-0000-0000-0000-000000000000",
            "M365_CLIENT_ID": "00000000-0000-0000-0000-000000000000",
            "M365_AUTH_METHOD": "client_certificate",
        },
    ) as plugin:
        (diagnostic,) = plugin.call("ConfigureProvider", ConfigureProvider.Request(config=block)).diagnostics
        assert r"/nowhere/\udcff.pfx" in diagnostic.detail


def test_many_crashes_at_once() -> None:
    with Plugin(environment={"TF_LOG": "ERROR"}) as plugin:
        plugin.configure()
        calls = [plugin.begin("ReadDataSource", data("probe_crash", how="exit")) for _ in range(50)]
        details = {call.result().diagnostics[0].detail for call in calls}
        assert len(details) == 50
        # Whole lines, none inside another.
        assert len(log_lines(plugin)) == 50


def test_terraform_shows_one_error_and_the_traceback_in_its_log(terraform: Callable[..., Terraform]) -> None:
    command = terraform('data "probe_crash" "x" {\n  how = "exit"\n}\n', TF_LOG_PROVIDER="ERROR", TF_LOG_PATH="log")
    done = command.plan(check=False)
    assert done.status == 1
    assert done.stderr.count("Error: ") == 1
    assert "Error: The provider failed unexpectedly" in done.stderr
    assert "Traceback" not in done.output
    (reference,) = re.findall(r"Reference ([0-9a-f]{8}),", done.said)
    log = (command.folder / "log").read_text(encoding="utf-8")
    assert reference in log
    assert "SystemExit: 3" in log

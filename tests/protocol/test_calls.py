"""Every RPC of the protocol is answered: what is served by itself, all else by one diagnostic that names it."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from provider import catalogue
from provider.framework.cancellation import Cancelled, CancelToken, TimedOut
from provider.framework.diagnostics import Diagnostic, Failure, error, warning
from provider.main import make_provider
from provider.protocol.calls import explain, interrupted
from provider.protocol.constants import compile_constants
from provider.protocol.rpcs import RPCS, Stream
from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import Plugin

METHODS = {method.name: method for method in pb.DESCRIPTOR.services_by_name["Provider"].methods}
SERVED = {
    "GetMetadata",
    "GetProviderSchema",
    "GetResourceIdentitySchemas",
    "GetFunctions",
    "ValidateProviderConfig",
    "ConfigureProvider",
    "ValidateDataResourceConfig",
    "ReadDataSource",
    "ValidateResourceConfig",
    "UpgradeResourceState",
    "UpgradeResourceIdentity",
    "ReadResource",
    "PlanResourceChange",
    "ApplyResourceChange",
    "ImportResourceState",
    "StopProvider",
}
CONSTANT = ("GetMetadata", "GetProviderSchema", "GetResourceIdentitySchemas", "GetFunctions")


def diagnostics(message: Message) -> Iterator[Any]:
    """Every diagnostic inside a message, wherever it stands; the error of a function is one too."""
    for field, value in message.ListFields():
        if field.type != FieldDescriptor.TYPE_MESSAGE:
            continue
        if isinstance(value, Mapping):
            value = value.values()
        for part in value if field.is_repeated else [value]:
            if isinstance(part, pb.Diagnostic | pb.FunctionError):
                yield part
            else:
                yield from diagnostics(part)


def test_the_table_of_rpcs_is_the_service() -> None:
    assert RPCS.keys() | {"StopProvider"} == METHODS.keys()
    assert {name for name, rpc in RPCS.items() if rpc.module or rpc.constant} | {"StopProvider"} == SERVED
    for name, rpc in RPCS.items():
        method = METHODS[name]
        assert (rpc.stream is Stream.ANSWER) is method.server_streaming, name
        assert (rpc.stream is Stream.REQUEST) is method.client_streaming, name
        assert method.input_type is getattr(getattr(pb, name), rpc.request).DESCRIPTOR, name
        assert method.output_type is getattr(getattr(pb, name), rpc.response).DESCRIPTOR, name


@pytest.mark.parametrize("name", sorted(METHODS.keys() - SERVED))
def test_an_rpc_that_is_not_served_answers_one_diagnostic_that_names_it(name: str, provider: Plugin) -> None:
    answers = provider.stream(name)
    (answer,) = list(answers) if METHODS[name].server_streaming else [answers]
    (diagnostic,) = diagnostics(answer)
    if isinstance(diagnostic, pb.FunctionError):
        assert diagnostic.text.startswith(f"{name} is not supported: ")
        return
    assert diagnostic.severity == pb.Diagnostic.ERROR
    assert diagnostic.summary == f"{name} is not supported"
    assert f"microsoft365 does not serve the call {name}" in diagnostic.detail
    answer_without = type(answer)()
    answer_without.CopyFrom(answer)
    answer_without.ClearField("completed" if name == "InvokeAction" else next(iter(answer.ListFields()))[0].name)
    assert answer_without.ByteSize() == 0, "nothing but the diagnostic"


def test_metadata(provider: Plugin) -> None:
    answer = provider.call("GetMetadata")
    assert not list(diagnostics(answer))
    assert [source.type_name for source in answer.data_sources] == sorted(catalogue.DATA_SOURCES)
    assert "microsoft365_client_config" in catalogue.DATA_SOURCES
    assert not answer.resources


@pytest.mark.parametrize("rpc", ["GetMetadata", "GetProviderSchema"])
def test_capabilities_are_what_is_true(rpc: str, provider: Plugin) -> None:
    capabilities = provider.call(rpc).server_capabilities
    # No resource takes over the state of another type yet, and none generates its configuration.
    assert capabilities == pb.ServerCapabilities(get_provider_schema_optional=True, plan_destroy=True)


def test_schema(provider: Plugin) -> None:
    answer = provider.call("GetProviderSchema")
    assert not list(diagnostics(answer))
    assert list(answer.data_source_schemas) == sorted(catalogue.DATA_SOURCES)
    top = {attribute.name: attribute for attribute in answer.provider.block.attributes}
    assert {"cloud", "tenant_id", "auth_method", "entra_id_options", "client_options"} <= top.keys()
    assert top["cloud"].type == b'"string"'
    assert top["tenant_id"].sensitive
    assert top["entra_id_options"].nested_type.nesting == pb.Schema.Object.NestingMode.SINGLE
    assert not answer.provider.block.block_types
    for attribute in top.values():
        assert (attribute.optional, attribute.required, attribute.computed) == (True, False, False)
    block = answer.data_source_schemas["microsoft365_client_config"].block
    assert all(attribute.computed for attribute in block.attributes)


def test_no_functions_and_no_identities_yet(provider: Plugin) -> None:
    for rpc in ("GetFunctions", "GetResourceIdentitySchemas"):
        assert provider.call(rpc).ByteSize() == 0


def test_what_never_changes_is_served_as_it_was_compiled(provider: Plugin) -> None:
    compiled = compile_constants(make_provider())
    assert compiled.keys() == set(CONSTANT)
    for rpc in CONSTANT:
        raw: Any = provider.channel.unary_unary(f"/tfplugin6.Provider/{rpc}")
        assert raw(b"", timeout=10) == compiled[rpc]


INCOMPLETE = """
from dataclasses import replace
from provider.main import make_provider
from provider.plugin.process import serve
from provider.protocol.service import Service

def missing(rpc):
    raise FileNotFoundError(rpc)

serve(lambda: Service(replace(make_provider(), constant=missing)))
"""


def test_a_compiled_answer_that_is_missing_is_one_diagnostic() -> None:
    with Plugin((sys.executable, "-I", "-c", INCOMPLETE)) as plugin:
        for rpc in CONSTANT:
            (diagnostic,) = diagnostics(plugin.call(rpc))
            assert diagnostic.summary == "The provider failed unexpectedly"
            assert f", in {rpc}." in diagnostic.detail


def raised(cause: BaseException, token: CancelToken) -> tuple[Diagnostic, ...]:
    try:
        raise cause
    except BaseException as caught:  # noqa: BLE001 - whatever it is, there is something to say
        return explain("ReadResource", caught, token)


def expired() -> CancelToken:
    token = CancelToken()
    with token.limit(0), suppress(TimedOut):
        token.wait(30)
    return token


@pytest.mark.parametrize(
    ("cause", "token", "told"),
    [
        (Failure(error("A", "B."), warning("C")), CancelToken(), (error("A", "B."), warning("C"))),
        (Cancelled(), CancelToken(), (error("Interrupted", "ReadResource was stopped before it was done."),)),
        (
            DecodeError(),
            CancelToken(),
            (error("Unreadable request", "The message of ReadResource is no protocol buffer of its type."),),
        ),
        (
            TimedOut(),
            expired(),
            (
                error(
                    "Timed out",
                    "ReadResource was not done after 0 s, which is as long as it may take. Where the resource has "
                    "the attribute `timeouts`, give it longer there.",
                ),
            ),
        ),
    ],
    ids=["failure", "stop", "garbage", "timeout"],
)
def test_what_a_user_is_told_of_an_exception(
    cause: BaseException, token: CancelToken, told: tuple[Diagnostic, ...]
) -> None:
    assert raised(cause, token) == told


@pytest.mark.parametrize("cause", [ValueError("out of order"), SystemExit(3), KeyboardInterrupt()], ids=repr)
def test_what_nobody_foresaw_is_logged_under_the_reference_that_the_user_gets(
    cause: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    (found,) = raised(cause, CancelToken())
    assert found.summary == "The provider failed unexpectedly"
    assert "out of order" not in found.detail
    (record,) = caplog.records
    reference = re.search(r"Reference ([0-9a-f]{8}), in ReadResource", found.detail)
    assert reference is not None
    assert reference[1] in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is cause


def test_a_call_that_is_answered_for_says_why() -> None:
    for token, summary in ((CancelToken(), "Interrupted"), (expired(), "Timed out")):
        answer = pb.ReadResource.Response.FromString(interrupted(RPCS["ReadResource"], token))
        assert [found.summary for found in answer.diagnostics] == [summary]


def test_stop_without_a_call(provider: Plugin) -> None:
    assert provider.call("StopProvider").Error == ""

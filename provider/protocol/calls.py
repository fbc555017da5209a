"""One call, from the bytes of the request to the bytes of the answer; runs in a thread of its own.

Whatever happens inside, the host gets an answer that it can show: a Failure becomes its diagnostics, a stop becomes
one, and so does a crash, with a reference number under which the log has the traceback.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from google.protobuf.message import DecodeError, Message

from provider.framework.cancellation import Cancelled, CancelToken
from provider.framework.diagnostics import Diagnostic, Failure, error
from provider.protocol import to_wire
from provider.protocol.rpcs import Rpc
from provider.protocol.session import Session
from provider.protocol.stubs import tfplugin6_pb2 as pb

_log = logging.getLogger(__name__)


def answer(session: Session[Any], rpc: Rpc, data: bytes, token: CancelToken) -> bytes:
    """Return the serialized response of `rpc` to the serialized request `data`."""
    try:
        if rpc.module is None:
            return refusal(rpc, [_not_served(session, rpc)])
        request = getattr(pb, rpc.name)
        message = getattr(request, rpc.request).FromString(data)
        function = getattr(import_module(f"provider.protocol.{rpc.module}"), rpc.function)
        response: Message = function(session, message, token)
        return response.SerializeToString()
    except BaseException as cause:  # noqa: BLE001 - whatever it is, even SystemExit, the host gets an answer
        return refusal(rpc, explain(rpc.name, cause, token))


def explain(rpc: str, cause: BaseException, token: CancelToken) -> tuple[Diagnostic, ...]:
    """Return what a user is told of an exception that is being handled; log the one that nobody foresaw."""
    match cause:
        case Failure():
            return cause.diagnostics
        case Cancelled():
            return (stopped(rpc, token),)
        case DecodeError():
            return (error("Unreadable request", f"The message of {rpc} is no protocol buffer of its type."),)
    return (_crash(rpc),)


def crashed(rpc: Rpc) -> bytes:
    """Return the answer for a call whose exception, now being handled, nobody foresaw; log it."""
    return refusal(rpc, [_crash(rpc.name)])


def interrupted(rpc: Rpc, token: CancelToken) -> bytes:
    """Return the answer for a call that was told to stop."""
    return refusal(rpc, [stopped(rpc.name, token)])


def stopped(rpc: str, token: CancelToken) -> Diagnostic:
    """Return what a user is told of a call that was told to stop."""
    if token.expired is None:
        return error("Interrupted", f"{rpc} was stopped before it was done.")
    return error(
        "Timed out",
        f"{rpc} was not done after {token.expired:g} s, which is as long as it may take. Where the resource has "
        "the attribute `timeouts`, give it longer there.",
    )


def refusal(rpc: Rpc, diagnostics: Iterable[Diagnostic]) -> bytes:
    """Return a response of `rpc` that holds nothing but `diagnostics`, wherever its message takes them."""
    response = getattr(getattr(pb, rpc.name), rpc.response)()
    _place(response, list(diagnostics))
    return bytes(response.SerializeToString())


def _place(response: Any, diagnostics: list[Diagnostic]) -> None:
    fields = response.DESCRIPTOR.fields_by_name
    if "diagnostics" in fields:
        response.diagnostics.extend(map(to_wire.diagnostic, diagnostics))
    elif "diagnostic" in fields:
        response.diagnostic.extend(map(to_wire.diagnostic, diagnostics))
    elif "completed" in fields:
        response.completed.diagnostics.extend(map(to_wire.diagnostic, diagnostics))
    elif "error" in fields:
        response.error.text = "\n".join(f"{d.summary}: {d.detail}" for d in map(to_wire.diagnostic, diagnostics))
    else:
        raise AssertionError(f"{response.DESCRIPTOR.full_name} has no place for a diagnostic")


def _not_served(session: Session[Any], rpc: Rpc) -> Diagnostic:
    return error(
        f"{rpc.name} is not supported",
        f"This version of the provider {session.provider.name} does not serve the call {rpc.name}. "
        "A newer version may; otherwise, remove what needs it from the configuration.",
    )


def _crash(rpc: str) -> Diagnostic:
    reference = secrets.token_hex(4)
    _log.exception("%s failed unexpectedly, reference %s", rpc, reference)
    return error(
        "The provider failed unexpectedly",
        f"This is a bug of the provider, not of your configuration. Reference {reference}, in {rpc}. Run the "
        "command again with TF_LOG_PROVIDER=ERROR to get the log with the details, and report it with what is logged "
        "under the new reference.",
    )

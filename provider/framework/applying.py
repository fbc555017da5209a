"""What an operation on a resource leaves: the state to keep, whatever happened, and what there is to say.

An operation that fails or is stopped halfway must not lose what it has made. So the resource's own code says at each
step what is true by now (`Operation.keep`), and that becomes the state beside the error. A result is held against the
plan before it is answered: Terraform would refuse it anyway, in words that help nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from provider.framework.consistency import result_problems
from provider.framework.diagnostics import Diagnostic, error
from provider.framework.meaning import keep_object
from provider.framework.normal import OWN, MalformedValue, read
from provider.framework.paths import show
from provider.framework.private import decode, encode
from provider.framework.resource import Operation, Resource
from provider.framework.timeouts import NAME
from provider.framework.values import Unknown, is_known, known_or_null, unknown_paths
from provider.framework.write_only import without_write_only

Object = Mapping[str, Any]
Explain = Callable[[BaseException], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state after an operation (None: there is nothing), the private state, and what there is to say."""

    state: dict[str, Any] | None
    private: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...] = ()


def apply(resource: Resource[Any], operation: Operation[Any], explain: Explain) -> Outcome:
    """Create, update or destroy, as prior and planned state say; `explain` turns what was raised into diagnostics."""
    before = encode(operation.private)
    step = "create" if operation.prior is None else "delete" if operation.planned is None else "update"
    match step:
        case "create":
            outcome = _write(resource, operation, step, resource.create, explain)
        case "update":
            outcome = _write(resource, operation, step, resource.update or partial(_unchanged, resource), explain)
        case _:
            outcome = _destroy(resource, operation, explain)
    try:
        encode(outcome.private)
    except (TypeError, ValueError, RecursionError) as wrong:
        bug = _bug(resource, step, f"the private state is nothing that JSON can write: {wrong}")
        return replace(outcome, private=decode(before), diagnostics=(*outcome.diagnostics, bug))
    return outcome


def refresh(resource: Resource[Any], operation: Operation[Any]) -> Outcome:
    """Read a resource; what its own code raises goes through.

    The state is the very object that came in where nothing has changed.
    """
    prior = operation.prior if isinstance(operation.prior, dict) else dict(operation.prior or {})
    found = resource.read(operation)
    if found is None:
        return Outcome(None, {}, tuple(operation.warnings))
    try:
        state = read({**prior, **_mapping(found)}, resource.schema.type, OWN)
    except MalformedValue as wrong:
        return Outcome(prior, operation.private, (*operation.warnings, _bug(resource, "read", str(wrong))))
    if unknown := next(unknown_paths(state), None):
        problem = f"{show(unknown)} is unknown"
        return Outcome(prior, operation.private, (*operation.warnings, _bug(resource, "read", problem)))
    state = keep_object(resource.schema.attributes, without_write_only(resource.schema, state), prior)
    return Outcome(
        prior if state == prior else state,
        operation.private,
        tuple(operation.warnings),
    )


def _write(
    resource: Resource[Any],
    operation: Operation[Any],
    step: str,
    function: Callable[[Operation[Any]], Object],
    explain: Explain,
) -> Outcome:
    planned = operation.planned or {}
    returned: Any
    try:
        returned = function(operation)
    except BaseException as cause:  # noqa: BLE001 - whatever it is, what has been made is not lost
        state = _kept(resource, operation)
        left = () if operation.kept is None else _left(resource, step, planned, state)
        return Outcome(state, operation.private, (*operation.warnings, *explain(cause), *left))
    attributes = resource.schema.attributes
    # What was said to be true on the way need not be returned again.
    kept = (operation.kept or {}).items()
    learnt = {name: value for name, value in kept if isinstance(planned.get(name), Unknown)}
    try:
        state = read({**planned, **learnt, **_mapping(returned)}, resource.schema.type, OWN)
    except MalformedValue as wrong:
        bug = _bug(resource, step, str(wrong), wrong.path)
        known = returned if isinstance(returned, Mapping) else {}
        return Outcome(_salvaged(resource, operation, known), operation.private, (*operation.warnings, bug))
    state = keep_object(attributes, without_write_only(resource.schema, state), planned)
    bugs = [
        _bug(resource, step, f"{show(path)} {problem}", path)
        for path, problem in result_problems(attributes, planned, state)
    ]
    return Outcome(known_or_null(state), operation.private, (*operation.warnings, *bugs))


def _unchanged(resource: Resource[Any], operation: Operation[Any]) -> Object:
    """Take the place of the update that a type does not have.

    It can be asked only for what needs no request: other timeouts, and after an import to learn what no read tells.
    """
    prior, planned = operation.prior or {}, operation.planned or {}
    for name, value in planned.items():
        learnt = resource.schema.attributes[name].create_only and prior[name] is None
        if name != NAME and not learnt and is_known(value) and value != prior[name]:
            raise AssertionError(f"a change of {name} was planned, but there is no update")
    return {name: prior[name] for name, value in planned.items() if not is_known(value)}


def _destroy(resource: Resource[Any], operation: Operation[Any], explain: Explain) -> Outcome:
    try:
        resource.delete(operation)
    except BaseException as cause:  # noqa: BLE001 - as long as it is not known to be gone, it stays in the state
        return Outcome(_kept(resource, operation), operation.private, (*operation.warnings, *explain(cause)))
    return Outcome(None, {}, tuple(operation.warnings))


def _kept(resource: Resource[Any], operation: Operation[Any]) -> dict[str, Any] | None:
    """Return what is known to be true of the object after an operation that was not finished."""
    prior = operation.prior
    if operation.kept is None:
        return None if prior is None else dict(prior)
    state = _salvaged(resource, operation, {})
    planned = operation.planned
    return state if planned is None else keep_object(resource.schema.attributes, state, known_or_null(planned))


def _salvaged(resource: Resource[Any], operation: Operation[Any], returned: Object) -> dict[str, Any]:
    """Return as much of prior state, what was kept and what was returned as has the right types."""
    state: dict[str, Any] = dict.fromkeys(resource.schema.attributes)
    for name, value in {**(operation.prior or {}), **(operation.kept or {}), **returned}.items():
        attribute = resource.schema.attributes.get(name)
        if attribute is not None:
            try:
                state[name] = known_or_null(read(value, attribute.kind.type, OWN))
            except MalformedValue:
                continue
    return without_write_only(resource.schema, state)


def _left(resource: Resource[Any], step: str, planned: Object, state: Object | None) -> Iterable[Diagnostic]:
    """Say what an operation that was not finished has left, where it has left something."""
    if state is None:
        return
    undone = [
        name
        for name in dict.fromkeys(str(at[0]) for at, _ in result_problems(resource.schema.attributes, planned, state))
        if not isinstance(planned[name], Unknown)
        # What was to be null is undone where it was something before.
        and (planned[name] is not None or step != "create")
    ]
    rest = f" Not done: {', '.join(undone)}." if undone else ""
    known = f" (id {state['id']})" if state.get("id") else ""
    if step == "create":
        yield error(
            f"{resource.name} was created in part",
            f"The object exists{known} and is kept in the state, as tainted.{rest} The next apply destroys it and "
            "makes it anew. To keep it and have the rest done instead, run `terraform untaint` with its address first.",
        )
    elif undone:
        yield error(
            f"{resource.name} was updated in part",
            f"The state has what is true of the object now{known}.{rest} The next plan shows what is left to do.",
        )


def _mapping(returned: Any) -> Object:
    if isinstance(returned, Mapping):
        return returned
    raise MalformedValue(f"expected values by name, found {type(returned).__name__}")


def _bug(resource: Resource[Any], step: str, problem: str, path: tuple[Any, ...] = ()) -> Diagnostic:
    return error(
        "The provider contradicts its own plan" if step != "read" else "The provider read what makes no sense",
        f"After the {step} of {resource.name}: {problem}. This is a bug of the provider, not of your configuration: "
        "please report it. The object itself is in the state as it is.",
        path or None,
    )

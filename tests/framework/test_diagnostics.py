"""Errors and warnings, and the exception that carries them."""

from __future__ import annotations

from provider.framework.diagnostics import Diagnostic, Failure, Severity, error, warning


def test_what_is_made() -> None:
    assert error("S", "D", ("a",)) == Diagnostic(Severity.ERROR, "S", "D", ("a",))
    assert warning("S") == Diagnostic(Severity.WARNING, "S", "", None)
    assert (Severity.ERROR.value, Severity.WARNING.value) == (1, 2)


def test_placing_changes_nothing_else() -> None:
    assert warning("S", "D").at(("a", 0)) == Diagnostic(Severity.WARNING, "S", "D", ("a", 0))
    assert error("S", "D", ("a",)).at(None) == error("S", "D")


def test_failure_carries_all_and_names_each() -> None:
    failure = Failure(error("One"), error("Two", "with detail"))

    assert [d.summary for d in failure.diagnostics] == ["One", "Two"]
    assert str(failure) == "One; Two"

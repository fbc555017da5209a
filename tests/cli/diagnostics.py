"""What a command that failed must have said."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.certificates import PASSWORD
from tests.terraform import Result

_ERROR = re.compile(r"^(?:│ )?Error: ", re.MULTILINE)
_WARNING = re.compile(r"^(?:│ )?Warning: ", re.MULTILINE)
_KEY = re.compile(r"PRIVATE KEY|MII[A-Za-z0-9+/]{20}|eyJ[A-Za-z0-9_-]{10}")


def require_one_error(result: Result, fragments: Iterable[str], *, warnings: int = 0) -> None:
    """Fail unless there is one error, without a secret, that says every one of `fragments`, beside so many warnings.

    White space in fragments counts as in running text.
    """
    assert result.status == 1, result.output
    assert error_count(result) == 1, result.output
    require(result, fragments)
    assert len(_WARNING.findall(result.output)) == warnings, result.output


def require_one_warning(result: Result, fragments: Iterable[str]) -> None:
    """Fail unless the command succeeded and gave one warning that says every one of `fragments`."""
    assert result.status == 0, result.output
    assert len(_WARNING.findall(result.output)) == 1, result.output
    require(result, fragments)


def error_count(result: Result) -> int:
    """Return how many errors were shown."""
    return len(_ERROR.findall(result.output))


def require(result: Result, fragments: Iterable[str]) -> None:
    """Fail where one of `fragments` was not said, or a secret or a sign of a crash was."""
    for fragment in fragments:
        assert fragment in result.said, f"not said: {fragment}\n{result.output}"
    assert PASSWORD not in result.said, result.output
    assert not _KEY.search(result.output), result.output
    for sign in ("Traceback", "unexpectedly", "plugin6.("):
        assert sign not in result.output, result.output

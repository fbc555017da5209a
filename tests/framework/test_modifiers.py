"""What changes the plan of one attribute: each modifier, change by change."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.modifiers import (
    Change,
    Modifier,
    Verdict,
    Whole,
    keep_prior,
    replace_from_false_to_true,
    replace_if,
    replace_if_configured,
    replace_if_prior_not_null,
    replace_on_change,
)
from provider.framework.values import UNKNOWN, Unknown

WHOLE = Whole({}, {}, {})
REFINED = Unknown(not_null=True)


def judge(
    modifier: Modifier, config: Any, prior: Any, planned: Any, *, fresh: bool = False, create_only: bool = False
) -> Verdict:
    return modifier(Change(("a",), config, prior, planned, fresh, create_only, WHOLE))


KEPT: list[tuple[str, Any, Any, Any, Any]] = [
    # what, config, prior, planned, expected
    ("unknown", None, "old", UNKNOWN, "old"),
    ("refined", None, "old", REFINED, "old"),
    ("null was there", None, None, UNKNOWN, None),
    ("configured", "new", "old", "new", "new"),
    ("unknown in the configuration", UNKNOWN, "old", UNKNOWN, UNKNOWN),
    ("planned otherwise", None, "old", "planned", "planned"),
    ("planned null", None, "old", None, None),
]


@pytest.mark.parametrize(
    ("config", "prior", "planned", "expected"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT]
)
def test_keeping_the_prior_value(config: Any, prior: Any, planned: Any, expected: Any) -> None:
    assert judge(keep_prior(), config, prior, planned) == Verdict(expected)


def test_nothing_is_kept_where_nothing_was() -> None:
    assert judge(keep_prior(), None, None, UNKNOWN, fresh=True) == Verdict(UNKNOWN)


def shrinks(change: Change) -> bool:
    return isinstance(change.planned, int) and isinstance(change.prior, int) and change.planned < change.prior


ALWAYS, CONFIGURED, SMALLER = replace_on_change(), replace_if_configured(), replace_if(shrinks, "less replaces it")
TO_TRUE, NOT_NULL = replace_from_false_to_true(), replace_if_prior_not_null()

REPLACED: list[tuple[Modifier, Any, Any, Any, bool]] = [
    # modifier, config, prior, planned, whether it replaces
    (ALWAYS, "b", "a", "b", True),
    (ALWAYS, "a", "a", "a", False),
    (ALWAYS, "b", None, "b", True),
    (ALWAYS, None, "a", None, True),
    (ALWAYS, None, "a", UNKNOWN, True),
    (ALWAYS, UNKNOWN, "a", UNKNOWN, True),
    # Judged is what is planned, not what is configured.
    (ALWAYS, "A", "a", "a", False),
    (CONFIGURED, "b", "a", "b", True),
    (CONFIGURED, "a", "a", "a", False),
    (CONFIGURED, UNKNOWN, "a", UNKNOWN, True),
    (CONFIGURED, None, "a", UNKNOWN, False),
    (CONFIGURED, None, "a", None, False),
    (SMALLER, 1, 2, 1, True),
    (SMALLER, 3, 2, 3, False),
    (SMALLER, UNKNOWN, 2, UNKNOWN, False),
    (TO_TRUE, True, False, True, True),
    (TO_TRUE, False, True, False, False),
    (TO_TRUE, True, None, True, False),
    # What is not known yet may be true; what the provider gives is not configured to be.
    (TO_TRUE, UNKNOWN, False, UNKNOWN, True),
    (TO_TRUE, UNKNOWN, True, UNKNOWN, False),
    (TO_TRUE, None, False, UNKNOWN, False),
    (NOT_NULL, "b", "a", "b", True),
    (NOT_NULL, None, "a", None, True),
    (NOT_NULL, "b", None, "b", False),
    (NOT_NULL, "a", "a", "a", False),
]


@pytest.mark.parametrize(("modifier", "config", "prior", "planned", "replaces"), REPLACED)
def test_replacing(modifier: Modifier, config: Any, prior: Any, planned: Any, replaces: bool) -> None:
    assert judge(modifier, config, prior, planned) == Verdict(planned, replaces)


@pytest.mark.parametrize("modifier", [ALWAYS, CONFIGURED, replace_if(lambda _: True, "always"), NOT_NULL], ids=repr)
def test_what_is_new_is_not_replaced(modifier: Modifier) -> None:
    assert judge(modifier, "b", "a", "b", fresh=True) == Verdict("b", False)


@pytest.mark.parametrize("modifier", [ALWAYS, CONFIGURED, replace_if(lambda _: True, "always")], ids=repr)
def test_what_no_read_can_tell_is_learnt_after_an_import(modifier: Modifier) -> None:
    assert judge(modifier, "b", None, "b", create_only=True) == Verdict("b", False)
    assert judge(modifier, "b", "a", "b", create_only=True) == Verdict("b", True)


def test_a_condition_sees_the_whole_change() -> None:
    seen = list[Change]()

    def remember(change: Change) -> bool:
        seen.append(change)
        return False

    judge(replace_if(remember, "never"), "b", "a", "b")
    judge(replace_if(remember, "never"), "a", "a", "a")
    assert seen == [Change(("a",), "b", "a", "b", False, False, WHOLE)], "asked only where something changes"


@pytest.mark.parametrize(
    ("modifier", "words"),
    [
        (keep_prior(), "keeps its value where the configuration gives none"),
        (ALWAYS, "a change replaces the resource"),
        (CONFIGURED, "a change in the configuration replaces the resource"),
        (SMALLER, "less replaces it"),
        (TO_TRUE, "a change to true replaces the resource"),
        (NOT_NULL, "a change of what is set replaces the resource"),
    ],
)
def test_words_for_the_documentation(modifier: Modifier, words: str) -> None:
    assert repr(modifier) == words

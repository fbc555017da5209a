"""Mistakes that could be made in the framework, each of them caught by the property test of the cycle.

    python -m tests.cycle.mutants

Each is made in a copy of the code, never in the checkout, and the copy lives until Terraform would refuse something.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.cycle.story import say

ROOT = Path(__file__).resolve().parents[2]
# Most fall within the first ten lives, some need a coincidence.
LIVES = 4000
_PATIENCE = 900.0

_FRAMEWORK = "provider/framework"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: in `file`, `new` stands where `old` should. `why` says what goes wrong with it."""

    file: str
    old: str
    new: str
    why: str

    @property
    def path(self) -> str:
        """The path of the file in the checkout."""
        return f"{_FRAMEWORK}/{self.file}.py" if "/" not in self.file else f"provider/{self.file}.py"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: whether it was caught, by what, and in how many seconds."""

    caught: bool
    by: str
    seconds: float


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "drafting",
        "            config = attribute.default\n        elif",
        "            pass\n        elif",
        "defaults are not planned",
    ),
    Mutant(
        "drafting",
        "if self.changes or _only_configured(attribute, prior):",
        "if prior is None or _only_configured(attribute, prior):",
        "computed values stay known in an update, and then turn out otherwise",
    ),
    Mutant(
        "drafting",
        "if self.changes or _only_configured(attribute, prior):",
        "if True:",
        "computed values are unknown although nothing changes: a diff that never ends",
    ),
    Mutant(
        "drafting",
        "return _NOT_NULL if attribute.never_null else UNKNOWN\n            return prior",
        "return UNKNOWN\n            return prior",
        "what is promised of an unknown value is not said",
    ),
    Mutant(
        "drafting",
        "return prior if same(attribute.kind, config, prior) else less_sure(attribute.kind, config)",
        "return less_sure(attribute.kind, config)",
        "another spelling of the same is a change",
    ),
    Mutant(
        "drafting",
        "return config if prior is None else less_sure(attribute.kind, config)",
        "return config",
        "what is known of an unknown value is promised of its plan, which may be in other words",
    ),
    Mutant(
        "drafting",
        "    if attribute.computed and not config.not_null:",
        "    if False:",
        "what is known of an unknown value is promised, although the provider gives it where that is null",
    ),
    Mutant(
        "drafting",
        "        if attribute.write_only:\n            return None\n        if self.whole",
        "        if self.whole",
        "write-only values are planned",
    ),
    Mutant(
        "drafting",
        "one(part, before[index], (*path, index))",
        "one(part, before[-1 - index], (*path, index))",
        "elements of lists are compared with those at the other end",
    ),
    Mutant(
        "drafting",
        "one(part, (prior or {}).get(name), (*path, Key(name)))",
        "one(part, None, (*path, Key(name)))",
        "elements of maps forget what they were",
    ),
    Mutant(
        "drafting",
        "pairs = tuple(match(config, prior or (), *_alike(kind, config), key=key))",
        "pairs = tuple((part, None) for part in config)",
        "elements of sets forget what they were",
    ),
    Mutant(
        "drafting",
        "return (sure, partial(_could_come_from, kind.attributes)) if is_known(config) else (sure,)",
        "return (sure, partial(_could_come_from, kind.attributes))",
        "what an element of a set was is guessed while something is unknown, and turns out otherwise",
    ),
    Mutant(
        "drafting",
        "    sure = partial(_unchanged, kind.attributes)\n",
        "    sure = partial(_could_come_from, kind.attributes)\n",
        "elements of sets take what others fit better",
    ),
    Mutant(
        "drafting",
        "return replace(self, place=path) if kind.nesting is Nesting.SET and self.place is None else self",
        "return self",
        "a replacement is asked for with a path into a set, which Terraform refuses",
    ),
    Mutant(
        "drafting",
        "        if self.whole is not None:\n            inside",
        "        if False:\n            inside",
        "what is nested in something unknown asks for a replacement only while applying",
    ),
    Mutant(
        "drafting",
        "not same(part.kind, element[name], None)",
        "element[name] is not None",
        "an empty value that means nothing counts as configured",
    ),
    Mutant(
        "planning",
        "or Draft(False, Whole(config, prior, drawn, private))",
        "or Draft(True, Whole(config, prior, drawn, private))",
        "what a modifier takes back still makes the rest unknown",
    ),
    Mutant(
        "drafting",
        "if verdict.replace and not same(attribute.kind, planned, prior):",
        "if verdict.replace:",
        "null for what an API calls empty replaces what was just imported",
    ),
    Mutant(
        "drafting",
        "        config = attribute.default\n    if same",
        "        pass\n    if same",
        "elements of sets with a default are taken for each other",
    ),
    Mutant(
        "drafting",
        "        case Nesting.SINGLE:\n            return fits(config, prior)",
        "        case Nesting.SINGLE:\n            return True",
        "elements of sets are found by what they do not say",
    ),
    Mutant(
        "modifiers", "and not change.fresh and not isinstance", "and not isinstance", "what is new keeps what never was"
    ),
    Mutant(
        "modifiers",
        " and not change.fresh and not isinstance(change.config, Unknown)",
        " and not change.fresh",
        "what is configured, but unknown yet, is planned as it was",
    ),
    Mutant("modifiers", "change.prior if keep else change.planned", "change.planned", "nothing keeps its value"),
    Mutant(
        "modifiers",
        "changed = not change.fresh and change.planned != change.prior",
        "changed = change.planned != change.prior",
        "a new element replaces the resource",
    ),
    Mutant(
        "modifiers",
        "changed and not imported and",
        "changed and",
        "what is learnt after an import replaces the resource",
    ),
    Mutant("modifiers", "changed and not imported and", "changed and not", "what should replace the resource does not"),
    Mutant(
        "modifiers",
        "(change.planned is True or isinstance(change.config, Unknown))",
        "change.planned is True",
        "an update turns into a replacement while applying",
    ),
    Mutant(
        "modifiers",
        "lambda change: change.prior is not None,",
        "lambda change: True,",
        "what had no value replaces the resource by getting one",
    ),
    Mutant(
        "schema",
        "return (*first, *own, *last)",
        "return (*last, *own, *first)",
        "whether to replace is judged too early",
    ),
    Mutant("meaning", "one.casefold() == other.casefold()", "one == other", "upper and lower case make a difference"),
    Mutant("meaning", 'return ("bool", value)', "return value", "true in JSON is the number one"),
    Mutant(
        "meaning", "return one in _NOTHING and other in _NOTHING", "return False", "empty and null make a difference"
    ),
    Mutant(
        "meaning",
        "return value if kind.same is None else Unknown(not_null=value.not_null)",
        "return value",
        "the beginning of a text is promised that may be written otherwise",
    ),
    Mutant(
        "meaning",
        "if new == prior or (is_known(prior) and same(kind, new, prior, settled=True)):",
        "if new == prior:",
        "what an API spells its own way shows as a change",
    ),
    Mutant(
        "meaning",
        "if attribute.create_only and prior[name] is not None and is_known(prior[name])",
        "if False",
        "what no read tells is forgotten",
    ),
    Mutant(
        "meaning",
        "if attribute.never_null and prior[name] is None",
        "if False",
        "an empty value becomes the null that was promised never to be",
    ),
    Mutant(
        "matching",
        "found[index] = near.pop(at)",
        "found[index] = near[at]",
        "one element of a set serves as that of two",
    ),
    Mutant(
        "meaning",
        "alike = partial(same_object, attributes, settled=True)",
        "alike = partial(same_object, attributes)",
        "elements of sets that learn something are not found again",
    ),
    Mutant(
        "meaning",
        "lost = any(found is None and not (element is None and None in other) for element, found in pairs)",
        "lost = any(found is None for _, found in pairs)",
        "a set with null in it never means the same",
    ),
    Mutant(
        "applying",
        "state = keep_object(resource.schema.attributes, without_write_only(resource.schema, state), prior)",
        "state = without_write_only(resource.schema, state)",
        "each read changes the state",
    ),
    Mutant(
        "applying",
        "keep_object(resource.schema.attributes, without_write_only(resource.schema, state), prior)",
        "keep_object(resource.schema.attributes, state, prior)",
        "a secret that an API gives back gets into the state by a read",
    ),
    Mutant(
        "applying",
        "        prior if state == prior else state,\n",
        "        state,\n",
        "a read of what has not changed is not the state that was there, byte for byte",
    ),
    Mutant(
        "applying",
        "state = keep_object(attributes, without_write_only(resource.schema, state), planned)",
        "state = without_write_only(resource.schema, state)",
        "what an API spells its own way contradicts the plan",
    ),
    Mutant(
        "applying",
        "state = keep_object(attributes, without_write_only(resource.schema, state), planned)",
        "state = keep_object(attributes, state, planned)",
        "a secret that an API gives back gets into the state by a write",
    ),
    Mutant(
        "applying",
        "return Outcome(known_or_null(state), operation.private,",
        "return Outcome(known_or_null(state), {},",
        "the private state is lost",
    ),
    Mutant(
        "applying",
        "return Outcome(_kept(resource, operation), operation.private, (*operation.warnings, *explain(cause)))",
        "return Outcome(None, {}, (*operation.warnings, *explain(cause)))",
        "what could not be destroyed is lost",
    ),
    Mutant(
        "applying",
        "        state = _kept(resource, operation)\n",
        "        state = None\n",
        "what was made before a failure is lost",
    ),
    Mutant(
        "write_only",
        "    return replaced(kind.nesting, value, partial(_object, kind.attributes))",
        "    return value",
        "nested secrets get into the state",
    ),
    Mutant(
        "values",
        "different = _UNKNOWN_TEXT in text and not is_known(element)",
        "different = False",
        "unknown elements of a set are taken for one",
    ),
    Mutant(
        "values",
        "sorted(unique.values(), key=itemgetter(0))",
        "unique.values()",
        "the order of a set makes a difference",
    ),
    Mutant(
        "normal",
        'return unicodedata.normalize("NFC", text)',
        "return text",
        "the same letter, composed otherwise, makes a difference",
    ),
    Mutant(
        "normal",
        "number(Decimal(repr(raw)) if isinstance(raw, float) else raw)",
        "number(raw)",
        "0.1 is another number when an API tells it",
    ),
    Mutant(
        "protocol/resource_planning",
        "planned_private=private.encode(plan.private)",
        'planned_private=b""',
        "the private state gets lost while planning",
    ),
    Mutant(
        "protocol/resource_applying",
        "private=private.decode(request.planned_private)",
        "private={}",
        "the private state does not reach the resource's own code",
    ),
)


def run(mutant: Mutant, lives: int = LIVES) -> Outcome:
    """Make a mistake in a copy of the code, and see how many lives it takes until it is caught."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        ignored = shutil.ignore_patterns("__pycache__", "test_*.py")
        shutil.copytree(ROOT / "provider", copy / "provider", ignore=ignored)
        shutil.copytree(ROOT / "tests/cycle", copy / "tests/cycle", ignore=ignored)
        (copy / "tests/__init__.py").touch()
        file = copy / mutant.path
        text = file.read_text(encoding="utf-8")
        assert text.count(mutant.old) == 1, f"{mutant.path} has not once: {mutant.old}"
        file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        begin = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "tests.cycle", "--most", "1", "--lives", str(lives)],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=False,
        )
        # A copy that cannot run at all proves nothing.
        assert "Failed: " in done.stdout or done.returncode == 0, done.stderr
        return Outcome(done.returncode != 0, _told(done.stdout), time.monotonic() - begin)


def _told(output: str) -> str:
    """Return what says by which life a mutant was caught."""
    return next((line for line in output.splitlines() if line.startswith("Failed: ")), "")


def main(arguments: list[str]) -> int:
    """Run all mutants, or those whose words contain a text; print a table; return 1 if one was not caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.cycle.mutants", description=__doc__, allow_abbrev=False)
    parser.add_argument("words", nargs="?", default="", help="only those whose description contains this")
    chosen = parser.parse_args(arguments)
    return table(mutant for mutant in MUTANTS if chosen.words in mutant.why)


def table(mutants: Iterable[Mutant]) -> int:
    """Run mutants and print what became of each; return 1 if one was not caught, else 0."""
    survivors, count = 0, 0
    for count, mutant in enumerate(mutants, 1):  # noqa: B007 - the last one is the number of them
        outcome = run(mutant)
        survivors += not outcome.caught
        verdict = "caught  " if outcome.caught else "SURVIVES"
        say(f"{verdict} {outcome.seconds:6.1f} s  {mutant.file}: {mutant.why}  [{outcome.by}]")
    say(f"{count} mutants, {count - survivors} caught, {survivors} survive")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

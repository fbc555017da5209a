"""The one place where values get their normal form: raw data in, whoever it came from, a value of a type out.

`Form` says what differs between those who bring data: the MessagePack and JSON codecs, and a resource's own code. For
each type and form a reader is made once and kept with the type; what lies inside an attribute gets its reader when the
first value comes by, so the cost follows the value and never the size of the schema.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, InvalidOperation
from typing import Any

from provider.framework import types
from provider.framework.paths import Key, Path, Step, show
from provider.framework.types import Type
from provider.framework.values import Dynamic, Number, Unknown, as_map, as_set

Reader = Callable[[Any], Any]

# A text such as "1e999999999" is short, the whole number that it stands for fills the memory. Beyond 4300 digits Python
# does not write a whole number down. Terraform itself writes numbers without an exponent, small ones too.
_LONGEST_NUMBER = 4_000

# The classes of raw values that are values already.
_TEXT: frozenset[type] = frozenset({str, type(None), Unknown})
_TRUTH: frozenset[type] = frozenset({bool, type(None), Unknown})
_WHOLE: frozenset[type] = frozenset({int, type(None), Unknown})
_KEYS: frozenset[type] = frozenset({str})
_READY = {"string": _TEXT, "bool": _TRUTH, "number": _WHOLE}


class MalformedValue(ValueError):
    """Data that is no value of the type that it should be; `path` leads to the part that is not."""

    def __init__(self, problem: str, path: Path = ()) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path = path

    def __str__(self) -> str:
        return f"{show(self.path)}: {self.problem}" if self.path else self.problem

    def inside(self, step: Step) -> MalformedValue:
        """Return this for the value that holds the malformed one behind `step`."""
        return MalformedValue(self.problem, (step, *self.path))


@dataclass(frozen=True, slots=True)
class Form:
    """What is particular about data of one origin.

    `number` reads what is no plain whole number, `text` each text; `dynamic` returns type and raw value of a dynamic
    value. All raise MalformedValue.
    """

    name: str
    number: Callable[[Any], Number]
    text: Callable[[str], str]
    dynamic: Callable[[Any], Any]
    sequences: tuple[Any, ...] = (tuple, list)


def read(raw: Any, type_: Type, form: Form) -> Any:
    """Return the value of type `type_` that `raw` holds, in normal form; raise MalformedValue if it holds none."""
    return reader(type_, form)(raw)


def reader(type_: Type, form: Form) -> Reader:
    """Return the function that reads values of `type_` from data of `form`."""
    found: Reader | None = type_.derived.get(form.name)
    if found is None:
        found = type_.derived[form.name] = _make(type_, form)
    return found


def _make(type_: Type, form: Form) -> Reader:
    match type_:
        case types.Primitive("string"):
            return _text(form)
        case types.Primitive("bool"):
            return _truth
        case types.Primitive("number"):
            return _number(form)
        case types.Primitive():
            return _dynamic(form)
        case types.Collection("map", element):
            return _map(element, form)
        case types.Collection(kind, element):
            return _sequence(kind, element, form)
        case types.Tuple(elements):
            return _tuple(elements, form)
        case types.Object(attributes, _):
            return _object(attributes, form)


def _ready(type_: Type, form: Form) -> frozenset[type] | None:
    """Return the classes of raw values that are values of a type already, None where each has to be read."""
    if not isinstance(type_, types.Primitive) or (type_.name == "string" and form.text is not as_it_is):
        return None
    return _READY.get(type_.name)


def _wrong(wanted: str, found: Any) -> MalformedValue:
    return MalformedValue(f"expected {wanted}, found {type(found).__name__}")


def _truth(raw: Any) -> Any:
    if type(raw) in _TRUTH:
        return raw
    raise _wrong("bool", raw)


def _text(form: Form) -> Reader:
    convert = form.text

    def read_text(raw: Any) -> Any:
        if isinstance(raw, str):
            return convert(raw)
        if type(raw) in _TEXT:
            return raw
        raise _wrong("string", raw)

    return read_text


def _number(form: Form) -> Reader:
    convert = form.number

    def read_number(raw: Any) -> Any:
        if type(raw) in _WHOLE:
            return raw
        if isinstance(raw, bool):
            raise _wrong("number", raw)
        return convert(raw)

    return read_number


def _dynamic(form: Form) -> Reader:
    def read_dynamic(raw: Any) -> Any:
        if raw is None or isinstance(raw, Unknown):
            return raw
        type_, inner = form.dynamic(raw)
        return Dynamic(type_, read(inner, type_, form))

    return read_dynamic


def _sequence(kind: str, element: Type, form: Form) -> Reader:
    classes = form.sequences if kind == "list" else (*form.sequences, set, frozenset)
    usual = classes[0]
    finish: Callable[[Any], Any] = tuple if kind == "list" else as_set
    ready = _ready(element, form)

    def read_sequence(raw: Any) -> Any:
        if type(raw) is not usual:
            if raw is None or isinstance(raw, Unknown):
                return raw
            if not isinstance(raw, classes):
                raise _wrong(kind, raw)
        if not raw or (ready is not None and ready.issuperset(map(type, raw))):
            return finish(raw)
        one = reader(element, form)
        parts: list[Any] = []
        for index, part in enumerate(raw):
            try:
                parts.append(one(part))
            except MalformedValue as wrong:
                raise wrong.inside(index) from None
        return finish(parts)

    return read_sequence


def _map(element: Type, form: Form) -> Reader:
    convert = form.text
    ready = _ready(element, form) if convert is as_it_is else None

    def read_map(raw: Any) -> Any:
        if type(raw) is not dict:
            if raw is None or isinstance(raw, Unknown):
                return raw
            if not isinstance(raw, Mapping):
                raise _wrong("map", raw)
        if not raw or (
            ready is not None and _KEYS.issuperset(map(type, raw)) and ready.issuperset(map(type, raw.values()))
        ):
            return as_map(raw.items())
        one = reader(element, form)
        parts: dict[str, Any] = {}
        for name, part in raw.items():
            if type(name) is not str:
                raise MalformedValue(f"a key of a map is {type(name).__name__}, not a string")
            try:
                parts[convert(name)] = one(part)
            except MalformedValue as wrong:
                raise wrong.inside(Key(name)) from None
        return as_map(parts.items())

    return read_map


def _tuple(elements: tuple[Type, ...], form: Form) -> Reader:
    def read_tuple(raw: Any) -> Any:
        if raw is None or isinstance(raw, Unknown):
            return raw
        if not isinstance(raw, form.sequences) or len(raw) != len(elements):
            raise _wrong(f"tuple of {len(elements)}", raw)
        parts: list[Any] = []
        for index, (part, type_) in enumerate(zip(raw, elements, strict=True)):
            try:
                parts.append(read(part, type_, form))
            except MalformedValue as wrong:
                raise wrong.inside(index) from None
        return tuple(parts)

    return read_tuple


def _object(attributes: Mapping[str, Type], form: Form) -> Reader:
    empty = dict.fromkeys(attributes)
    size = len(empty)
    # What is ready needs no reader; the others get theirs with the first value that is not null.
    ready = {name: _ready(type_, form) for name, type_ in attributes.items()}
    checked = tuple((name, classes) for name, classes in ready.items() if classes is not None)
    others = tuple(name for name, classes in ready.items() if classes is None)

    readers: dict[str, Reader] = {}

    def read_object(raw: Any) -> Any:
        if type(raw) is not dict:
            if raw is None or isinstance(raw, Unknown):
                return raw
            if not isinstance(raw, Mapping):
                raise _wrong("object", raw)
        value: dict[str, Any] = {**empty, **raw}
        if len(value) != size:
            raise MalformedValue(f"unexpected attributes: {', '.join(sorted(str(n) for n in raw if n not in empty))}")
        name = ""
        try:
            for name, classes in checked:
                if type(value[name]) not in classes:
                    value[name] = reader(attributes[name], form)(value[name])
            for name in others:
                part = value[name]
                if part is not None:
                    one = readers.get(name)
                    if one is None:
                        one = readers[name] = reader(attributes[name], form)
                    value[name] = one(part)
        except MalformedValue as wrong:
            raise wrong.inside(name) from None
        return value

    return read_object


def number(raw: Any) -> Number:
    """Return a number in normal form; raise MalformedValue for what is not finite, too long or none."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise _wrong("number", raw)
    exact = raw if isinstance(raw, Decimal) else Decimal(raw)
    digits = len(exact.as_tuple().digits)
    if not exact.is_finite() or max(abs(exact.adjusted()), digits) > _LONGEST_NUMBER:
        raise MalformedValue("a number is not finite, or too long")
    if exact == exact.to_integral_value():
        return int(exact)
    # Zeros at the end make no other number: one form for both.
    return exact.normalize(Context(prec=digits, Emin=MIN_EMIN, Emax=MAX_EMAX))


def number_in_text(raw: Any) -> Number:
    """Return a number that may also be written as a text; raise MalformedValue as `number` does."""
    if not isinstance(raw, str):
        return number(raw)
    # A long text takes long to read, even where it is only zeros.
    if len(raw) > 2 * _LONGEST_NUMBER:
        raise MalformedValue("a number is too long")
    try:
        return number(Decimal(raw))
    except InvalidOperation:
        raise MalformedValue("a number is written as a text that is none") from None


def as_it_is(text: str) -> str:
    """Return a text that is in the form in which Terraform keeps texts already."""
    return text


def _composed(text: str) -> str:
    # Terraform keeps every text in this form, so that two spellings of one letter are one text.
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedValue("a text holds what is no Unicode character") from None
    return unicodedata.normalize("NFC", text)


def _own_number(raw: Any) -> Number:
    # The number that somebody wrote, 0.1, and not the binary fraction nearest to it: Terraform counts in decimals.
    return number(Decimal(repr(raw)) if isinstance(raw, float) else raw)


def _own_dynamic(raw: Any) -> tuple[Type, Any]:
    if not isinstance(raw, Dynamic):
        raise _wrong("Dynamic", raw)
    return raw.type, raw.value


OWN = Form("own", _own_number, _composed, _own_dynamic)
"""What a resource's own code makes: any mapping, any sequence, Python's numbers."""

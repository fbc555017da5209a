"""Secrets do not get through, whatever form they take; ordinary text does."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from provider.framework import redaction
from provider.framework.redaction import MASK, protect, redact
from tests.framework.strategies import MANY

JWT = "eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJtZSJ9.c2lnbmF0dXJl"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nvT9w\n-----END RSA PRIVATE KEY-----"


@contextmanager
def nothing_registered() -> Iterator[None]:
    """Give the block a register of its own: secrets of other tests would mask what is plain here, and these there."""
    before = redaction._forms, redaction._pattern
    redaction._forms, redaction._pattern = set(), None
    try:
        yield
    finally:
        redaction._forms, redaction._pattern = before


@pytest.fixture(autouse=True)
def _own_register() -> Iterator[None]:
    with nothing_registered():
        yield


SECRETS = [
    "s3cr3t",
    "correct horse battery staple",
    'quo"te\\back/slash',
    "Пароль&€=+ %",
    "new\nline\ttab",
    "😀😀😀😀",
    "pass",
]

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "base64": lambda s: b64encode(s.encode()).decode(),
    "base64 without padding": lambda s: b64encode(s.encode()).decode().rstrip("="),
    "base64url": lambda s: urlsafe_b64encode(s.encode()).decode(),
    "URL path": quote,
    "URL, every byte": lambda s: quote(s, safe=""),
    "URL, small letters": lambda s: "".join(
        part.lower() if part.startswith("%") else part for part in _escapes(quote(s, safe=""))
    ),
    "form": quote_plus,
    "form, whole": lambda s: urlencode({"key": s}).removeprefix("key="),
    "JSON": lambda s: json.dumps(s)[1:-1],
    "JSON in Unicode": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "repr": lambda s: repr(s)[1:-1],
    "JSON in JSON": lambda s: json.dumps(json.dumps(s))[3:-3],
    "JSON with escaped slashes": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
}


def _escapes(quoted: str) -> Iterator[str]:
    while quoted:
        length = 3 if quoted.startswith("%") else 1
        yield quoted[:length]
        quoted = quoted[length:]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", FORMS)
def test_a_registered_secret_is_masked_in_each_form(secret: str, form: str) -> None:
    protect(secret)

    assert redact(f"before <{FORMS[form](secret)}> after").startswith(f"before <{MASK}")
    assert redact(f"before <{FORMS[form](secret)}> after").endswith("> after")


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "user:"])
@pytest.mark.parametrize("after", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_inside_longer_base64(secret: str, before: str, after: str, encode: Callable[[bytes], bytes]) -> None:
    protect(secret)

    hidden = redact(encode(f"{before}{secret}{after}".encode()).decode())

    assert MASK in hidden
    # Up to two characters at each end mix the secret with its neighbours.
    assert len(hidden.replace(MASK, "")) <= (len(before.encode()) + len(after.encode())) * 4 / 3 + 6


def test_what_nobody_registered_is_shown() -> None:
    assert redact("s3cr3t") == "s3cr3t"


@pytest.mark.parametrize("short", ["", "a", "ab", "abc"])
def test_what_is_too_short_to_search_for_is_not_registered(short: str) -> None:
    protect(short)

    assert redact("abc is a label, and ab too") == "abc is a label, and ab too"


def test_the_longer_of_two_secrets_goes_first() -> None:
    protect("secret")
    protect("secretariat")

    assert redact("secretariat, secret") == f"{MASK}, {MASK}"


# Text, what becomes of it: nobody registered anything here.
SHAPES: list[tuple[str, str]] = [
    (f"token {JWT} end", f"token {MASK} end"),
    (f"'{JWT}'", f"'{MASK}'"),
    ("eyJhbGciOiJub25lIn0.eyJpc3MiOiJtZSJ9. end", f"{MASK} end"),
    ("Bearer abc123def456", f"Bearer {MASK}"),
    ("bearer abc123def456", f"bearer {MASK}"),
    ("BEARER  abc123def456;", f"BEARER  {MASK};"),
    ("Bearer abcdefghijklmnopqrstuvwxyz", f"Bearer {MASK}"),
    (f"Authorization: Bearer {JWT}", f"Authorization: {MASK}"),
    ("Authorization: Basic dXNlcjpwYXNz\r\nHost: a", f"Authorization: {MASK}\r\nHost: a"),
    ("authorization: basic dXNlcjpwYXNz", f"authorization: {MASK}"),
    ("authorization: bearer x", f"authorization: {MASK}"),
    ("{'Authorization': 'Bearer x', 'Accept': '*/*'}", f"{{'Authorization': '{MASK}', 'Accept': '*/*'}}"),
    ("{'authorization': b'basic dXNlcjpw'}", f"{{'authorization': b'{MASK}'}}"),
    ('{"Authorization": "Negotiate YIIabc", "a": 1}', f'{{"Authorization": "{MASK}", "a": 1}}'),
    (r"{\"Authorization\": \"Bearer x\"}", rf"{{\"Authorization\": \"{MASK}\"}}"),
    ("Proxy-Authorization: Basic dXNlcjpwYXNz", f"Proxy-Authorization: {MASK}"),
    (f"key {PEM} end", f"key {MASK} end"),
    (PEM.replace("RSA ", ""), MASK),
    (PEM.replace("RSA", "ENCRYPTED"), MASK),
    (PEM.replace("RSA", "EC"), MASK),
    (PEM.replace("\n", "\\n"), MASK),
    ("cut off: " + PEM[:50], f"cut off: {MASK}"),
    ("a=1&client_secret=abc~1&b=2", f"a=1&client_secret={MASK}&b=2"),
    ("client_assertion=abc.def&x=1", f"client_assertion={MASK}&x=1"),
    ("grant_type=password&password=hunter2", f"grant_type=password&password={MASK}"),
    ('{"access_token": "opaque", "expires_in": 1}', f'{{"access_token": "{MASK}", "expires_in": 1}}'),
    ('{"refresh_token":"opaque"}', f'{{"refresh_token":"{MASK}"}}'),
    ("{'id_token': 'opaque'}", f"{{'id_token': '{MASK}'}}"),
    ('{"password": "several words, and a comma"}', f'{{"password": "{MASK}"}}'),
    (r'{"password": "with \"quotes\" and \\", "b": 1}', f'{{"password": "{MASK}", "b": 1}}'),
    (r"{\"client_secret\": \"a b\", \"c\": 1}", rf"{{\"client_secret\": \"{MASK}\", \"c\": 1}}"),
    ('client_certificate_password = "a b"', f'client_certificate_password = "{MASK}"'),
    ("http://user:pa55@proxy.example:8080/", f"http://user:{MASK}@proxy.example:8080/"),
    ("https://:pa55@proxy.example", f"https://:{MASK}@proxy.example"),
    (f"client_assertion%3D{JWT}%26x", f"client_assertion%3D{MASK}%26x"),
    ("-----BEGIN%20PRIVATE%20KEY-----%0AMIIE%0A-----END%20PRIVATE%20KEY-----.", f"{MASK}."),
    ("key " + b64encode(PEM.encode()).decode() + " end", f"key {MASK} end"),
    ("[('Authorization', 'Bearer abc1'), ('Host', 'a')]", f"[('Authorization', '{MASK}'), ('Host', 'a')]"),
    ("Authorization: ApiKey k-123 456\nHost: a", f"Authorization: {MASK}\nHost: a"),
]


@pytest.mark.parametrize(("text", "shown"), SHAPES, ids=[case[0][:40] for case in SHAPES])
def test_shapes(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert redact(redact(text)) == shown


ORDINARY = [
    "",
    "The certificate is protected by a password, and none is given.",
    "entra_id_options.client_certificate_password (variable M365_CLIENT_CERTIFICATE_PASSWORD)",
    "Set client_options.proxy_username and proxy_password.",
    "The bearer certificate of the bearer authentication",
    "auth_method must be client_certificate",
    "Signing in with client_secret is not available yet.",
    'WWW-Authenticate: Bearer realm="", authorization_uri="https://login.example/common/oauth2/authorize"',
    "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----",
    "File: /home/me/eyJ.pfx",
    "https://graph.microsoft.com:443/v1.0/organization?$select=id@x",
    "mailto:someone@contoso.com, https://login.microsoftonline.com/contoso.com",
    "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered.",
    "{'Content-Type': 'application/json', 'client-request-id': 'b5c0'}",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "A" * 2000,
]


@pytest.mark.parametrize("text", ORDINARY, ids=[text[:40] for text in ORDINARY])
def test_ordinary_text_is_left_alone(text: str) -> None:
    protect("hunter2-and-more")

    assert redact(text) == text


SECRET = st.text(min_size=4, max_size=30).filter(lambda s: not set("()") & set(s) and s not in MASK)


@MANY
@given(secret=SECRET, before=st.text(max_size=8), after=st.text(max_size=8), form=st.sampled_from(sorted(FORMS)))
@example(secret="0000", before="", after="", form="base64")
def test_no_registered_secret_survives(secret: str, before: str, after: str, form: str) -> None:
    shown = FORMS[form](secret)
    assume(shown not in MASK)
    with nothing_registered():
        protect(secret)

        assert shown not in redact(before + shown + after)
        assert secret not in redact(before + shown + after)


@MANY
@given(secret=SECRET, before=st.binary(max_size=8), after=st.binary(max_size=8), url=st.booleans())
@example(secret="pass", before=b"a", after=b"b", url=False)
def test_no_registered_secret_survives_in_longer_base64(secret: str, before: bytes, after: bytes, url: bool) -> None:
    raw = secret.encode()
    whole = (urlsafe_b64encode if url else b64encode)(before + raw + after).decode()
    # The characters whose six bits are all the secret's own.
    own = whole[-(-8 * len(before) // 6) : 8 * (len(before) + len(raw)) // 6]
    assume(own not in MASK)
    with nothing_registered():
        protect(secret)

        assert own not in redact(f"<{whole}>")


@MANY
@given(st.text(max_size=60))
def test_any_text_is_masked_once(text: str) -> None:
    with nothing_registered():
        protect("hunter2-and-more")
        once = redact(text)

        assert redact(once) == once


@pytest.mark.parametrize("secret", ["abc\udcff", "\ud800\ud800\ud800\ud800"])
def test_a_secret_that_is_no_unicode_text(secret: str) -> None:
    """A variable may hold any bytes."""
    protect(secret)

    assert redact(f"<{secret}>") == f"<{MASK}>"
    assert redact(json.dumps(secret)) == f'"{MASK}"'


HOSTILE = {
    "letters": "a" * 200_000,
    "escapes": '"password": "' + "\\" * 200_000,
    "blanks": "authorization" + " " * 200_000,
    "begins of keys": "-----BEGIN PRIVATE KEY-----" * 5_000,
    "addresses": "://a" * 50_000,
    "dots": "a." * 100_000,
    "names": "password" * 30_000,
    "bearers": "bearer " * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_long_texts_take_no_time(name: str) -> None:
    """A pattern that backtracks would take minutes for these; the test's own limit is generous."""
    import time

    began = time.monotonic()
    redact(HOSTILE[name])
    assert time.monotonic() - began < 2


def test_a_secret_is_masked_from_the_moment_it_is_registered() -> None:
    """Other threads write to the log meanwhile."""
    stop = False

    def write() -> None:
        while not stop:
            redact("something long enough to be looked at")

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        for number in range(60):
            secret = f"secret number {number};"
            protect(secret)
            assert redact(secret) == MASK
    finally:
        stop = True
        for writer in writers:
            writer.join()

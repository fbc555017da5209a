"""The log: lines on stderr in hclog's JSON form, which the host reads, levels and shows.

Levels come from TF_LOG_PROVIDER_MICROSOFT365, else TF_LOG_PROVIDER, else TF_LOG; where none is set nothing is
written, and a line below the level is not even built. Every line is masked. Source: go-hclog's `intlogger.go`,
Terraform's "Debugging" page.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from typing import TextIO

TRACE = 5
_OFF = logging.CRITICAL + 1
_LEVELS = {
    "TRACE": TRACE,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "OFF": _OFF,
}
_VARIABLES = ("TF_LOG_PROVIDER_MICROSOFT365", "TF_LOG_PROVIDER", "TF_LOG")
# What these say at DEBUG is about their own insides.
_CHATTY = ("asyncio", "grpc", "msal", "urllib3")


def level(environment: Mapping[str, str]) -> int:
    """Return the level that the host's variables ask for."""
    for name in _VARIABLES:
        if value := environment.get(name, "").strip().upper():
            # Terraform shows everything where it does not know the word; JSON is one of its words.
            return _LEVELS.get(value, TRACE)
    return _OFF


def start(environment: Mapping[str, str]) -> None:
    """Send the log of this process, and what Python warns of, to stderr as `environment` asks."""
    logging.addLevelName(TRACE, "TRACE")
    root = logging.getLogger()
    threshold = level(environment)
    root.setLevel(threshold)
    if threshold > TRACE:
        for name in _CHATTY:
            logging.getLogger(name).setLevel(max(threshold, logging.INFO))
    root.handlers = [_Lines(sys.stderr)]
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)


class _Lines(logging.Handler):
    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._stream.write(_line(record) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            # The host is gone and has closed its end: nobody reads what would be said.
            return


def _line(record: logging.LogRecord) -> str:
    import json

    from provider.framework.redaction import redact

    message = _message(record)
    if record.exc_info:
        message += "\n" + logging.Formatter().formatException(record.exc_info)
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return json.dumps(
        {
            "@level": _name(record.levelno),
            "@message": redact(message),
            "@module": "microsoft365." + record.name.removeprefix("provider."),
            "@timestamp": f"{moment}.{int(record.msecs * 1000):06d}Z",
        }
    )


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as cause:  # noqa: BLE001 - a line that cannot be built costs no call
        return f"{record.msg} (not filled in: {type(cause).__name__})"


def _name(number: int) -> str:
    for name, threshold in (("error", logging.ERROR), ("warn", logging.WARNING), ("info", logging.INFO)):
        if number >= threshold:
            return name
    return "debug" if number >= logging.DEBUG else "trace"

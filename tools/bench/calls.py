"""Planning a resource of 54 attributes through gRPC and TLS, against the emptiest call on the same channel.

That is the health check: the same way in and out, with nothing to do, not even a thread to wait for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.plugin.host import Plugin, configuration
from tests.scale import shape
from tests.scale.host import SERVE, change
from tools.bench.measuring import Row, interleaved, percentile99, row

TARGET = 4.0
AT_ONCE = 2_000


def rows(runs: int) -> list[Row]:
    """Measure single calls, and as many as the process answers in a second."""
    with TemporaryDirectory(prefix="bench-") as folder:
        shape.compile_into(Path(folder), (shape.USUAL,))
        with Plugin(SERVE, {"SCALE_FOLDER": folder}) as plugin:
            assert not plugin.call("ConfigureProvider", configuration()).diagnostics
            request = change(shape.USUAL, 0).SerializeToString()
            assert not plugin.call("PlanResourceChange", request).diagnostics
            planned, empty = interleaved(
                100 * runs,
                _call(plugin, "/tfplugin6.Provider/PlanResourceChange", request),
                _call(plugin, "/grpc.health.v1.Health/Check", b""),
            )
            return [
                row("plan_call_median", planned, empty, TARGET),
                row("plan_call_99_percent", planned, empty, TARGET, percentile99),
                Row("plan_calls", round(_per_second(plugin, request), 1), "1/s", None, None, None),
            ]


def _call(plugin: Plugin, method: str, request: bytes) -> Callable[[], float]:
    call: Any = plugin.channel.unary_unary(method)

    def measured() -> float:
        begin = time.perf_counter()
        call(request)
        return time.perf_counter() - begin

    return measured


def _per_second(plugin: Plugin, request: bytes) -> float:
    """Return how many plans a process answers in a second that are begun all at once."""
    call: Any = plugin.channel.unary_unary("/tfplugin6.Provider/PlanResourceChange")
    begin = time.perf_counter()
    for begun in [call.future(request) for _ in range(AT_ONCE)]:
        begun.result()
    return AT_ONCE / (time.perf_counter() - begin)

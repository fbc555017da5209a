"""Many plans at once on one process: each gets its answer, and nothing of them stays."""

from __future__ import annotations

import re
from pathlib import Path

from provider.protocol.stubs import tfplugin6_pb2 as pb
from tests.plugin.host import Plugin
from tests.scale import shape
from tests.scale.host import change

CALLS = 2_000
FIRST = 500
# In KiB: what the allocator keeps of its own accord, now more and now less.
NOISE = 4_000


def resident(plugin: Plugin) -> int:
    """Return how much memory the process holds, in KiB."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{plugin.process.pid}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


def planned_at_once(plugin: Plugin, requests: list[pb.PlanResourceChange.Request]) -> list[int]:
    """Plan all at the same time; return the memory of the process after each 500 answers."""
    calls = [plugin.begin("PlanResourceChange", request, timeout=120) for request in requests]
    held = []
    for number, call in enumerate(calls):
        answer = call.result()
        assert not answer.diagnostics
        assert f"name {number}".encode() in answer.planned_state.msgpack
        if number % FIRST == FIRST - 1:
            held.append(resident(plugin))
    return held


def test_2000_plans_at_once(plugin: Plugin) -> None:
    # Made before: they are to arrive faster than they can be answered.
    requests = [change(shape.USUAL, number) for number in range(CALLS)]

    after_500, *later = planned_at_once(plugin, requests)
    assert max(later) < after_500 + NOISE
    # Nothing of them stays, so the same again takes no more.
    again = planned_at_once(plugin, requests)
    assert again[-1] < later[-1] + NOISE

"""Measures, prints and writes."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from tools.bench import calls, codec, planning, process, scale
from tools.bench.measuring import ROOT

PARTS = {
    "process": process.rows,
    "codec": codec.rows,
    "planning": planning.rows,
    "scale": scale.rows,
    "calls": calls.rows,
}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure the provider.")
    parser.add_argument("--runs", type=int, default=15, help="how often each variant is run")
    parser.add_argument("--only", choices=PARTS, help="measure this part, and write nothing")
    arguments = parser.parse_args()
    rows = [row for name, part in PARTS.items() if arguments.only in (None, name) for row in part(arguments.runs)]
    print(f"{'row':<24}{'value':>10}     {'floor':>12}  {'ratio':>7}  {'target':>7}")
    for row in rows:
        floor = f"{row.floor:.4g} s" if row.floor is not None else ""
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        target = f"{row.target:g}" if row.target is not None else ""
        print(f"{row.name:<24}{row.value:>10.4g} {row.unit:<3} {floor:>12}  {ratio:>7}  {target:>7}")
    if arguments.only is None:
        (ROOT / ".build/bench.json").write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")


if __name__ == "__main__":
    main()

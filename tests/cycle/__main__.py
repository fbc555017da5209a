"""Many lives, for a longer run; or the story of one.

python -m tests.cycle --lives 20000
python -m tests.cycle --story 4711
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

from tests.cycle import difficult
from tests.cycle.cycle import live
from tests.cycle.scenarios import Scenario, scenario
from tests.cycle.server import serving
from tests.cycle.story import say, tell


def main(arguments: list[str]) -> int:
    """Run; return the status of the process: 1 where a life has failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.cycle", description=__doc__, allow_abbrev=False)
    parser.add_argument("--lives", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first (default: 0)")
    parser.add_argument("--most", type=int, default=3, help="after how many failures to stop (default: 3)")
    parser.add_argument("--story", type=int, metavar="SEED", help="tell what happens in one life")
    chosen = parser.parse_args(arguments)
    if chosen.story is not None:
        return tell(chosen.story)
    return many(range(chosen.first, chosen.first + chosen.lives), chosen.most)


def many(seeds: range, most: int) -> int:
    """Run the lives of all seeds and print how many cases were judged; stop after `most` failures."""
    begin, asked, failed = time.monotonic(), Counter[str](), 0
    total = len(difficult.LIVES) * difficult.TIMES + len(seeds)
    with serving() as server:
        for number, (name, life) in enumerate(_lives(seeds), 1):
            try:
                asked += live(server, life)
            except Exception as wrong:  # noqa: BLE001 - one life that fails must not hide the others
                failed += 1
                say(f"Failed: {name}\n{type(wrong).__name__}: {wrong}")
                if failed == most:
                    return 1
            if number % 1000 == 0 or number == total:
                calls = ", ".join(f"{count} {rpc}" for rpc, count in sorted(asked.items()))
                say(f"{number} lives, {failed} failed, {time.monotonic() - begin:.0f} s: {calls}")
    return 1 if failed else 0


def _lives(seeds: range) -> Iterator[tuple[str, Scenario]]:
    yield from difficult.lives()
    yield from ((f"seed {seed}", scenario(Random(seed))) for seed in seeds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

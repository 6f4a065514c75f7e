"""The command line: prints the figures, and fails where something is lost or doubled."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict

from bench.faults.scenes import SCENES, play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("scene", choices=SCENES)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=20, help="faults; of bad-days: messages")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument(
        "--many", action="store_true", help="two web processes (gunicorn), two that work"
    )
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between two messages")
    args = parser.parse_args()
    began = time.perf_counter()
    counts, beside = play(
        args.scene, args.store, args.rounds, args.seed, many=args.many, pause=args.pause
    )
    print(f"{args.scene} {args.store} rounds {args.rounds} seed {args.seed}", end=": ")
    print(f"{time.perf_counter() - began:.0f} s")
    for name, figure in {**asdict(counts), **beside}.items():
        print(f"  {name}: {figure}")
    return 1 if counts.faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""How fast understanding is: `python -m bench.understand [FILE]`.

Prints the start-up, the memory, messages a second on one core for messages of about 30 characters,
the slowest hundredth, and a text of 10,000 characters. Processor time, so that a busy machine
counts less.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from bench.knowledge import PLACES, knowledge
from bench.quality import SETS, read
from nlp import Understander

AIMS = {"per second": 3_000, "p99 ms": 3.0, "10,000 characters ms": 50.0, "build s": 0.5}
_ROUNDS = 3


def timed(understander: Understander, texts: Sequence[str]) -> list[float]:
    """Seconds for every text, the shortest of a few rounds, sorted."""
    times: list[float] = []
    for text in texts:
        rounds = []
        for _ in range(_ROUNDS):
            start = process_time()
            understander.understand(text)
            rounds.append(process_time() - start)
        times.append(min(rounds))
    return sorted(times)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=SETS[0])
    parser.add_argument("--places", type=Path, default=PLACES)
    arguments = parser.parse_args()
    content = knowledge(arguments.places)
    start = process_time()
    understander = Understander(content)
    figures = {"build s": process_time() - start}
    texts = [message["text"] for message in read(arguments.file)]
    understander.understand(texts[0])
    around_30 = timed(understander, [t for t in texts if 25 <= len(t) <= 35])
    figures["per second"] = len(around_30) / sum(around_30)
    times = timed(understander, texts)
    figures["p50 ms"] = times[len(times) // 2] * 1e3
    figures["p99 ms"] = times[int(len(times) * 0.99)] * 1e3
    long = ("3号楼的电梯坏了，困没困人不知道。" * 700)[:10_000]
    figures["10,000 characters ms"] = timed(understander, [long])[0] * 1e3
    figures["memory MB"] = peak_megabytes()
    for name, value in figures.items():
        aim = f"   aim {AIMS[name]:g}" if name in AIMS else ""
        print(f"{name:22} {value:10.2f}{aim}")


if __name__ == "__main__":
    main()

"""How fast a message is understood: `python -m bench.understanding`.

Beside jieba cutting the same messages and a scikit-learn pipeline (TF-IDF of characters, linear
support vectors) answering one question about them, in the same run on the same core.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from bench.knowledge import ROOT, knowledge
from nlp import Understander

SETS = (ROOT / "tests/data/messages_dev.jsonl", ROOT / "tests/data/messages_heldout.jsonl")
CACHE = ROOT / "data" / "run" / "cache"
LENGTH = range(20, 41)
ROUNDS = 5


def messages() -> list[str]:
    """Messages of about thirty characters."""
    lines = [json.loads(line) for path in SETS for line in path.read_text("utf-8").splitlines()]
    return [line["text"] for line in lines if len(line["text"]) in LENGTH]


def memory() -> float:
    """Megabytes that the process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, job: Callable[[str], object], texts: Sequence[str]) -> None:
    for text in texts[:50]:
        job(text)
    wall: list[float] = []
    began = time.process_time()
    for _ in range(ROUNDS):
        for text in texts:
            start = time.perf_counter()
            job(text)
            wall.append(time.perf_counter() - start)
    busy = time.process_time() - began
    wall.sort()
    print(
        f"{name:28} {len(wall) / busy:8.0f}/s of CPU"
        f"   median {statistics.median(wall) * 1e6:6.0f} µs"
        f"   p99 {wall[int(len(wall) * 0.99)] * 1e3:6.2f} ms"
    )


def main() -> None:
    texts = messages()
    known = knowledge()
    start = time.perf_counter()
    understander = Understander(known, CACHE)
    print(f"start-up from the cache: {(time.perf_counter() - start) * 1000:.0f} ms")
    start = time.perf_counter()
    understander.understand(texts[0])
    print(f"first message: {(time.perf_counter() - start) * 1000:.1f} ms")
    start = time.perf_counter()
    understander.warm()
    print(f"jieba, loaded meanwhile in a thread: {time.perf_counter() - start:.2f} s")
    print(f"{len(texts)} messages, mean {statistics.mean(map(len, texts)):.0f} characters")
    measure("understand", understander.understand, texts)
    measure("jieba alone", understander.tokens.words, texts)
    long = ("".join(texts) * 2)[:10_000]
    start = time.process_time()
    understander.understand(long)
    print(f"10,000 characters: {(time.process_time() - start) * 1000:.1f} ms")
    trained = "scikit-learn" if "sklearn" in sys.modules else "no scikit-learn"
    print(f"memory: {memory():.0f} MB at most, with jieba, {trained} (run twice: the first trains)")
    _pipeline(known.sayings, texts)


def _pipeline(sayings: Sequence[tuple[str, str]], texts: Sequence[str]) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    pipeline = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 2)), LinearSVC())
    pipeline.fit([text for _, text in sayings], [label for label, _ in sayings])
    measure("scikit-learn, intent only", lambda text: pipeline.predict([text]), texts)


if __name__ == "__main__":
    main()

"""How well common problems are found: `python -m bench.cluster [--data FOLDER] [--gold FILE]`.

FOLDER holds messages4326.csv (id, time, title, text, likes). FILE, kept outside this repository,
has columns id and problem: messages sorted by hand, those of no problem with an empty one. Pairs
are judged among the messages of FILE. `--baseline` does the same with scikit-learn's TF-IDF and
transitive closure at its best threshold (needs scikit-learn).
"""

from __future__ import annotations

import argparse
import csv
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.knowledge import CONTENT, ROOT
from nlp.cluster import Item, cluster
from nlp.cluster_features import Words


def word_lists() -> Words:
    names = ("common_problems", "civic_topics")
    folder = CONTENT / "lexicons"
    return Words.of({n: tomllib.loads((folder / f"{n}.toml").read_text("utf-8")) for n in names})


def messages(folder: Path, titles: bool) -> list[Item]:
    with (folder / "messages4326.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            Item(
                row["id"], f"{row['title']}。{row['text']}" if titles else row["text"], row["time"]
            )
            for row in csv.DictReader(file)
        ]


def gold(path: Path) -> dict[str, str]:
    """The problem of each message; one that belongs to none is a problem of its own."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row["problem"] or f"alone {row['id']}" for row in csv.DictReader(file)}


def pair_figures(found: Mapping[str, str], groups: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of sorted messages."""
    together = sum(n * (n - 1) // 2 for n in Counter(groups.values()).values())
    guessed = sum(n * (n - 1) // 2 for n in Counter(found[name] for name in groups).values())
    both = Counter((found[name], group) for name, group in groups.items())
    right = sum(n * (n - 1) // 2 for n in both.values())
    precision, recall = right / max(guessed, 1), right / max(together, 1)
    return precision, recall, 2 * right / max(guessed + together, 1)


def show(name: str, found: Mapping[str, str], groups: Mapping[str, str]) -> None:
    sizes = sorted(Counter(found.values()).values(), reverse=True)
    print(f"{name}: {sum(n > 1 for n in sizes)} problems, the largest {sizes[:8]}")
    if groups:
        precision, recall, f1 = pair_figures(found, groups)
        print(f"  sorted pairs: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
        big = {group for group, n in Counter(groups.values()).items() if n > 40}
        rest = {name: group for name, group in groups.items() if group not in big}
        precision, recall, f1 = pair_figures(found, rest)
        print(f"  without the largest problems: {precision:.3f}, {recall:.3f}, F1 {f1:.3f}")


def closure(items: Sequence[Item], least: float) -> dict[str, str]:
    from scipy.sparse.csgraph import connected_components
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(
        analyzer="char", ngram_range=(2, 4), sublinear_tf=True, min_df=2, max_df=0.2
    ).fit_transform([item.text for item in items])
    alike = vectors @ vectors.T
    _, numbers = connected_components(alike.multiply(alike > least))
    return {item.id: str(number) for item, number in zip(items, numbers, strict=True)}


def mixing_plant(items: Sequence[Item], found: Mapping[str, str]) -> str:
    """The one problem that a pattern finds without a gold file."""
    own = [i.id for i in items if "丽发" in i.text and "搅拌" in i.text]
    main, inside = Counter(found[name] for name in own).most_common(1)[0]
    return f"{inside} of {len(own)} in one cluster of {Counter(found.values())[main]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "civic")
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--baseline", action="store_true")
    chosen = parser.parse_args()
    groups = gold(chosen.gold) if chosen.gold else {}
    words = word_lists()
    for titles in (True, False):
        items = messages(chosen.data, titles)
        start = time.process_time()
        found = cluster(items, words)
        took = time.process_time() - start
        name = "title and text" if titles else "text alone"
        print(f"{name}: {len(items)} messages in {took:.1f} s of CPU time; ", end="")
        print(f"mixing plant {mixing_plant(items, found)}")
        show("ours", found, groups)
        if chosen.baseline and groups:
            tried = [closure(items, least / 100) for least in range(10, 45, 5)]
            show("closure", max(tried, key=lambda one: pair_figures(one, groups)[2]), groups)


if __name__ == "__main__":
    main()

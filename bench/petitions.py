"""How well `learn` sorts petitions: `python -m bench.petitions [--data FOLDER] [--baseline]`.

FOLDER holds petitions_dev.csv (id, label, title, text). Each figure comes from five-fold
cross-validation unless its line says otherwise; `--baseline` runs scikit-learn's usual pipeline
(character n-gram TF-IDF, linear SVM) over the same splits. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import csv
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.knowledge import CONTENT, ROOT
from nlp.learn import Row, train
from nlp.learn_features import Topics
from nlp.learn_report import Report, cross_validate, draw_examples, learning_curve, split_evenly
from nlp.lexicon import table

SIZES = (5, 10, 20, 50, 100)
SPLITS = (1, 2, 3, 4)
Answers = Callable[[Sequence[Row], Sequence[str]], Sequence[str]]


def topics() -> Topics:
    path = CONTENT / "lexicons" / "civic_topics.toml"
    return table(tomllib.loads(path.read_text("utf-8")), "topics")


def petitions(folder: Path) -> list[dict[str, str]]:
    with (folder / "petitions_dev.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def show(name: str, report: Report) -> None:
    print(
        f"{name}: accuracy {report.accuracy:.4f}, macro F1 {report.macro_f1:.4f}; at "
        f"{report.wanted:.0%} wanted, precision {report.precision:.4f} at coverage "
        f"{report.coverage:.4f}; calibration error {report.calibration_error:.4f}"
    )


def show_all(report: Report) -> None:
    for one in report.labels:
        print(f"  {one.label}\t{one.rows}\tP {one.precision:.3f}\tR {one.recall:.3f}", end="")
        print(f"\tF1 {one.f1:.3f}")
    print("  most mixed up:", ", ".join(f"{a} as {b} {n}" for a, b, n in report.confusions[:6]))
    print("  promised → kept:", ", ".join(
        f"{b.confidence:.2f} → {b.right:.2f} ({b.rows})" for b in report.calibration
    ))  # fmt: skip
    for verdict in report.worst:
        print(f"  {verdict.confidence:.2f} {verdict.label} as {verdict.guess}: {verdict.text[:50]}")


def titles_after_full_texts(rows: Sequence[dict[str, str]], answers: Answers) -> float:
    """Accuracy on titles when full texts were learned."""
    pairs = [(row["text"], row["label"]) for row in rows]
    fold = split_evenly(pairs, 5, 0)
    right = total = 0
    for number in range(5):
        rest = [pair for pair in pairs if fold[pair[0]] != number]
        held = [r for r in rows if fold[r["text"]] == number and r["title"]]
        guesses = answers(rest, [row["title"] for row in held])
        right += sum(g == row["label"] for g, row in zip(guesses, held, strict=True))
        total += len(held)
    return right / total


def openings(rows: Sequence[dict[str, str]]) -> list[Row]:
    """Titles; where the file has none, the first 30 characters of the text, which begin with it."""
    return [(row["title"] or row["text"][:30], row["label"]) for row in rows]


def ours(rest: Sequence[Row], texts: Sequence[str]) -> list[str]:
    model = train(rest, topics(), folds=0)
    return [model.classify(text).label for text in texts]


def baseline(rest: Sequence[Row], texts: Sequence[str]) -> list[str]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    pipeline = make_pipeline(vectors, LinearSVC(random_state=0))
    pipeline.fit([text for text, _ in rest], [label for _, label in rest])
    return list(pipeline.predict(texts))


def accuracy(pairs: Sequence[Row], answers: Answers) -> float:
    fold = split_evenly(pairs, 5, 0)
    right = 0
    for number in range(5):
        rest = [pair for pair in pairs if fold[pair[0]] != number]
        held = [pair for pair in pairs if fold[pair[0]] == number]
        guesses = answers(rest, [text for text, _ in held])
        right += sum(g == label for g, (_, label) in zip(guesses, held, strict=True))
    return right / len(pairs)


def few(pairs: Sequence[Row], answers: Answers, size: int = 20, draws: int = 5) -> float:
    import random

    right = total = 0
    for draw in range(draws):
        chosen, rest = draw_examples(pairs, size, random.Random(f"0 {size} {draw}"))
        guesses = answers(chosen, [text for text, _ in rest])
        right += sum(g == label for g, (_, label) in zip(guesses, rest, strict=True))
        total += len(rest)
    return right / total


def speed(pairs: Sequence[Row]) -> None:
    start = time.perf_counter()
    model = train(pairs, topics())
    trained = time.perf_counter()
    for text, _ in pairs:
        model.classify(text)
    done = time.perf_counter()
    print(f"training on {len(pairs)} texts {trained - start:.1f} s, ", end="")
    print(f"classifying {len(pairs) / (done - trained):.0f} texts/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "civic")
    parser.add_argument("--baseline", action="store_true")
    chosen = parser.parse_args()
    rows = petitions(chosen.data)
    full = [(row["text"], row["label"]) for row in rows]
    speed(full)
    report = cross_validate(full, topics())
    show("full text", report)
    show_all(report)
    show("titles and openings", cross_validate(openings(rows), topics()))
    others = [cross_validate(openings(rows), topics(), seed=seed).accuracy for seed in SPLITS]
    print("titles, split in other ways:", ", ".join(f"{accuracy:.4f}" for accuracy in others))
    print(f"titles, full texts learned: {titles_after_full_texts(rows, ours):.4f}")
    curve = learning_curve(full, SIZES, topics(), draws=5)
    print("examples of each label → accuracy:", ", ".join(f"{n} → {a:.3f}" for n, a in curve))
    if chosen.baseline:
        print(f"baseline, full text: {accuracy(full, baseline):.4f}")
        print(f"baseline, titles and openings: {accuracy(openings(rows), baseline):.4f}")
        print(
            f"baseline, titles, full texts learned: {titles_after_full_texts(rows, baseline):.4f}"
        )
        print(f"baseline, 20 examples of each label: {few(full, baseline):.4f}")


if __name__ == "__main__":
    main()

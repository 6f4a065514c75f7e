"""The models of an understander: trained once, then read from a cache.

Training takes seconds, so what comes of it is kept in a folder named by a hash of everything it
depends on. Whatever is in the cache can be deleted at any time.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from nlp.bag import Bag
from nlp.clauses import Clauses
from nlp.cut_fit import fit_cuts, requests, unmarked
from nlp.cuts import Cuts
from nlp.features import Features, Manner
from nlp.lexicon import Lexicons, lines, table
from nlp.linear import Example, Linear
from nlp.linear_fit import Blend, Question, fit
from nlp.reader import Reader
from nlp.seam_fit import fit_seams
from nlp.seams import Seams
from nlp.split import numbered_tops
from nlp.tokens import Tokens
from nlp.values import CategoryWords, Knowledge
from nlp.vocabulary import Vocabulary

INTENT_LABELS = (
    "report", "chatter", "thanks", "progress", "urge", "metoo",
    "supplement", "rate+", "rate-", "withdraw", "human", "help",
)  # fmt: skip
REPORT = "report"
ALARM, CALM = "U0", "no"

CATEGORIES = Blend(bayes=0.3)
INTENTS = Blend(bayes=0.4, even=True)
ALARMS = Blend(bayes=0.1, even=True)

_PREFIX = "understanding-"
_KEPT = 4  # caches of former contents: a community that goes back does not train again

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Models:
    words: Linear  # its labels: the categories, ALARM and CALM, INTENT_LABELS
    seams: Seams
    cuts: Cuts
    met: Vocabulary  # of what the categories were learned from

    def save(self, folder: Path) -> None:
        """All of them or none: a folder appears under its name when it is complete."""
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder.parent))
        for name, model in vars(self).items():
            model.save(half / f"{name}.npz")
        try:
            half.rename(folder)
        except OSError:  # somebody else was faster
            shutil.rmtree(half)

    @classmethod
    def load(cls, folder: Path) -> Models | None:
        words, cuts = Linear.load(folder / "words.npz"), Cuts.load(folder / "cuts.npz")
        seams, met = Seams.load(folder / "seams.npz"), Vocabulary.load(folder / "met.npz")
        return cls(words, seams, cuts, met) if words and seams and cuts and met else None


def models(knowledge: Knowledge, cache: Path) -> Models:
    """The classifiers for this knowledge, from the cache if they are there."""
    folder = cache / f"{_PREFIX}{_fingerprint(knowledge)}"
    if (cached := Models.load(folder)) is not None:
        return cached
    log.info("training the classifiers: this takes some seconds, once")
    trained = _train(knowledge, cache)
    shutil.rmtree(folder, ignore_errors=True)  # whatever is there cannot be read
    try:
        trained.save(folder)
    except OSError as error:
        log.warning("the trained classifiers could not be kept in %s: %s", cache, error)
    else:
        _clear(cache)
    return trained


def category_features(lexicons: Lexicons) -> Features:
    return Features(table(lexicons.get("concepts", {}), "concepts"))


def intent_features(lexicons: Lexicons) -> Manner:
    lexicon = lexicons.get("intent", {})
    return Manner(table(lexicon, "cues"), table(lexicon, "openings"))


def _fingerprint(knowledge: Knowledge) -> str:
    """Changes with every text and list that is learned from, and with the code that reads them."""
    digest = hashlib.sha256()
    read = (knowledge.categories, knowledge.lexicons)
    for known in (*read, knowledge.sayings, knowledge.alarms, knowledge.doubles):
        digest.update(repr(known).encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:20]


def _clear(cache: Path) -> None:
    """Remove the oldest caches beyond those worth keeping."""
    folders = sorted(cache.glob(f"{_PREFIX}*"), key=os.path.getmtime, reverse=True)
    for folder in folders[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def _train(knowledge: Knowledge, cache: Path) -> Models:
    # Most texts are learned from more than once.
    reader = functools.cache(Reader(knowledge.lexicons))
    features = category_features(knowledge.lexicons)
    about = functools.cache(features)
    manner = intent_features(knowledge.lexicons)

    def of_topic(text: str) -> Bag:
        return about(reader(text).bare)

    def of_intent(text: str) -> Bag:
        read = reader(text)
        topic = about(read.bare)
        return Bag(topic.letters, topic.names + manner(read.said, read.end, read.placed))

    singles = [(code, reader(text).bare) for code, text in _category_texts(knowledge)]
    marked = [(codes, reader(text).bare) for codes, text in knowledge.doubles]
    within = [request for both in marked for request in requests(*both)]
    codes = tuple(category.code for category in knowledge.categories)
    tops = [category.top for category in knowledge.categories]
    lexicon = knowledge.lexicons.get("split", {})
    return Models(
        fit(
            Question(codes, _examples([*singles, *within], about), CATEGORIES),
            Question((ALARM, CALM), _examples(_alarm_texts(knowledge), of_topic), ALARMS),
            Question(INTENT_LABELS, _examples(_intent_texts(knowledge), of_intent), INTENTS),
        ),
        fit_seams([*(text for _, text in singles), *(unmarked(text).bare for _, text in marked)]),
        fit_cuts(
            Clauses(lexicon),
            singles,
            marked,
            numbered_tops(tops),
            lambda examples: fit(Question(codes, examples, CATEGORIES)),
            features,
        ),
        _vocabulary(knowledge, (text for _, text in [*singles, *within]), cache),
    )


def _vocabulary(knowledge: Knowledge, texts: Iterable[str], cache: Path) -> Vocabulary:
    words = [word for category in knowledge.categories for word in category.words]
    tokens = Tokens(words, cache)
    return Vocabulary.of(word for text in texts for word in tokens.surely(text))


def _examples(texts: Iterable[tuple[str, str]], features: Callable[[str], Bag]) -> list[Example]:
    return [(features(text), label) for label, text in texts]


def _category_texts(knowledge: Knowledge) -> list[tuple[str, str]]:
    """All that is known to be said about each category, once each."""
    phrases = _phrases(knowledge.lexicons)
    return [
        (category.code, text)
        for category in knowledge.categories
        for text in dict.fromkeys(
            (*category.examples, *phrases.get(category.code, ()), *category.words, category.sub)
        )
    ]


def _intent_texts(knowledge: Knowledge) -> list[tuple[str, str]]:
    """What people wrote with each intent; whatever is an example of a category is a report."""
    reports = [text for c in knowledge.categories for text in c.examples]
    reports += [text for label, text in knowledge.alarms if label == ALARM]
    return [*knowledge.sayings, *((REPORT, text) for text in dict.fromkeys(reports))]


def _alarm_texts(knowledge: Knowledge) -> list[tuple[str, str]]:
    """Emergencies against everything that is none, near misses among it."""
    calm = [(CALM, text) for label, text in knowledge.sayings if label != REPORT]
    about = [(_alarm_label(c), text) for c in knowledge.categories for text in c.examples]
    return [*knowledge.alarms, *about, *calm]


def _alarm_label(category: CategoryWords) -> str:
    return ALARM if category.level == "U0" else CALM


def _phrases(lexicons: Lexicons) -> dict[str, list[str]]:
    """What the files phrases_*.toml say about each category, one phrase a line."""
    phrases: dict[str, list[str]] = {}
    for name in sorted(lexicons):
        if name.startswith("phrases"):
            for code in lexicons[name]:
                phrases.setdefault(code, []).extend(lines(lexicons[name], code))
    return phrases

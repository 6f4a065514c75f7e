"""Learning labels from a ledger. The rows are made up; the labels are the ledger's own words."""

from __future__ import annotations

import builtins
import json
import random
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.lexicon import table

ROOT = Path(__file__).resolve().parents[3]
CIVIC = ROOT.parent / "shared" / "civic"
TOPICS = table(
    tomllib.loads((ROOT / "data/content/lexicons/civic_topics.toml").read_text("utf-8")), "topics"
)

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from nlp.learn import (  # noqa: E402
    LearningNotInstalledError,
    Model,
    ModelUnreadableError,
    NothingToLearnError,
    train,
)
from nlp.learn_report import cross_validate, draw_examples, evaluate, learning_curve  # noqa: E402

LEDGER: dict[str, tuple[str, ...]] = {
    "水电": (
        "三单元水管爆了,水流到楼道里",
        "厨房水龙头没水,整栋楼都停了",
        "昨晚开始停电,冰箱里的菜都坏了",
        "水表走得不对,这个月水费多了一倍",
        "卫生间下水管堵了,污水往上冒",
        "电表箱冒火花,赶紧来看看",
        "楼上漏水,我家天花板湿了一大片",
        "自来水发黄,不敢喝",
        "地下室水泵坏了,积水到脚踝",
        "电压不稳,灯一闪一闪的",
    ),
    "环境": (
        "垃圾桶三天没人倒,臭得很",
        "绿化带里全是狗粪,没人清理",
        "楼下烧烤油烟熏得开不了窗",
        "有人在院子里烧纸,烟往屋里灌",
        "垃圾站搬到我们楼下,蚊子苍蝇多",
        "草坪被踩秃了,树也枯了",
        "装修垃圾堆在单元门口一个月了",
        "河边有股臭味,水都黑了",
        "楼道里堆满废纸箱,没地方走",
        "灰尘太大,工地没有洒水",
    ),
    "停车": (
        "消防通道被私家车堵死了",
        "我的车位被别人占了,打电话不接",
        "门口乱停车,救护车进不来",
        "充电桩被油车占着,充不上电",
        "停车费怎么又涨了,没有公示",
        "地库出口有车挡着,出不去",
        "有辆僵尸车停了半年,占车位",
        "访客停车没地方,能不能划几个车位",
        "电动车停在楼道里充电,危险",
        "道闸坏了,车进不去出不来",
    ),
}
ROWS = [(text, label) for label, texts in LEDGER.items() for text in texts]


@pytest.fixture(scope="module")
def model() -> Model:
    return train(ROWS, TOPICS)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("家里又停水了,什么时候能来水", "水电"),
        ("单元门口的垃圾好几天没清运,臭气熏天", "环境"),
        ("晚上回来车位又被占了,没处停车", "停车"),
    ],
)
def test_sorts_what_it_has_not_seen(model: Model, text: str, label: str) -> None:
    assert model.classify(text).label == label


def test_topics_carry_a_word_the_ledger_never_had() -> None:
    rows = [
        ("幼儿园收费太高了", "教育"), ("学校中午吃得不好", "教育"),
        ("医院挂号排不上", "卫生"), ("诊所卖过期药", "卫生"),
    ]  # fmt: skip
    taught, untaught = train(rows, TOPICS, folds=0), train(rows, folds=0)
    assert taught.classify("托班").label == "教育"
    assert taught.classify("妇幼").label == "卫生"
    assert untaught.classify("托班") == untaught.classify("妇幼")


def test_traditional_and_full_width_are_the_same(model: Model) -> None:
    assert model.classify("垃圾桶3天沒人倒,臭得很") == model.classify("垃圾桶３天没人倒，臭得很")


def test_rows_in_any_order_make_the_same_model(model: Model, tmp_path: Path) -> None:
    again = train(random.Random(3).sample(ROWS, len(ROWS)), TOPICS)
    for folder, one in (("a", model), ("b", again)):
        one.save(tmp_path / folder)
    for name in ("model.json", "weights.npz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_saved_model_answers_the_same(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = Model.load(tmp_path)
    texts = [text for text, _ in ROWS]
    assert [loaded.classify(t) for t in texts] == [model.classify(t) for t in texts]
    assert loaded.threshold(0.5) == model.threshold(0.5)


def test_a_saved_model_holds_no_text_of_the_ledger(tmp_path: Path) -> None:
    train([*ROWS, ("王建国的电话是13800138000", "水电")], TOPICS).save(tmp_path)
    described = json.loads((tmp_path / "model.json").read_text("utf-8"))
    assert max(map(len, described["known_grams"])) <= 2
    assert not {"王建", "建国", "13", "38"} & set(described["known_grams"])


def damage_json(folder: Path) -> None:
    (folder / "model.json").write_text("{", "utf-8")


def damage_weights(folder: Path) -> None:
    (folder / "weights.npz").write_bytes(b"PK")


def take_away(folder: Path) -> None:
    (folder / "weights.npz").unlink()


def make_newer(folder: Path) -> None:
    described = json.loads((folder / "model.json").read_text("utf-8"))
    described["version"] += 1
    (folder / "model.json").write_text(json.dumps(described), "utf-8")


def drop_a_label(folder: Path) -> None:
    described = json.loads((folder / "model.json").read_text("utf-8"))
    del described["examples"]["停车"]
    (folder / "model.json").write_text(json.dumps(described), "utf-8")


def forget_the_curve(folder: Path) -> None:
    described = json.loads((folder / "model.json").read_text("utf-8"))
    del described["curve"]
    (folder / "model.json").write_text(json.dumps(described), "utf-8")


@pytest.mark.parametrize(
    "damage",
    [damage_json, damage_weights, take_away, make_newer, drop_a_label, forget_the_curve],
)
def test_a_damaged_model_is_refused(model: Model, tmp_path: Path, damage: object) -> None:
    model.save(tmp_path)
    assert callable(damage)
    damage(tmp_path)
    with pytest.raises(ModelUnreadableError):
        Model.load(tmp_path)


def test_no_model_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadableError):
        Model.load(tmp_path / "nothing")


def test_one_label_or_none_teaches_nothing() -> None:
    with pytest.raises(NothingToLearnError):
        train([])
    with pytest.raises(NothingToLearnError):
        train([("停水了", "水电"), ("停电了", "水电"), ("", "环境"), ("垃圾", " ")])


def test_two_rows_are_enough_to_begin() -> None:
    started = train([("停水了没有水", "水电"), ("垃圾没人倒", "环境")], TOPICS)
    assert {started.classify(t).label for t in ("停水了", "垃圾")} == {"水电", "环境"}
    assert started.threshold(0.95) is None


def test_a_label_with_one_example_does_not_break_training() -> None:
    grown = train([*ROWS, ("想给社区提个建议", "建议")], TOPICS)
    assert grown.labels == ("停车", "建议", "水电", "环境")


def test_confidence_falls_where_nothing_is_known(model: Model) -> None:
    sure = [model.classify(text).confidence for text, _ in ROWS]
    assert model.classify("今天天气真好").confidence < sorted(sure)[len(sure) // 2]


def test_threshold_keeps_what_it_promises_and_asks_more_for_more(model: Model) -> None:
    low, high = model.threshold(0.5), model.threshold(0.7)
    assert low is not None
    assert high is not None
    assert low <= high
    taken = model.right[model.confidences >= high - 1e-6]
    assert taken.mean() >= 0.7


def test_the_manner_that_was_right_more_often_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that trusts nothing of the texts is never taken, whichever comes first."""
    from nlp import learn_fit

    good, useless = learn_fit.MANNERS[0], learn_fit.Manner(1e9, 0.0, 1e-9)
    chosen = []
    weights = learn_fit.weights

    def noted(features: Any, answers: Any, labels: int, manner: learn_fit.Manner) -> Any:
        chosen.append(manner)
        return weights(features, answers, labels, manner)

    monkeypatch.setattr(learn_fit, "weights", noted)
    for manners in ((good, useless), (useless, good)):
        monkeypatch.setattr(learn_fit, "MANNERS", manners)
        train(ROWS)
        assert chosen[-1] == good


def test_without_scikit_learn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = builtins.__import__

    def refuse(name: str, *args: object, **kwargs: object) -> object:
        if name.startswith(("sklearn", "scipy")):
            raise ImportError(name)
        return genuine(name, *args, **kwargs)  # type: ignore[arg-type]

    for name in [n for n in sys.modules if n.startswith(("sklearn", "nlp.learn_fit"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.delattr("nlp.learn_fit", raising=False)
    with pytest.raises(LearningNotInstalledError, match="scikit-learn"):
        train(ROWS)


def test_classifying_needs_neither_scikit_learn_nor_scipy(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path)
    script = (
        "import sys; from pathlib import Path; from nlp.learn import Model; "
        f"Model.load(Path({str(tmp_path)!r})).classify('停水'); "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'sklearn', 'scipy'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@settings(max_examples=80, deadline=None)
@given(text=st.text(st.characters(), max_size=300))
def test_any_text_gets_a_label_and_a_confidence(model: Model, text: str) -> None:
    label, confidence = model.classify(text)
    assert label in LEDGER
    assert 0.0 <= confidence <= 1.0


def test_report_counts_rightly(model: Model) -> None:
    rows = [("又停水了", "水电"), ("垃圾没人倒臭得很", "环境"), ("车位被占了", "环境")]
    report = evaluate(model, rows, precision=0.5)
    assert report.accuracy == pytest.approx(2 / 3)
    assert report.confusions == (("环境", "停车", 1),)
    by_label = {figures.label: figures for figures in report.labels}
    assert by_label["环境"].recall == 0.5
    assert by_label["停车"].precision == 0.0
    assert sum(b.rows for b in report.calibration) == 3
    assert [verdict.text for verdict in report.worst] == ["车位被占了"]


def test_cross_validation_never_shows_a_model_its_own_rows() -> None:
    copies = [(text, label) for text, label in ROWS for _ in range(2)]
    once, twice = cross_validate(ROWS, TOPICS), cross_validate(copies, TOPICS)
    assert once.rows == 30
    assert twice.rows == 60
    assert once.accuracy >= 0.6
    assert twice.accuracy < 1.0


def test_learning_curve_and_draws() -> None:
    chosen, rest = draw_examples(ROWS, 4, random.Random(1))
    assert (len(chosen), len(rest)) == (12, 18)
    assert not set(chosen) & set(rest)
    curve = learning_curve(ROWS, (1, 8), TOPICS, draws=3)
    assert [size for size, _ in curve] == [1, 8]
    assert curve[0][1] < curve[1][1]


@pytest.mark.skipif(not (CIVIC / "petitions_dev.csv").exists(), reason="../shared/civic is absent")
def test_civic_petitions_few_examples_and_all() -> None:
    from bench.petitions import few, ours, petitions

    pairs = [(row["text"], row["label"]) for row in petitions(CIVIC)]
    assert few(pairs, ours, draws=2) >= 0.76
    train_rows, held = pairs[::5] + pairs[1::5] + pairs[2::5] + pairs[3::5], pairs[4::5]
    report = evaluate(train(train_rows, TOPICS, folds=3), held)
    assert report.accuracy >= 0.88
    assert report.precision >= 0.93
    assert report.coverage >= 0.75
    assert report.calibration_error <= 0.05

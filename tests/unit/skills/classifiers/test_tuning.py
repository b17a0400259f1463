"""Fine-tuning for real, on few texts and few steps; saving, loading and serving what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.encoders.base import Encoder
from index.encoders.catalog import open_encoder
from skills.classifiers.features.columns import centred
from skills.classifiers.heads.regression import Linear
from skills.classifiers.heads.training import train_head
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.tuning.fine_tuning import Settings, Task, Tuned, tune
from skills.classifiers.tuning.lora import open_base
from skills.classifiers.tuning.tuned_encoder import export, load_adapter, open_exported, save_adapter, tuned_name
from skills.classifiers.tuning.tuned_head import ADAPTER_FILE, WEIGHTS_FILE, Mixture, TunedHead

SENTENCES = {
    "refund": ["i want my money back", "please refund the order", "when is the refund paid", "give me a refund now"],
    "delivery": ["where is my parcel", "the delivery is late", "has it been shipped", "track my package please"],
}
TEXTS = [f"{text}{end}" for texts in SENTENCES.values() for text in texts for end in ("", "!", " please", " thanks")]
LABELS = [label for label, texts in SENTENCES.items() for _ in range(4 * len(texts))]


@pytest.fixture(scope="module")
def english() -> Encoder:
    return open_encoder("english", "cpu")


def _task(english: Encoder, held: Sequence[int] = ()) -> Task:
    vectors = english.encode(TEXTS, "query")
    target = np.array([sorted(SENTENCES).index(label) for label in LABELS], dtype=np.intp)
    start = Linear(np.zeros((english.dimensions, 2), np.float32), np.zeros(2, np.float32))
    ones = np.ones(len(TEXTS), np.float32)
    return Task("wish", TEXTS, target, ones, vectors.mean(axis=0), start, np.array(held, dtype=np.intp))


@pytest.fixture(scope="module")
def tuned(english: Encoder) -> Tuned:
    settings = Settings(rank=2, epochs=2, batch=8, head_rate=0.1)
    return tune(open_base("english"), [_task(english, range(0, len(TEXTS), 4))], settings)


@pytest.fixture(scope="module")
def head(english: Encoder, tuned: Tuned) -> TunedHead:
    export("english", tuned.adapter)
    name = tuned_name("english", tuned.adapter)
    frozen = train_head("wish", TEXTS, LABELS, {"english": english.encode(TEXTS, "query")}, refusing=False)
    vectors = open_exported("english", name).encode(TEXTS, "query")
    mean = vectors.mean(axis=0)
    linear = tuned.heads["wish"]
    return TunedHead(frozen, "english", tuned.adapter, mean, linear, centred(vectors, mean), Mixture(1.0, 0.5, 1.0))


def test_tuning_lowers_the_loss_on_texts_that_were_held_out(tuned: Tuned) -> None:
    assert tuned.history[-1] < tuned.history[0]
    assert tuned.epochs == 2


def test_tuning_ends_when_its_time_is_over(english: Encoder) -> None:
    outcome = tune(open_base("english"), [_task(english)], Settings(rank=2, epochs=10_000), seconds=1.0)
    assert outcome.seconds < 10
    assert outcome.epochs < 10_000


def test_several_tasks_share_one_encoder(english: Encoder) -> None:
    one = _task(english)
    other = Task("again", one.texts, 1 - one.target, one.weights, one.mean, one.start, one.held)
    outcome = tune(open_base("english"), [one, other], Settings(rank=2, epochs=1, batch=16, contrast=0.5))
    assert set(outcome.heads) == {"wish", "again"}


def test_a_tuned_encoder_is_served_near_what_was_trained_and_not_where_it_was(english: Encoder, tuned: Tuned) -> None:
    export("english", tuned.adapter)
    served = open_exported("english", tuned_name("english", tuned.adapter)).encode(TEXTS[:4], "query")
    untouched = english.encode(TEXTS[:4], "query")
    assert np.allclose(np.linalg.norm(served, axis=1), 1.0, atol=1e-4)
    assert not np.allclose(served, untouched, atol=1e-3)


def test_what_full_fine_tuning_learned_is_served_too(english: Encoder) -> None:
    settings = Settings(method="full", rate=1e-3, epochs=2, batch=8, head_rate=0.1)
    outcome = tune(open_base("english"), [_task(english, range(0, len(TEXTS), 4))], settings)
    assert outcome.history[-1] < outcome.history[0]
    export("english", outcome.adapter)
    served = open_exported("english", tuned_name("english", outcome.adapter)).encode(TEXTS, "query")
    assert not np.allclose(served, english.encode(TEXTS, "query"), atol=1e-2)
    # Where the tuned encoder itself, of which the graph is an int8 copy, puts the two classes apart.
    near = centred(served, english.encode(TEXTS, "query").mean(axis=0))
    head = outcome.heads["wish"]
    right = (near @ head.weights + head.bias).argmax(axis=1) == [sorted(SENTENCES).index(label) for label in LABELS]
    assert right.mean() > 0.95


def test_a_saved_version_comes_back_the_same(tmp_path: Path, english: Encoder, head: TunedHead) -> None:
    head.save(tmp_path, {"data": "test"})
    loaded = TunedHead.load(tmp_path)
    text = "my refund has not come"
    vectors = {
        "english": english.encode([text], "query")[0],
        head.encoder: open_exported("english", head.encoder).encode([text], "query")[0],
    }
    before, after = head.predict(text, vectors), loaded.predict(text, vectors)
    assert loaded.encoders == head.encoders
    assert after.label == before.label == "refund"
    assert after.probability == pytest.approx(before.probability, abs=0.01)
    assert loaded.why(text, vectors).neighbours


@pytest.mark.parametrize("name", [ADAPTER_FILE, WEIGHTS_FILE])
def test_a_damaged_version_is_refused_by_name(tmp_path: Path, head: TunedHead, name: str) -> None:
    head.save(tmp_path, {})
    (tmp_path / name).write_bytes(b"x" * 100)
    with pytest.raises(DamagedVersionError, match=name):
        TunedHead.load(tmp_path)


def test_an_adapter_of_other_weights_does_not_pass_for_the_version_s(tmp_path: Path, head: TunedHead) -> None:
    head.save(tmp_path, {})
    adapter = load_adapter(tmp_path / ADAPTER_FILE)
    save_adapter({name: array * 2 for name, array in adapter.items()}, tmp_path / ADAPTER_FILE)
    with pytest.raises(DamagedVersionError, match="don't fit"):
        TunedHead.load(tmp_path)


def test_an_adapter_of_another_encoder_is_refused() -> None:
    with pytest.raises(ValueError, match="another encoder"):
        export("english", {"layer.A": np.zeros((2, 3), np.float16), "layer.B": np.zeros((3, 2), np.float16)})

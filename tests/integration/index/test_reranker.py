"""Reranking by a real cross-encoder: a tiny one with random weights, saved to a folder and loaded from it."""

from pathlib import Path

import pytest
import torch
from documents import MakeDocument
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast
from wordy import WordEncoder

from index.library import Library
from index.passages import encoding_text
from index.reranker import Reranker
from index.types import EVERYONE

EVERYBODY = frozenset({EVERYONE})
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "Refunds", "refunds", "take", "five", "slow", "how", "long", "Gift"]
TEXTS = {"a": "Refunds take five days.", "b": "Refunds is slow. Gift cards.", "c": "Shipping take long refunds."}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a cross-encoder with one layer of 16 dimensions."""
    folder = tmp_path_factory.mktemp("cross-encoder")
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        initializer_range=1.0,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    pair = "[CLS] $A [SEP] $B:1 [SEP]:1"
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair=pair, special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    return folder


async def _found(
    sessions: async_sessionmaker[AsyncSession], folder: Path, reranker: Reranker | None, limit: int = 3
) -> list[tuple[str, float]]:
    library = await Library.open(sessions, [WordEncoder()], folder, reranker)
    hits = (await library.search("T1", "how long do refunds take", EVERYBODY, limit=limit)).hits
    await library.close()
    return [(hit.document_key, hit.confidence) for hit in hits]


async def test_the_cross_encoder_orders_and_the_confidences_stay(
    sessions: async_sessionmaker[AsyncSession], tmp_path: Path, make: MakeDocument, model: Path
) -> None:
    library = await Library.open(sessions, [WordEncoder()], tmp_path / "index")
    await library.add("T1", [make(key, text) for key, text in TEXTS.items()])
    await library.close()
    reranker = Reranker(str(model), device="cpu")
    plain = await _found(sessions, tmp_path / "index", None)
    reranked = await _found(sessions, tmp_path / "index", reranker)

    from sentence_transformers import CrossEncoder

    pairs = [("how long do refunds take", encoding_text(key.title(), (), text)) for key, text in TEXTS.items()]
    scores = dict(zip(TEXTS, CrossEncoder(str(model), device="cpu").predict(pairs).tolist(), strict=True))
    assert len(set(scores.values())) == 3
    assert [key for key, _ in reranked] == sorted(TEXTS, key=lambda key: -scores[key])
    assert [confidence for _, confidence in reranked] == [confidence for _, confidence in plain]


async def test_passages_below_the_depth_stay_behind(
    sessions: async_sessionmaker[AsyncSession], tmp_path: Path, make: MakeDocument, model: Path
) -> None:
    library = await Library.open(sessions, [WordEncoder()], tmp_path / "index")
    await library.add("T1", [make(key, text) for key, text in TEXTS.items()])
    await library.close()
    plain = await _found(sessions, tmp_path / "index", None)
    reranked = await _found(sessions, tmp_path / "index", Reranker(str(model), depth=2, device="cpu"))
    assert {key for key, _ in reranked[:2]} == {key for key, _ in plain[:2]}
    assert reranked[2] == plain[2]


def test_a_model_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"):
        Reranker(str(tmp_path / "none"))

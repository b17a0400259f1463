"""Which sentences are quoted."""

from index.fusion import term_weights
from index.sentences import best_sentences


def _quoted(question: str, text: str) -> list[str]:
    return [text[start:end] for start, end in best_sentences(term_weights(question, None), text, question)]


def test_the_sentence_with_the_questions_words_comes_first() -> None:
    text = "We are glad to help. Refunds take 5 working days. Shipping is another matter."
    assert _quoted("how long do refunds take?", text)[0] == "Refunds take 5 working days."


def test_a_chinese_sentence_is_found_by_its_characters() -> None:
    text = "感谢您的来信。退款需要 5 个工作日。运费另计。"
    assert _quoted("退款需要多久？", text)[0] == "退款需要 5 个工作日。"


def test_the_list_item_that_holds_the_fact_is_quoted() -> None:
    text = "What it costs:\n- Standard shipping: 4 euro\n- Express shipping: 12 euro"
    assert _quoted("how much is express shipping?", text)[0] == "- Express shipping: 12 euro"


def test_a_passage_in_another_language_is_quoted_from_its_beginning() -> None:
    assert _quoted("how long do refunds take?", "退款需要五天。运费另计。")[0] == "退款需要五天。"

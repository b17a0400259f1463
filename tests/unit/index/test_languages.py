"""Which language a text is in."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.languages import UNKNOWN, detect, settle


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how long do refunds take?", "en"),
        ("VPN certificate", "en"),
        ("退款需要多久？", "zh"),
        ("VPN 证书怎么申请", "zh"),
        ("如何設定團隊的憑證", "zh"),
        ("返金にはどのくらいかかりますか", "ja"),
        ("환불은 얼마나 걸리나요", "ko"),
        ("wie lange dauert die Rückerstattung und was kostet sie?", "de"),
        ("¿Cuánto tarda el reembolso de la compra?", "es"),
        ("сколько длится возврат", "ru"),
        ("كم يستغرق استرداد المال", "ar"),
        ("🙂🙂", UNKNOWN),
        ("", UNKNOWN),
        ("Ｒｅｆｕｎｄ", "en"),
        ("Ask for the 退款 page in the shop", "en"),
    ],
)
def test_a_text_is_in_its_language(text: str, language: str) -> None:
    assert detect(text) == language


@given(st.text(max_size=300))
def test_any_text_has_some_language(text: str) -> None:
    assert detect(text)


def test_a_question_costs_less_than_a_tenth_of_a_millisecond() -> None:
    question = "how long do refunds take when I paid by card and sent the goods back?"
    begin = time.perf_counter()
    for _ in range(300):
        detect(question)
    assert (time.perf_counter() - begin) / 300 < 1e-4


def test_stretches_of_a_document_follow_its_usual_language_unless_plainly_other() -> None:
    assert settle("pt", "en", "Os Lusíadas, a list") == "en"
    assert settle("en", "zh", "Alipay WeChat Pay 支付") == "zh"
    assert settle("zh", "en", "退款需要五个工作日。") == "zh"
    assert settle(UNKNOWN, "zh", "12:30") == "zh"

"""Personal data is replaced by a word for its kind, whatever way it is written, and nothing else is touched."""

import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.masking import mask

sys.path.insert(0, str(Path(__file__).parents[3] / "data"))

from pii_cases import cases, harmless

PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["4111 1111 1111 1111", "13812345678", "ana@example.com", "DE89370400440532013000", "078-05-1120", "10.1.2.3"]
    ),
    st.sampled_from(
        ["call ", "order ", "电话", "[phone]", "[id] ", " at ", " dot com", "@", "+", "-", "0", "\n", "：", "卡"]
    ),
    st.integers(0, 10**12).map(str),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS)
def test_masking_changes_nothing_but_the_spans(text: str) -> None:
    masked = mask(text)
    rebuilt, end = "", 0
    for span in masked.spans:
        assert end <= span.start < span.end <= len(text)
        rebuilt += text[end : span.start] + f"[{span.kind}]"
        end = span.end
    assert masked.text == rebuilt + text[end:]


@given(TEXTS)
def test_masking_what_is_masked_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


def test_planted_data_is_found_in_english_and_chinese() -> None:
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in cases(1000):
        total[case.kind] += 1
        masked = mask(case.text)
        start = case.text.index(case.planted)
        stop = start + len(case.planted)
        hidden = {at for span in masked.spans for at in range(span.start, span.end)}
        found[case.kind] += all(at in hidden for at in range(start, stop) if case.text[at].isdigit()) and bool(
            hidden & set(range(start, stop))
        )
    assert set(total) == {"card", "phone", "email", "iban", "id"}
    assert {kind: found[kind] / total[kind] for kind in total if found[kind] / total[kind] < 0.95} == {}


def test_orders_dates_amounts_codes_and_versions_survive() -> None:
    changed = [case.text for case in harmless(1000) if mask(case.text).spans]
    assert len(changed) <= 10, changed


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的手机是13812345678谢谢", "我的手机是[phone]谢谢"),
        ("卡号６２２２０２１２３４５６７８９０１２８，一直扣款失败", "卡号[card]，一直扣款失败"),
        ("身份证11010519491231002X实名失败", "身份证[id]实名失败"),
        ("邮箱是wang_li@qq.com谢谢", "邮箱是[email]谢谢"),
        ("write to ana dot lopez at example dot com", "write to [email]"),
        ("I saw it at example.com", "I saw it at example.com"),
        ("IBAN de89 3704 0044 0532 0130 00 please", "IBAN [iban] please"),
        ("card 4111-1111-1111-1111 exp 12/27", "card [card] exp 12/27"),
        ("card 4111-1111-1111-1112", "card 4111-1111-1111-1112"),
        ("my passport no. is C01X00T47", "my passport no. is [id]"),
        ("from 93.184.216.34 and 2001:db8::8a2e:370:7334", "from [ip] and [ip]"),
        ("app version 10.4.2.1 at 10:30:45", "app version 10.4.2.1 at 10:30:45"),
        ("(0571) 8851-2233 or +44 20 7946 0958", "[phone] or [phone]"),
        ("order 2847561029384756102 of 2026-11-23 for $1,234,567.00", None),
        ("订单号20261123000123456还没发货", None),
        ("tel. 030 1234567 ext 12, thanks", "tel. [phone], thanks"),
        ("", None),
    ],
)
def test_examples(text: str, masked: str | None) -> None:
    assert mask(text).text == (text if masked is None else masked)


@pytest.mark.parametrize(
    "pattern",
    ["-_", "a-", "a at ", "a.b@", "1 ", "a dot ", "+1 (", "a@b.", "order no ", "1234 5678 ", "点a", "é@é.", "DE12 "],
)
def test_no_long_text_stops_the_bot(pattern: str) -> None:
    began = time.process_time()
    mask((pattern * 4000)[:4000])
    assert time.process_time() - began < 0.5

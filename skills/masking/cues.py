"""Words beside a number that tell what it is."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "card": (
        r"cards?|visa|mastercard|amex|american express|debit|credit|pan|maestro|"
        r"银行卡|信用卡|储蓄卡|借记卡|卡号|卡"
    ),
    "phone": (
        r"(?:tele)?phones?|tel|mobiles?|cell|cellphone|call(?:ed|ing)?|ring|fax|sms|whatsapp|signal|hotline|landline|"
        r"dial|reach(?: me| us| him| her| them)?|text(?: me| him| her| us)|contact(?: number)?|my number|"
        r"telefon|handy|teléfono|móvil|téléphone|"
        r"电话|手机|手機|電話|联系方式|联系|致电|拨打|打给|座机|传真|微信|短信|号码是"
    ),
    "passport": r"passport|passeport|reisepass|pasaporte|passaporto|护照|護照|通行证",
    "license": r"(?:driver'?s? |driving )?licen[cs]e|DL|führerschein|permis|驾驶证|驾照",
    "id": (
        r"ssn|social security|social insurance|sin|national (?:id|insurance)|nino|aadhaar|aadhar|identity|id card|"
        r"identification|id number|my id|id is|personal (?:id|number|code)|tax (?:id|number|file)|"
        r"taxpayer|steuer-?id|steueridentifikationsnummer|idnr|personalausweis|ausweis|"
        r"dni|nie|nif|codice fiscale|cpf|pesel|bsn|tfn|nir|sécurité sociale|personnummer|cpr|curp|my number card|"
        r"tc kimlik|身份证|身份證|证件|證件|社保"
    ),
    "iban": r"iban|bank account|bankverbindung|账户|帐户",
    "mail": (
        r"e-?mails?|mail|mailbox|reach (?:me|us)|write (?:to )?(?:me|us)|contact(?: me| us)?|"
        r"邮箱|郵箱|邮件|電郵|信箱"
    ),
    "version": r"version|v|ver|release|build|firmware|driver|update|chrome|firefox|safari|版本|固件",
    "other": (
        r"orders?|purchase|invoices?|tickets?|tracking|parcel|package|shipment|waybill|references?|ref|case|booking|"
        r"reservation|confirmation|skus?|items?|model|part|serial|s/n|sn|account|customer|isbn|ean|upc|barcode|"
        r"transaction|receipt|coupon|voucher|article|batch|imei|product|"
        r"订单|訂單|单号|單號|运单|快递|物流|发票|工单|编号|型号|流水|序列号|条码|商品|货号|交易"
    ),
}
_LATIN = re.compile(r"[A-Za-zà-ÿ/' -]")


def _pattern(words: str) -> str:
    """Latin words stand alone; Chinese ones anywhere."""
    choices = words.split("|")
    return rf"(?:(?<![A-Za-zà-ÿ])(?:{words})(?![a-zà-ÿ]))" if _LATIN.match(choices[0]) else rf"(?:{words})"


_CUES = re.compile("|".join(f"(?P<{kind}>{_pattern(words)})" for kind, words in _WORDS.items()), re.IGNORECASE)
_CLAUSE_END = re.compile(r"[。！!;；]|(?<![:：])\n|\]")
"""A question mark ends none: what was asked for follows it."""
_LINK = re.compile(
    r"[\s#:：,，(（\"'-]*(?:(?:numbers?|no|nr|num|id|ref|code|is|was|are|called|with|the|my|编号|号码|号|码|是|为)"
    r"[\s.#:：(（\"'-]*){0,4}",
    re.IGNORECASE,
)
"""What may stand between a word for an order and the order's number: more than that, and it is another's number."""
_LINKED = ("other", "version")
_REACH = 40
_REACH_AFTER = 18


@lru_cache(maxsize=64)
def _cues(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((found.start(), found.end(), str(found.lastgroup)) for found in _CUES.finditer(text))


def cue(text: str, start: int, end: int) -> str | None:
    """Returns the kind of number that the nearest word before `start` announces, in its clause, else one behind `end`.

    Kinds: card, phone, passport, license, id, iban, mail, version, other (an order, a ticket…); None where none does.
    """
    since = max(0, start - _REACH)
    for broken in _CLAUSE_END.finditer(text, since, start):
        since = broken.end()
    nearest = None
    for begins, ends, kind in _cues(text):
        if begins >= since and ends <= start:
            if kind not in _LINKED or _LINK.fullmatch(text, ends, start):
                nearest = kind
        elif begins >= end:
            behind = begins - end <= _REACH_AFTER and not _CLAUSE_END.search(text, end, begins)
            if nearest is None and behind and (kind not in _LINKED or _LINK.fullmatch(text, end, begins)):
                return kind
    return nearest

"""Made sentences with planted personal data, and made sentences full of numbers that are none.

The check digits are computed here, by other formulas than the product's, so that a fault there is seen.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Case:
    """A text with one planted stretch; `kind` is empty and `planted` too where there is nothing to mask."""

    text: str
    kind: str
    planted: str
    form: str


def cases(count: int, seed: int = 11) -> Iterator[Case]:
    """Yields `count` texts with personal data, every form in turn."""
    chance = random.Random(seed)
    forms = [(kind, form) for kind, makers in _MAKERS.items() for form in makers]
    for at in range(count):
        kind, make = forms[at % len(forms)]
        planted = make(chance)
        if chance.random() < 0.08:
            planted = planted.translate(_WIDE) if kind in ("card", "phone", "id") else planted
        before, after = chance.choice(_SENTENCES[kind])
        yield Case(f"{before}{planted}{after}", kind, planted, make.__name__.lstrip("_"))


def harmless(count: int, seed: int = 12) -> Iterator[Case]:
    """Yields `count` texts with order numbers, dates, amounts, codes and versions that must survive."""
    chance = random.Random(seed)
    for at in range(count):
        make = _HARMLESS[at % len(_HARMLESS)]
        yield Case(make(chance), "", "", make.__name__.lstrip("_"))


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


# Payment cards -----------------------------------------------------------------------------------------------------


def _with_luhn(body: str) -> str:
    for digit in "0123456789":
        total = 0
        for at, one in enumerate(reversed(body + digit)):
            value = int(one) * (2 if at % 2 else 1)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return body + digit
    raise AssertionError(body)


def _visa(chance: random.Random) -> str:
    return _with_luhn("4" + _digits(chance, 14))


def _card_plain(chance: random.Random) -> str:
    return chance.choice([_visa, _mastercard, _unionpay])(chance)


def _mastercard(chance: random.Random) -> str:
    return _with_luhn(f"5{chance.randint(1, 5)}" + _digits(chance, 13))


def _unionpay(chance: random.Random) -> str:
    return _with_luhn("62" + _digits(chance, chance.choice([13, 16])))


def _card_spaced(chance: random.Random) -> str:
    digits = chance.choice([_visa, _mastercard])(chance)
    return chance.choice([" ", "-", "  ", " - ", "."]).join(digits[at : at + 4] for at in range(0, 16, 4))


def _amex(chance: random.Random) -> str:
    digits = _with_luhn(chance.choice(["34", "37"]) + _digits(chance, 12))
    joint = chance.choice(["", " ", "-"])
    return joint.join((digits[:4], digits[4:10], digits[10:]))


def _unionpay_spaced(chance: random.Random) -> str:
    digits = _unionpay(chance)
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


# Phones ------------------------------------------------------------------------------------------------------------


def _chinese_mobile(chance: random.Random) -> str:
    digits = f"1{chance.choice('3456789')}{_digits(chance, 9)}"
    joint = chance.choice(["", "", " ", "-"])
    return joint.join((digits[:3], digits[3:7], digits[7:]))


def _chinese_with_country(chance: random.Random) -> str:
    return chance.choice(["+86 ", "+86", "+86-", "0086 ", "(+86)"]) + f"1{chance.choice('3589')}{_digits(chance, 9)}"


def _chinese_landline(chance: random.Random) -> str:
    return chance.choice(["010-", "021-", "0755-", "(0571)"]) + chance.choice("25678") + _digits(chance, 7)


def _american(chance: random.Random) -> str:
    area, exchange = f"{chance.randint(201, 989)}", f"{chance.randint(200, 999)}"
    form = chance.choice(["({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}", "1-{}-{}-{}", "{} {} {}", "+1{}{}{}"])
    return form.format(area, exchange, _digits(chance, 4))


def _american_extended(chance: random.Random) -> str:
    return f"{chance.randint(201, 989)}-{chance.randint(200, 999)}-{_digits(chance, 4)} ext. {chance.randint(10, 9999)}"


def _british(chance: random.Random) -> str:
    end = _digits(chance, 6)
    form = chance.choice(["07{} {}", "07{}{}", "+44 7{} {}", "0044 7{} {}", "+44 (0)7{} {}"])
    return form.format(f"{chance.choice('4579')}{_digits(chance, 2)}", end)


def _german(chance: random.Random) -> str:
    form = chance.choice(["+49 30 {}", "030 {}", "0170/{}", "+49 (0)89 {}", "0049 171 {}", "089-{}"])
    return form.format(f"{chance.randint(2, 9)}{_digits(chance, 6)}")


def _french(chance: random.Random) -> str:
    pairs = [f"{chance.randint(10, 99)}" for _ in range(4)]
    return chance.choice(["06 ", "01.", "+33 6 "]) + chance.choice([" ", "."]).join(pairs)


def _indian(chance: random.Random) -> str:
    return chance.choice(["+91 ", "+91-", "0"]) + f"{chance.choice('6789')}{_digits(chance, 4)} {_digits(chance, 5)}"


def _spanish_phone(chance: random.Random) -> str:
    return chance.choice(["", "+34 "]) + f"6{_digits(chance, 2)} {_digits(chance, 3)} {_digits(chance, 3)}"


# Mails -------------------------------------------------------------------------------------------------------------

_NAMES = ("ana.lopez", "jwei88", "b_meyer", "k.o'neil", "li-na", "otto2", "m+shop", "chen_hong")
_HOSTS = ("example.com", "mail.example.co.uk", "qq.com", "163.com", "web.de", "uni-bonn.de", "foo.io")


def _mail(chance: random.Random) -> str:
    mail = f"{chance.choice(_NAMES)}@{chance.choice(_HOSTS)}"
    return mail.upper() if chance.random() < 0.1 else mail


def _mail_spelled(chance: random.Random) -> str:
    name = chance.choice(("ana.lopez", "jwei88", "otto2", "chen_hong", "bmeyer"))
    host, top = chance.choice(("example", "gmail", "qq", "outlook")), chance.choice(("com", "net", "de"))
    form = chance.choice(
        [
            "{} at {} dot {}",
            "{} (at) {} (dot) {}",
            "{}[at]{}[dot]{}",
            "{} AT {} DOT {}",
            "{} @ {} . {}",
            "{} (at) {}.{}",
        ]
    )
    return form.format(name, host, top)


def _mail_chinese(chance: random.Random) -> str:
    name = chance.choice(("jwei88", "chenhong", "liming_90", "10086123"))
    return chance.choice(["{}＠qq.com", "{}@qq点com", "{} 艾特 163 点 com", "{}#qq.com", "{}（at）sina.com"]).format(
        name
    )


def _mail_international(chance: random.Random) -> str:
    return chance.choice(
        [
            "jürgen@müller.de",
            "ana@bücher.example",
            "info@例子.中国",
            "chen@例え.jp",
            "δοκιμή@παράδειγμα.ελ",
            "иван@почта.рф",
        ]
    )


# IBANs -------------------------------------------------------------------------------------------------------------

_ACCOUNTS = {"DE": 18, "GB": "AAAA14", "FR": 23, "ES": 20, "NL": "AAAA10", "IT": "A22", "CH": 17, "AT": 16, "PL": 24}


def _iban_of(chance: random.Random) -> str:
    country, form = chance.choice(list(_ACCOUNTS.items()))
    if isinstance(form, int):
        account = _digits(chance, form)
    else:
        letters = form.count("A")
        account = "".join(chance.choice("ABCDEFGHKLMNRSTUV") for _ in range(letters)) + _digits(
            chance, int(form[letters:])
        )
    number = "".join(str(ord(one) - 55) if one.isalpha() else one for one in account + country + "00")
    return f"{country}{98 - int(number) % 97:02}{account}"


def _iban(chance: random.Random) -> str:
    iban = _iban_of(chance)
    return iban.lower() if chance.random() < 0.2 else iban


def _iban_spaced(chance: random.Random) -> str:
    iban = _iban_of(chance)
    return chance.choice([" ", "-"]).join(iban[at : at + 4] for at in range(0, len(iban), 4))


# Ids ---------------------------------------------------------------------------------------------------------------


def _day(chance: random.Random) -> date:
    return date(1950, 1, 1) + timedelta(days=chance.randint(0, 20000))


def _chinese_id(chance: random.Random) -> str:
    body = f"{chance.choice(('110105', '310104', '440305', '510107'))}{_day(chance):%Y%m%d}{_digits(chance, 3)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    last = "10X98765432"[sum(int(one) * weight for one, weight in zip(body, weights, strict=True)) % 11]
    return (body + last).lower() if chance.random() < 0.2 else body + last


def _ssn(chance: random.Random) -> str:
    joint = chance.choice("- ")
    return f"{chance.randint(1, 665):03}{joint}{chance.randint(1, 99):02}{joint}{chance.randint(1, 9999):04}"


def _nino(chance: random.Random) -> str:
    letters = chance.choice(("AB", "CE", "JG", "SN", "PW"))
    joint = chance.choice(["", " "])
    return joint.join((letters, _digits(chance, 2), _digits(chance, 2), _digits(chance, 2), chance.choice("ABCD")))


def _dni(chance: random.Random) -> str:
    number = chance.randint(10_000_000, 99_999_999)
    return f"{number}{chance.choice(['', '-'])}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _nie(chance: random.Random) -> str:
    first, number = chance.randint(0, 2), chance.randint(0, 9_999_999)
    return f"{'XYZ'[first]}{number:07}{'TRWAGMYFPDXBNJZSQVHLCKE'[(first * 10_000_000 + number) % 23]}"


def _french_id(chance: random.Random) -> str:
    born = f"{_digits(chance, 2)}{chance.randint(1, 12):02}"
    body = f"{chance.choice('12')}{born}{chance.randint(1, 95):02}{_digits(chance, 6)}"
    key = f"{97 - int(body) % 97:02}"
    if chance.random() < 0.5:
        return body + key
    return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key}"


def _aadhaar(chance: random.Random) -> str:
    body = f"{chance.randint(2, 9)}{_digits(chance, 10)}"
    digits = next(body + last for last in "0123456789" if _dihedral(body + last))
    return " ".join((digits[:4], digits[4:8], digits[8:]))


def _dihedral(digits: str) -> bool:
    """Verhoeff's check by composing rotations and reflections of a pentagon."""

    def times(one: int, other: int) -> int:
        if one < 5:
            return (one + other) % 5 if other < 5 else (one + other - 5) % 5 + 5
        return (one - other) % 5 + 5 if other < 5 else (one - other) % 5

    permuted = list(range(10))
    check = 0
    for digit in reversed(digits):
        check = times(check, permuted[int(digit)])
        permuted = [permuted[(1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[at]] for at in range(10)]
    return check == 0


def _pan(chance: random.Random) -> str:
    letters = "".join(chance.choice("ABCDEFGHKLMNPRSTUV") for _ in range(3))
    return f"{letters}P{chance.choice('ABCKMRS')}{_digits(chance, 4)}{chance.choice('ABCDEFGH')}"


def _cpf(chance: random.Random) -> str:
    digits = _digits(chance, 9)
    for size in (10, 11):
        rest = sum(int(one) * (size - at) for at, one in enumerate(digits)) % 11
        digits += "0" if rest < 2 else str(11 - rest)
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"


def _passport(chance: random.Random) -> str:
    number = chance.choice(
        (f"E{_digits(chance, 8)}", f"G{_digits(chance, 8)}", _digits(chance, 9), f"C01X{_digits(chance, 4)}")
    )
    return chance.choice(("passport number ", "passport no. ", "Passport: ", "护照号码", "护照号：")) + number


# Sentences ---------------------------------------------------------------------------------------------------------

_MAKERS: dict[str, tuple[Callable[[random.Random], str], ...]] = {
    "card": (_card_plain, _card_spaced, _amex, _unionpay_spaced),
    "phone": (
        _chinese_mobile,
        _chinese_with_country,
        _chinese_landline,
        _american,
        _american_extended,
        _british,
        _german,
        _french,
        _indian,
        _spanish_phone,
    ),
    "email": (_mail, _mail_spelled, _mail_chinese, _mail_international),
    "iban": (_iban, _iban_spaced),
    "id": (_chinese_id, _ssn, _nino, _dni, _nie, _french_id, _aadhaar, _pan, _cpf, _passport),
}

_ANY = (
    ("hello, ", " is what I have"),
    ("", ""),
    ("I tried twice with ", " and it failed both times!"),
    ("please note ", ", thanks"),
    ("order A-10442 came broken. Mine: ", "."),
    ("hi team\n", "\nbest, Ana"),
    ("(", ")"),
    ("你好，我的是", "，请帮我查一下"),
    ("麻烦记一下", "谢谢"),
    ("上周下的单还没到。", "，可以回复我吗？"),
)
_SENTENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "card": (
        *_ANY,
        ("my card number is ", ", exp 12/27, why was it declined?"),
        ("you charged ", " twice on 2026-11-20"),
        ("我的银行卡号是", "，一直扣款失败"),
        ("卡号：", "。"),
        ("Visa ", " doesn't work"),
    ),
    "phone": (
        *_ANY,
        ("call me at ", " after 6 pm"),
        ("my number is ", " if the driver gets lost"),
        ("Tel.: ", ""),
        ("please ring ", " before you come"),
        ("请打", "联系我"),
        ("我的手机号是", "，快递到了打电话"),
        ("电话", "，不要发短信"),
    ),
    "email": (
        *_ANY,
        ("my mail is ", " but I got nothing"),
        ("write to ", " please"),
        ("请发到", "，谢谢"),
        ("邮箱：", "，收不到验证码"),
        ("I signed up as ", " yesterday"),
    ),
    "iban": (
        *_ANY,
        ("refund it to ", " please"),
        ("IBAN: ", ""),
        ("请退到", "这个账户"),
        ("my bank account ", " was debited twice"),
    ),
    "id": (
        *_ANY,
        ("my id is ", ", can you verify me?"),
        ("for the age check: ", " ok?"),
        ("身份证号", "，实名认证失败"),
        ("here it is: ", " (please delete it afterwards)"),
    ),
}


# What must survive ---------------------------------------------------------------------------------------------------


def _order(chance: random.Random) -> str:
    number = chance.choice(
        (
            f"A-{_digits(chance, 5)}",
            f"#{chance.randint(10_000, 9_999_999)}",
            f"{chance.randint(10_000, 99_999_999)}",
            f"ORD-2026-{_digits(chance, 6)}",
            f"SO{_digits(chance, 8)}",
            f"{chance.randint(100, 999)}-{_digits(chance, 7)}-{_digits(chance, 7)}",
            f"{chance.randint(1, 9)}{_digits(chance, 9)}",
            f"{chance.randint(1, 9)}{_digits(chance, 11)}",
        )
    )
    return chance.choice(
        ("where is order {}?", "my order number is {} and it is late", "order no. {} never came", "Order {}: cancel it")
    ).format(number)


def _order_zh(chance: random.Random) -> str:
    number = chance.choice(
        (
            _digits(chance, 8),
            f"2026{_digits(chance, 10)}",
            f"{chance.randint(1, 3)}{_digits(chance, 17)}",
            f"A{_digits(chance, 6)}",
        )
    )
    return chance.choice(("订单号{}还没发货", "我的订单{}怎么还没到", "订单编号：{}，要退款", "请查一下单号{}")).format(
        number
    )


def _tracking(chance: random.Random) -> str:
    number = chance.choice(
        (f"1Z{_digits(chance, 16)}", f"SF{_digits(chance, 13)}", _digits(chance, 12), f"RR{_digits(chance, 9)}DE")
    )
    return chance.choice(("tracking number {} shows nothing", "parcel {} is stuck", "快递单号{}一直不更新")).format(
        number
    )


def _dated(chance: random.Random) -> str:
    day = _day(chance)
    written = chance.choice(
        (
            f"{day:%Y-%m-%d}",
            f"{day:%d.%m.%Y}",
            f"{day:%m/%d/%Y}",
            f"{day:%Y年%m月%d日}",
            f"{day:%Y-%m-%d %H:%M}",
            f"{day:%Y%m%d}",
        )
    )
    return chance.choice(
        ("I ordered on {} and still wait", "delivered {}", "我是{}下的单", "between {} and today")
    ).format(written)


def _amount(chance: random.Random) -> str:
    value = chance.randint(1000, 9_999_999)
    written = chance.choice(
        (
            f"${value:,}.00",
            f"{value:,} EUR".replace(",", " "),
            f"¥{value}",
            f"{value}元",
            f"{value} dollars",
            f"€ {value:,}".replace(",", "."),
        )
    )
    return chance.choice(("you charged me {} twice", "扣了我{}", "the refund of {} is missing")).format(written)


def _versioned(chance: random.Random) -> str:
    number = ".".join(str(chance.randint(1, 120)) for _ in range(4))
    return chance.choice(
        ("app version {} crashes", "since v{} nothing loads", "Chrome {} shows a blank page", "版本{}打不开")
    ).format(number)


def _product(chance: random.Random) -> str:
    code = chance.choice(
        (
            f"LMP-{_digits(chance, 4)}-B",
            f"TX{_digits(chance, 6)}",
            f"978-3-16-{_digits(chance, 6)}-0",
            f"EAN {_digits(chance, 13)}",
            f"{_digits(chance, 3)}.{_digits(chance, 3)}.{_digits(chance, 2)}",
        )
    )
    return chance.choice(
        ("is model {} in stock?", "the item {} arrived broken", "商品{}有货吗", "what size is product {}")
    ).format(code)


def _counted(chance: random.Random) -> str:
    return chance.choice(
        (
            f"I need {chance.randint(1000, 99999)} pieces by {chance.randint(1, 28)} December",
            f"open {chance.randint(8, 10)}:00-{chance.randint(16, 20)}:30?",
            f"the box is {chance.randint(10, 99)}x30x40 cm and weighs {chance.randint(100, 9999)} g",
            f"ticket {chance.randint(100_000, 9_999_999)} from 2019-{chance.randint(2020, 2026)}",
            f"I am looking at example.com and bought it at shop{chance.randint(1, 9)}.example",
            f"error {chance.randint(400, 599)} at line {chance.randint(1000, 99999)}, code 0x{_digits(chance, 8)}",
            f"步骤{chance.randint(1, 9)}提示错误码{_digits(chance, 6)}，共{chance.randint(1000, 9999)}件",
        )
    )


_HARMLESS: tuple[Callable[[random.Random], str], ...] = (
    _order,
    _order_zh,
    _tracking,
    _dated,
    _amount,
    _versioned,
    _product,
    _counted,
)

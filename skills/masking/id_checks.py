"""The check digits of national ids, each by the rule that its office publishes. Arguments hold no separators."""

from __future__ import annotations

from datetime import date

from skills.masking.checksums import luhn, mod_11_2, mod_11_10, verhoeff, weighted

_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"
_FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY"
# Decreto ministeriale 23 dicembre 1976: values of the characters in odd places.
_ITALIAN_ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
        2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True)
)  # fmt: skip
_TAIWANESE = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def us_ssn(value: str) -> bool:
    return value[:3] not in ("000", "666") and value[0] != "9" and value[3:5] != "00" and value[5:] != "0000"


def uk_nino(value: str) -> bool:
    return value[:2].upper() not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def chinese(value: str) -> bool:
    """GB 11643-1999."""
    return _is_day(value[6:10], value[10:12], value[12:14]) and mod_11_2(value.upper())


def old_chinese(value: str) -> bool:
    return _is_day(f"19{value[6:8]}", value[8:10], value[10:12])


def hong_kong(value: str) -> bool:
    letters = value.upper().rstrip("0123456789") if value[-1] != "A" else value[:-1].upper().rstrip("0123456789")
    numbers = [int(letter, 36) for letter in letters.rjust(2, "\x00") if letter != "\x00"]
    if len(letters) == 1:
        numbers = [36, *numbers]
    numbers += [int(digit) for digit in value[len(letters) : -1]]
    total = sum(number * weight for number, weight in zip(numbers, range(9, 1, -1), strict=True))
    return (total + int(value[-1], 16)) % 11 == 0


def taiwanese(value: str) -> bool:
    letter = _TAIWANESE.index(value[0].upper()) + 10
    return (letter // 10 + letter % 10 * 9 + weighted(value[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def spanish(value: str) -> bool:
    value = value.upper()
    number = value[:-1].translate(str.maketrans("XYZ", "012"))
    return _SPANISH[int(number) % 23] == value[-1]


def italian(value: str) -> bool:
    value = value.upper()
    total = sum(
        _ITALIAN_ODD[character] if at % 2 == 0 else int(character, 36) - (10 if character.isalpha() else 0)
        for at, character in enumerate(value[:15])
    )
    return chr(ord("A") + total % 26) == value[15]


def german_tax(value: str) -> bool:
    """One digit of the first ten stands twice or three times."""
    counts = sorted(value[:10].count(digit) for digit in set(value[:10]))
    return value[0] != "0" and counts[-1] in (2, 3) and counts[:-1] == [1] * (len(counts) - 1) and mod_11_10(value)


def german_card(value: str) -> bool:
    """ICAO Doc 9303's check digit, where the number is written with it."""
    if len(value) == 9:
        return any(character.isdigit() for character in value)
    return sum(int(one, 36) * weight for one, weight in zip(value[:9].upper(), (7, 3, 1) * 3, strict=True)) % 10 == int(
        value[9]
    )


def french(value: str) -> bool:
    number = value[:13].upper().replace("2A", "19").replace("2B", "18")
    return number.isdigit() and 97 - int(number) % 97 == int(value[13:])


def aadhaar(value: str) -> bool:
    return verhoeff(value)


def brazilian(value: str) -> bool:
    first = weighted(value[:9], range(10, 1, -1)) * 10 % 11 % 10
    second = weighted(value[:10], range(11, 1, -1)) * 10 % 11 % 10
    return len(set(value)) > 1 and value[9:] == f"{first}{second}"


def dutch(value: str) -> bool:
    return weighted(value, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def belgian(value: str) -> bool:
    return any(97 - int(century + value[:9]) % 97 == int(value[9:]) for century in ("", "2"))


def polish(value: str) -> bool:
    month = int(value[2:4]) % 20
    return 1 <= month <= 12 and -weighted(value, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10 == int(value[10])


def swedish(value: str) -> bool:
    return 1 <= int(value[-8:-6]) <= 12 and 1 <= int(value[-6:-4]) % 60 <= 31 and luhn(value[-10:])


def danish(value: str) -> bool:
    return 1 <= int(value[:2]) <= 31 and 1 <= int(value[2:4]) <= 12


def finnish(value: str) -> bool:
    return _FINNISH[int(value[:6] + value[7:10]) % 31] == value[10].upper()


def norwegian(value: str) -> bool:
    first = -weighted(value, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    second = -weighted(value, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return value[9:] == f"{first}{second}"


def swiss(value: str) -> bool:
    return -weighted(value[:12], (1, 3) * 6) % 10 == int(value[12])


def korean(value: str) -> bool:
    return _is_day(f"{'20' if value[6] in '34' else '19'}{value[:2]}", value[2:4], value[4:6])


def japanese(value: str) -> bool:
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = weighted(value, weights) % 11
    return (0 if rest <= 1 else 11 - rest) == int(value[11])


def turkish(value: str) -> bool:
    odd, even = weighted(value[0:9:2], (1,) * 5), weighted(value[1:8:2], (1,) * 4)
    tenth = (odd * 7 - even) % 10
    return value[9:] == f"{tenth}{(odd + even + tenth) % 10}"


def singaporean(value: str) -> bool:
    value = value.upper()
    total = weighted(value[1:8], (2, 7, 6, 5, 4, 3, 2))
    match value[0]:
        case "S" | "T":
            return "JZIHGFEDCBA"[(total + (4 if value[0] == "T" else 0)) % 11] == value[8]
        case "F" | "G":
            return "XWUTRQPNMLK"[(total + (4 if value[0] == "G" else 0)) % 11] == value[8]
        case _:
            return "KLJNPQRTUWX"[10 - (total + 3) % 11] == value[8]


def canadian(value: str) -> bool:
    return luhn(value)


def australian_tax(value: str) -> bool:
    return weighted(value, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def mexican(value: str) -> bool:
    return _is_day(f"19{value[4:6]}", value[6:8], value[8:10]) or _is_day(f"20{value[4:6]}", value[6:8], value[8:10])


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year <= 2099
    except ValueError:
        return False

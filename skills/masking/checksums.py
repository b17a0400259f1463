"""Check digits: whether a number can be what it looks like."""

from __future__ import annotations

from collections.abc import Sequence

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# The dihedral group D5 and the permutation of J. Verhoeff, Error detecting decimal codes (1969).
_PRODUCT = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_PERMUTED = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def luhn(digits: str) -> bool:
    """Returns whether the last digit is ISO/IEC 7812-1's check digit of the others."""
    total = sum(int(digit) for digit in digits[::-2]) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    """Returns whether the last digit is Verhoeff's check digit of the others."""
    check = 0
    for at, digit in enumerate(reversed(digits)):
        check = int(_PRODUCT[check][int(_PERMUTED[at % 8][int(digit)])])
    return check == 0


def mod_97(characters: str) -> bool:
    """Returns whether an IBAN's characters leave the remainder 1 (ISO 7064, mod 97-10)."""
    moved = characters[4:] + characters[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def mod_11_2(characters: str) -> bool:
    """Returns whether the last character is ISO 7064's mod 11-2 check of the digits before; X stands for 10."""
    total = 0
    for digit in characters[:-1]:
        total = (total + int(digit)) * 2 % 11
    return (12 - total) % 11 == (10 if characters[-1] == "X" else int(characters[-1]))


def mod_11_10(digits: str) -> bool:
    """Returns whether the last digit is ISO 7064's mod 11,10 check of the others."""
    product = 10
    for digit in digits[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def weighted(digits: str, weights: Sequence[int]) -> int:
    """Returns the sum of digits times weights."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))

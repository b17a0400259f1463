"""Personal data replaced by words for its kind before a text is kept.

Found are payment cards, phone numbers, mail addresses, IBANs, national ids and passports, and IP addresses: what a
pattern with check digits, or a word beside it, can tell. People's names and postal addresses are not looked for.
"""

from skills.masking.masking import Masked, mask
from skills.masking.spans import Kind, Span

__all__ = ["Kind", "Masked", "Span", "mask"]

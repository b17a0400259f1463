"""What a text says of each company that it names: good for one, bad for another."""

from skills.monitor.reading.companies.opinions import CompanyHead, Named
from skills.monitor.reading.companies.spans import Span, find_all

__all__ = ["CompanyHead", "Named", "Span", "find_all"]

"""Dates and clock times as they are said in Chinese."""

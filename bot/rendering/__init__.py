"""Neutral replies and forms turned into Block Kit; every function is pure."""

from bot.rendering.message import render_reply, render_text
from bot.rendering.view import Origin, read_values, render_form, render_home

__all__ = ["Origin", "read_values", "render_form", "render_home", "render_reply", "render_text"]

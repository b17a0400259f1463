"""Fonts for pictures that hold Chinese."""

CHINESE = ("Noto Sans CJK SC", "Noto Serif CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "SimHei")
"""Those that hold Chinese characters; the ones that a machine has stand behind the Latin one."""

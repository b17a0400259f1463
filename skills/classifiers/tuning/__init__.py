"""Encoders tuned for a task by LoRA, and the heads on them."""

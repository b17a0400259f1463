"""The classifiers that ship: what they were trained on and how good they are is in MODEL_CARD.md beside this file."""

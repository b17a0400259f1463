"""Digests: when they are due, and what floods are bundled into. What they say is rendered elsewhere."""

from skills.monitor.digests.bundles import Batch, Bundles, Pace
from skills.monitor.digests.rhythm import Rhythm

__all__ = ["Batch", "Bundles", "Pace", "Rhythm"]

"""`deskhand bench`: speed on this machine, always beside a yardstick that runs in the same minutes.

Seconds of one machine say little on another, and little on the same one while others work on it. So every benchmark
alternates between Deskhand and what it is compared with, and its result is the ratio; the seconds stand beside it.
"""

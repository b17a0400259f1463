"""Stands where the driver of a cluster stands, and does what the variable DRIVER says: lines, then how it ends."""

import json
import os
import signal
import sys
import time

script = json.loads(os.environ["DRIVER"])
for line in script["says"]:
    print(line, flush=True)
match script["then"]:
    case "hangs":
        # Not even asked kindly does it end.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    case "dies":
        os.kill(os.getpid(), signal.SIGSEGV)
    case int(status):
        sys.exit(status)

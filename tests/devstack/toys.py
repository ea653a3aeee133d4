"""Commands that stand for the stack's programs."""

import sys

SLEEPER = ["sleep", "60"]
FAMILY = ["sh", "-c", "sleep 60 & echo $!; wait"]
_DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf')
time.sleep(60)
"""
DEAF = [sys.executable, "-S", "-u", "-c", _DEAF]

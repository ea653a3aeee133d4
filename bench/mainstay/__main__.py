"""Runs one errand inside Mainstay and writes what came of it: ``ERRAND ARGUMENTS RESULT``."""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import django

ERRANDS = {
    "fill": "bench.mainstay.crowd",
    "time_pages": "bench.mainstay.pages",
    "set_up": "bench.mainstay.stage",
    "register": "bench.mainstay.hooks",
    "fan_out": "bench.mainstay.hooks",
    "deliver": "bench.mainstay.hooks",
    "register_devices": "bench.mainstay.pushes",
    "queue_pushes": "bench.mainstay.pushes",
    "push": "bench.mainstay.pushes",
    "skip_the_rest": "bench.mainstay.realtime",
    "publish": "bench.mainstay.realtime",
    "list_source": "bench.mainstay.images",
    "sign_pictures": "bench.mainstay.images",
    "make_thumbnails": "bench.mainstay.images",
    "time_layers": "bench.mainstay.caching",
    "replay": "bench.mainstay.caching",
    "fill_synced": "bench.mainstay.syncing",
    "make_checkpoints": "bench.mainstay.syncing",
    "time_pulls": "bench.mainstay.syncing",
    "read": "bench.mainstay.log",
    "write": "bench.mainstay.log",
}


def main() -> None:
    """Run the errand; its result is JSON."""
    name, arguments, result = sys.argv[1:]
    django.setup()
    # Only now: what they import asks for settings and apps.
    errand: Callable[..., dict[str, Any]] = getattr(import_module(ERRANDS[name]), name)
    came = errand(**json.loads(arguments))
    Path(result).write_text(json.dumps(came), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Where things lie in a checkout; nothing here touches the disk."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
DEV = ROOT / ".dev"
STACK_FILE = DEV / "stack.json"

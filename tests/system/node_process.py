"""A process of Node that does what it is told, line by line."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent


class Refused(Exception):
    """What was told did not work; `status` is what a server answered, if it was one."""

    def __init__(self, detail: str, status: int | None) -> None:
        super().__init__(detail)
        self.status = status


class NodeProcess:
    """Runs one of the scripts beside this file, each line in a command, each line out its end."""

    def __init__(self, script: str) -> None:
        node = shutil.which("node")
        assert node, "make test-system installs it"
        self._process = subprocess.Popen(
            [node, str(HERE / script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def do(self, what: str, **about: Any) -> Any:
        """Let it do something; return what came of it, or raise Refused."""
        self.say(what, **about)
        return self.heard()

    def say(self, what: str, **about: Any) -> None:
        """Let it do something, and wait for nothing."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, **about}) + "\n")
        self._process.stdin.flush()

    def heard(self) -> Any:
        """Return the next thing it says; raise Refused."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "The process ended; its errors are on standard error."
        told = json.loads(line)
        if "error" in told:
            raise Refused(told["error"], told["status"])
        return told["result"]

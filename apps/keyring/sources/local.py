"""Master keys kept on this machine: in the environment, or in a file."""

from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings
from typing_extensions import override

from apps.keyring.errors import MasterKeyMissing
from apps.keyring.ports import MasterKeySource


class EnvironmentSource(MasterKeySource):
    """KEYRING_MASTER_KEY; a change needs a restart."""

    @override
    def read(self, *, is_anew: bool = False) -> tuple[str, ...]:
        """Return the keys the settings were made with."""
        return tuple(settings.KEYRING_MASTER_KEYS)


class FileSource(MasterKeySource):
    """A file, such as a mounted secret; read again whenever it has changed."""

    def __init__(self) -> None:
        self._known: tuple[object, tuple[str, ...]] = (None, ())

    @override
    def read(self, *, is_anew: bool = False) -> tuple[str, ...]:
        """Return the keys in the file; raises MasterKeyMissing where there are none."""
        path = Path(settings.KEYRING_MASTER_KEY_FILE)
        try:
            version = _version_of(path)
            if is_anew or self._known[0] != version:
                self._known = version, parsed(path.read_text("ascii"), f"The file {path}")
        except (OSError, UnicodeDecodeError) as problem:
            raise MasterKeyMissing(f"The master keys cannot be read: {problem}") from problem
        return self._known[1]


def parsed(text: str, what: str) -> tuple[str, ...]:
    """Return the keys in a text, separated by commas or lines; raises MasterKeyMissing."""
    keys = tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        keys = ()
    if not keys:
        raise MasterKeyMissing(f"{what} does not hold master keys, separated by commas or lines.")
    return keys


def _version_of(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size

"""Making pictures: from the cache where it has them, else from the original, once for all."""

from dataclasses import dataclass

from apps.caching.selectors import look_up
from apps.caching.services import remember
from apps.caching.types import Remembered
from apps.imaging import services as imaging
from apps.imaging.types import Wanted
from apps.kernel.errors import AppError
from apps.media import originals
from apps.media.keys import picture_key
from apps.media.refusals import note_refusal, refuse_if_known
from apps.media.remembered import PICTURES
from apps.media.types import Origin, Original, Remote, Source


@dataclass(frozen=True, kw_only=True)
class Job:
    """One picture of one version of a source."""

    source: Source
    original: Original
    wanted: Wanted
    also_from: Origin | None = None

    @property
    def key(self) -> str:
        """What it is remembered under."""
        return picture_key(self.original, self.wanted)

    def made(self) -> Remembered[bytes]:
        """Return the picture; raises what reading or decoding the original raises."""
        return remember(PICTURES, self.key, self._make, tags=[self.source.tag])

    def check_at_hand(self) -> None:
        """Raise SourceBusy where it would have to be made of a remote original."""
        if isinstance(self.source, Remote) and look_up(PICTURES, self.key) is None:
            raise originals.busy(self.source)

    def _make(self) -> bytes:
        refuse_if_known(self.key)
        try:
            content = originals.content_of(self.source, self.original, also_from=self.also_from)
            return imaging.render(content, [self.wanted])[0].content
        except AppError as error:
            note_refusal(self.key, error, tag=self.source.tag)
            raise

"""What the image service offers to others: what it remembers, how that is warmed, a fallback."""

from base64 import b64decode

from apps.caching.ports import Warmer, namespaces, warmers
from apps.console.ports import Chart, Source, charts, sources
from apps.console.types import Kind
from apps.media import remembered
from apps.media.overview import measured_answers, media_reading
from apps.media.ports import fallbacks
from apps.media.types import FallbackPicture
from apps.media.warming import warm_picture

for _namespace in remembered.ALL:
    namespaces.register(_namespace)
warmers.register(Warmer(name=remembered.PICTURES.name, warm=warm_picture))
fallbacks.register(
    FallbackPicture(
        name="blank",
        title="Plain grey",
        # One pixel.
        content=b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mO4CwAA3wDehPEKOwAAAABJRU5ErkJg"
            "gg=="
        ),
    )
)
sources.register(Source(name="media", measure=measured_answers))
charts.register(
    Chart(
        name="media",
        title="Pictures",
        about="Pictures asked for per minute, by what came of it.",
        kind=Kind.BAR,
        unit="per minute",
        place=52,
        read=media_reading,
    )
)

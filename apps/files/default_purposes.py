"""The purposes that come with files: pictures, documents and archives; an app adds its own.

SVG is in none of them: it is a document that runs scripts, and browsers show it as a picture.
"""

from apps.files.types import Kind, Purpose, Urgency

_MEBIBYTE = 1024 * 1024
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"


def kinds(**types: str) -> tuple[Kind, ...]:
    """Return the pairs of each extension with each of its types, which stand between spaces."""
    return tuple(
        Kind(extension=extension, content_type=content_type)
        for extension, named in types.items()
        for content_type in named.split()
    )


PICTURES = kinds(
    jpg="image/jpeg",
    jpeg="image/jpeg",
    png="image/png",
    webp="image/webp",
    gif="image/gif",
    avif="image/avif",
)
# Before all of a zip is here, an office file may look like any other zip; then it is opened.
OFFICE = kinds(
    docx=f"{_OPEN_XML}.wordprocessingml.document application/zip",
    xlsx=f"{_OPEN_XML}.spreadsheetml.sheet application/zip",
    pptx=f"{_OPEN_XML}.presentationml.presentation application/zip",
    odt=f"{_OPEN_DOCUMENT}.text application/zip",
    ods=f"{_OPEN_DOCUMENT}.spreadsheet application/zip",
    odp=f"{_OPEN_DOCUMENT}.presentation application/zip",
)
# libmagic takes lines with as many commas each for a table.
TEXTS = kinds(
    txt="text/plain text/csv application/json",
    md="text/plain text/csv",
    csv="text/csv text/plain",
    json="application/json text/plain",
)
PAPERS = kinds(pdf="application/pdf")

IMAGE = Purpose(
    name="image",
    title="Picture",
    kinds=(*PICTURES, *kinds(tif="image/tiff", tiff="image/tiff", bmp="image/bmp")),
    limit_bytes=32 * _MEBIBYTE,
    is_image=True,
    inline=True,
)
AVATAR = Purpose(
    name="avatar",
    title="Picture of a person",
    kinds=PICTURES,
    limit_bytes=8 * _MEBIBYTE,
    is_image=True,
    inline=True,
)
DOCUMENT = Purpose(
    name="document",
    title="Document",
    kinds=(*PAPERS, *OFFICE, *TEXTS, *PICTURES),
    limit_bytes=64 * _MEBIBYTE,
)
ARCHIVE = Purpose(
    name="archive",
    title="Zip archive",
    kinds=kinds(zip="application/zip"),
    limit_bytes=1024 * _MEBIBYTE,
    urgency=Urgency.BULK,
)

DEFAULT_PURPOSES = (IMAGE, AVATAR, DOCUMENT, ARCHIVE)

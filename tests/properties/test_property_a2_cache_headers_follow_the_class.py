"""A2: cache headers follow the declared class of content; nothing with credentials is public."""

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from apps.cdn.middleware import PublicWithoutCredentialsMiddleware
from apps.cdn.services import cache_headers
from apps.cdn.types import ContentClass

# What each class must say and must not, to a browser and to a shared cache.
STORED_BY_ANYBODY = {ContentClass.IMMUTABLE, ContentClass.PUBLIC_IMAGE}
tags = st.lists(st.from_regex(r"[a-z0-9][a-z0-9._:-]{0,20}", fullmatch=True), max_size=5)
varying = st.lists(st.sampled_from(["Accept", "Cookie", "Origin"]), max_size=2, unique=True)
requests = st.fixed_dictionaries(
    {}, optional={"Authorization": st.just("Bearer x"), "Cookie": st.just("sessionid=x")}
)


def directives(headers: dict[str, str], name: str) -> set[str]:
    """Return the names of a header's directives."""
    return {part.partition("=")[0].strip() for part in headers.get(name, "").split(",")} - {""}


def follows(content_class: ContentClass, headers: dict[str, str], *, is_public: bool) -> bool:
    """Tell whether an answer's headers say what its class means."""
    said, at_cdn = directives(headers, "Cache-Control"), directives(headers, "CDN-Cache-Control")
    if is_public:
        return "public" in said and "public" in at_cdn and "no-store" not in said | at_cdn
    if "public" in said | at_cdn or "s-maxage" in said | at_cdn or at_cdn != {"no-store"}:
        return False
    if {"Cache-Tag", "Surrogate-Key"} & headers.keys():
        return False
    return bool({"private", "no-store"} & said)


@given(
    content_class=st.sampled_from(ContentClass),
    tags=tags,
    varies_on=varying,
    sent=requests,
    sets_cookie=st.booleans(),
    is_declared=st.booleans(),
)
def test_property_a2_cache_headers_follow_the_class(
    content_class: ContentClass,
    tags: list[str],
    varies_on: list[str],
    sent: dict[str, str],
    sets_cookie: bool,
    is_declared: bool,
) -> None:
    """For all classes, tags and requests, an answer says what its class means, and no more.

    ``is_declared`` is whether the view told `cache_headers` of the credentials; where it forgot
    to, the middleware mends it. Seen to fail on a middleware that looked at the request only (a
    cookie that is set was shared), on one that left the CDN's header as it was, and on headers
    that kept their tags with credentials.
    """
    depends_on_cookie = "Cookie" in sent and "Cookie" in varies_on
    belongs_to_somebody = "Authorization" in sent or sets_cookie or depends_on_cookie

    def view(_: HttpRequest) -> HttpResponse:
        response = HttpResponse(
            b"x",
            headers=cache_headers(
                content_class,
                tags=tags,
                varies_on=varies_on,
                has_credentials=is_declared and belongs_to_somebody,
            ),
        )
        if sets_cookie:
            response.set_cookie("a", "b")
        return response

    request = RequestFactory().get("/", headers=sent)
    answered = dict(PublicWithoutCredentialsMiddleware(view)(request).headers)

    is_public = content_class in STORED_BY_ANYBODY and not belongs_to_somebody
    assert follows(content_class, answered, is_public=is_public), answered
    if is_public and tags:
        assert answered["Cache-Tag"].split(",") == answered["Surrogate-Key"].split(" ")
        assert set(answered["Cache-Tag"].split(",")) == set(tags)

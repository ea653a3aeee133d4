"""The viewsets that v2 replaces: the rules are those of v1, the rows look different."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from apps.api.schema import raises
from apps.buildings.api import views as v1
from apps.buildings.api.v2.serializers import BuildingOut, RequestOut
from apps.buildings.errors import AlreadyMember


class BuildingViewSet(v1.BuildingViewSet):
    """The buildings the one who asks belongs to; whoever creates one owns it."""

    output_serializer = BuildingOut


@extend_schema_view(
    accept=extend_schema(
        summary="Accept an invitation",
        request=None,
        responses=BuildingOut,
        extensions=raises(AlreadyMember),
    ),
)
class MyInvitationViewSet(v1.MyInvitationViewSet):
    """Invitations to the verified address of the one who asks."""

    building_serializer = BuildingOut


class RequestViewSet(v1.RequestViewSet):
    """Every member sees and opens requests; their authors and managers tend them.

    Requests are closed, not deleted.
    """

    output_serializer = RequestOut

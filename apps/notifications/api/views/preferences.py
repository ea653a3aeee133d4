"""What I want: channels of categories, quiet hours, topics."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import DestroyModelMixin, ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.accounts.errors import UnknownTimeZone
from apps.api.permissions import SignedIn
from apps.api.schema import raises
from apps.api.views import ApiView
from apps.notifications import selectors, services
from apps.notifications.api.preference_serializers import (
    PreferencesIn,
    PreferencesOut,
    QuietHoursIn,
    QuietHoursOut,
    TopicIn,
    TopicOut,
)
from apps.notifications.api.views.base import OfPerson
from apps.notifications.errors import MandatoryCategory, TooManyTopics, UnknownCategory
from apps.notifications.models import TopicSubscription


class PreferencesView(ApiView):
    """By which ways the one who asks is sent what."""

    permission_classes = (SignedIn,)

    @extend_schema(summary="Show what I am sent by which ways", responses=PreferencesOut)
    def get(self, request: Request) -> Response:
        """Show every category, named in my language."""
        return _shown(request)

    @extend_schema(
        summary="Switch channels of categories on or off",
        request=PreferencesIn,
        responses=PreferencesOut,
        extensions=raises(UnknownCategory, MandatoryCategory),
    )
    def patch(self, request: Request) -> Response:
        """Take over all of the changes, or none; the answer shows every category."""
        serializer = PreferencesIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.change_preferences(user_id=_viewer(request), changes=serializer.wishes())
        return _shown(request)


class QuietHoursView(ApiView):
    """When the one who asks wants nothing that can wait."""

    permission_classes = (SignedIn,)

    @extend_schema(summary="Show my quiet hours", responses=QuietHoursOut)
    def get(self, request: Request) -> Response:
        """Show them; who never set any sees what would be usual, switched off."""
        return Response(QuietHoursOut(selectors.quiet_hours_of(user_id=_viewer(request))).data)

    @extend_schema(
        summary="Change my quiet hours",
        request=QuietHoursIn,
        responses=QuietHoursOut,
        extensions=raises(UnknownTimeZone),
    )
    def patch(self, request: Request) -> Response:
        """Hold back pushes and e-mails from one time to another, by the clock where I am."""
        serializer = QuietHoursIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.set_quiet_hours(user_id=_viewer(request), **serializer.validated_data)
        return self.get(request)


@extend_schema_view(
    list=extend_schema(summary="List the topics that I subscribe to"),
    destroy=extend_schema(summary="Leave a topic"),
)
class TopicViewSet(ListModelMixin, DestroyModelMixin, OfPerson[TopicSubscription]):
    """The topics that the one who asks is sent what goes to."""

    input_serializer = TopicIn
    output_serializer = TopicOut

    @override
    def get_queryset(self) -> QuerySet[TopicSubscription]:
        return selectors.topics_of(user_id=self.viewer_id)

    @extend_schema(
        summary="Subscribe to a topic",
        responses={201: TopicOut},
        extensions=raises(TooManyTopics),
    )
    def create(self, request: Request) -> Response:
        """Be sent what goes to the topic from now on; a second time changes nothing."""
        topic = self.read_input(request)["topic"]
        subscribed = services.subscribe_to_topic(user_id=self.viewer_id, topic=topic)
        return self.show(self.get_queryset().get(public_id=subscribed), status=201)

    @override
    def perform_destroy(self, instance: TopicSubscription) -> None:
        services.leave_topic(user_id=self.viewer_id, subscription_id=instance.public_id)


def _viewer(request: Request) -> int:
    user_id = request.user.pk
    assert user_id is not None, "The permissions admit nobody who is not signed in."
    return user_id


def _shown(request: Request) -> Response:
    items = selectors.preferences_of(user_id=_viewer(request))
    return Response(PreferencesOut({"items": items}).data)

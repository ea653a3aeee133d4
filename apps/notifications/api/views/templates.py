"""Templates, for those who write them elsewhere: looked through and shown, and not saved."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.permissions import Operates
from apps.api.views import ApiView
from apps.notifications import services
from apps.notifications.api.template_serializers import PreviewOut, TemplateIn, template_of
from apps.notifications.previews import previews_of
from apps.notifications.template_lookup import declared_texts, merged


class TemplatePreviewView(ApiView):
    """What a template would look like."""

    permission_classes = (Operates,)
    operator_permission = "notifications.view_template"

    @extend_schema(
        operation_id="notifications_templates_preview",
        summary="Look through a template and preview it",
        request=TemplateIn,
        responses=PreviewOut,
    )
    def post(self, request: Request) -> Response:
        """Tell what saving would refuse or mention, and what each platform makes of the samples.

        For staff with the permission to view templates; a team's build can check its texts by it.
        """
        asked = TemplateIn(data=request.data)
        asked.is_valid(raise_exception=True)
        template = template_of(dict(asked.validated_data))
        answer = {
            "findings": services.lint_template(template),
            "languages": previews_of(merged(declared_texts(template.key), template)),
        }
        return Response(PreviewOut(answer).data)

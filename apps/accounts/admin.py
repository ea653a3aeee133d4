"""The operator's view of identity: users, their devices and sessions."""

from contextlib import suppress
from typing import Any, ClassVar
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from typing_extensions import override
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.accounts import services
from apps.accounts.emails import canonical_email
from apps.accounts.models import Device, Session, User
from apps.accounts.types import EndReason
from apps.kernel.admin import ReadOnlyAdmin
from apps.kernel.paging import EstimatingPaginator


class PasswordForm(AdminPasswordChangeForm):
    """Sets a password by the service that ends the user's sessions and announces it."""

    @override
    def save(self, commit: bool = True) -> User:
        """Set the password; ``commit=False`` is never asked for by the admin."""
        user: User = self.user
        services.change_password(user_id=user.pk, password=self.cleaned_data["password1"])
        user.refresh_from_db(fields=["password"])
        return user


class NewUserForm(UserCreationForm):
    """Makes a user by their e-mail address."""

    class Meta:
        model = User
        fields = ("email",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Guests make themselves.
        self.fields["email"].required = True

    def clean_email(self) -> str:
        """Bring the address into the form in which it is unique."""
        return canonical_email(self.cleaned_data["email"])


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Users; passwords are set by a form of their own, accounts disabled on the person's page."""

    icon = "person"
    form = UserChangeForm
    add_form = NewUserForm
    change_password_form = PasswordForm

    list_display = (
        *("shown_as", "person_page", "name", "tier", "is_active", "is_staff"),
        *("last_login", "created_at"),
    )
    list_per_page = 50
    list_filter = ("tier", "is_active", "is_staff")
    paginator = EstimatingPaginator
    show_full_result_count = False
    search_fields = ("email",)
    search_help_text = "The beginning of an e-mail address or name, or a whole public id."
    ordering = ("-id",)
    readonly_fields = (
        *("email", "is_active", "public_id", "last_login", "created_at", "updated_at"),
    )
    actions_detail = ("open_person_page",)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("email", "password")}),
        ("Profile", {"fields": ("name", "locale", "time_zone", "tier")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Record", {"fields": ("public_id", "last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Search by what an index can find, or a beginning."""
        return queryset.filter(_is_user(search_term.strip())), False

    @admin.display(description="E-mail", ordering="email")
    def shown_as(self, user: User) -> str:
        """Name somebody, also a guest, who has no address."""
        return str(user)

    @admin.display(description="Person")
    def person_page(self, user: User) -> SafeString:
        """Link to all that is known of them."""
        url = reverse("console:person", args=[user.pk])
        return format_html('<a href="{}" aria-label="All about {}">Timeline</a>', url, user)

    @action(description="Timeline and actions", url_path="person", icon="person_search")  # type: ignore[untyped-decorator]  # unfold ships no types
    def open_person_page(self, _: HttpRequest, object_id: int) -> HttpResponse:
        """Go to all that is known of them."""
        return HttpResponseRedirect(reverse("console:person", args=[object_id]))

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Let the address be typed for a new user, and only by its owner be changed later."""
        fields = self.readonly_fields
        return fields if obj else tuple(field for field in fields if field != "email")

    @override
    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Users are deactivated here; erasing one takes more than a row."""
        return False

    @override
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save, and announce an account that was made here."""
        super().save_model(request, obj, form, change)
        if not change:
            services.record_sign_up(user_id=obj.pk)


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    """Devices."""

    icon = "smartphone"
    list_display = ("user", "platform", "name", "model", "app_version", "last_seen_at")
    list_filter = ("platform",)
    list_select_related = ("user",)
    list_per_page = 50
    search_fields = ("user__email",)
    search_help_text = "A whole e-mail address, or a public id."
    ordering = ("-id",)

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Device], search_term: str
    ) -> tuple[QuerySet[Device], bool]:
        """Search by index only."""
        return queryset.filter(_is_of_user(search_term.strip())), False


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Sessions, and the means to end them."""

    icon = "login"
    list_display = ("user", "device", "ip", "created_at", "last_used_at", "ended_at", "end_reason")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "end_reason")
    list_select_related = ("user", "device")
    list_per_page = 50
    search_fields = ("user__email",)
    search_help_text = "A whole e-mail address, or a public id."
    ordering = ("-id",)
    exclude = ("django_session_key",)
    actions = ("end",)

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Session], search_term: str
    ) -> tuple[QuerySet[Session], bool]:
        """Search by index only."""
        return queryset.filter(_is_of_user(search_term.strip())), False

    @admin.action(description="End: its tokens stop working everywhere", permissions=["act"])
    def end(self, request: HttpRequest, chosen: QuerySet[Session]) -> None:
        """End the chosen sessions."""
        session_ids = list(chosen.filter(ended_at=None).values_list("public_id", flat=True))
        for session_id in session_ids:
            services.end_session(session_id=session_id, reason=EndReason.ENDED_BY_STAFF)
        self.message_user(request, f"{len(session_ids)} ended, and announced in the event log.")


def _is_user(term: str) -> Q:
    """Return the condition of a search among users."""
    with suppress(ValueError):
        return Q(public_id=UUID(term))
    if "@" in term:
        return Q(email__startswith=canonical_email(term))
    return Q(email__startswith=term.lower()) | Q(name__istartswith=term)


def _is_of_user(term: str) -> Q:
    """Return the condition of a search among what users have; ids are those of the row or user."""
    if not term:
        return Q()
    with suppress(ValueError):
        wanted = UUID(term)
        return Q(public_id=wanted) | Q(user__in=User.objects.filter(public_id=wanted))
    return Q(user__in=User.objects.filter(email=canonical_email(term)))


# Those of the libraries would change rows behind the services' back, or show secrets.
admin.site.unregister((EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, Group))


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    """Addresses, and whether mail to them was answered."""

    icon = "alternate_email"
    list_display = ("email", "user", "verified", "primary")
    list_filter = ("verified",)
    list_select_related = ("user",)
    search_fields = ("email",)
    ordering = ("-id",)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors and passkeys, without what is secret of them."""

    icon = "passkey"
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-id",)
    exclude = ("data",)


@admin.register(SocialAccount)
class SocialAccountAdmin(ReadOnlyAdmin):
    """Who signs in by Google, Apple or the like."""

    icon = "link"
    list_display = ("user", "provider", "date_joined", "last_login")
    list_filter = ("provider",)
    list_select_related = ("user",)
    search_fields = ("user__email", "=uid")
    ordering = ("-id",)
    exclude = ("extra_data",)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """What operators may do, by groups of them."""

    icon = "group"

"""Users with what they used and have left; suspend, resume, reset."""

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from ide import units
from ide.admin.columns import EndsSessions, ReadOnly, count_column, is_list, quota_column
from ide.admin.plans import OverrideInline
from ide.admin.searching import Searched
from ide.models import Session, Token, Usage, User
from ide.quota.ledger import ledger_of
from ide.quota.usage_query import with_usage
from ide.workspaces.live import end_once_committed, end_sessions_of, session_ids_of


class TokenInline(ReadOnly, admin.TabularInline[Token, User]):
    model = Token
    fields = readonly_fields = ("name", "hint", "created_at", "last_used_at")
    extra = 0


@admin.register(User)
class UserAdmin(Searched, EndsSessions, DjangoUserAdmin[User]):
    list_display = (
        "username",
        "plan",
        "kind",
        "is_active",
        quota_column("cpu_seconds_per_day", "CPU a day", units.seconds),
        count_column("runs_today", "runs today"),
        quota_column("runs_per_minute", "runs a minute"),
        quota_column("runs", "runs at once"),
        quota_column("sessions", "sessions"),
        quota_column("workspaces", "workspaces"),
        quota_column("stored_bytes", "stored", units.size),
        "last_login",
    )
    list_filter = ("is_guest", "is_active", "is_staff", "plan", "groups", "date_joined")
    list_select_related = ("plan",)
    list_per_page = 50
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("-date_joined",)
    actions = ("reset", "suspend", "resume", "make_token")
    inlines = (OverrideInline, TokenInline)
    readonly_fields = ("used_and_left", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "email", "plan", "groups", "is_active")}),
        ("What is used and what is left", {"fields": ("used_and_left",)}),
        ("Guest", {"fields": ("is_guest", "expires_at"), "classes": ("collapse",)}),
        ("Rights", {"fields": ("is_staff", "is_superuser"), "classes": ("collapse",)}),
        ("Dates", {"fields": ("last_login", "date_joined"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User]":
        rows = super().get_queryset(request)
        return with_usage(rows) if is_list(request) else rows

    @admin.display(description="kind", ordering="is_guest")
    def kind(self, user: User) -> str:
        return "guest" if user.is_guest else "staff" if user.is_staff else "account"

    @admin.display(description="today")
    def used_and_left(self, user: User) -> SafeString | str:
        return render_to_string("ide/ledger.html", {"ledger": ledger_of(user)}) if user.pk else "Nothing yet."

    @admin.action(description="Reset what was used today", permissions=["change"])
    def reset(self, request: HttpRequest, users: "QuerySet[User]") -> None:
        now = timezone.now()
        rows = Usage.objects.filter(user__in=list(users), day=now.date())
        rows.update(cpu_seconds=0.0, runs=0, reset_at=now)
        self._tell(request, users, "Reset what was used today.")

    @admin.action(description="Suspend: sign out, stop all runs and sessions", permissions=["change"])
    def suspend(self, request: HttpRequest, users: "QuerySet[User]") -> None:
        chosen = [user for user in users if user != request.user]
        User.objects.filter(pk__in=[user.pk for user in chosen]).update(is_active=False)
        for user in chosen:
            async_to_sync(end_sessions_of)(user)
        self._tell(request, chosen, "Suspended.")

    @admin.action(description="Resume", permissions=["change"])
    def resume(self, request: HttpRequest, users: "QuerySet[User]") -> None:
        chosen = list(users)
        User.objects.filter(pk__in=[user.pk for user in chosen]).update(is_active=True)
        self._tell(request, chosen, "Resumed.")

    @admin.action(description="Make a token", permissions=["change"])
    def make_token(self, request: HttpRequest, users: "QuerySet[User]") -> HttpResponse:
        """Shown in this answer, and nowhere again."""
        made = [(user, Token.issue(user, f"made by {request.user.get_username()}"[:80])[1]) for user in users]
        for user, _ in made:
            self.log_change(request, user, "Made a token.")
        context = {**self.admin_site.each_context(request), "title": "New tokens", "made": made}
        answer = TemplateResponse(request, "admin/ide/user/tokens.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    def save_model(self, request: HttpRequest, user: User, form: Any, change: bool) -> None:
        super().save_model(request, user, form, change)
        if change and not user.is_active:  # suspended without the action
            end_once_committed(session_ids_of(user))
            Session.objects.filter(user=user).delete()

    def delete_model(self, request: HttpRequest, user: User) -> None:
        end_once_committed(session_ids_of(user))
        super().delete_model(request, user)

    def delete_queryset(self, request: HttpRequest, users: "QuerySet[User]") -> None:
        left = set().union(*map(session_ids_of, users))
        super().delete_queryset(request, users)
        end_once_committed(left)

    def _tell(self, request: HttpRequest, users: Any, what: str) -> None:
        """Into the log of changes, and to the administrator."""
        chosen = list(users)
        for user in chosen:
            self.log_change(request, user, what)
        self.message_user(request, f"{what} ({len(chosen)} users)", messages.SUCCESS)


class GroupAdmin(Searched, admin.ModelAdmin[Group]):
    search_fields = ("name",)
    inlines = (OverrideInline,)
    fields = ("name",)


admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)

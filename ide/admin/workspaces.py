"""Workspaces, sessions and shares."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest

from ide.admin.columns import EndsSessions, ReadOnly, count_column, size_column
from ide.admin.searching import Searched
from ide.models import Session, Share, Workspace
from ide.workspaces.live import end_once_committed


@admin.register(Workspace)
class WorkspaceAdmin(Searched, EndsSessions, ReadOnly, admin.ModelAdmin[Workspace]):
    list_display = (
        "name",
        "user",
        "toolchain",
        count_column("file_count", "files"),
        size_column("total_size", "size"),
        "created_at",
        "updated_at",
    )
    list_filter = ("toolchain", "updated_at")
    list_select_related = ("user", "toolchain")
    list_per_page = 50
    search_fields = ("id", "name", "user__username")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Workspace]":
        rows = super().get_queryset(request)
        return rows.annotate(file_count=Count("files"), total_size=Sum("files__size"))

    def delete_model(self, request: HttpRequest, workspace: Workspace) -> None:
        end_once_committed([workspace.session_id])
        super().delete_model(request, workspace)

    def delete_queryset(self, request: HttpRequest, workspaces: "QuerySet[Workspace]") -> None:
        left = [workspace.session_id for workspace in workspaces]
        super().delete_queryset(request, workspaces)
        end_once_committed(left)


@admin.register(Session)
class SessionAdmin(Searched, ReadOnly, admin.ModelAdmin[Session]):
    list_display = ("workspace", "user", "state", "host", "opened_at", "changed_at")
    list_filter = ("state", "host", "changed_at")
    list_select_related = ("workspace", "user", "host")
    search_fields = ("workspace__name", "user__username")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Share)
class ShareAdmin(Searched, ReadOnly, admin.ModelAdmin[Share]):
    list_display = ("slug", "name", "user", "toolchain_name", size_column("size", "size"), "created_at")
    list_filter = ("toolchain_name", "created_at")
    list_select_related = ("user",)
    search_fields = ("slug", "name", "user__username")
    fields = (
        "slug",
        "name",
        "user",
        "workspace",
        "toolchain_name",
        "toolchain_digest",
        "options",
        "created_at",
    )

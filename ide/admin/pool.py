"""Toolchains. What changes is published to the pool at once."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from ide.admin.searching import Searched
from ide.exceptions import Invalid
from ide.models import Toolchain
from ide.pool import publish_soon
from ide.toolchains import back


class PublishedMixin:
    """Tells the pool after each change."""

    def save_model(self, *args: Any) -> None:
        super().save_model(*args)  # type: ignore[misc]
        publish_soon()

    def delete_model(self, *args: Any) -> None:
        super().delete_model(*args)  # type: ignore[misc]
        publish_soon()

    def delete_queryset(self, *args: Any) -> None:
        super().delete_queryset(*args)  # type: ignore[misc]
        publish_soon()

    def _set(self, request: HttpRequest, rows: "QuerySet[Any]", message: str, **values: Any) -> None:
        """Change the rows, log each, publish."""
        chosen = list(rows)
        with transaction.atomic():
            rows.model._default_manager.filter(pk__in=[row.pk for row in chosen]).update(**values)
            for row in chosen:
                self.log_change(request, row, message)  # type: ignore[attr-defined]
            publish_soon()


@admin.register(Toolchain)
class ToolchainAdmin(Searched, PublishedMixin, admin.ModelAdmin[Toolchain]):
    list_display = ("name", "ghc", "state", "is_default", "warm", "package_count", "used_by", "digest")
    list_filter = ("enabled", "arriving", "name", "warm")
    search_fields = ("name", "digest", "ghc")
    readonly_fields = ("packages", "arriving", "created_at", "retired_at")
    actions = ("go_back", "retire", "make_default")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Toolchain]":
        return super().get_queryset(request).annotate(workspace_count=Count("workspaces"))

    @admin.display(description="packages")
    def package_count(self, toolchain: Toolchain) -> int:
        return len(toolchain.packages)

    @admin.display(description="workspaces", ordering="workspace_count")
    def used_by(self, toolchain: Any) -> int:
        return int(toolchain.workspace_count)

    @admin.action(description="Go back to the version before", permissions=["change"])
    def go_back(self, request: HttpRequest, toolchains: "QuerySet[Toolchain]") -> None:
        for name in sorted({toolchain.name for toolchain in toolchains}):
            try:
                self.log_change(request, back(name), "Went back to this version.")
            except Invalid as error:
                self.message_user(request, error.sentence, messages.ERROR)
        publish_soon()

    @admin.action(description="Retire: nobody can choose it any more", permissions=["change"])
    def retire(self, request: HttpRequest, toolchains: "QuerySet[Toolchain]") -> None:
        self._set(request, toolchains.filter(is_default=False), "Retired.", enabled=False)

    @admin.action(description="Make it the default", permissions=["change"])
    def make_default(self, request: HttpRequest, toolchains: "QuerySet[Toolchain]") -> None:
        chosen = toolchains.filter(enabled=True)[:1]
        with transaction.atomic():
            if chosen:
                Toolchain.objects.filter(is_default=True).update(is_default=False)
            self._set(request, chosen, "Made the default.", is_default=True)

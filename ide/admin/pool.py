"""Hosts as last watched, and toolchains. What changes is published to the pool at once."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from ide import units
from ide.models import Host, Session, Toolchain
from ide.pool import figures_by_name, publish_soon


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


@admin.register(Host)
class HostAdmin(PublishedMixin, admin.ModelAdmin[Host]):
    list_display = (
        "name",
        "address",
        "runtime",
        "enabled",
        "cordoned",
        "state",
        "cpu",
        "memory",
        "live",
        "error",
    )
    list_filter = ("enabled", "cordoned", "runtime")
    search_fields = ("name", "address")
    actions = ("cordon", "uncordon")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Host]":
        self.figures = figures_by_name()
        live = Count("sessions", filter=Q(sessions__state__in=Session.LIVE))
        return super().get_queryset(request).annotate(live_sessions=live)

    @admin.display(description="state")
    def state(self, host: Host) -> str:
        seen = self.figures.get(host.name)
        if seen is None:
            return "not seen yet"
        return "refused" if seen.refused else "alive" if seen.alive else "down"

    @admin.display(description="CPU used")
    def cpu(self, host: Host) -> str:
        seen = self.figures.get(host.name)
        return f"{seen.cpu_used:.1f} of {seen.cpus:g}" if seen else ""

    @admin.display(description="memory used")
    def memory(self, host: Host) -> str:
        seen = self.figures.get(host.name)
        return f"{units.size(seen.memory_used_bytes)} of {units.size(seen.memory_bytes)}" if seen else ""

    @admin.display(description="sessions", ordering="live_sessions")
    def live(self, host: Any) -> int:
        return int(host.live_sessions)

    @admin.display(description="error")
    def error(self, host: Host) -> str:
        seen = self.figures.get(host.name)
        return (seen.error or seen.refused) if seen else ""

    @admin.action(description="Cordon: no new sessions", permissions=["change"])
    def cordon(self, request: HttpRequest, hosts: "QuerySet[Host]") -> None:
        self._set(request, hosts, "Cordoned.", cordoned=True)

    @admin.action(description="Uncordon", permissions=["change"])
    def uncordon(self, request: HttpRequest, hosts: "QuerySet[Host]") -> None:
        self._set(request, hosts, "Uncordoned.", cordoned=False)


@admin.register(Toolchain)
class ToolchainAdmin(PublishedMixin, admin.ModelAdmin[Toolchain]):
    list_display = ("name", "ghc", "enabled", "is_default", "warm", "package_count", "used_by", "digest")
    list_filter = ("enabled", "name", "warm")
    search_fields = ("name", "digest", "ghc")
    readonly_fields = ("created_at",)
    actions = ("retire", "make_default")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Toolchain]":
        return super().get_queryset(request).annotate(workspace_count=Count("workspaces"))

    @admin.display(description="packages")
    def package_count(self, toolchain: Toolchain) -> int:
        return len(toolchain.packages)

    @admin.display(description="workspaces", ordering="workspace_count")
    def used_by(self, toolchain: Any) -> int:
        return int(toolchain.workspace_count)

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

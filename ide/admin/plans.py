"""Plans, what overrides them, and usage by day."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from ide.admin.columns import ReadOnly, SizesMixin, ToolchainsMixin, seconds_column, size_column
from ide.admin.searching import Searched
from ide.models import Plan, PlanOverride, Usage

QUOTA_FIELDS: Any = [
    (
        "Counted",
        {
            "fields": (
                ("sessions", "runs", "runs_per_minute"),
                ("cpu_seconds_per_day", "workspaces", "stored_bytes"),
            )
        },
    ),
    (
        "Each container",
        {"fields": (("memory_bytes", "cpus", "disk_bytes"), ("hibernate_seconds", "queue_weight"))},
    ),
    (
        "Each run",
        {
            "fields": (
                ("compile_seconds", "run_seconds", "test_seconds"),
                ("repl_idle_seconds", "output_bytes", "compile_allowed"),
            )
        },
    ),
    ("Connections", {"fields": (("sockets", "messages_per_second", "message_burst"),)}),
    ("Toolchains", {"fields": ("toolchains",)}),
]


@admin.register(Plan)
class PlanAdmin(Searched, SizesMixin, ToolchainsMixin, admin.ModelAdmin[Plan]):
    list_display = (
        "name",
        "audience",
        "sessions",
        "runs",
        "runs_per_minute",
        seconds_column("cpu_seconds_per_day", "CPU a day"),
        size_column("memory_bytes", "memory"),
        "cpus",
        "compile_allowed",
        "assigned_to",
    )
    list_filter = ("audience", "compile_allowed")
    search_fields = ("name",)
    filter_horizontal = ("toolchains",)
    fieldsets = [(None, {"fields": (("name", "audience"),)}), *QUOTA_FIELDS]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Plan]":
        return super().get_queryset(request).annotate(user_count=Count("users"))

    @admin.display(description="given to", ordering="user_count")
    def assigned_to(self, plan: Any) -> str:
        return f"{plan.user_count} users"


class OverrideInline(SizesMixin, ToolchainsMixin, admin.StackedInline[PlanOverride, Any]):
    model = PlanOverride
    verbose_name = "different numbers"
    verbose_name_plural = "different numbers than the plan's (empty: as the plan says)"
    extra = 0
    max_num = 1
    filter_horizontal = ("toolchains",)
    fieldsets = [(None, {"fields": ("note",)}), *QUOTA_FIELDS]


@admin.register(PlanOverride)
class PlanOverrideAdmin(Searched, SizesMixin, ToolchainsMixin, admin.ModelAdmin[PlanOverride]):
    list_display = ("__str__", "note", "sessions", "runs", "cpu_seconds_per_day")
    list_select_related = ("user", "group")
    search_fields = ("user__username", "group__name", "note")
    autocomplete_fields = ("user", "group")
    filter_horizontal = ("toolchains",)
    fieldsets = [(None, {"fields": (("user", "group"), "note")}), *QUOTA_FIELDS]


@admin.register(Usage)
class UsageAdmin(Searched, ReadOnly, admin.ModelAdmin[Usage]):
    list_display = ("user", "day", seconds_column("cpu_seconds", "CPU"), "runs", "reset_at")
    list_filter = ("day",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    date_hierarchy = "day"

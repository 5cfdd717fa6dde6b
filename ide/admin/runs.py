"""Who ran what, how it ended, what it cost."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ide.admin.columns import ReadOnly, is_list, seconds_column, size_column
from ide.admin.searching import Searched
from ide.models import Run

LONG = ("stdout", "stderr", "diagnostics", "start")


@admin.register(Run)
class RunAdmin(Searched, ReadOnly, admin.ModelAdmin[Run]):
    list_display = (
        "created_at",
        "user",
        "workspace",
        "mode",
        "ended",
        "exit_code",
        seconds_column("compile_seconds", "compiled"),
        seconds_column("run_seconds", "ran"),
        seconds_column("cpu_seconds", "CPU"),
        size_column("peak_memory_bytes", "memory"),
        size_column("stdout_bytes", "output"),
        "toolchain_name",
        "host",
    )
    list_filter = ("outcome", "mode", "toolchain_name", "host", "created_at")
    list_select_related = ("user", "workspace", "host")
    list_per_page = 50
    search_fields = ("id", "user__username", "workspace__name", "entry")
    date_hierarchy = "created_at"
    show_full_result_count = False
    fieldsets = (
        (
            None,
            {"fields": ("id", "user", "workspace", "mode", "entry", "toolchain_name", "toolchain_digest")},
        ),
        ("How it ended", {"fields": ("outcome", "phase", "exit_code", "signal", "reason", "diagnostics")}),
        ("When", {"fields": ("created_at", "started_at", "ended_at", "host")}),
        (
            "What it cost",
            {
                "fields": (
                    ("queued_seconds", "compile_seconds", "run_seconds"),
                    ("cpu_seconds", "peak_memory_bytes"),
                    ("counted", "metered_seconds", "charged_seconds"),
                    ("stdout_bytes", "stderr_bytes"),
                )
            },
        ),
        ("The end of its output", {"fields": ("stdout", "stderr")}),
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Run]":
        rows = super().get_queryset(request)
        return rows.defer(*LONG) if is_list(request) else rows

    @admin.display(description="outcome", ordering="outcome")
    def ended(self, run: Run) -> str:
        return run.get_outcome_display() or run.state

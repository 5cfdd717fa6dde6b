"""Hosts: added and changed after a keeper looked at them, cordoned, drained, removed once they are empty."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ide import units
from ide.admin.columns import SizesMixin
from ide.admin.pool import PublishedMixin
from ide.admin.searching import Searched
from ide.hosts.checking import check, look, note
from ide.hosts.overview import overview
from ide.models import Host, Session
from ide.pool import entry_of, figures_by_name

CHECKED = ("name", "address", "credentials", "runtime", "cpus", "memory_bytes")
SIGNS = {"good": "✓", "warning": "⚠", "bad": "✗"}
OCCUPIED = "{} has {} sessions: drain it first, or disable it, which ends them."


class HostForm(forms.ModelForm[Host]):
    """A machine is looked at before anything of the form is kept."""

    class Meta:
        model = Host
        fields = (
            "name",
            "address",
            "credentials",
            "runtime",
            "cpus",
            "memory_bytes",
            "enabled",
            "cordoned",
            "draining",
        )

    def clean(self) -> dict[str, Any] | None:
        fields = super().clean() or {}
        added = self.instance.pk is None
        if (
            not self.errors
            and fields.get("enabled")
            and (added or {*self.changed_data} & {*CHECKED, "enabled"})
        ):
            wanted = Host(pk=self.instance.pk, **{name: fields[name] for name in CHECKED})
            if not entry_of(wanted).address_fault:  # else the row's own `clean` says so
                note(self.instance, check(wanted))
        return fields


@admin.register(Host)
class HostAdmin(Searched, SizesMixin, PublishedMixin, admin.ModelAdmin[Host]):
    form = HostForm
    list_display = (
        "name",
        "address",
        "runtime",
        "enabled",
        "cordoned",
        "draining",
        "state",
        "cpu",
        "memory",
        "live",
        "error",
    )
    list_filter = ("enabled", "cordoned", "draining", "runtime")
    search_fields = ("name", "address")
    readonly_fields = ("report_table", "checked_at", "engine")
    actions = ("cordon", "drain", "uncordon", "preflight", "remove")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Host]":
        self.figures = figures_by_name()
        live = Count("sessions", filter=Q(sessions__state__in=Session.LIVE))
        return super().get_queryset(request).annotate(live_sessions=live)

    def get_urls(self) -> list[Any]:
        ours = [
            path("live/", self.admin_site.admin_view(self.live_page), name="ide_host_live"),
            path("live.json", self.admin_site.admin_view(self.live_figures), name="ide_host_live_json"),
        ]
        return ours + super().get_urls()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Not in one transaction, as Django has it: a machine may take seconds, and SQLite has one writer."""
        return self._changeform_view(request, *args, **kwargs)  # type: ignore[attr-defined, no-any-return]

    def live_page(self, request: HttpRequest) -> HttpResponse:
        """Hosts and sessions as they are now, and hosts over the last hour."""
        self._check_view(request)
        context = {**self.admin_site.each_context(request), "title": "The pool, live"}
        return TemplateResponse(request, "admin/ide/host/live.html", context)

    def live_figures(self, request: HttpRequest) -> JsonResponse:
        self._check_view(request)
        return JsonResponse(overview(with_history="history" in request.GET))

    def _check_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    # --- what is shown --------------------------------------------------------------------------------

    @admin.display(description="state")
    def state(self, host: Host) -> str:
        seen = self.figures.get(host.name)
        return seen.state if seen else "not seen yet"

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
        return " ".join([seen.error or seen.refused, *seen.warnings]).strip() if seen else ""

    @admin.display(description="preflight")
    def report_table(self, host: Host) -> SafeString:
        rows = [(SIGNS[one["verdict"]], one["name"], one["value"], one["advice"]) for one in host.report]
        if not rows:
            return SafeString("Not looked at yet: choose “Look again” in the list of hosts.")
        row = "<tr><td>{}</td><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>"
        return format_html("<table>{}</table>", format_html_join("", row, rows))

    # --- what is done ---------------------------------------------------------------------------------

    @admin.action(description="Cordon: no new sessions", permissions=["change"])
    def cordon(self, request: HttpRequest, hosts: "QuerySet[Host]") -> None:
        self._set(request, hosts, "Cordoned.", cordoned=True)

    @admin.action(description="Drain: no new sessions, and its own move away", permissions=["change"])
    def drain(self, request: HttpRequest, hosts: "QuerySet[Host]") -> None:
        self._set(request, hosts, "Draining.", cordoned=True, draining=True)

    @admin.action(description="Uncordon: takes sessions again", permissions=["change"])
    def uncordon(self, request: HttpRequest, hosts: "QuerySet[Host]") -> None:
        self._set(request, hosts, "Uncordoned.", cordoned=False, draining=False)

    @admin.action(description="Look again: preflight", permissions=["change"])
    def preflight(self, request: HttpRequest, hosts: "QuerySet[Host]") -> None:
        for host in hosts:
            try:
                found = look(host).faults or [f"{host.name} is fit to be a host."]
            except ValidationError as error:
                found = error.messages
            for sentence in found:
                self.message_user(request, f"{host.name}: {sentence}")

    @admin.action(description="Remove hosts that are empty", permissions=["delete"])
    def remove(self, request: HttpRequest, hosts: "QuerySet[Host]") -> None:
        for host in hosts:
            if not self._refuse_occupied(request, host):
                self.log_deletions(request, Host.objects.filter(pk=host.pk))
                self.delete_model(request, host)
                self.message_user(request, f"{host.name} was removed.")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's own way of deleting several asks nobody whether they are empty."""
        return {name: how for name, how in super().get_actions(request).items() if name != "delete_selected"}

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        host = self.get_object(request, object_id)
        if host and self._refuse_occupied(request, host):
            return HttpResponseRedirect(reverse("admin:ide_host_change", args=[host.pk]))
        return super().delete_view(request, object_id, extra_context)

    def _refuse_occupied(self, request: HttpRequest, host: Any) -> bool:
        occupied = bool(host.enabled and host.live_sessions)
        if occupied:
            self.message_user(request, OCCUPIED.format(host.name, host.live_sessions), messages.ERROR)
        return occupied

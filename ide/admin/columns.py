"""Columns, form fields and rights that several pages of the administration share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from ide import units
from ide.models import Session, Toolchain


class SizeInput(forms.TextInput):
    """Shows bytes as `1.5 GiB`, unless that would round them."""

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, int):
            return None if value is None else str(value)
        shown = units.size(value)
        return shown if units.parse_size(shown) == value else str(value)


class SizeField(forms.IntegerField):
    """Takes `1.5 GiB`, `512 MiB` or plain bytes."""

    widget = SizeInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_text = f"{self.help_text} Such as 512 MiB or 1.5 GiB.".strip()

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and value.strip():
            try:
                return units.parse_size(value)
            except ValueError:
                raise forms.ValidationError("Write a size such as 512 MiB or 1.5 GiB.") from None
        return super().to_python(value)


class SizesMixin:
    """Fields that end in `_bytes` are sizes in forms."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name.endswith("_bytes"):
            kwargs |= {"form_class": SizeField, "widget": SizeInput}
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class ToolchainsMixin:
    """Toolchains to choose from, without their long lists of packages."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "toolchains":
            kwargs["queryset"] = Toolchain.objects.only("name")
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


class ReadOnly:
    """To be looked at only."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EndsSessions:
    """What has sessions may be deleted although nobody deletes those by themselves: they end with it."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[Any], Any]:
        rows, counts, needed, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        return rows, counts, {*needed} - {Session._meta.verbose_name}, protected


def is_list(request: HttpRequest) -> bool:
    """Whether a list of rows is asked for, rather than one row's page."""
    return bool(request.resolver_match and str(request.resolver_match.url_name).endswith("_changelist"))


def _unbroken(quantity: str) -> str:
    """Number and unit stay on one line."""
    return quantity.replace(" ", "\N{NO-BREAK SPACE}")


def size_column(name: str, label: str) -> Any:
    """A sortable column that shows the bytes of that field or annotation."""

    @admin.display(description=label, ordering=name)
    def column(row: Any) -> str:
        return _unbroken(units.size(getattr(row, name) or 0))

    return column


def seconds_column(name: str, label: str) -> Any:
    """The same for seconds."""

    @admin.display(description=label, ordering=name)
    def column(row: Any) -> str:
        return _unbroken(units.seconds(round(getattr(row, name) or 0, 3)))

    return column


def quota_column(name: str, label: str, show: Callable[[float], str] = "{:g}".format) -> Any:
    """What is used of a quota and what is left, sorted by what is left; the rows come from `with_usage`."""

    @admin.display(description=label, ordering=f"left_{name}")
    def column(row: Any) -> str:
        used, left = (show(round(getattr(row, f"{part}_{name}") or 0, 3)) for part in ("used", "left"))
        return f"{_unbroken(used)}, {_unbroken(left)} left"

    return column


def count_column(name: str, label: str) -> Any:
    @admin.display(description=label, ordering=name)
    def column(row: Any) -> int:
        return int(getattr(row, name) or 0)

    return column

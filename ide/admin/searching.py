"""What can be looked for in the administration's lists and fields; what cannot is said."""

from typing import Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.db.models import QuerySet
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponse

from ide.api.problems import of_fault
from ide.exceptions import Invalid

SEARCH_CHARACTERS = 200  # a query of a thousand words is one that no database takes


class Search(ChangeListSearchForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {SEARCH_VAR: forms.CharField(required=False, strip=False, max_length=SEARCH_CHARACTERS)}


class SearchedList(ChangeList):
    search_form_class = Search


class Searched:
    """A list that takes any query: one that no row can match, such as the year 99999, opens it whole."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SearchedList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)  # type: ignore[misc,no-any-return]
        except (OverflowError, ValueError, DataError) as error:
            if {*request.GET} <= {ERROR_FLAG}:  # nothing was asked for
                raise
            raise IncorrectLookupParameters(error) from error


class Autocomplete(AutocompleteJsonView):
    """The rows that a field may name."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        search = Search({SEARCH_VAR: request.GET.get("term", "")})
        if not search.is_valid():
            return of_fault(request, Invalid(search.errors[SEARCH_VAR].as_text(), "term"))
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> "QuerySet[Any]":
        rows = super().get_queryset()
        return rows if rows.ordered else rows.order_by("pk")

    def process_request(self, request: HttpRequest) -> Any:
        term, model_admin, field, to_field = super().process_request(request)
        if not isinstance(field, RelatedField):  # the other side of one: no form has it
            raise PermissionDenied
        return term, model_admin, field, to_field

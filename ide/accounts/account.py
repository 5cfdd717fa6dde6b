"""A user's own page: quota, shares, tokens, and the end of the account."""

from typing import cast

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ide.accounts.forms import DeleteForm, TokenForm
from ide.models import User
from ide.quota.admission import lock
from ide.quota.ledger import ledger_of
from ide.workspaces.live import end_sessions_of


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Shares, tokens and quota; a new token's secret is shown once."""
    user, secret, form = _me(request), None, TokenForm(_me(request))
    if request.method == "POST":
        form = TokenForm(user, request.POST)
        secret = _issue(user, form)
        form = TokenForm(user) if secret else form
    context = {
        "form": form,
        "secret": secret,
        "tokens": user.tokens.all(),
        "shares": user.shares.defer("files"),
        "ledger": ledger_of(user),
    }
    return render(request, "ide/account.html", context)


@login_required
@require_POST
def delete_token(request: HttpRequest, token_id: int) -> HttpResponse:
    get_object_or_404(_me(request).tokens, pk=token_id).delete()
    messages.success(request, "The token is deleted: programs that use it are signed out.")
    return redirect("account")


@login_required
@require_POST
def delete_share(request: HttpRequest, slug: str) -> HttpResponse:
    """What others made of it stays theirs."""
    get_object_or_404(_me(request).shares, pk=slug).delete()
    messages.success(request, "The shared copy is deleted: its address leads nowhere now.")
    return redirect("account")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def delete_account(request: HttpRequest) -> HttpResponse:
    """Ends what runs and removes everything of the user's, after their password."""
    user = _me(request)
    if user.is_staff:
        return render(request, "ide/delete_account.html", {"form": None}, status=403)
    form = DeleteForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "ide/delete_account.html", {"form": form})
    User.objects.filter(pk=user.pk).update(is_active=False)  # nothing new starts from here on
    async_to_sync(end_sessions_of)(user)
    logout(request)
    user.delete()
    return render(request, "ide/deleted.html")


@transaction.atomic
def _issue(user: User, form: TokenForm) -> str | None:
    """The secret of a new token, if the form may have one: of what comes at once, one after the other."""
    lock(user.pk)
    return form.issue() if form.is_valid() else None


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)

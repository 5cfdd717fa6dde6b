"""The pages that the front end draws, and the way in."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods

from ide.accounts.access import workspace_of
from ide.accounts.forms import SignUpForm
from ide.accounts.visitor import visitor
from ide.exceptions import NotFound
from ide.models import Share, User
from ide.workspaces.example import all_examples
from sandbox.limits import FRAME_BYTES

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A running editor for who comes by; who has an account goes on with their workspaces."""
    user = visitor(request)
    if user and not user.is_guest:
        return redirect("workspaces")
    return _app(request, "landing")


@require_GET
@login_required
def workspaces(request: HttpRequest) -> HttpResponse:
    return _app(request, "workspaces")


@require_GET
@login_required
def workspace(request: HttpRequest, workspace_id: str) -> HttpResponse:
    try:
        found = workspace_of(_me(request), workspace_id)
    except NotFound as fault:
        raise Http404(fault.sentence) from None
    return _app(request, "workspace", workspaceId=found.id.hex)


@require_GET
def share(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Share, pk=slug)
    return _app(request, "share", slug=found.slug)


@ensure_csrf_cookie
@never_cache
def _app(request: HttpRequest, page: str, **more: Any) -> HttpResponse:
    """What the front end starts from."""
    user = visitor(request)
    boot = {
        "page": page,
        "user": user and {"name": str(user), "guest": user.is_guest, "staff": user.is_staff},
        "guestsAllowed": settings.GUESTS,
        "messageBytes": FRAME_BYTES,
        "examples": [
            {"slug": each.slug, "title": each.title, "summary": each.summary} for each in all_examples()
        ],
        **more,
    }
    return render(request, "ide/app.html", {"boot": boot})


@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Makes an account; a guest keeps the workspaces."""
    user = visitor(request)
    if user and not user.is_guest:
        return redirect("workspaces")
    if not settings.SIGN_UP:
        return render(request, "ide/closed.html", status=403)
    form = SignUpForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        login(request, form.save(), backend=BACKEND)
        return redirect("workspaces")
    if user:
        form.initial["username"] = ""
    return render(request, "ide/sign_up.html", {"form": form, "guest": user is not None})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "ide/csrf.html", status=403)


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)

"""Where each page and call is."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import path
from django.views.generic import RedirectView

from ide import health, pages
from ide.accounts import account
from ide.admin.searching import Autocomplete
from ide.api.service import api

urlpatterns = [
    path("", pages.home, name="home"),
    path("workspaces", pages.workspaces, name="workspaces"),
    path("w/<str:workspace_id>", pages.workspace, name="workspace"),
    path("s/<slug:slug>", pages.share, name="share"),
    path("account", account.account, name="account"),
    path("account/tokens/<int:token_id>/delete", account.delete_token, name="delete-token"),
    path("account/shares/<slug:slug>/delete", account.delete_share, name="delete-share"),
    path("account/delete", account.delete_account, name="delete-account"),
    path(
        "account/password",
        auth.PasswordChangeView.as_view(template_name="ide/password.html", success_url="/account"),
        name="password",
    ),
    path("accounts/signup/", pages.sign_up, name="signup"),
    path(
        "accounts/login/",
        auth.LoginView.as_view(template_name="ide/sign_in.html", redirect_authenticated_user=False),
        name="login",
    ),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("api/v1/", api.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("favicon.ico", RedirectView.as_view(url="/static/ide/icon.svg", permanent=True)),
    path("admin/autocomplete/", admin.site.admin_view(Autocomplete.as_view(admin_site=admin.site))),
    path("admin/", admin.site.urls),
]

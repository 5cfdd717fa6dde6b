"""The administration: what is used beside what is allowed, in words that people use."""

from django.contrib import admin

from ide.admin import hosts, people, plans, pool, runs, workspaces

__all__ = ["hosts", "people", "plans", "pool", "runs", "workspaces"]

admin.site.site_header = admin.site.site_title = "Haskell IDE"
admin.site.index_title = "Administration"
admin.site.enable_nav_sidebar = False  # the lists are wide

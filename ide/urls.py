"""Where each page and call is."""

urlpatterns: list[object] = []

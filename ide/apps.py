from django.apps import AppConfig


class IdeConfig(AppConfig):
    name = "ide"
    verbose_name = "Haskell IDE"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ide import checks  # noqa: F401  (registers the system checks)

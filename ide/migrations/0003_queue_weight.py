"""How much of a full pool's turns a plan gets; guests get half of what others do."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

NAME = "weight in the queue"
TEXT = "In a full pool twice the weight is served twice as often."
CHECKS = [MinValueValidator(1), MaxValueValidator(1000)]


def lower_guests(apps, schema_editor):
    apps.get_model("ide", "Plan").objects.filter(audience="guests").update(queue_weight=50)


class Migration(migrations.Migration):
    dependencies = [("ide", "0002_plans")]

    operations = [
        migrations.AddField(
            "plan", "queue_weight", models.FloatField(NAME, default=100, help_text=TEXT, validators=CHECKS)
        ),
        migrations.AddField(
            "planoverride",
            "queue_weight",
            models.FloatField(
                NAME, default=None, blank=True, null=True, help_text=TEXT, validators=CHECKS
            ),
        ),
        migrations.RunPython(lower_guests, migrations.RunPython.noop),
    ]

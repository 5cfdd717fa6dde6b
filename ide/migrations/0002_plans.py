"""The two plans to start from: one for everybody with an account, a smaller one for guests."""

from django.db import migrations

MIB = 1024 * 1024

GUEST = {
    "sessions": 1,
    "runs": 2,
    "runs_per_minute": 30,
    "cpu_seconds_per_day": 600.0,
    "memory_bytes": 768 * MIB,
    "disk_bytes": 192 * MIB,
    "hibernate_seconds": 300.0,
    "workspaces": 5,
    "stored_bytes": 8 * MIB,
}


def add_plans(apps, schema_editor):
    plans = apps.get_model("ide", "Plan").objects
    plans.create(name="Standard", audience="everybody")
    plans.create(name="Guest", audience="guests", **GUEST)


class Migration(migrations.Migration):
    dependencies = [("ide", "0001_initial")]

    operations = [migrations.RunPython(add_plans, migrations.RunPython.noop)]

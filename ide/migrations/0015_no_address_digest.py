from django.db import migrations, models


class Migration(migrations.Migration):
    """The column stays, with a default, while processes of the release before may still write it.

    It goes with the release after this one.
    """

    dependencies = [
        ("ide", "0014_left_out"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="address_digest",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=64),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="user", name="address_digest")],
        ),
    ]

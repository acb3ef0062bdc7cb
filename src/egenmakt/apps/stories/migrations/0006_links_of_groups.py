"""A link may be made for the members of one group."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("groups", "0006_step_reached"), ("stories", "0005_an_interview_once")]

    operations = [
        migrations.AddField(
            model_name="roundlink",
            name="group",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="story_links",
                to="groups.savingsgroup",
            ),
        ),
    ]

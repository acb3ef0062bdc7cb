"""A story says when a person let it in beside one that reads the same."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("stories", "0003_goals")]

    operations = [
        migrations.AddField(model_name="story", name="twin_let_in_at", field=models.DateTimeField(null=True)),
    ]

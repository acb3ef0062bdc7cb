"""The trail is append-only from its first row."""

from django.db import migrations

from egenmakt.apps.audit.guards import GUARDS, install, remove


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: install(GUARDS, schema_editor),
            lambda apps, schema_editor: remove(GUARDS, schema_editor),
        )
    ]

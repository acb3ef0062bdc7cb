"""The trail is append-only from its first row."""

from django.db import migrations

from egenmakt.apps.audit.guards import GUARDS, install, remove
from egenmakt.apps.audit.operations import OnDatabase


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        OnDatabase(
            lambda schema_editor: install(GUARDS, schema_editor),
            lambda schema_editor: remove(GUARDS, schema_editor),
        )
    ]

"""On PostgreSQL, the function that writes several entries at once, in the place of the one that wrote a single entry.

Hand-written, because functions are beyond what models can say. Backwards, the new one stays until 0002 is undone.
"""

from django.db import migrations

from egenmakt.apps.audit.operations import OnDatabase, leave

from egenmakt.apps.ledger.posting import CREATE_POST_ENTRIES


def set_up(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS ledger_post_entry", params=None)
        schema_editor.execute(CREATE_POST_ENTRIES, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]
    operations = [OnDatabase(set_up, leave)]

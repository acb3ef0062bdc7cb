"""On PostgreSQL, the functions anew, now with those by which a usual meeting is read and written.

Hand-written, because functions are beyond what models can say. Backwards, they stay until 0003 is undone.
"""

from django.db import migrations

from egenmakt.apps.audit.operations import OnDatabase, leave
from egenmakt.apps.groups.meeting_sql import CREATE_FUNCTIONS


def set_up(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE_FUNCTIONS, params=None)


class Migration(migrations.Migration):
    dependencies = [("groups", "0006_step_reached"), ("ledger", "0002_guards")]
    operations = [OnDatabase(set_up, leave)]

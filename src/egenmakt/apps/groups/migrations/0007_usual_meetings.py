"""On PostgreSQL, the two functions by which a usual meeting is read and, with its entry in the ledger, written.

Hand-written, because functions are beyond what models can say. Backwards, they are taken away; no data are touched.
"""

from django.db import migrations

from egenmakt.apps.audit.operations import OnDatabase
from egenmakt.apps.groups.meeting_sql import CREATE_USUAL, DROP_USUAL


def set_up(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE_USUAL, params=None)


def take_down(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP_USUAL, params=None)


class Migration(migrations.Migration):
    dependencies = [("groups", "0006_step_reached"), ("ledger", "0002_guards")]
    operations = [OnDatabase(set_up, take_down)]

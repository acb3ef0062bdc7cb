"""On PostgreSQL, the function that reads a group's state anew, now with the day of its cut-off sheet.

Hand-written, because functions are beyond what models can say. Backwards, it stays: what it adds comes last in the
list that it returns.
"""

from django.db import migrations

from egenmakt.apps.audit.operations import OnDatabase, leave
from egenmakt.apps.groups.meeting_sql import CREATE_FUNCTIONS


def set_up(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE_FUNCTIONS, params=None)


class Migration(migrations.Migration):
    dependencies = [("groups", "0004_drafts_and_gradings")]
    operations = [OnDatabase(set_up, leave)]

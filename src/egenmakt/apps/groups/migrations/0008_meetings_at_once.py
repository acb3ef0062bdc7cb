"""On PostgreSQL, functions that read and write several meetings at once, in the place of those for a single meeting.

Hand-written, because functions are beyond what models can say. Backwards, the new ones stay until 0003 is undone.
"""

from django.db import migrations

from egenmakt.apps.audit.operations import OnDatabase, leave

from egenmakt.apps.groups.meeting_sql import CREATE_FUNCTIONS

SINGLE = (
    "groups_accept_meeting",
    "groups_record_meeting",
    "groups_open_usual",
    "groups_open_meeting",
    "groups_state(uuid, date)",
)


def set_up(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in SINGLE:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}", params=None)
        schema_editor.execute(CREATE_FUNCTIONS, params=None)


class Migration(migrations.Migration):
    dependencies = [("groups", "0007_usual_meetings"), ("ledger", "0003_post_entries")]
    operations = [OnDatabase(set_up, leave)]

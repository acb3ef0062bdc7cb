"""On PostgreSQL, the functions by which a meeting is read and written in a few round trips.

Hand-written, because functions are beyond what models can say. SQLite needs none: the same statements are run one
after the other. Backwards, the functions are taken away; no data are touched.
"""

from django.db import migrations

from egenmakt.apps.audit.operations import OnDatabase
from egenmakt.apps.groups.meeting_sql import CREATE_FUNCTIONS, DROP_FUNCTIONS


def set_up(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE_FUNCTIONS, params=None)


def take_down(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP_FUNCTIONS, params=None)


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_guards"), ("access", "0002_device_token"), ("lending", "0001_initial")]
    operations = [OnDatabase(set_up, take_down)]

"""The database's own guards of meetings, documents and rules; taken away again when this is undone."""

from django.db import migrations

from egenmakt.apps.audit.guards import install, remove
from egenmakt.apps.audit.operations import OnDatabase
from egenmakt.apps.groups.guards import GUARDS


def put(schema_editor):
    install(GUARDS, schema_editor)


def take(schema_editor):
    remove(GUARDS, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial")]
    operations = [OnDatabase(put, take)]

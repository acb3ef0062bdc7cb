"""The database's own guards. Hand-written, because triggers are beyond what models can say.

Backwards, they are taken away; no row is touched.
"""

from django.db import migrations

from egenmakt.apps.audit.guards import install, remove
from egenmakt.apps.audit.operations import OnDatabase
from egenmakt.apps.learning.guards import GUARDS


def put(schema_editor):
    install(GUARDS, schema_editor)


def take(schema_editor):
    remove(GUARDS, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_initial")]
    operations = [OnDatabase(put, take)]

"""The guards of the ledger, and on PostgreSQL the function that writes entries in one round trip.

Hand-written, because triggers and functions are beyond what models can say. On PostgreSQL the foreign key from a
transfer to its entry gives way to a deferred trigger that asks once for each entry instead of once for each transfer,
and also that both are of one book. Backwards, all of it is taken away and the foreign key comes back.
"""

from django.db import migrations

from egenmakt.apps.audit.guards import install
from egenmakt.apps.audit.operations import OnDatabase
from egenmakt.apps.ledger.guards import GUARDS
from egenmakt.apps.ledger.posting import CREATE_POST_ENTRIES, DROP_POST_ENTRIES

FOREIGN_KEY = "ledger_transfer_entry_id_fk"


def set_up(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid "
                "AND a.attnum = ALL (c.conkey) WHERE c.contype = 'f' AND a.attname = 'entry_id' "
                "AND c.conrelid = 'ledger_transfer'::regclass"
            )
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            schema_editor.execute(f'ALTER TABLE ledger_transfer DROP CONSTRAINT "{name}"', params=None)
        # A balance is rewritten in place, with no work on the indexes, as long as its page has room.
        schema_editor.execute("ALTER TABLE ledger_account SET (fillfactor = 70)", params=None)
        schema_editor.execute(CREATE_POST_ENTRIES, params=None)
    install(GUARDS, schema_editor)


def take_down(schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for guard in GUARDS:
        where = f" ON {guard.table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{where}", params=None)
    if on_postgresql:
        schema_editor.execute(DROP_POST_ENTRIES, params=None)
        schema_editor.execute("ALTER TABLE ledger_account RESET (fillfactor)", params=None)
        schema_editor.execute(
            f"ALTER TABLE ledger_transfer ADD CONSTRAINT {FOREIGN_KEY} FOREIGN KEY (entry_id) "
            "REFERENCES ledger_journalentry (id) DEFERRABLE INITIALLY DEFERRED",
            params=None,
        )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_book")]
    operations = [OnDatabase(set_up, take_down)]

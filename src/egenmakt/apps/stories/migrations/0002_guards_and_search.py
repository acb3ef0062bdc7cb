"""The database's own guards, and the index in which the words of stories are found.

Hand-written, because triggers and full-text indexes are beyond what models can say. Words come folded and split
(`apps/stories/words.py`), so both databases only have to find them: SQLite with FTS5, whose categories keep the vowel
signs of Hindi and Nepali inside their words; PostgreSQL with an index on the words as they are, which no configuration
of a language takes apart. Backwards, both are taken away; no story is touched.
"""

from django.db import migrations

from egenmakt.apps.audit.guards import install, remove
from egenmakt.apps.audit.operations import OnDatabase
from egenmakt.apps.stories.guards import GUARDS

SQLITE = """
CREATE VIRTUAL TABLE stories_search USING fts5(
  words, content='stories_searchtext', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
)
"""
POSTGRESQL = (
    "CREATE INDEX stories_searchtext_words ON stories_searchtext "
    "USING gin (array_to_tsvector(string_to_array(words, ' ')))"
)


def put(schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL, params=None)
    install(GUARDS, schema_editor)


def take(schema_editor):
    remove(GUARDS, schema_editor)
    what = "TABLE stories_search" if schema_editor.connection.vendor == "sqlite" else "INDEX stories_searchtext_words"
    schema_editor.execute(f"DROP {what}", params=None)


class Migration(migrations.Migration):
    dependencies = [("stories", "0001_initial")]
    operations = [OnDatabase(put, take)]

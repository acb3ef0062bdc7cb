"""One interview is recorded once, also when it comes under two ids at the same instant.

Stories of one interview that a person has let in before now are marked first, all but the one that came first: so the
constraint holds for what is there. Going back leaves the marks, which harm nothing.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def mark_twins(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Say of each story but the first of its interview that it was let in when it came."""
    stories = apps.get_model("stories", "Story").objects.filter(twin_let_in_at__isnull=True)
    seen: set[tuple[str, str]] = set()
    twins = []
    rows = stories.order_by("received_at", "id").values_list("id", "interview_hash", "mode")
    for id, interview, mode in rows.iterator():
        if (interview, mode) in seen:
            twins.append(id)
        seen.add((interview, mode))
    for start in range(0, len(twins), 500):
        stories.filter(id__in=twins[start : start + 500]).update(twin_let_in_at=F("received_at"))


class Migration(migrations.Migration):

    dependencies = [("stories", "0004_twins")]

    operations = [
        migrations.RunPython(mark_twins, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="story",
            constraint=models.UniqueConstraint(
                condition=models.Q(("twin_let_in_at__isnull", True)),
                fields=("interview_hash", "mode"),
                name="stories_story_interview_once",
            ),
        ),
    ]

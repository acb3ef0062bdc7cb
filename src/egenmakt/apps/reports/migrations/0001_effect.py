"""Effect reports. The guards of their tables are hand-written, because triggers are beyond what models can say."""

import django.db.models.deletion
from django.db import migrations, models

from egenmakt.apps.audit.guards import install, remove
from egenmakt.apps.audit.operations import CreateModels, OnDatabase
from egenmakt.apps.reports.effect_guards import EFFECT_GUARDS


def put(schema_editor):
    install(EFFECT_GUARDS, schema_editor)


def take(schema_editor):
    remove(EFFECT_GUARDS, schema_editor)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0002_cell_least'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='EffectReport',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('written_by', models.UUIDField(null=True)),
                    ('written_by_name', models.CharField(max_length=200)),
                    ('written_at', models.DateTimeField()),
                    ('organisation_id', models.UUIDField()),
                    ('outline', models.CharField(max_length=40)),
                    ('from_on', models.DateField()),
                    ('until_on', models.DateField()),
                    ('languages', models.JSONField()),
                    ('titles', models.JSONField()),
                    ('discarded_at', models.DateTimeField(null=True)),
                    ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='effect_reports', to='people.node')),
                ],
                options={
                    'indexes': [
                        models.Index(fields=['node', 'from_on'], name='reports_effect_by_node'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('until_on__gt', models.F('from_on'))), name='reports_effect_period_in_order'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Edition',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('written_by', models.UUIDField(null=True)),
                    ('written_by_name', models.CharField(max_length=200)),
                    ('written_at', models.DateTimeField()),
                    ('number', models.PositiveIntegerField()),
                    ('data_version', models.CharField(max_length=64)),
                    ('pack_sha256', models.CharField(max_length=64)),
                    ('redacted_sha256', models.CharField(blank=True, default='', max_length=64)),
                    ('pack_bytes', models.PositiveBigIntegerField()),
                    ('claims', models.PositiveIntegerField()),
                    ('published_by', models.UUIDField(null=True)),
                    ('published_by_name', models.CharField(blank=True, default='', max_length=200)),
                    ('published_at', models.DateTimeField(null=True)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='reports.effectreport')),
                ],
                options={
                    'constraints': [
                        models.UniqueConstraint(fields=('report', 'number'), name='reports_edition_once'),
                        models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='reports_edition_numbered_from_one'),
                        models.CheckConstraint(condition=models.Q(('published_at__isnull', True), ('published_by__isnull', True), ('written_by__isnull', True), models.Q(('published_by', models.F('written_by')), _negated=True), _connector='OR'), name='reports_edition_published_by_another'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ClaimVersion',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('written_by', models.UUIDField(null=True)),
                    ('written_by_name', models.CharField(max_length=200)),
                    ('written_at', models.DateTimeField()),
                    ('section', models.CharField(max_length=80)),
                    ('code', models.CharField(max_length=80)),
                    ('number', models.PositiveIntegerField()),
                    ('document', models.JSONField(null=True)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='reports.effectreport')),
                ],
                options={
                    'constraints': [
                        models.UniqueConstraint(fields=('report', 'code', 'number'), name='reports_claim_once'),
                        models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='reports_claim_numbered_from_one'),
                        models.CheckConstraint(condition=models.Q(('code__regex', '^[a-z][a-z0-9-]*$')), name='reports_claim_code'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='FindingAnswer',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('written_by', models.UUIDField(null=True)),
                    ('written_by_name', models.CharField(max_length=200)),
                    ('written_at', models.DateTimeField()),
                    ('finding', models.CharField(max_length=64)),
                    ('sentence', models.CharField(max_length=1000)),
                    ('reason', models.CharField(max_length=2000)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='reports.effectreport')),
                ],
                options={
                    'indexes': [
                        models.Index(fields=['report', 'finding'], name='reports_answer_by_finding'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='reports_answer_with_a_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='SectionText',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('written_by', models.UUIDField(null=True)),
                    ('written_by_name', models.CharField(max_length=200)),
                    ('written_at', models.DateTimeField()),
                    ('section', models.CharField(max_length=80)),
                    ('language', models.CharField(max_length=20)),
                    ('number', models.PositiveIntegerField()),
                    ('text', models.TextField(blank=True)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='reports.effectreport')),
                ],
                options={
                    'constraints': [
                        models.UniqueConstraint(fields=('report', 'section', 'language', 'number'), name='reports_text_once'),
                        models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='reports_text_numbered_from_one'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='EditionStory',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('claim', models.CharField(max_length=80)),
                    ('kind', models.CharField(max_length=20)),
                    ('id_hash', models.CharField(db_index=True, max_length=64)),
                    ('withdrawn_at', models.DateTimeField(null=True)),
                    ('told_at', models.DateTimeField(null=True)),
                    ('told_by', models.UUIDField(null=True)),
                    ('told_words', models.CharField(blank=True, default='', max_length=2000)),
                    ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stories', to='reports.edition')),
                ],
                options={
                    'constraints': [
                        models.UniqueConstraint(fields=('edition', 'claim', 'id_hash'), name='reports_editionstory_once'),
                        models.CheckConstraint(condition=models.Q(('told_at__isnull', True), models.Q(('withdrawn_at__isnull', False), models.Q(('told_words', ''), _negated=True)), _connector='OR'), name='reports_editionstory_told_of_a_withdrawal'),
                    ],
                },
            ),
        ]),
        OnDatabase(put, take),
    ]

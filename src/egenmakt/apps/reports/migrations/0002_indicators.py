"""Targets, baselines and figures from outside. Their guards are hand-written: triggers are beyond models."""

import django.db.models.deletion
from django.db import migrations, models

from egenmakt.apps.audit.guards import install, remove
from egenmakt.apps.audit.operations import CreateModels, OnDatabase
from egenmakt.apps.reports.indicator_guards import INDICATOR_GUARDS


def put(schema_editor):
    install(INDICATOR_GUARDS, schema_editor)


def take(schema_editor):
    remove(INDICATOR_GUARDS, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_cell_least'),
        ('reports', '0001_effect'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='OutsideTable',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('title', models.CharField(max_length=200)),
                    ('source', models.CharField(max_length=500)),
                    ('received_on', models.DateField()),
                    ('file_name', models.CharField(blank=True, default='', max_length=200)),
                    ('file_sha256', models.CharField(blank=True, default='', max_length=64)),
                    ('entered_at', models.DateTimeField()),
                    ('entered_by', models.UUIDField()),
                    ('entered_by_name', models.CharField(max_length=200)),
                    ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outside_tables', to='people.node')),
                    ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='reports.outsidetable')),
                ],
                options={
                    'indexes': [
                        models.Index(fields=['node', 'entered_at'], name='reports_outside_by_node'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='reports_outside_titled'),
                        models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='reports_outside_with_a_source'),
                        models.CheckConstraint(condition=models.Q(models.Q(('file_name', ''), ('file_sha256', '')), models.Q(models.Q(('file_name', ''), _negated=True), ('file_sha256__length', 64)), _connector='OR'), name='reports_outside_file_with_its_fingerprint'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='OutsideFigure',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('indicator', models.CharField(max_length=60)),
                    ('sex', models.CharField(blank=True, default='', max_length=10)),
                    ('currency', models.CharField(blank=True, default='', max_length=3)),
                    ('from_on', models.DateField()),
                    ('until_on', models.DateField()),
                    ('value', models.BigIntegerField()),
                    ('of', models.BigIntegerField(null=True)),
                    ('row', models.PositiveIntegerField(null=True)),
                    ('country', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outside_figures', to='people.country')),
                    ('partner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outside_figures', to='people.node')),
                    ('table', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='reports.outsidetable')),
                ],
                options={
                    'indexes': [
                        models.Index(fields=['indicator', 'until_on'], name='reports_outside_by_indicator'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('until_on__gt', models.F('from_on'))), name='reports_outsidefigure_in_order'),
                        models.CheckConstraint(condition=models.Q(('of__isnull', True), models.Q(('of__gte', models.F('value')), ('value__gte', 0)), _connector='OR'), name='reports_outsidefigure_part_of_its_whole'),
                        models.CheckConstraint(condition=models.Q(('sex__in', ['', 'female', 'male', 'other', 'unknown'])), name='reports_outsidefigure_sex'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Aim',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('indicator', models.CharField(max_length=60)),
                    ('kind', models.CharField(choices=[('target', 'Target'), ('baseline', 'Baseline')], max_length=8)),
                    ('currency', models.CharField(blank=True, default='', max_length=3)),
                    ('from_on', models.DateField()),
                    ('until_on', models.DateField()),
                    ('value', models.BigIntegerField(null=True)),
                    ('of', models.BigIntegerField(null=True)),
                    ('words', models.CharField(blank=True, default='', max_length=500)),
                    ('set_at', models.DateTimeField()),
                    ('set_by', models.UUIDField()),
                    ('set_by_name', models.CharField(max_length=200)),
                    ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='aims', to='people.node')),
                ],
                options={
                    'indexes': [
                        models.Index(fields=['node', 'indicator', 'set_at'], name='reports_aim_by_indicator'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('kind__in', ['target', 'baseline'])), name='reports_aim_kind'),
                        models.CheckConstraint(condition=models.Q(('until_on__gt', models.F('from_on'))), name='reports_aim_in_order'),
                        models.CheckConstraint(condition=models.Q(('of__isnull', True), models.Q(('of__gt', 0), ('value__isnull', False), ('value__lte', models.F('of'))), _connector='OR'), name='reports_aim_part_of_its_whole'),
                        models.CheckConstraint(condition=models.Q(('indicator', ''), _negated=True), name='reports_aim_of_an_indicator'),
                    ],
                },
            ),
        ]),
        OnDatabase(put, take),
    ]

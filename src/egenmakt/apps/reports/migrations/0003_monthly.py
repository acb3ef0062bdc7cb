"""Monthly reports, and the database's own guards of them. Backwards, the guards are taken away first."""

import django.db.models.deletion
from django.db import migrations, models

from egenmakt.apps.audit.guards import install, remove
from egenmakt.apps.audit.operations import CreateModels, OnDatabase
from egenmakt.apps.reports.monthly_guards import MONTHLY_GUARDS


def put(schema_editor):
    install(MONTHLY_GUARDS, schema_editor)


def take(schema_editor):
    remove(MONTHLY_GUARDS, schema_editor)


class Migration(migrations.Migration):


    dependencies = [
        ('people', '0002_cell_least'),
        ('reports', '0002_indicators'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='MonthlyReport',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('written_by', models.UUIDField()),
                    ('written_by_name', models.CharField(max_length=200)),
                    ('written_at', models.DateTimeField()),
                    ('removed_at', models.DateTimeField(null=True)),
                    ('organisation_id', models.UUIDField(db_index=True)),
                    ('month', models.DateField()),
                    ('edition', models.PositiveSmallIntegerField(default=1)),
                    ('reason', models.CharField(blank=True, default='', max_length=2000)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Checked'), ('approved', 'Approved'), ('published', 'Published')], default='draft', max_length=10)),
                    ('origin', models.CharField(choices=[('own', 'Own'), ('imported', 'Imported')], default='own', max_length=10)),
                    ('source', models.CharField(blank=True, default='', max_length=300)),
                    ('changes', models.PositiveIntegerField(default=0)),
                    ('checked_by', models.UUIDField(null=True)),
                    ('checked_by_name', models.CharField(blank=True, default='', max_length=200)),
                    ('checked_at', models.DateTimeField(null=True)),
                    ('approved_by', models.UUIDField(null=True)),
                    ('approved_by_name', models.CharField(blank=True, default='', max_length=200)),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('published_by', models.UUIDField(null=True)),
                    ('published_by_name', models.CharField(blank=True, default='', max_length=200)),
                    ('published_at', models.DateTimeField(null=True)),
                    ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='reports.monthlyreport')),
                    ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='monthly_reports', to='people.node')),
                ],
                options={
                    'indexes': [
                        models.Index(fields=['organisation_id', 'month'], name='reports_monthly_by_month'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'checked', 'approved', 'published'])), name='reports_monthly_state'),
                        models.CheckConstraint(condition=models.Q(('origin__in', ['own', 'imported'])), name='reports_monthly_origin'),
                        models.CheckConstraint(condition=models.Q(('month__day', 1)), name='reports_monthly_month_by_its_first_day'),
                        models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', True), ('edition', 1), ('reason', '')), models.Q(('corrects__isnull', False), ('edition__gt', 1), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='reports_monthly_correction_has_a_reason'),
                        models.CheckConstraint(condition=models.Q(('id', models.F('corrects_id')), _negated=True), name='reports_monthly_corrects_another'),
                        models.CheckConstraint(condition=models.Q(('removed_at__isnull', True), ('state', 'draft'), _connector='OR'), name='reports_monthly_only_drafts_go_away'),
                        models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True)), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='reports_monthly_checked_by_and_at'),
                        models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='reports_monthly_approved_by_and_at'),
                        models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True)), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='reports_monthly_published_by_and_at'),
                        models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('checked_at__isnull', True), ('state', 'draft')), models.Q(('approved_at__isnull', True), ('checked_at__isnull', False), ('state', 'checked')), models.Q(('approved_at__isnull', False), ('checked_at__isnull', False), ('state__in', ['approved', 'published'])), models.Q(('origin', 'imported'), ('state', 'published')), _connector='OR'), name='reports_monthly_steps_in_order'),
                        models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', True)), _connector='OR'), name='reports_monthly_published'),
                        models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('node', 'month', 'edition'), name='reports_monthly_edition_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MonthlyLine',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('indicator', models.CharField(max_length=40)),
                    ('flow', models.BigIntegerField(null=True)),
                    ('flow_written', models.CharField(blank=True, default='', max_length=200)),
                    ('accumulated', models.BigIntegerField(null=True)),
                    ('accumulated_written', models.CharField(blank=True, default='', max_length=200)),
                    ('note', models.CharField(blank=True, default='', max_length=2000)),
                    ('source', models.CharField(choices=[('typed', 'Typed'), ('own', 'Own'), ('imported', 'Imported')], default='typed', max_length=10)),
                    ('written_by', models.UUIDField(null=True)),
                    ('written_at', models.DateTimeField(null=True)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='reports.monthlyreport')),
                ],
                options={
                    'constraints': [
                        models.UniqueConstraint(fields=('report', 'indicator'), name='reports_monthlyline_once'),
                        models.CheckConstraint(condition=models.Q(('source__in', ['typed', 'own', 'imported'])), name='reports_monthlyline_source'),
                        models.CheckConstraint(condition=models.Q(models.Q(('written_at__isnull', True), ('written_by__isnull', True)), models.Q(('written_at__isnull', False), ('written_by__isnull', False)), _connector='OR'), name='reports_monthlyline_written_by_and_at'),
                        models.CheckConstraint(condition=models.Q(('flow__isnull', True), ('flow__range', (-1000000000000000, 1000000000000000)), _connector='OR'), name='reports_monthlyline_flow_in_range'),
                        models.CheckConstraint(condition=models.Q(('accumulated__isnull', True), ('accumulated__range', (-1000000000000000, 1000000000000000)), _connector='OR'), name='reports_monthlyline_accumulated_in_range'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MonthlyAnswer',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('written_by', models.UUIDField()),
                    ('written_by_name', models.CharField(max_length=200)),
                    ('written_at', models.DateTimeField()),
                    ('fingerprint', models.CharField(max_length=64)),
                    ('finding', models.JSONField()),
                    ('words', models.CharField(max_length=2000)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='reports.monthlyreport')),
                ],
                options={
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='reports_monthlyanswer_says_something'),
                        models.CheckConstraint(condition=models.Q(('fingerprint__regex', '^[0-9a-f]{64}$')), name='reports_monthlyanswer_to_a_finding'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MonthlyReturn',
                fields=[
                    ('id', models.UUIDField(primary_key=True, serialize=False)),
                    ('written_by', models.UUIDField()),
                    ('written_by_name', models.CharField(max_length=200)),
                    ('written_at', models.DateTimeField()),
                    ('from_state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Checked'), ('approved', 'Approved'), ('published', 'Published')], max_length=10)),
                    ('words', models.CharField(max_length=2000)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='reports.monthlyreport')),
                ],
                options={
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='reports_monthlyreturn_has_a_reason'),
                        models.CheckConstraint(condition=models.Q(('from_state__in', ['checked', 'approved'])), name='reports_monthlyreturn_from_state'),
                    ],
                },
            ),
        ]),
        OnDatabase(put, take),
    ]

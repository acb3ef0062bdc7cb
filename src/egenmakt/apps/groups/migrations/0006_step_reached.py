"""The step of the method that a group has reached, with the day from which on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0005_cut_off_day_in_state'),
    ]

    operations = [
        migrations.CreateModel(
            name='StepReached',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('mobilise', 'Mobilise'), ('train', 'Train'), ('credit', 'Credit'), ('expand', 'Expand')], max_length=10)),
                ('from_on', models.DateField()),
                ('noted_at', models.DateTimeField()),
                ('noted_by', models.UUIDField(null=True)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='groups.savingsgroup')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'from_on'), name='groups_step_once_a_day'), models.CheckConstraint(condition=models.Q(('step__in', ['mobilise', 'train', 'credit', 'expand'])), name='groups_step_is_one_of_four')],
            },
        ),
    ]

"""Who may do what: by a role, at its node and below it, and nowhere else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from egenmakt.apps.access.models import Grant, User
from egenmakt.apps.access.queries import (
    NotAllowed,
    Rights,
    audit_trail,
    deeds_at,
    grants_below,
    may,
    nodes_where,
    require,
)
from egenmakt.apps.access.roles import DEEDS, GIVES, PERMISSIONS, Role, UnknownDeed, roles_with
from egenmakt.apps.access.services import (
    EmailTaken,
    NotARole,
    WrongPassword,
    change_password,
    create_user,
    deactivate_user,
    found_node,
    give_grant,
    relocate_node,
    revoke_grant,
)
from egenmakt.apps.audit.models import Event
from egenmakt.apps.people.models import Node
from tests.support.tree import AT, Tree


def test_a_role_reaches_downwards_and_neither_up_nor_sideways(tree: Tree) -> None:
    reached = {node.name for node in Node.objects.all() if may(user=tree.amina, deed="group.read", node_id=node.id)}

    assert reached == {"North", "Tumaini"}
    assert set(nodes_where(user=tree.amina, deed="group.read")) == {tree.north, tree.tumaini}


def test_nodes_where_and_may_never_differ(tree: Tree) -> None:
    users = [tree.administrator, tree.monitoring, tree.amina, tree.treasurer, tree.member, tree.chipo, tree.nobody]
    for user in users:
        for deed in ("node.read", "grant.give", "meeting.record", "audit.read"):
            one_by_one = {node.id for node in Node.objects.all() if may(user=user, deed=deed, node_id=node.id)}
            at_once = set(nodes_where(user=user, deed=deed).values_list("id", flat=True))
            remembered = {node.id for node in Node.objects.all() if Rights(user).may(deed, node.id)}
            assert one_by_one == at_once == remembered


def test_the_outsider_the_colleague_and_nobody_may_do_nothing_here(tree: Tree) -> None:
    for user in (tree.chipo, tree.beatrice, tree.nobody, AnonymousUser()):
        assert deeds_at(user=user, node_id=tree.tumaini.id) == frozenset()
        for deed in DEEDS:
            with pytest.raises(NotAllowed):
                require(user=user, deed=deed, node_id=tree.tumaini.id)


def test_each_role_may_do_just_what_its_line_says(tree: Tree) -> None:
    held = {
        Role.ADMINISTRATOR: tree.administrator,
        Role.PROGRAMME_OFFICER: tree.officer,
        Role.MONITORING: tree.monitoring,
        Role.PARTNER_STAFF: tree.amina,
        Role.FACILITATOR: tree.facilitator,
        Role.TREASURER: tree.treasurer,
        Role.MEMBER: tree.member,
        Role.AUDITOR: tree.auditor,
        Role.SAFEGUARDING: tree.safeguarding,
    }

    assert set(held) == set(Role)
    for role, user in held.items():
        allowed = {deed for deed in DEEDS if may(user=user, deed=deed, node_id=tree.tumaini.id)}
        assert allowed == set(PERMISSIONS[role])


def test_the_tables_of_roles_name_only_known_deeds_and_roles() -> None:
    assert set(PERMISSIONS) == set(Role.values)
    assert frozenset().union(*PERMISSIONS.values()) == frozenset(DEEDS)
    assert set(GIVES) == {role for role in Role.values if "grant.give" in PERMISSIONS[role]}


def test_the_office_decides_nothing_about_a_groups_money() -> None:
    money = {"meeting.record", "meeting.correct", "loan.decide", "share_out.close"}

    for role in (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.MONITORING, Role.PARTNER_STAFF, Role.AUDITOR):
        assert not money & PERMISSIONS[role]


def test_auditors_and_monitoring_change_nothing() -> None:
    beside = {"story.read_personal", "story.annotate", "story.export", "goal.change"}
    beside |= {"outcome.substantiate", "learning.write", "indicator.change", "report.write", "report.check"}
    for role in (Role.AUDITOR, Role.MONITORING, Role.MEMBER):
        assert {deed.split(".")[1] for deed in PERMISSIONS[role] - beside} <= {"read", "group", "facts"}


def test_whoever_runs_the_installation_or_audits_it_does_not_see_who_told_what() -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.TREASURER, Role.MEMBER):
        assert not {"story.read_personal", "story.read_own", "safeguarding.receive"} & PERMISSIONS[role]
    assert [role for role in Role if "safeguarding.receive" in PERMISSIONS[role]] == [Role.SAFEGUARDING]


def test_a_misspelt_deed_is_a_mistake_in_the_program(tree: Tree) -> None:
    with pytest.raises(UnknownDeed):
        may(user=tree.administrator, deed="group.raed", node_id=tree.umoja.id)
    with pytest.raises(UnknownDeed):
        Rights(tree.administrator).may("group.raed", tree.umoja.id)
    with pytest.raises(UnknownDeed):
        roles_with("")


def test_a_page_asks_the_database_once_for_each_node(tree: Tree, django_assert_num_queries) -> None:
    rights = Rights(tree.amina)

    with django_assert_num_queries(1):
        answers = [rights.may(deed, tree.tumaini.id) for deed in DEEDS]
    assert any(answers)
    with django_assert_num_queries(1):
        require(user=tree.amina, deed="group.read", node_id=tree.tumaini.id)


def test_a_revoked_role_and_a_stopped_user_may_do_nothing(tree: Tree) -> None:
    grant = tree.amina.grants.get()
    revoke_grant(grant=grant, by=tree.officer, at=AT)
    deactivate_user(user=tree.beatrice, by=None, at=AT)
    tree.beatrice.refresh_from_db()

    assert deeds_at(user=tree.amina, node_id=tree.north.id) == frozenset()
    assert deeds_at(user=tree.beatrice, node_id=tree.south.id) == frozenset()
    assert (grant.revoked_by, grant.revoked_at) == (tree.officer, AT)


def test_roles_are_given_downwards_only(tree: Tree) -> None:
    assert give_grant(user=tree.nobody, role="facilitator", node=tree.tumaini, by=tree.amina, at=AT).granted_by == (
        tree.amina
    )
    for giver, role, node in [
        (tree.amina, "facilitator", tree.south),  # beside
        (tree.amina, "facilitator", tree.umoja),  # above
        (tree.amina, "partner_staff", tree.north),  # her own rank
        (tree.amina, "administrator", tree.north),
        (tree.officer, "administrator", tree.umoja),
        (tree.officer, "auditor", tree.umoja),
        (tree.monitoring, "member", tree.tumaini),
        (tree.chipo, "member", tree.tumaini),
        (tree.nobody, "member", tree.tumaini),
    ]:
        with pytest.raises(NotAllowed):
            give_grant(user=tree.nobody, role=role, node=node, by=giver, at=AT)


def test_a_right_to_give_in_one_place_lends_no_rank_in_another(tree: Tree) -> None:
    give_grant(user=tree.chipo, role="partner_staff", node=tree.north, by=None, at=AT)

    with pytest.raises(NotAllowed):
        give_grant(user=tree.nobody, role="administrator", node=tree.north, by=tree.chipo, at=AT)


def test_giving_twice_is_giving_once(tree: Tree) -> None:
    first = give_grant(user=tree.nobody, role="member", node=tree.tumaini, by=tree.amina, at=AT)

    assert give_grant(user=tree.nobody, role="member", node=tree.tumaini, by=tree.officer, at=AT) == first
    assert Event.objects.filter(deed="grant.given", subject_id=str(first.id)).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=tree.nobody, role="member", node=tree.tumaini, granted_at=AT)


def test_a_role_can_be_given_again_after_it_was_revoked(tree: Tree) -> None:
    first = give_grant(user=tree.nobody, role="member", node=tree.tumaini, by=None, at=AT)
    revoke_grant(grant=first, by=None, at=AT)
    revoke_grant(grant=first, by=None, at=AT)

    assert give_grant(user=tree.nobody, role="member", node=tree.tumaini, by=None, at=AT) != first
    assert Event.objects.filter(deed="grant.revoked").count() == 1


def test_nobody_revokes_what_she_may_not_give(tree: Tree) -> None:
    for by, grant in [
        (tree.amina, tree.officer.grants.get()),
        (tree.amina, tree.beatrice.grants.get()),
        (tree.chipo, tree.amina.grants.get()),
    ]:
        with pytest.raises(NotAllowed):
            revoke_grant(grant=grant, by=by, at=AT)


def test_a_role_that_does_not_exist_cannot_be_given(tree: Tree) -> None:
    with pytest.raises(NotARole, match="'king' is not a role"):
        give_grant(user=tree.nobody, role="king", node=tree.umoja, by=None, at=AT)
    with pytest.raises(IntegrityError, match="access_grant_role"), transaction.atomic():
        Grant.objects.create(user=tree.nobody, role="king", node=tree.umoja, granted_at=AT)


def test_a_user_is_added_for_ones_own_organisation_only(tree: Tree) -> None:
    user = create_user(email=" Neema@Example.ORG ", name="Neema", by=tree.amina, node_id=tree.north.id, at=AT)

    assert (user.email, user.has_usable_password()) == ("neema@example.org", False)
    with pytest.raises(EmailTaken):
        create_user(email="neema@example.org", name="Another", by=None, at=AT)
    for node in (tree.south, None):
        with pytest.raises(NotAllowed):
            create_user(email="x@example.org", name="X", by=tree.amina, node_id=node and node.id, at=AT)
    with pytest.raises(ValidationError):
        create_user(email="y@example.org", name="Y", password="password", by=None, at=AT)
    with pytest.raises(IntegrityError, match="email"), transaction.atomic():
        User.objects.create(email="CAPITAL@example.org", name="C", created_at=AT)


def test_partner_staff_cannot_stop_an_administrator(tree: Tree) -> None:
    with pytest.raises(NotAllowed):
        deactivate_user(user=tree.administrator, by=tree.amina, node_id=tree.north.id, at=AT)
    deactivate_user(user=tree.facilitator, by=tree.amina, node_id=tree.north.id, at=AT)
    tree.facilitator.refresh_from_db()
    assert tree.facilitator.is_active is False


def test_only_she_herself_changes_her_password(tree: Tree) -> None:
    change_password(user=tree.amina, present=None, new="kuku wa kienyeji 7", by=None, at=AT)
    with pytest.raises(NotAllowed):
        change_password(user=tree.amina, present=None, new="another good one 8", by=tree.administrator, at=AT)
    with pytest.raises(WrongPassword):
        change_password(user=tree.amina, present=None, new="another good one 8", by=tree.amina, at=AT)
    tree.amina.refresh_from_db()
    assert tree.amina.check_password("kuku wa kienyeji 7")


def test_the_trail_of_a_place_is_read_by_its_auditor_and_by_no_neighbour(tree: Tree) -> None:
    seen = {event.node_id for event in audit_trail(by=tree.auditor, node_id=tree.umoja.id)}

    assert seen == {tree.umoja.id, tree.north.id, tree.south.id, tree.tumaini.id, tree.upendo.id}
    for user in (tree.amina, tree.chipo, tree.nobody):
        with pytest.raises(NotAllowed):
            audit_trail(by=user, node_id=tree.umoja.id)


def test_who_holds_what_is_seen_below_ones_own_place(tree: Tree) -> None:
    names = [grant.user.name for grant in grants_below(by=tree.amina, node_id=tree.north.id)]

    assert sorted(names) == ["Amina", "Faraja", "Miriam", "Tabitha"]
    with pytest.raises(NotAllowed):
        grants_below(by=tree.amina, node_id=tree.south.id)


def test_founding_and_moving_need_a_right_at_both_ends(tree: Tree) -> None:
    from uuid6 import uuid7

    found_node(id=uuid7(), kind="partner", name="East", parent=tree.umoja, by=tree.officer, at=AT)
    for by, parent in [(tree.chipo, tree.umoja), (tree.officer, None), (tree.treasurer, tree.north)]:
        with pytest.raises(NotAllowed):
            found_node(id=uuid7(), kind="organisation", name="Own", parent=parent, by=by, at=AT)
    relocate_node(node=tree.tumaini, parent=tree.south, by=tree.officer, at=AT)
    with pytest.raises(NotAllowed):
        relocate_node(node=tree.tumaini, parent=tree.far, by=tree.officer, at=AT)
    assert may(user=tree.beatrice, deed="group.read", node_id=tree.tumaini.id)
    assert not may(user=tree.amina, deed="group.read", node_id=tree.tumaini.id)

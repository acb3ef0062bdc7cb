"""Signing in: the happy path, the brake, the code, the demonstration, and the outsider."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from egenmakt.apps.access.demo import NotADemo, demo_people, demo_token
from egenmakt.apps.access.services import create_user
from egenmakt.apps.audit.models import Event
from tests.support.tree import AT, Tree

PASSWORD = "kuku wa kienyeji 7"


@pytest.fixture
def zawadi(db: None):
    return create_user(email="Zawadi@Example.org", name="Zawadi", password=PASSWORD, by=None, at=AT)


def _sign_in(client: Client, password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"email": "zawadi@example.org", "password": password, **more})


def _sign_in_from(client: Client, forwarded: str, password: str = PASSWORD):
    data = {"email": "zawadi@example.org", "password": password}
    return client.post("/sign-in/", data, headers={"x-forwarded-for": forwarded})


def _digits(user) -> str:
    device = TOTPDevice.objects.get(user=user)
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():06d}"


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client, zawadi) -> None:
    answer = _sign_in(client, next="/account/")

    assert (answer.status_code, answer.url) == (302, "/account/")
    assert b"zawadi@example.org" in client.get("/account/").content


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client: Client, zawadi, target: str) -> None:
    assert _sign_in(client, next=target).url == "/"


def test_the_address_may_be_typed_in_any_letters(client: Client, zawadi) -> None:
    answer = client.post("/sign-in/", {"email": "ZAWADI@example.ORG", "password": PASSWORD})

    assert answer.status_code == 302


def test_the_password_is_kept_by_argon2(zawadi) -> None:
    assert zawadi.password.startswith("argon2$argon2id$")


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(client: Client, zawadi) -> None:
    wrong = _sign_in(client, "wrong")
    unknown = client.post("/sign-in/", {"email": "nobody@example.org", "password": "wrong"})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_five_wrong_passwords_bring_the_brake_and_a_quarter_of_an_hour_frees_it(client: Client, zawadi) -> None:
    for _ in range(4):
        assert _sign_in(client, "wrong").status_code == 422
    assert _sign_in(client, "wrong").status_code == 429
    assert _sign_in(client).status_code == 429

    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert _sign_in(client).status_code == 302


def test_the_brake_behind_a_proxy_goes_by_the_address_that_the_proxy_saw(client: Client, zawadi, settings) -> None:
    settings.BEHIND_PROXY = True
    for number in range(5):
        _sign_in_from(client, f"10.0.0.{number}, 192.0.2.1", "wrong")  # the first address is the client's own claim

    assert _sign_in_from(client, "10.0.0.9, 192.0.2.1").status_code == 429
    assert _sign_in_from(client, "192.0.2.1, 192.0.2.2").status_code == 302


def test_the_brake_holds_one_address_and_not_its_neighbour(client: Client, zawadi, tree: Tree) -> None:
    tree.amina.set_password(PASSWORD)
    tree.amina.save()
    for _ in range(5):
        _sign_in(client, "wrong")

    answer = client.post("/sign-in/", {"email": tree.amina.email, "password": PASSWORD})

    assert answer.status_code == 302


def test_the_code_is_asked_for_before_anybody_is_let_in(client: Client, zawadi) -> None:
    client.force_login(zawadi)
    assert b"svg" in client.get("/account/code/").content
    shown = client.post("/account/code/", {"code": _digits(zawadi)})
    codes = shown.context["codes"]
    client.post("/sign-out/")

    assert _sign_in(client).url == "/sign-in/code/"
    assert client.get("/account/").status_code == 302
    assert client.post("/sign-in/code/", {"code": "000 000"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert len(codes) == 10
    zawadi.staticdevice_set.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/sign-in/code/", {"code": codes[0].upper()}).status_code == 302
    assert client.get("/account/").status_code == 200


def test_a_recovery_code_works_once(client: Client, zawadi) -> None:
    client.force_login(zawadi)
    client.get("/account/code/")
    codes = client.post("/account/code/", {"code": _digits(zawadi)}).context["codes"]
    for expected in (302, 422):
        client.post("/sign-out/")
        _sign_in(client)
        assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == expected


def test_the_digits_of_the_app_let_her_in_and_count_once(client: Client, zawadi) -> None:
    client.force_login(zawadi)
    client.get("/account/code/")
    first = _digits(zawadi)
    client.post("/account/code/", {"code": first})
    client.post("/sign-out/")
    _sign_in(client)

    assert client.post("/sign-in/code/", {"code": first}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    zawadi.staticdevice_set.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    TOTPDevice.objects.update(last_t=-1)
    assert client.post("/sign-in/code/", {"code": _digits(zawadi)}).status_code == 302


def test_the_code_page_without_a_password_leads_back(client: Client, db: None) -> None:
    assert client.get("/sign-in/code/").url == "/sign-in/"


def test_a_password_given_too_long_ago_does_not_count(client: Client, zawadi) -> None:
    client.force_login(zawadi)
    client.get("/account/code/")
    client.post("/account/code/", {"code": _digits(zawadi)})
    client.post("/sign-out/")
    _sign_in(client)
    session = client.session
    session["awaits_code"] = {**session["awaits_code"], "at": session["awaits_code"]["at"] - 601}
    session.save()

    assert client.get("/sign-in/code/").url == "/sign-in/"


def test_turning_the_code_off_takes_the_password(client: Client, zawadi) -> None:
    client.force_login(zawadi)
    client.get("/account/code/")
    client.post("/account/code/", {"code": _digits(zawadi)})

    assert client.post("/account/code/off/", {"present": "wrong"}).status_code == 422
    assert client.post("/account/code/off/", {"present": PASSWORD}).status_code == 302
    assert list(TOTPDevice.objects.all()) == []
    assert [event.deed for event in Event.objects.order_by("id")] == ["user.created", "user.codes_on", "user.codes_off"]


def test_changing_the_password_ends_the_other_sessions(client: Client, zawadi) -> None:
    elsewhere = Client()
    elsewhere.force_login(zawadi)
    client.force_login(zawadi)
    new = "tumaini letu lote 9"

    assert client.post("/account/password/", {"present": "wrong", "new": new}).status_code == 422
    assert client.post("/account/password/", {"present": PASSWORD, "new": "short"}).status_code == 422
    assert client.post("/account/password/", {"present": PASSWORD, "new": new}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_who_am_i_names_my_roles_with_the_same_number_of_queries_for_one_and_for_three(
    client: Client, tree: Tree, django_assert_num_queries
) -> None:
    from egenmakt.apps.access.services import give_grant

    client.force_login(tree.amina)
    with django_assert_num_queries(4):
        page = client.get("/account/")
    assert b"North" in page.content
    assert b"South" not in page.content

    give_grant(user=tree.amina, role="monitoring", node=tree.south, by=None, at=AT)
    give_grant(user=tree.amina, role="auditor", node=tree.umoja, by=None, at=AT)
    with django_assert_num_queries(4):
        page = client.get("/account/")
    assert b"South" in page.content


@pytest.mark.parametrize("address", ["/account/", "/account/password/", "/account/code/", "/account/code/off/"])
def test_a_stranger_is_sent_to_sign_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).url == f"/sign-in/?next={address}"


def test_a_stopped_user_cannot_sign_in(client: Client, zawadi) -> None:
    zawadi.is_active = False
    zawadi.save()

    assert _sign_in(client).status_code == 422


def test_one_click_lets_in_during_a_demonstration(client: Client, tree: Tree, settings) -> None:
    settings.DEMO = True

    assert [person["name"] for person in demo_people()][:2] == ["Adhiambo", "Ochieng"]
    assert b"/sign-in/demo/" in client.get("/sign-in/").content
    assert client.get(f"/sign-in/demo/{demo_token(user=tree.amina)}/").status_code == 302
    assert b"Amina" in client.get("/account/").content


def test_a_real_installation_knows_no_one_click_links(client: Client, tree: Tree, settings) -> None:
    settings.DEMO = True
    token = demo_token(user=tree.amina)
    settings.DEMO = False

    assert client.get(f"/sign-in/demo/{token}/").status_code == 404
    assert b"/sign-in/demo/" not in client.get("/sign-in/").content
    with pytest.raises(NotADemo):
        demo_token(user=tree.amina)


def test_a_forged_link_is_worth_nothing_even_in_a_demonstration(client: Client, tree: Tree, settings) -> None:
    settings.DEMO = True
    token = demo_token(user=tree.amina)

    assert client.get(f"/sign-in/demo/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}/").status_code == 404


def test_signing_out_is_never_done_by_a_link(client: Client, zawadi) -> None:
    client.force_login(zawadi)

    assert client.get("/sign-out/").status_code == 405


def test_a_form_without_its_token_is_refused(zawadi) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert _sign_in(strict).status_code == 403


def test_every_answer_tells_the_browser_to_run_only_our_own_scripts(client: Client, db: None) -> None:
    headers = client.get("/sign-in/").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client: Client, zawadi) -> None:
    _sign_in(client)

    cookie = client.cookies["egenmakt"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")

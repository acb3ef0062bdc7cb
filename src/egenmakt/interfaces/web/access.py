"""Signing in and out, the one-time code, the password, and "who am I"."""

from __future__ import annotations

from typing import cast
from uuid import UUID

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from egenmakt.apps.access.codes import WrongCode, begin_codes, check_code, has_codes, turn_codes_off, turn_codes_on
from egenmakt.apps.access.demo import demo_people, user_of_demo_token
from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import grants_of
from egenmakt.apps.access.services import WrongPassword, change_password

_AWAITED = "awaits_code"
_MINUTES_FOR_THE_CODE = 10
_BACKEND = "django.contrib.auth.backends.ModelBackend"

ROLE_NAMES = {
    "administrator": gettext_lazy("Administrator"),
    "programme_officer": gettext_lazy("Programme officer"),
    "monitoring": gettext_lazy("Monitoring and evaluation"),
    "partner_staff": gettext_lazy("Partner staff"),
    "facilitator": gettext_lazy("Facilitator"),
    "treasurer": gettext_lazy("Record-keeper of a group"),
    "member": gettext_lazy("Member of a group"),
    "auditor": gettext_lazy("Auditor"),
    "safeguarding": gettext_lazy("Person named for safeguarding"),
}


class SignInForm(forms.Form):
    """Address and password."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The digits of the app, or a code from paper."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("The six digits that your app shows now, or one of the codes on paper."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class PasswordForm(forms.Form):
    """The present password, for what must be nobody else's deed."""

    present = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(PasswordForm):
    """The present password and the new one."""

    new = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        help_text=gettext_lazy("At least ten characters. Three or four words that nobody would guess are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)  # after login_required it is never anonymous


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for address and password; those who turned it on are then asked for a code before they are let in."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        user = authenticate(request, username=email, password=form.cleaned_data["password"])
        if getattr(request, "axes_locked_out", False):
            return render(request, "web/access/locked.html", status=429)
        if user is not None and has_codes(user=user):
            request.session[_AWAITED] = {
                "user": str(user.pk),
                "at": timezone.now().timestamp(),
                "password": user.get_session_auth_hash(),
                "next": _next(request),
            }
            return redirect("code")
        if user is not None:
            login(request, user, backend=_BACKEND)
            return HttpResponseRedirect(_next(request))
        form.add_error(None, _("The address or the password is not right. Look at both, and try once more."))
    people = [{**person, "roles": _role_names(person["roles"])} for person in demo_people()]
    status = 422 if form.errors else 200
    return render(request, "web/access/sign_in.html", {"form": form, "people": people}, status=status)


def _role_names(roles: list[str]) -> str:
    return ", ".join(str(ROLE_NAMES[role]) for role in roles)


def _awaited(request: HttpRequest) -> tuple[User, str] | None:
    """Who has given the right password a short while ago and still owes the code."""
    awaited = request.session.get(_AWAITED)
    if not awaited or timezone.now().timestamp() - awaited["at"] > _MINUTES_FOR_THE_CODE * 60:
        return None
    user = User.objects.filter(id=UUID(awaited["user"]), is_active=True).first()
    if user is None or user.get_session_auth_hash() != awaited["password"]:
        return None
    return user, awaited["next"]


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in."""
    awaited = _awaited(request)
    if awaited is None:
        request.session.pop(_AWAITED, None)
        return redirect("sign_in")
    user, target = awaited
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            check_code(user=user, code=form.cleaned_data["code"])
        except WrongCode:
            form.add_error(
                "code", _("This code is wrong or was used already. After a wrong one, wait a moment before the next.")
            )
        else:
            request.session.pop(_AWAITED)
            login(request, user, backend=_BACKEND)
            return HttpResponseRedirect(target)
    return render(request, "web/access/code.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Who am I, what may I do and where."""
    me = _me(request)
    grants = [{"role": ROLE_NAMES[grant.role], "place": grant.node.name} for grant in grants_of(user=me)]
    return render(request, "web/access/account.html", {"grants": grants, "has_code": has_codes(user=me)})


@sensitive_post_parameters("present", "new")
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password."""
    me = _me(request)
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        present, new = form.cleaned_data["present"], form.cleaned_data["new"]
        try:
            change_password(user=me, present=present, new=new, by=me, at=timezone.now())
        except WrongPassword:
            form.add_error("present", _("This is not your present password."))
        except ValidationError as error:
            form.add_error("new", error)
        else:
            update_session_auth_hash(request, me)
            messages.success(request, _("The password is changed; you are signed out everywhere else."))
            return redirect("account")
    return render(request, "web/access/password.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def code_set_up(request: HttpRequest) -> HttpResponse:
    """Show the key as a picture, and turn the code on when the app gives the right digits."""
    me = _me(request)
    if has_codes(user=me):
        return redirect("account")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = turn_codes_on(user=me, code=form.cleaned_data["code"], at=timezone.now())
        except WrongCode:
            form.add_error("code", _("These are not the digits that the app shows now. Look at the phone's clock too."))
        else:
            return render(request, "web/access/code_recovery.html", {"codes": codes})
    device = begin_codes(user=me)
    picture = segno.make(device.config_url, error="m").svg_data_uri(scale=6, border=4, light="#fff")
    key = device.config_url.split("secret=")[1].split("&")[0]
    context = {"form": form, "picture": picture, "key": " ".join(key[i : i + 4] for i in range(0, len(key), 4))}
    return render(request, "web/access/code_set_up.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("present")
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def code_off(request: HttpRequest) -> HttpResponse:
    """Turn the code off, by the password."""
    me = _me(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            turn_codes_off(user=me, password=form.cleaned_data["present"], by=me, at=timezone.now())
        except WrongPassword:
            form.add_error("present", _("This is not your present password."))
        else:
            messages.success(request, _("The one-time code is off."))
            return redirect("account")
    return render(request, "web/access/code_off.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def demo_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by one click, in a demonstration only: anywhere else there is no such page."""
    user = user_of_demo_token(token=token)
    if user is None:
        raise Http404
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(_next(request))


urlpatterns: list[URLPattern] = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/code/", code, name="code"),
    path("sign-in/demo/<str:token>/", demo_sign_in, name="demo_sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("account/", account, name="account"),
    path("account/password/", password, name="change_password"),
    path("account/code/", code_set_up, name="code_set_up"),
    path("account/code/off/", code_off, name="code_off"),
]

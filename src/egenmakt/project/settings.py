"""Settings: SQLite in one folder by default, PostgreSQL by DATABASE_URL; everything else has a safe default."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from egenmakt.project.jobs import TABLE

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("EGENMAKT_HOME", Path.cwd() / "var"))
"""Where one installation keeps its data: the SQLite database, the secret key, uploads and backups."""

DEBUG = os.environ.get("EGENMAKT_DEBUG") == "1"
DEMO = os.environ.get("EGENMAKT_DEMO") == "1"
"""A demo shows one-click sign-in links; a real installation never does."""


def _secret_key() -> str:
    if key := os.environ.get("EGENMAKT_SECRET_KEY"):
        return key
    file = HOME / "secret-key"
    if not file.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(get_random_secret_key())
    return file.read_text()


def _database(url: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "egenmakt.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # IMMEDIATE: the write lock is taken at the start, so a transaction never fails half-way for a lock.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=wal; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA recursive_triggers=ON; PRAGMA cache_size=-64000; "
                    # what is erased is overwritten, not only forgotten
                    "PRAGMA secure_delete=ON;"
                ),
            },
            # a file, so that browser tests, which use several threads, see one database
            "TEST": {"NAME": os.environ.get("EGENMAKT_TEST_SQLITE")},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL is postgresql://user:password@host:port/name, or empty for SQLite.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("EGENMAKT_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
HTTPS = os.environ.get("EGENMAKT_HTTPS", "1" if "EGENMAKT_HOSTS" in os.environ and not (DEBUG or DEMO) else "0") == "1"
"""Whether the site is reached by https alone: so wherever it has a public name and is neither demo nor debugging."""
BEHIND_PROXY = os.environ.get("EGENMAKT_BEHIND_PROXY") == "1"
"""Whether a proxy of ours stands in front and sets X-Forwarded-Proto and X-Forwarded-For itself."""
JOBS = TABLE
DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "egenmakt.apps.audit",
    "egenmakt.apps.people",
    "egenmakt.apps.access",
    "egenmakt.apps.ledger",
    "egenmakt.apps.lending",
    "egenmakt.apps.groups",
    "egenmakt.apps.stories",
    "egenmakt.apps.learning",
    "egenmakt.apps.reports",
    "egenmakt.interfaces.web",
    "egenmakt.interfaces.imports",
    "egenmakt.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "egenmakt.project.phone_door.PhoneDoor",
    "egenmakt.project.security.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "egenmakt.project.urls"
WSGI_APPLICATION = "egenmakt.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("sv", _("Swedish"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"

# The brake: five wrong passwords for one address from one place, then a quarter of an hour of waiting.
AXES_USERNAME_FORM_FIELD = "username"  # the name under which authenticate() is given the address
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else somebody could keep another one out for ever
AXES_CLIENT_IP_CALLABLE = "egenmakt.project.security.client_address"
AXES_DISABLE_ACCESS_LOG = True  # no register of where people sit when they sign in
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Egenmakt"

SESSION_COOKIE_NAME = "egenmakt"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the neighbours' names are not ours to decide about
if BEHIND_PROXY:
    # Only behind a proxy that sets this header itself: otherwise anybody could claim to come by https.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

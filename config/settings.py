"""Settings, all of them from the environment; a secret may also come from a file (`SECRET_KEY_FILE=/run/secrets/key`).

Every name that may be set is in `docs/operations.md`. There is no default secret: without `SECRET_KEY` nothing starts.
"""

import os
import warnings
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import django_stubs_ext
import environ
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

django_stubs_ext.monkeypatch()  # lets `ModelAdmin[Unit]` be written where it is read by people and by mypy

env = environ.FileAwareEnv()
if "DATABASE_URL" not in os.environ:  # by hand beside `make run`, which writes this file
    environ.FileAwareEnv.read_env(BASE_DIR / ".local" / "environment")

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
SECURE = env.bool("SECURE", default=True)  # False only where the page is served over plain http on this machine
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / ".local")))
REGION_DIR = Path(env.str("REGION_DIR", default=str(STATE_DIR / "region")))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "axes",
    "tree_queries",
    "core",
    "geo",
    "patrols",
    "incidents",
    "dispatch",
    "analytics",
    "simulation",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- data: PostgreSQL is the truth, Redis only carries news -------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "ENGINE": "core.postgis",  # checks each connection before it is lent: a database restart costs no 500
    "HOST": unquote(DATABASES["default"]["HOST"]),  # a socket's directory stands percent-encoded in a URL
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": False,
    "OPTIONS": {
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=12),
            "timeout": 5,
            "reconnect_timeout": 2,  # then whoever asks next tries anew, with no wait that has doubled meanwhile
        }
    },
    "TEST": {"NAME": env.str("TEST_DATABASE", default="test_patrulja")},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

NEWS_PREFIX = env.str("NEWS_PREFIX", default="patrulja")  # apart for each instance that shares a Redis

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True  # results are rows of our own, never Celery's
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "worker-heartbeat": {"task": "config.tasks.beat_heart", "schedule": 5.0, "options": {"expires": 5}},
    "escalate-alarms": {"task": "patrols.tasks.escalate_alarms", "schedule": 5.0, "options": {"expires": 5}},
    "advance-welfare": {"task": "patrols.tasks.advance_welfare", "schedule": 5.0, "options": {"expires": 5}},
    "escalate-backups": {"task": "dispatch.tasks.escalate_backups", "schedule": 5.0, "options": {"expires": 5}},
    "expire-handovers": {"task": "dispatch.tasks.expire_handovers", "schedule": 5.0, "options": {"expires": 5}},
    "evaluate-watches": {"task": "patrols.tasks.evaluate_watches", "schedule": 5.0, "options": {"expires": 5}},
    "keep-fix-partitions": {"task": "patrols.tasks.keep_partitions", "schedule": 3600.0, "options": {"expires": 3600}},
    "warn-of-gaps": {"task": "analytics.tasks.warn_of_gaps", "schedule": 120.0, "options": {"expires": 120}},
    "rescue-reports": {"task": "analytics.tasks.rescue_reports", "schedule": 15.0, "options": {"expires": 15}},
    "request-due-reports": {
        "task": "analytics.tasks.request_due_reports",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "email-deliveries": {"task": "analytics.tasks.email_deliveries", "schedule": 60.0, "options": {"expires": 60}},
    "refresh-cases": {"task": "analytics.tasks.refresh_cases", "schedule": 30.0, "options": {"expires": 30}},
    "forget-watches": {"task": "dispatch.tasks.forget_watches", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-old-news": {"task": "core.tasks.forget_old_news", "schedule": 600.0, "options": {"expires": 600}},
}

# --- letters: none are sent where nothing is set up; what is delivered is read in the application anyway ------------

_EMAIL = env.email_url("EMAIL_URL", default="dummymail://")
EMAIL_ENABLED = bool(env.str("EMAIL_URL", default=""))
_SMTP = {
    "host": _EMAIL.get("EMAIL_HOST"),
    "port": _EMAIL.get("EMAIL_PORT"),
    "username": _EMAIL.get("EMAIL_HOST_USER"),
    "password": _EMAIL.get("EMAIL_HOST_PASSWORD"),
    "use_tls": _EMAIL.get("EMAIL_USE_TLS"),
    "use_ssl": _EMAIL.get("EMAIL_USE_SSL"),
    "timeout": 20,
}
_IS_SMTP = "smtp" in _EMAIL["EMAIL_BACKEND"]
_MAILER = {
    "BACKEND": _EMAIL["EMAIL_BACKEND"],
    "OPTIONS": {name: value for name, value in _SMTP.items() if value} if _IS_SMTP else {},
}
MAILERS = {"default": _MAILER} if EMAIL_ENABLED else {}
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="patrulja@localhost")
SITE_URL = env.str("SITE_URL", default="").rstrip("/")  # https://…, as people reach it: for addresses in letters

# --- people ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "core.http.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False

SESSION_COOKIE_NAME = "patrulja_session"
SESSION_COOKIE_AGE = 16 * 3600  # a long shift
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "patrulja_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE

# --- the page's own defence --------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "gis.W001",  # Debian 12 has GDAL 3.6; nobody hands us a spatial reference to parse
    "mail.W001",  # without EMAIL_URL there is no mailer: nothing is sent
]
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF, "blob:"],
    "manifest-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# --- language, time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [
    ("sr", _("Serbian (Cyrillic)")),
    ("sr-latn", _("Serbian (Latin)")),
    ("sl", _("Slovenian")),
    ("en", _("English")),
]
LANGUAGE_COOKIE_NAME = "patrulja_language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DISPLAY_TIME_ZONE = env.str("DISPLAY_TIME_ZONE", default="Europe/Belgrade")

# --- static ------------------------------------------------------------------------------------------------------

# WhiteNoise answers with an iterator that is not async; under ASGI Django says so for every file. It is a local read.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(STATE_DIR / "static")))
NODE_MODULES = Path(env.str("NODE_MODULES", default=str(BASE_DIR / "node_modules")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        (f"vendor/{name}", NODE_MODULES / name / folder)
        for name, folder in (
            ("lit", "."),
            ("lit-html", "."),
            ("lit-element", "."),
            ("@lit/reactive-element", "."),
            ("maplibre-gl", "dist"),
            ("fflate", "esm"),
            ("pmtiles", "dist"),
            ("uplot", "dist"),
        )
        if (NODE_MODULES / name / folder).is_dir()
    ),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- API ---------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.authentication.TokenAuthentication",
        "core.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.http.Pages",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "core.http.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=16), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Patrulja",
    "DESCRIPTION": "Police patrol management and dispatch.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.schema.add_what_is_common",
    ],
    "ENUM_NAME_OVERRIDES": {
        "UnitStatus": "config.schema.UNIT_STATUS",
        "IncidentStatus": "config.schema.INCIDENT_STATUS",
        "AssignmentStatus": "config.schema.ASSIGNMENT_STATUS",
        "Source": "config.schema.SOURCE",
        "Moment": "incidents.models.Target.Moment",
        "OrganisationKind": "core.models.Organisation.Kind",
        "UnitKind": "config.schema.UNIT_KIND",
        "HazardKind": "incidents.models.Hazard.Kind",
        "AlarmKind": "patrols.models.Alarm.Kind",
        "BorderKind": "config.schema.BORDER_KIND",
        "ReportGrouping": "config.schema.REPORT_GROUPING",
        "TaskKind": "config.schema.TASK_KIND",
        "ReportState": "analytics.models.Report.State",
        "PlanState": "config.schema.PLAN_STATE",
        "AbsenceKind": "patrols.planning.models.Absence.Kind",
        "PlanRevisionKind": "patrols.planning.models.PlanRevision.Kind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False, "validatorUrl": None},
}

# --- live --------------------------------------------------------------------------------------------------------

LIVE_HEARTBEAT_S = 2.0
LIVE_POLL_S = (
    1.0  # how often a process looks for events whose news was lost, and how often consoles hear with Redis down
)
LIVE_RETENTION = timedelta(hours=24)

# --- positions ---------------------------------------------------------------------------------------------------

POSITIONS_RETENTION = timedelta(days=env.int("POSITIONS_RETENTION_DAYS", default=90))
POSITIONS_GATHER_S = 0.004  # how long the first request of a batch waits for others before all are written together

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"httpx": {"level": "WARNING"}},
}

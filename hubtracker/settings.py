"""Settings. They depend on the environment alone, which `environment.py` reads."""

from datetime import timedelta

from django.utils.csp import CSP

from . import environment as env
from .environment import BASE_DIR
from .logs import LOGGING  # noqa: F401  (a setting)
from .static import add_picture_policy

DEBUG = env.flag("HUB_DEBUG")
HUB_DATA_DIR = env.data_folder()
HUB_PDF_FONT_DIR = env.font_folder()
SECRET_KEY = env.secret_key(HUB_DATA_DIR)
HUB_BACKUP_KEY, HUB_BACKUP_KEY_PLACE = env.backup_key(HUB_DATA_DIR)
DATABASES = {"default": env.database(HUB_DATA_DIR)}

_site = env.site_url()
SITE_URL = f"{_site.scheme}://{_site.netloc}"
ALLOWED_HOSTS = env.allowed_hosts(_site)

_secure = _site.scheme == "https"
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
if _secure:
    # Browsers accept cookies with these prefixes only over https, and `__Host-` only from this host.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Secure-django_language"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
CSRF_FAILURE_VIEW = "missions.web.error_views.form_refused"
# `default-src` covers styles, scripts and pictures too.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

INSTALLED_APPS = [
    "missions",
    "missions.apps.HubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_tables2",
    "django_filters",
    "corsheaders",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
]

MIDDLEWARE = [
    "missions.web.request_log.request_log_middleware",
    "missions.web.security_headers.security_headers_middleware",
    "django.middleware.security.SecurityMiddleware",
    "missions.web.page_cache.revision_cache_middleware",
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "missions.api.middleware.api_errors_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "missions.accounts.sessions.staff_session_middleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "hubtracker.urls"
WSGI_APPLICATION = "hubtracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Pages of other sites may read open data, without cookies.
CORS_URLS_REGEX = r"^/(api/v1|data|(en|zh-hans)/(report|reports|changes\.))"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["if-none-match"]
CORS_EXPOSE_HEADERS = [
    "Content-Disposition", "ETag", "Link", "Repr-Digest",
    "X-Hub-As-Of", "X-Hub-Count", "X-Hub-Edition", "X-Hub-Ledger-Head", "X-Hub-Note", "X-Hub-Query", "X-Hub-Revision",
]  # fmt: skip

AUTH_USER_MODEL = "missions.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
# Sessions last one working day.
SESSION_COOKIE_AGE = 8 * 3600

_accounts = "missions.accounts"
ACCOUNT_ADAPTER = f"{_accounts}.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": f"{_accounts}.forms.LoginForm",
    "reauthenticate": f"{_accounts}.forms.ReauthenticateForm",
    "change_password": f"{_accounts}.forms.ChangePasswordForm",
    "set_password": f"{_accounts}.forms.SetPasswordForm",
    "reset_password": f"{_accounts}.forms.ResetPasswordForm",
    "reset_password_from_key": f"{_accounts}.forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = f"{_accounts}.invitations.InvitationTokenGenerator"
# axes counts wrong passwords. All limits use 15 minutes, because the error page names that time.
ACCOUNT_RATE_LIMITS = {
    "login": "300/15m/ip",  # successful sign-ins count too, and an office of fifty shares one address
    "login_failed": "5/15m/key",  # wrong codes
    "reset_password": "20/15m/ip,3/15m/key",  # nosec B105 # a rate, no password
    "reset_password_from_key": "100/15m/ip",  # nosec B105 # a rate, no password
    "change_password": "10/15m/user",  # nosec B105 # a rate, no password
    "reauthenticate": "10/15m/user",
}

MFA_ADAPTER = f"{_accounts}.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": f"{_accounts}.forms.AuthenticateForm",
    "reauthenticate": f"{_accounts}.forms.ReauthenticateByCodeForm",
    "activate_totp": f"{_accounts}.forms.ActivateTOTPForm",
    "add_webauthn": f"{_accounts}.forms.AddPasskeyForm",
    "edit_webauthn": f"{_accounts}.forms.EditPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Hub Tracker"
MFA_TOTP_TOLERANCE = 1  # for a code typed slowly, or a clock half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _secure
# A passkey is bound to a name, not to a number.
PASSKEY_HOST = "localhost" if env.is_loopback(_site) else _site.hostname
_port = f":{_site.port}" if _site.port else ""
SIGN_IN_URL = f"{_site.scheme}://{PASSKEY_HOST}{_port}" if env.is_loopback(_site) else SITE_URL
HUB_REQUIRE_MFA = env.flag("HUB_REQUIRE_MFA", "1")

SOCIALACCOUNT_ADAPTER = f"{_accounts}.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = env.single_sign_on()
# A link instead of a form: the CSP's form-action allows this site alone.
SOCIALACCOUNT_LOGIN_ON_GET = True

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = f"{_accounts}.views.too_many_attempts"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_STR_CALLABLE = "missions.web.request_log.anonymous_label"
# axes does not store these fields of an attempt.
AXES_SENSITIVE_PARAMETERS = ["login", "oldpassword", "password1", "password2"]

MAILERS, DEFAULT_FROM_EMAIL = env.mail(f"noreply@{_site.hostname}")
HUB_SENDS_MAIL = bool(env.from_environment("HUB_EMAIL_URL"))

# In the database, so that all processes share a limit. The size keeps entries that count attempts from being evicted.
CACHES = {
    "default": {
        "BACKEND": "hubtracker.cache.Cache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
# Texts of this site; texts of Django that lack a Chinese translation.
LOCALE_PATHS = [BASE_DIR / "missions" / "locale", BASE_DIR / "hubtracker" / "locale"]
TIME_ZONE = env.time_zone()
FORMAT_MODULE_PATH = ["hubtracker.formats"]
# The language before sign-in. Public pages take theirs from the address, and never receive this cookie.
LANGUAGE_COOKIE_PATH = "/accounts/"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_picture_policy
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HUB_DATA_DIR / "evidence",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

HUB_METRICS_TOKEN = env.random_text("HUB_METRICS_TOKEN", 16)  # unset, there is no /metrics

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = ["missions.workflow.upload_limits.BoundedUploadHandler"]

"""Security headers of every response."""

from django.conf import settings
from django.utils.csp import CSP, build_policy

from .page_cache import PUBLIC

# Browser features we never use, disabled also for injected scripts.
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in UNUSED), *(f"{name}=(self)" for name in PASSKEYS)])


def security_headers_middleware(get_response):
    """Middleware: add headers also to responses without a view."""
    of_the_site = build_policy(settings.SECURE_CSP)

    def middleware(request):
        answer = get_response(request)
        headers = answer.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        # Other sites may embed badges, pictures and cards, and read open data.
        is_open = request.path_info.startswith(PUBLIC)
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_open else "same-origin")
        # A 304 replaces stored headers; cards and reports have their own policy.
        if answer.status_code != 304:
            headers.setdefault(CSP.HEADER_ENFORCE.value, of_the_site)
            if "frame-ancestors 'none'" in headers[CSP.HEADER_ENFORCE.value]:
                headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return answer

    return middleware

"""What a browser may do with an answer: headers that none of this site lacks, whoever made it."""

from django.conf import settings
from django.utils.csp import CSP, build_policy

from .page_cache import PUBLIC

# What no page of this site uses, nor may code use that somebody should get into one.
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in UNUSED), *(f"{name}=(self)" for name in PASSKEYS)])


def for_browsers(get_response):
    """Middleware, around all others: what they answer themselves, without a view, is protected too."""
    of_the_site = build_policy(settings.SECURE_CSP)

    def middleware(request):
        answer = get_response(request)
        headers = answer.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        # Other sites show badges, pictures and cards, and read open data; of the rest they get nothing.
        is_open = request.path_info.startswith(PUBLIC)
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_open else "same-origin")
        # A browser puts the headers of a 304 in place of those it has; a card and a report have policies of their own.
        if answer.status_code != 304:
            headers.setdefault(CSP.HEADER_ENFORCE.value, of_the_site)
            if "frame-ancestors 'none'" in headers[CSP.HEADER_ENFORCE.value]:
                headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return answer

    return middleware

"""Which page a browser's request comes from."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def is_own_origin(origin: str | None, host: str, scheme: str) -> bool:
    """Tell whether a browser's `Origin` is the host that it asks, or one that is trusted; never when there is none.

    `scheme` is the connection's (https, wss, or plain). Behind a proxy that ends TLS the connection is plain and its
    page is not, so there both count; the host and port must agree to the letter, and be allowed.
    """
    if not origin or not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    asked = urlsplit(origin)
    schemes = {"https"} if scheme in ("https", "wss") or settings.SECURE_SSL_REDIRECT else {"http", "https"}
    return asked.scheme in schemes and asked.netloc.lower() == host.lower()

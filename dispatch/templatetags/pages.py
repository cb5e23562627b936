"""Which pages somebody may open: for the bar at the top of each."""

from django import template

from core.middleware import PersonRequest
from dispatch.pages import Page, pages_of

register = template.Library()


@register.simple_tag
def open_pages(request: PersonRequest | None) -> list[Page]:
    """The pages that whoever asks may open, in the order of their work; none where nobody is signed in."""
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return []
    return pages_of(request)

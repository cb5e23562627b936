"""Response times, reports, imports."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """`analytics`."""

    name = "analytics"
    verbose_name = "Analytics"

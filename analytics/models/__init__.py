"""Reports, who gets them when, and the kept cases that they are computed from."""

from analytics.models.cases import Case, StaleCase
from analytics.models.reports import Report
from analytics.models.schedules import Delivery, ReportSchedule, ShiftStart

__all__ = ["Case", "Delivery", "Report", "ReportSchedule", "ShiftStart", "StaleCase"]

"""Reports, who gets them when, and the kept cases that they are computed from."""

from analytics.availability.models import MinimumStaffing, StaffingWarning
from analytics.models.cases import Case, StaleCase
from analytics.models.reports import Report
from analytics.models.schedules import Delivery, ReportSchedule, ShiftStart

__all__ = [
    "Case",
    "Delivery",
    "MinimumStaffing",
    "Report",
    "ReportSchedule",
    "ShiftStart",
    "StaffingWarning",
    "StaleCase",
]

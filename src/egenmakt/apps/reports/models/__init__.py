"""What is kept about reports."""

from egenmakt.apps.reports.models.monthly import MonthlyAnswer, MonthlyLine, MonthlyReport, MonthlyReturn

__all__ = ["MonthlyAnswer", "MonthlyLine", "MonthlyReport", "MonthlyReturn"]

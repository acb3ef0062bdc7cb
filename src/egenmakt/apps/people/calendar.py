"""Public holidays by country, from the `holidays` package, for due dates that should not fall on them."""

from __future__ import annotations

from datetime import date

from holidays import country_holidays


class NoCalendar(ValueError):
    """No calendar of public holidays is known for the country."""


def holidays_of(country: str, first_on: date, last_on: date) -> list[date]:
    """The public holidays of a country from one day to another, both included.

    Args: country, ISO 3166 code. Raises: NoCalendar; name the free days yourself then.
    """
    try:
        calendar = country_holidays(country, years=range(first_on.year, last_on.year + 1))
    except NotImplementedError:
        raise NoCalendar(f"No public holidays are known for {country!r}; list the free days as dates.") from None
    return sorted(day for day in calendar if first_on <= day <= last_on)

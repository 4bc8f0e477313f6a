"""Prints as JSON when calendars are busy, by python3-recurring-ical-events: path, zone, first day, day after the last, …"""
import json
import sys
from datetime import date, datetime, timedelta, timezone

import pytz
import recurring_ical_events
from icalendar import Calendar


def instant(at, zone):
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day)
    if at.tzinfo is None:
        at = zone.localize(at)
    return at.astimezone(timezone.utc)


def busy(path, zone, first, after):
    zone = pytz.timezone(zone)
    with open(path, "rb") as f:
        calendar = Calendar.from_ical(f.read())
    lo, hi = instant(date.fromisoformat(first), zone), instant(date.fromisoformat(after), zone)
    spans = []
    for e in recurring_ical_events.of(calendar).between(lo - timedelta(days=1), hi + timedelta(days=1)):
        if str(e.get("TRANSP", "")) == "TRANSPARENT" or str(e.get("STATUS", "")) == "CANCELLED":
            continue
        start, end = max(instant(e["DTSTART"].dt, zone), lo), min(instant(e["DTEND"].dt, zone), hi)
        if start < end:
            spans.append([start, end])
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return [{"start": s.isoformat(), "end": e.isoformat()} for s, e in merged]


def tried(*args):
    try:
        return busy(*args)
    except Exception:  # what it cannot read
        return None


args = sys.argv[1:]
print(json.dumps({args[i]: tried(*args[i:i + 4]) for i in range(0, len(args), 4)}))

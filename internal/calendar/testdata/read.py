"""Reads iCalendar files with python3-icalendar and prints what they say as JSON."""
import json
import sys
from datetime import timezone

from icalendar import Calendar


def utc(at):
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def by_rule(at, zones):
    """The time by the file's own VTIMEZONE, instead of what this machine knows of the zone."""
    return utc(zones[at.params["TZID"]].localize(at.dt.replace(tzinfo=None)))


def read(path):
    with open(path, "rb") as f:
        calendars = Calendar.from_ical(f.read(), multiple=True)
    calendar = calendars[0]
    zones = {str(z["TZID"]): z.to_tz() for z in calendar.walk("VTIMEZONE")}
    return {
        "calendars": len(calendars),
        "method": str(calendar["METHOD"]),
        "zones": sorted(zones),
        "events": [{
            "uid": str(e["UID"]),
            "sequence": int(e["SEQUENCE"]),
            "start": utc(e["DTSTART"].dt),
            "end": utc(e["DTEND"].dt),
            "start_by_rule": by_rule(e["DTSTART"], zones),
            "end_by_rule": by_rule(e["DTEND"], zones),
            "changed": utc(e["DTSTAMP"].dt),
            "status": str(e["STATUS"]),
            "summary": str(e["SUMMARY"]),
            "location": str(e.get("LOCATION", "")),
            "errors": [str(x) for x in e.errors],
        } for e in calendar.walk("VEVENT")],
    }


print(json.dumps({path: read(path) for path in sys.argv[1:]}))

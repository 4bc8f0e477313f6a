package calendar

import (
	"strconv"
	"strings"
	"time"
)

// A moment is a point in time as a calendar writes it: what a clock shows in a zone, or a date there.
// Its wall is held as if it were UTC.
type moment struct {
	wall time.Time
	zone zone
	date bool
}

func (m moment) instant() time.Time { return m.zone.instant(m.wall) }

// day is the date on which a moment lies, in its own zone.
func (m moment) day() string { return m.wall.Format(time.DateOnly) }

// A length is how long an event takes: days as a calendar counts them, and exact time on top.
type length struct {
	days  int
	exact time.Duration
}

// end returns when what begins at a moment is over.
func (l length) end(m moment) time.Time {
	if l.days == 0 {
		return m.instant().Add(l.exact)
	}
	return m.zone.instant(m.wall.AddDate(0, 0, l.days)).Add(l.exact)
}

// parseWall reads a date, or a date and time, and whether it says that it is UTC.
func parseWall(s string) (wall time.Time, date, utc, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	s, utc = strings.CutSuffix(s, "Z")
	day, clock, timed := strings.Cut(s, "T")
	y, m, d, ok := numbers(day, 8)
	if !ok || y < 1 || m < 1 || d < 1 || m > 12 {
		return time.Time{}, false, false, false
	}
	wall = time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if wall.Day() != d {
		return time.Time{}, false, false, false
	}
	if !timed {
		return wall, true, false, true
	}
	if len(clock) == 4 { // without seconds, as it should not be
		clock += "00"
	}
	hour, minute, second, ok := numbers(clock, 6)
	if !ok || hour > 24 || minute > 59 || second > 60 || hour == 24 && minute+second > 0 {
		return time.Time{}, false, false, false
	}
	// A leap second is the one before it, as RFC 5545 (3.3.12) has it for who does not know them.
	return wall.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(min(second, 59))*time.Second), false, utc, true
}

// numbers reads three numbers from so many digits, the last two of them of two.
func numbers(s string, digits int) (a, b, c int, ok bool) {
	if len(s) != digits || strings.Trim(s, "0123456789") != "" {
		return 0, 0, 0, false
	}
	n, err := strconv.Atoi(s)
	return n / 10000, n / 100 % 100, n % 100, err == nil
}

// parseLength reads a duration; one that is negative, or longer than a calendar's, is none.
func parseLength(s string) (length, bool) {
	s = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "+")
	s, ok := strings.CutPrefix(s, "P")
	if !ok || s == "" {
		return length{}, false
	}
	var l length
	clock := false
	for s != "" {
		if !clock && s[0] == 'T' {
			clock, s = true, s[1:]
			continue
		}
		unit := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if unit < 1 || unit > 7 {
			return length{}, false
		}
		n, err := strconv.Atoi(s[:unit])
		if err != nil {
			return length{}, false
		}
		switch {
		case !clock && s[unit] == 'W':
			l.days += 7 * n
		case !clock && s[unit] == 'D':
			l.days += n
		case clock && s[unit] == 'H':
			l.exact += time.Duration(n) * time.Hour
		case clock && s[unit] == 'M':
			l.exact += time.Duration(n) * time.Minute
		case clock && s[unit] == 'S':
			l.exact += time.Duration(n) * time.Second
		default:
			return length{}, false
		}
		s = s[unit+1:]
	}
	return l, l.days <= longest && l.exact <= longest*24*time.Hour
}

// longest is how many days an event can take, so that sums of times stay within what they can be.
const longest = 36600

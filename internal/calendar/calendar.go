// Package calendar reads and writes iCalendar: the busy times of a person's calendars, Lotsen's feeds and invitations.
package calendar

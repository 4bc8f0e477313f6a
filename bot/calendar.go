package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"lotsen/handlers"
	"lotsen/internal/calendar"
	"lotsen/internal/care"
)

// pathCalendar is where calendars are read by their tokens.
const pathCalendar = "/calendar/"

// calendarIn is how long a calendar may take.
const calendarIn = 10 * time.Second

// feeds is what calendars are made from.
type feeds interface {
	FeedOf(ctx context.Context, token string, now time.Time) (care.Feed, error)
	InvitationOf(ctx context.Context, token, meeting string, now time.Time) (care.Feed, error)
}

// calendarHTTP gives people's calendars to programs that know a token. What a token does not open is not found,
// whatever the matter with it. A token stands in no log.
type calendarHTTP struct {
	care    feeds
	app     *handlers.App
	clock   *clock
	log     *slog.Logger
	metrics *metrics
}

// register adds the two addresses of calendars. Whatever else is below them is not found.
func (c *calendarHTTP) register(mux *http.ServeMux) {
	mux.HandleFunc(pathCalendar, http.NotFound)
	mux.HandleFunc("GET "+pathCalendar+"{file}", c.feed)
	mux.HandleFunc("GET "+pathCalendar+"{token}/{file}", c.invitation)
}

func calendarWords(app *handlers.App, lang care.Lang) calendar.Words {
	return calendar.Words{Name: app.CalendarName(lang), Summary: func(m care.FeedMeeting) string { return app.CalendarSummary(lang, m) }}
}

func (c *calendarHTTP) feed(w http.ResponseWriter, r *http.Request) {
	c.give(w, r, "feed", calendar.Feed, func(ctx context.Context, token string, now time.Time) (care.Feed, error) {
		return c.care.FeedOf(ctx, token, now)
	})
}

func (c *calendarHTTP) invitation(w http.ResponseWriter, r *http.Request) {
	c.give(w, r, "invitation", calendar.Invitation, func(ctx context.Context, meeting string, now time.Time) (care.Feed, error) {
		return c.care.InvitationOf(ctx, r.PathValue("token"), meeting, now)
	})
}

// give answers with the calendar that read finds by the name of the file in the address.
func (c *calendarHTTP) give(w http.ResponseWriter, r *http.Request, name string,
	write func(care.Feed, calendar.Words) ([]byte, error), read func(ctx context.Context, name string, now time.Time) (care.Feed, error),
) {
	began, outcome := c.clock.machine(), outcomeOK
	defer func() { c.metrics.done("calendar", name, outcome, c.clock.machine().Sub(began)) }()
	ctx, cancel := context.WithTimeout(r.Context(), calendarIn)
	defer cancel()
	file, isCalendar := strings.CutSuffix(r.PathValue("file"), ".ics")
	f, err := read(ctx, file, c.clock.now())
	if err == nil && !isCalendar {
		err = care.ErrNotFound
	}
	var ics []byte
	if err == nil {
		ics, err = write(f, calendarWords(c.app, f.Lang))
	}
	switch {
	case errors.Is(err, care.ErrNotFound):
		outcome = outcomeRefused
		http.NotFound(w, r)
		return
	case r.Context().Err() != nil: // nobody waits for it
		outcome = outcomeRefused
		return
	case err != nil:
		outcome = outcomeError
		c.log.Error("calendar not given", "name", name, "error", err)
		w.Header().Set("Retry-After", "300")
		http.Error(w, "please try again later", http.StatusServiceUnavailable)
		return
	}
	sum := sha256.Sum256(ics)
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+calendarFile+`"`)
	h.Set("Cache-Control", "private, no-cache") // kept, but asked for by its ETag each time
	h.Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:18])+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(ics))
}

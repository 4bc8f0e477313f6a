package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/store"
)

var drain = flag.Int("drain", 0, "deliver so many reminders at the pace that Slack permits; 10000 take 17 minutes")

// TestDrain has two processes deliver many reminders that are due at one moment, each to someone
// else. One is killed in the midst of it, and another one comes. None is lost and none comes twice.
func TestDrain(t *testing.T) {
	if *drain == 0 {
		t.Skip("reminders are drained with -drain 10000")
	}
	t.Log(drained(t, *drain).measured)
}

// drained is TestDrain of so many, as a figure.
func drained(t *testing.T, reminders int) figure {
	w := newWorld(t)
	users := w.remindersFor(reminders)
	w.env["LOTSEN_CLOCK"] = "2026-11-18T08:00:00+01:00"
	began := time.Now()
	first := w.start(beACourier, "1")
	second := w.start(beACourier, "1")
	t.Cleanup(func() { first.kill(); second.kill() })

	sent := func() int {
		time.Sleep(200 * time.Millisecond) // the list is long
		return len(w.posts())
	}
	limit := time.Duration(reminders)*200*time.Millisecond + 4*time.Minute
	w.awaitFor(limit, "a third of the reminders", func() bool { return sent() >= reminders/3 })
	early := resident(t, second)
	at := time.Since(began).Round(time.Second)
	first.kill()
	w.env["LOTSEN_CLOCK"] = time.Date(2026, 11, 18, 7, 0, 0, 0, time.UTC).Add(time.Since(began)).Format(time.RFC3339)
	third := w.start(beACourier, "1")
	t.Cleanup(third.kill)
	w.awaitFor(limit, "all reminders", func() bool { return sent() >= reminders })
	took := time.Since(began)
	late := resident(t, second)

	open := func() int64 {
		sys, done := w.system()
		defer done()
		n, err := sys.records.Engine.Count(t.Context(), "deliveries", store.Query{Where: []store.Cond{{Field: "due", Op: store.Gt, Value: time.Time{}}}})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	w.awaitFor(5*time.Minute, "the end of every delivery", func() bool {
		time.Sleep(time.Second)
		return open() == 0
	})
	got := map[string]int{}
	for _, channel := range w.posts() {
		got[strings.Replace(channel, "D", "U", 1)]++
	}
	for _, u := range users {
		if got[u] != 1 {
			t.Errorf("%s has %d reminders, want one", u, got[u])
		}
	}
	w.check()
	return figure{fmt.Sprintf("%d due reminders, each to someone else, by two processes", reminders),
		"at the pace that Slack permits, none lost, none twice, memory flat, across kill -9",
		fmt.Sprintf("%v, %.0f a minute; %.0f MB and %.0f MB resident", took.Round(time.Second), float64(reminders)/took.Minutes(), early, late),
		fmt.Sprintf("one process killed after %v and replaced; memory of the other then and at the end", at), !t.Failed() && late <= early+15}
}

// posts are the conversations in which the bot has posted something, once for each message.
func (w *world) posts() (channels []string) {
	for _, c := range w.slack.Calls() {
		if c.Method == "chat.postMessage" && c.Error == "" {
			channels = append(channels, c.Args["channel"])
		}
	}
	return channels
}

// remindersFor has so many people follow something up on 18 November, and returns their Slack ids.
func (w *world) remindersFor(n int) []string {
	w.t.Helper()
	sys, done := w.system()
	defer done()
	now := time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC)
	users := make([]string, n)
	g, ctx := errgroup.WithContext(w.t.Context())
	g.SetLimit(64)
	for i := range n {
		users[i] = fmt.Sprintf("U%07d", i)
		w.slack.AddUser(fakeslack.User{ID: users[i], Name: users[i]})
		g.Go(func() error {
			st := care.Staff{Meta: care.Meta{ID: "st_" + users[i]}, SlackID: users[i], Name: care.Sealed("x"), Email: care.Sealed("x"),
				Posts: []care.Post{{School: "alen", Role: care.Mentor}}, FactsDue: now.AddDate(1, 0, 0),
				Facts: &care.SlackFacts{Team: w.slack.TeamID(), CheckedAt: now}}
			if err := sys.care.Staff.Add(ctx, st); err != nil {
				return err
			}
			form := care.InterventionForm{Kinds: []care.Kind{care.KindTalk}, Level: care.LevelGroup, FollowUp: "2026-11-18"}
			_, err := sys.care.LogForm(ctx, care.Actor{Staff: st, Lang: care.Swedish}, form, "form", "form", now)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(users)
	return users
}

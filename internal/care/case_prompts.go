package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// morning is when cases are told of for which no one has named another time.
const morning Clock = 8 * 60

// prompts are the messages that a case asks for if nobody acts, each kind once, by their times. slot is its
// owner's. What should have been sent already is to be sent as soon as Lotsen may, from now on. Past the last
// school year, when nothing is sent, a time stands for one that is not known yet. Design: "When".
func (sc School) prompts(c Case, step Step, slot Slot, now time.Time) []Prompt {
	var list []Prompt
	if c.isOpen() {
		list = append(sc.reminders(c, slot), sc.escalations(c, step)...)
	}
	for i, p := range list {
		at := p.At
		if at.Before(now) {
			at = now
		}
		list[i].At = sc.working(at).UTC()
	}
	slices.SortStableFunc(list, func(a, b Prompt) int { return a.At.Compare(b.At) })
	return list
}

// reminders are the prompts for whoever has a case: its owner or, without one, the team's room.
func (sc School) reminders(c Case, slot Slot) []Prompt {
	room := Room("")
	if c.Owner == "" {
		room, slot = RoomTeam, Slot{At: morning}
	}
	b := c.basis()
	last, _ := c.last()
	if c.State == CaseWaiting {
		if last.Act == ActWrong || last.Act == ActNeedsEHT {
			return nil // it opens again by itself, or is the team's
		}
		return []Prompt{{Kind: PromptFollowUp, At: sc.WorkAt(sc.ahead(c.Next, 0), slot.At), Room: room, Day: c.Next, Entry: b.ID}}
	}
	p := Prompt{Kind: PromptFirst, Room: room, Day: c.Day0, Entry: b.ID}
	day := sc.ahead(c.Next, 0)
	switch {
	case b.Act == ActHandOver && c.Handed != nil: // whoever it was handed to has been told
		return nil
	case b.What == CaseCameBack: // of which its owner is told by a word of its own
		p.Kind, p.Day = PromptAgain, c.Next
		p.At = sc.WorkAt(max(day, sc.ahead(DateOf(b.At, sc.Zone), 1)), slot.At)
	case b.What == CaseActed && c.NextAt != 0:
		p.Kind, p.Day = PromptAgain, c.Next
		p.At = sc.WorkAt(day, c.NextAt)
	case b.What == CaseActed:
		p.Kind, p.Day = PromptAgain, c.Next
		p.At = sc.WorkAt(day, slot.At)
	default:
		p.At = sc.firstAt(c, b, slot)
	}
	due := sc.ahead(c.Due, 0)
	if room != "" || DateOf(p.At, sc.Zone) >= due {
		return []Prompt{p}
	}
	return []Prompt{p, {Kind: PromptDue, At: sc.WorkAt(due, morning), Day: c.Due}}
}

// firstAt is when whoever has a case is told of it first after b has befallen it: at their next slot if that
// falls before the due day, else in the morning of that day or, when that has passed, at once.
func (sc School) firstAt(c Case, b CaseEntry, slot Slot) time.Time {
	from := DateOf(b.At, sc.Zone)
	day := sc.ahead(max(c.Day0, from), 0)
	if b.worded() { // they are told by a word of its own then
		day = sc.ahead(from, 1)
	}
	for d, ok := sc.SchoolDayFrom(day); c.Owner != "" && ok && d < c.Due; d, ok = sc.SchoolDayFrom(d.tomorrow()) {
		if at := sc.WorkAt(d, slot.At); slot.on(d) && !at.Before(b.At) {
			return at
		}
	}
	at := sc.WorkAt(day, morning)
	if at.Before(b.At) {
		at = b.At
	}
	return sc.working(at)
}

// escalations are the prompts for others, when nobody acts.
func (sc School) escalations(c Case, step Step) []Prompt {
	to := func(kind PromptKind, room Room, n int) Prompt {
		return Prompt{Kind: kind, Room: room, At: sc.WorkAt(sc.ahead(c.Due, n), morning), Day: c.Due}
	}
	if c.Queued {
		asked := c.asked()
		team, principal := to(PromptTeam, RoomTeam, 0), to(PromptPrincipal, RoomPrincipal, 1)
		team.At, team.Day, team.Entry = asked.At, "", asked.ID
		principal.Day, principal.Entry = "", asked.ID
		return []Prompt{team, principal}
	}
	if c.State != CaseOpen || step.Escalate.After == nil {
		return nil
	}
	after := *step.Escalate.After
	switch {
	case step.Escalate.To == "":
		return nil
	case step.Escalate.To == Admin:
		return []Prompt{to(PromptAdmin, RoomAdmins, after)}
	case step.Escalate.To == Principal || c.Owner == "": // the team has been told
		return []Prompt{to(PromptPrincipal, RoomPrincipal, after)}
	}
	return []Prompt{to(PromptTeam, RoomTeam, after), to(PromptPrincipal, RoomPrincipal, 2*after)}
}

// patience is how many school days the team has, once it is told of a case, before the principal is.
func (c Case) patience(step Step) int {
	if c.Queued || step.Escalate.After == nil {
		return teamDays
	}
	return *step.Escalate.After
}

// working is the next time from t on at which Lotsen may send; t itself if none is known.
func (sc School) working(t time.Time) time.Time {
	if next, ok := sc.NextWorking(t); ok {
		return next
	}
	return t
}

// on reports whether a slot is on that day of the week.
func (s Slot) on(d Date) bool {
	weekday := strings.ToLower(d.At(12, 0, time.UTC).Weekday().String())
	return s.Day == "" || strings.HasPrefix(weekday, s.Day)
}

// basis is the latest that was done about a case, and stands, or has befallen it.
func (c Case) basis() CaseEntry {
	for _, e := range slices.Backward(c.Entries) {
		if e.moves() {
			return e
		}
	}
	return CaseEntry{At: c.OpenedAt}
}

// moves reports whether an entry stands and tells of something after which a case is another.
func (e CaseEntry) moves() bool {
	switch e.What {
	case CaseOpened, CaseRose, CaseLowered, CaseRetracted, CaseReopened, CaseCameBack, CaseOrphaned, CaseActed:
		return e.Undone.IsZero()
	}
	return false
}

// asked is the entry by which the team was last asked to see to a case.
func (c Case) asked() CaseEntry {
	for _, e := range slices.Backward(c.Entries) {
		if e.Act == ActNeedsEHT {
			return e
		}
	}
	return c.basis()
}

// askPrompts has a case ask for the prompts of its plan, unless it has done so.
func (s *Service) askPrompts(ctx context.Context, c *Case, now time.Time) error {
	if c.Asked == c.Plan {
		return nil
	}
	c.Asked = c.Plan
	slot, err := s.slotOf(ctx, c.Owner)
	if err != nil {
		return err
	}
	for _, p := range s.Schools[c.School].prompts(*c, s.stepOf(*c), slot, now) {
		d := Delivery{Kind: CaseReminder, Subject: c.ID, Day: p.Day, School: c.School, Room: p.Room, To: c.Owner, At: p.At, Due: p.At,
			State: DeliveryPending, Entry: p.Entry, Prompt: p.Kind, Plan: c.Plan, Entries: len(c.Entries)}
		if p.Room != "" {
			d.Kind, d.To = Escalated, ""
		}
		d.ID = strings.Join([]string{string(CaseNews), c.ID, strconv.Itoa(c.Plan), string(p.Kind), address{d.To, d.Room}.key()}, "/")
		c.ask(now, d)
	}
	return nil
}

// slotOf is the slot of a staff member; the default for no one and someone unknown.
func (s *Service) slotOf(ctx context.Context, staff string) (Slot, error) {
	if staff == "" {
		return defaultSlot, nil
	}
	st, err := s.Staff.Get(ctx, staff)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Slot{}, fmt.Errorf("get whose slot it is: %w", err)
	}
	return st.SlotOf(), nil
}

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

// A Reminder is one message to a person about what they are to see to and to follow up. It has no name and no
// note, for it stays in Slack.
type Reminder struct {
	Week  *WeekOf        // of the weekly one
	Cases []CaseItem     // what is to be done first, then by their days
	Items []FollowUpItem // likewise
}

// A FollowUpItem is one follow-up of a reminder.
type FollowUpItem struct {
	Delivery string // its id
	Refs     []Ref  // of those students whom the reader may see: for whom nothing was done yet, else all
	Level    Level
	Done     Date   // the day of what is to be followed up
	Author   string // Slack user id of whoever did it, if that is not the reader
	School   School
	State    FollowUpState
	By       string // Slack user id of whoever brought it into that state, if that is known
	On       Date   // when they did
	Next     Date   // of one that was moved: to when
	Undoable bool   // the reader brought it there and can take it back
}

// FollowUpState is what has become of a follow-up.
type FollowUpState string

// The states of a follow-up.
const (
	FollowUpOpen      FollowUpState = "open"
	FollowUpMade      FollowUpState = "made"      // someone said so, or entered how it went
	FollowUpLogged    FollowUpState = "logged"    // something was logged for the student since
	FollowUpMoved     FollowUpState = "moved"     // to another day
	FollowUpDropped   FollowUpState = "dropped"   // there is to be none any more
	FollowUpWithdrawn FollowUpState = "withdrawn" // so is what was to be followed up
)

// askFollowUp has a change of an intervention ask for the reminder of its follow-up. by makes the
// change; the slot is theirs, and is looked at anew when the time has come.
func (s *Service) askFollowUp(iv *Intervention, by Staff, now time.Time) {
	school, ok := s.Schools[iv.School]
	if iv.FollowUp == "" || !ok {
		return
	}
	iv.Plan++
	due := followUpDue(school, by.SlotOf(), iv.FollowUp, now)
	iv.ask(now, Delivery{
		Meta: Meta{ID: strings.Join([]string{string(FollowUpReminder), iv.ID, strconv.Itoa(iv.Plan), "remind", iv.Author}, "/")},
		Kind: FollowUpReminder, Subject: iv.ID, Day: iv.FollowUp, School: iv.School, To: iv.Author,
		At: due, Due: due, State: DeliveryPending,
	})
}

// followUpDue is when a follow-up is reminded of: at the slot of its day or, if that is no school
// day or has passed, of the next school day. When no school day is known the day itself stands for
// it, and the delivery waits for the school year to be entered.
func followUpDue(school School, slot Slot, day Date, now time.Time) time.Time {
	if today := DateOf(now, school.Zone); day < today {
		day = today
	}
	if open, ok := school.SchoolDayFrom(day); ok {
		day = open
	}
	due := school.WorkAt(day, slot.At)
	if due.After(now) {
		return due.UTC()
	}
	if next, ok := school.AddSchoolDays(day, 1); ok {
		return school.WorkAt(next, slot.At).UTC()
	}
	return due.AddDate(0, 0, 1).UTC()
}

// followUpTrue is stillTrue of a follow-up's reminder.
func (s *Service) followUpTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	iv, err := s.Interventions.Get(ctx, d.Subject)
	if errors.Is(err, ErrNotFound) {
		d.ended(DeliveryCancelled)
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("get the intervention: %w", err)
	}
	became, err := s.became(ctx, iv, d.Day)
	if err != nil {
		return false, err
	}
	shown, err := s.anyShown(ctx, iv)
	if err != nil {
		return false, err
	}
	if became.State != FollowUpOpen || !shown {
		d.ended(DeliveryCancelled)
		return false, nil
	}
	to, err := s.responsible(ctx, iv, d.Passed, now)
	if err != nil {
		return false, err
	}
	for _, st := range to {
		if st.ID != d.To {
			continue
		}
		school := s.Schools[d.School]
		if slot := school.WorkAt(DateOf(now, school.Zone), st.SlotOf().At); slot.After(now) && DateOf(d.At, school.Zone) == DateOf(now, school.Zone) {
			d.putOff(slot.UTC())
			return false, nil
		}
		return true, nil
	}
	return false, s.handOn(ctx, d, to, now)
}

// hopsMax bounds how often a delivery is handed on.
const hopsMax = 10

// anyShown reports whether an intervention may be shown to anyone at all: it has a student who is
// not protected, or is for no one student.
func (s *Service) anyShown(ctx context.Context, iv Intervention) (bool, error) {
	if len(iv.Students) == 0 {
		return true, nil
	}
	list, err := s.Students.WithRefs(ctx, iv.Students)
	if err != nil {
		return false, fmt.Errorf("get the students: %w", err)
	}
	return slices.ContainsFunc(list, func(stu Student) bool { return !stu.Protected }), nil
}

// became is what has become of the follow-up of an intervention on that day, without the part that
// depends on who reads it.
func (s *Service) became(ctx context.Context, iv Intervention, day Date) (FollowUpItem, error) {
	item := FollowUpItem{Refs: iv.Students, Level: iv.Level, Done: iv.Date, School: s.Schools[iv.School], State: FollowUpOpen}
	by := func(state FollowUpState, staff string, at time.Time) (FollowUpItem, error) {
		item.State, item.By, item.On = state, staff, s.today(iv.School, at)
		return item, nil
	}
	if iv.Status == StatusWithdrawn {
		return by(FollowUpWithdrawn, iv.Author, iv.WithdrawnAt)
	}
	if iv.FollowUp != day {
		item.Next = iv.FollowUp
		state := FollowUpMoved
		if iv.FollowUp == "" {
			state = FollowUpDropped
		}
		for i, rev := range slices.Backward(iv.Revisions) {
			if rev.Before.FollowUp == day && iv.as(i+1).FollowUp != day {
				return by(state, rev.By, rev.At)
			}
		}
		return by(state, iv.Author, iv.At)
	}
	if i := iv.answer(); i >= 0 {
		return by(FollowUpMade, iv.Revisions[i].By, iv.Revisions[i].At)
	}
	var open []Ref
	var last Intervention
	for _, ref := range iv.Students {
		done, ok, err := s.followedBy(ctx, iv, ref)
		if err != nil {
			return item, err
		}
		if !ok {
			open = append(open, ref)
		} else if done.At.After(last.At) {
			last = done
		}
	}
	if len(iv.Students) > 0 && len(open) == 0 {
		return by(FollowUpLogged, last.Author, last.At)
	}
	item.Refs = open
	return item, nil
}

// reminder is what deliveries say together to one reader.
func (s *Service) reminder(ctx context.Context, parts []Delivery, reader string, now time.Time) (*Reminder, error) {
	st, err := s.Staff.Get(ctx, reader)
	if err != nil {
		return nil, fmt.Errorf("get the reader: %w", err)
	}
	actor, err := s.actorFor(ctx, st, now)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(parts, func(a, b Delivery) int {
		return strings.Compare(string(a.Day)+a.ID, string(b.Day)+b.ID)
	})
	r := &Reminder{}
	var week *Delivery
	for _, part := range parts {
		if part.Kind == WeekDigest {
			week = &part
		}
		if part.Kind == CaseReminder || part.Kind == Escalated {
			item, err := s.caseItem(ctx, part, actor, now)
			if err != nil {
				return nil, err
			}
			r.Cases = append(r.Cases, item)
		}
		if part.Kind != FollowUpReminder {
			continue
		}
		iv, err := s.Interventions.Get(ctx, part.Subject)
		if err != nil {
			return nil, fmt.Errorf("get the intervention: %w", err)
		}
		item, err := s.became(ctx, iv, part.Day)
		if err != nil {
			return nil, err
		}
		item.Delivery = part.ID
		item.Refs = slices.DeleteFunc(slices.Clone(item.Refs), func(ref Ref) bool {
			_, _, serr := s.student(ctx, actor, ref, now)
			if serr != nil && !errors.Is(serr, ErrNotFound) {
				err = serr
			}
			return serr != nil
		})
		if err != nil {
			return nil, err
		}
		item.Undoable = item.By == reader && iv.undoable(part.Day)
		if item.By, err = s.slackID(ctx, item.By); err != nil {
			return nil, err
		}
		if iv.Author != reader {
			if item.Author, err = s.slackID(ctx, iv.Author); err != nil {
				return nil, err
			}
		}
		r.Items = append(r.Items, item)
	}
	if week != nil {
		if err := s.addWeek(ctx, r, *week, actor, now); err != nil {
			return nil, err
		}
	}
	// What is done makes room for what is not.
	done := func(i FollowUpItem) int {
		if i.State == FollowUpOpen {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(r.Items, func(a, b FollowUpItem) int { return done(a) - done(b) })
	sortCases(r.Cases)
	return r, nil
}

// undoable reports whether the latest change said of the follow-up on that day that it is made or put
// off, and nothing else.
func (iv Intervention) undoable(day Date) bool {
	if len(iv.Revisions) == 0 || iv.Status == StatusWithdrawn {
		return false
	}
	before := iv.Revisions[len(iv.Revisions)-1].Before
	if before.FollowUp != day || before.Followed != "" {
		return false
	}
	before.FollowUp, before.Followed = iv.FollowUp, iv.Followed
	return before.sameAs(iv.Content)
}

// notice has the messages shown anew that remind of what a change of an intervention may have settled.
func (s *Service) notice(ctx context.Context, iv Intervention, now time.Time) error {
	subjects := []string{iv.ID}
	from := s.today(iv.School, now).AddDays(-followUpKept)
	for _, ref := range iv.Students {
		list, err := s.Interventions.FollowUps(ctx, ref, from)
		if err != nil {
			return fmt.Errorf("list follow-ups: %w", err)
		}
		for _, other := range list {
			if !slices.Contains(subjects, other.ID) {
				subjects = append(subjects, other.ID)
			}
		}
	}
	list, err := s.Deliveries.About(ctx, subjects)
	if err != nil {
		return fmt.Errorf("find reminders: %w", err)
	}
	noticed := map[string]bool{}
	for _, d := range list {
		if d.State != DeliverySent || noticed[d.Message] {
			continue
		}
		noticed[d.Message] = true
		d.Due, d.Tries = now, 0
		if err := s.store(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

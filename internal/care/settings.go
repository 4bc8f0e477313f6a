package care

import (
	"context"
	"errors"
	"slices"
	"time"
)

// SettingsForm is what the modal "settings" says. A part that is nil stays as it is.
type SettingsForm struct {
	Language Lang // "": as it is
	Slot     *SlotForm
	Leave    *LeaveForm

	Calendars *[]string      // addresses
	Meetings  MeetingReminds // "": as it is
	NewFeed   bool           // the address of the person's feed is to be another, so that the one before opens nothing
}

// SlotForm is a day, AnyDay or one of SlotDays, and a time of day ("08:00"). What is "" is as it is
// for those who have said nothing.
type SlotForm struct{ Day, Time string }

// AnyDay is the choice of no certain day.
const AnyDay = "any"

// Settings are what the modal "settings" shows of a person.
type Settings struct {
	Language Lang
	Slot     Slot
	Away     *Away // nil when the person is not away, now or later
	School   School

	Calendars []CalendarState
	Meetings  MeetingReminds
	Feed      string // the end of the address of the person's feed: "<token>.ics"
}

// A CalendarState is what has become of a calendar that says when a person is busy.
type CalendarState struct {
	Address string          // for its owner alone
	ReadAt  time.Time       // zero: it has not been read yet
	Trouble CalendarTrouble // "": it could be read when it was last tried
}

// CodeSlotHours is for a time at which Lotsen sends nothing. Hours are []SchoolHours.
const CodeSlotHours Code = "slot_hours"

// SchoolHours are the work hours of a school.
type SchoolHours struct {
	School string // its name
	Hours  Hours
}

// Settings returns what stands in the modal "settings" when the actor opens it.
func (s *Service) Settings(ctx context.Context, actor Actor, now time.Time) (Settings, error) {
	st := actor.Staff
	away, err := s.away(ctx, st, now)
	if err != nil {
		return Settings{}, err
	}
	set := Settings{Language: actor.Lang, Slot: st.SlotOf(), Away: away, Meetings: st.MeetingsOf()}
	set.School, _ = s.HomeSchool(st, now)
	set.Feed = s.FeedToken(st) + ".ics"
	set.Calendars, err = s.calendarStates(ctx, st)
	return set, err
}

// SaveSettings makes the actor's settings what the form says and returns what they then are. The
// same request again changes nothing. Each mistake is an *Error with its field; they are joined.
func (s *Service) SaveSettings(ctx context.Context, actor Actor, f SettingsForm, request string, now time.Time) (Settings, error) {
	if actor.Staff.MadeBy(request) { // what was right then may be wrong now
		return s.Settings(ctx, actor, now)
	}
	var mistakes []error
	if f.Language != "" && !slices.Contains(Langs, f.Language) {
		mistakes = append(mistakes, &Error{Code: CodeFieldOdd, Field: "language"})
	}
	var slot *Slot
	if f.Slot != nil {
		var err error
		if slot, err = s.slot(actor.Staff, *f.Slot, now); err != nil {
			mistakes = append(mistakes, err)
		}
	}
	var leave *Leave
	if f.Leave != nil {
		var err error
		leave, err = s.leave(ctx, actor.Staff, *f.Leave, s.worksAt(actor.Staff), now)
		if err != nil && CodeOf(err) == "" {
			return Settings{}, err
		}
		mistakes = append(mistakes, err)
	}
	if f.Meetings != "" && !slices.Contains(MeetingRemindChoices, f.Meetings) {
		mistakes = append(mistakes, &Error{Code: CodeFieldOdd, Field: "meeting_reminder"})
	}
	var calendars []Sealed
	if f.Calendars != nil {
		addresses, err := s.calendarAddresses(*f.Calendars)
		mistakes = append(mistakes, err)
		if calendars, err = s.sealCalendars(actor.Staff.ID, addresses); err != nil {
			return Settings{}, err
		}
	}
	if err := errors.Join(mistakes...); err != nil {
		return Settings{}, err
	}
	st, err := s.set(ctx, actor, actor.Staff, func(st *Staff) {
		if f.Language != "" {
			st.Chosen = f.Language
		}
		if f.Slot != nil {
			st.Slot = slot
		}
		if f.Leave != nil {
			st.Leave = leave
		}
		if f.Calendars != nil {
			st.Calendars = calendars
		}
		if f.Meetings != "" {
			st.MeetingWord = f.Meetings
		}
		if f.NewFeed {
			st.FeedNumber++
		}
	}, request, now)
	if err != nil {
		return Settings{}, err
	}
	if f.Calendars != nil {
		// What a stop leaves undone here MoveOut does.
		if err := s.followCalendars(ctx, st, now); err != nil {
			return Settings{}, err
		}
	}
	return s.Settings(ctx, Actor{Staff: st, Lang: s.Language(st, now)}, now)
}

// set changes a person's settings for the actor, once a request, and returns the person as they
// are then.
func (s *Service) set(ctx context.Context, actor Actor, of Staff, change func(*Staff), request string, now time.Time) (saved Staff, err error) {
	err = s.changeStaff(ctx, of, func(st *Staff) bool {
		again := st.MadeBy(request)
		if !again {
			before := st.Leave
			change(st)
			st.Mark(request, now, leaveAudit(actor, st.ID, before, st.Leave, request, now)...)
		}
		saved = *st
		return !again
	})
	return saved, err
}

// slot is what a form says of when the person wants reminders; nil for the default.
func (s *Service) slot(st Staff, f SlotForm, now time.Time) (*Slot, error) {
	if f == (SlotForm{}) {
		return nil, nil
	}
	slot := defaultSlot
	if f.Day != "" && f.Day != AnyDay {
		if slot.Day = f.Day; !slices.Contains(SlotDays, f.Day) {
			return nil, &Error{Code: CodeFieldOdd, Field: "slot_day"}
		}
	}
	if f.Time != "" {
		t, err := time.Parse("15:04", f.Time)
		if err != nil {
			return nil, &Error{Code: CodeFieldOdd, Field: "slot_time"}
		}
		slot.At = Clock(t.Hour()*60 + t.Minute())
	}
	var hours []SchoolHours
	for _, p := range s.Posts(st, now) {
		if w := p.School.workHours(); w.From <= slot.At && slot.At < w.To {
			if slot == defaultSlot {
				return nil, nil
			}
			return &slot, nil
		}
		if h := (SchoolHours{p.School.Name, p.School.workHours()}); !slices.Contains(hours, h) {
			hours = append(hours, h)
		}
	}
	return nil, &Error{Code: CodeSlotHours, Field: "slot_time", Args: map[string]any{"Hours": hours}}
}

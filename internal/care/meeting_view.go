package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// meetingsAhead is how many days ahead a person's meetings are looked for.
const meetingsAhead = 2 * 366

// MeetingByID returns a meeting with what its reader may see of it, names too.
func (s *Service) MeetingByID(ctx context.Context, actor Actor, id string, now time.Time) (MeetingView, error) {
	m, _, err := s.meetingFor(ctx, actor, id, now)
	if err != nil {
		return MeetingView{}, err
	}
	v, err := s.meetingView(ctx, actor, m, now)
	if err != nil || len(v.Refs) == 0 && len(m.Items) > 0 {
		return v, err
	}
	for _, ref := range v.Refs {
		stu, _, err := s.student(ctx, actor, ref, now)
		if err != nil {
			return MeetingView{}, err
		}
		name, err := s.name(stu)
		if err != nil {
			return MeetingView{}, err
		}
		v.Students = append(v.Students, name)
	}
	if len(v.Refs) == len(m.Items) && len(m.Reason) > 0 {
		if v.Reason, err = s.Vault.Open(m.Reason, meetingCollection, m.ID, "reason"); err != nil {
			return MeetingView{}, fmt.Errorf("open the reason of a meeting: %w", err)
		}
	}
	if len(v.Students) == 0 && v.Reason == "" {
		return v, nil
	}
	return v, s.auditReading(ctx, actor, ActionMeetingShow, v.Refs, now)
}

// MyMeetings returns the actor's meetings that are not over, the next first. The refs are without names.
func (s *Service) MyMeetings(ctx context.Context, actor Actor, now time.Time) ([]MeetingView, error) {
	today := DateOf(now, time.UTC)
	list, err := s.meetingsOf(ctx, actor.Staff.ID, Period{From: today, To: today.AddDays(meetingsAhead)})
	if err != nil {
		return nil, err
	}
	var views []MeetingView
	for _, m := range list {
		if !m.End.After(now) {
			continue
		}
		v, err := s.meetingView(ctx, actor, m, now)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// nextMeeting is the next meeting about a student, nil if there is none. What is not the reader's matter is left out:
// who sees the student's cases sees when it is, and whose it is.
func (s *Service) nextMeeting(ctx context.Context, actor Actor, stu visible, now time.Time) (*MeetingView, error) {
	if !stu.seesCase() {
		return nil, nil
	}
	list, err := s.Meetings.OfStudent(ctx, stu.Ref(), Interval{now, now.AddDate(0, 0, meetingsAhead)})
	if err != nil {
		return nil, fmt.Errorf("find the student's meetings: %w", err)
	}
	i := slices.IndexFunc(list, func(m Meeting) bool { return m.State != MeetingCancelled })
	if i < 0 {
		return nil, nil
	}
	v, err := s.meetingView(ctx, actor, list[i], now)
	if s.partIn(actor, list[i], now) == (meetingPart{}) {
		v.Attendees, v.Place, v.Items, v.Refs = nil, "", 1, []Ref{stu.Ref()}
	}
	return &v, err
}

// meetingView is a meeting as its reader may see it in an answer to them, without students' names and its reason.
func (s *Service) meetingView(ctx context.Context, actor Actor, m Meeting, now time.Time) (MeetingView, error) {
	v := MeetingView{ID: m.ID, Kind: m.Kind, School: s.Schools[m.School], Start: m.Start, End: m.End, State: m.State, Plan: m.Plan,
		Mine: m.Organiser == actor.Staff.ID, AnswerBy: m.AnswerBy, Past: !m.Start.After(now)}
	part := s.partIn(actor, m, now)
	v.Attends, v.MayChange = part.attends, part.changes
	if i := m.attendee(actor.Staff.ID); i >= 0 {
		v.Answer = m.Attendees[i].Answer
		if token := s.InvitationToken(actor.Staff, m.ID); token != "" {
			v.Link = token + "/" + m.ID + ".ics"
		}
	}
	var err error
	if v.Place, err = s.placeOf(m); err != nil {
		return MeetingView{}, err
	}
	if v.Items, err = s.matters(ctx, m); err != nil {
		return MeetingView{}, err
	}
	for _, ref := range m.refs() {
		switch _, _, err := s.student(ctx, actor, ref, now); {
		case err == nil:
			v.Refs = append(v.Refs, ref)
		case !errors.Is(err, ErrNotFound):
			return MeetingView{}, err
		}
	}
	if v.Attendees, err = s.attendees(ctx, m); err != nil {
		return MeetingView{}, err
	}
	if i := m.attendee(m.Organiser); i >= 0 {
		v.Organiser = v.Attendees[0].Person
	}
	return v, nil
}

// matters is how many students a meeting is about, as far as anyone is to know: without those who have become protected.
func (s *Service) matters(ctx context.Context, m Meeting) (int, error) {
	if len(m.Items) == 0 {
		return 0, nil
	}
	list, err := s.Students.WithRefs(ctx, m.refs())
	if err != nil {
		return 0, fmt.Errorf("get the students of a meeting: %w", err)
	}
	list = slices.DeleteFunc(list, func(stu Student) bool { return !stu.Protected })
	return len(m.Items) - len(list), nil
}

// attendees are those of a meeting, the organiser first, then those who are needed.
func (s *Service) attendees(ctx context.Context, m Meeting) ([]AttendeeView, error) {
	rank := func(a Attendee) int {
		switch {
		case a.Staff == m.Organiser:
			return 0
		case a.Required:
			return 1
		}
		return 2
	}
	sorted := slices.Clone(m.Attendees)
	slices.SortStableFunc(sorted, func(a, b Attendee) int { return cmp.Compare(rank(a), rank(b)) })
	views := make([]AttendeeView, len(sorted))
	for i, a := range sorted {
		st, err := s.Staff.Get(ctx, a.Staff)
		if err != nil {
			return nil, fmt.Errorf("get an attendee: %w", err)
		}
		name, err := s.staffName(st)
		if err != nil {
			return nil, err
		}
		views[i] = AttendeeView{Person: Person{Name: name, SlackID: st.SlackID}, Required: a.Required, Answer: a.Answer,
			EHT: st.has(m.School, s.today(m.School, m.Start), EHT)}
	}
	return views, nil
}

// placeOf opens where a meeting is; "" when that was not said.
func (s *Service) placeOf(m Meeting) (string, error) {
	if len(m.Place) == 0 {
		return "", nil
	}
	place, err := s.Vault.Open(m.Place, meetingCollection, m.ID, "place")
	if err != nil {
		return "", fmt.Errorf("open the place of a meeting: %w", err)
	}
	return place, nil
}

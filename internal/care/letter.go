package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// A Letter is a message that is about to be sent, or to be shown anew where it stands.
type Letter struct {
	Key     string // by which it can be found in Slack
	To      string // Slack user id of its reader; "" for the channel of a room
	Room    Room   // whose channel it goes to: the channel is to be looked at first, see MayStand
	Channel string // that channel, or the direct messages with the reader, or "" while those are not known
	Thread  string // ts of the message in whose thread it is to stand, and be shown in the channel, too
	TS      string // of one that stands already
	Shown   string // what LetterSent or LetterShown was last told of its content
	Lang    Lang

	Reminder *Reminder
	Trouble  *Trouble
	File     *FileReport
	Word     *CaseWord
	Post     *CasePost
	Report   *Report
	Watch    *Watch
	Meeting  *MeetingLetter    // of MeetingNotice, MeetingAgain and MeetingSoon
	Day      *MeetingDayLetter // of MeetingDay
	Kind     DeliveryKind      // of Meeting

	staff   string // the reader's staff id, or ""
	entries int    // of Meeting and Day: how many entries their meetings had when that was written
	parts   []Delivery
}

// letterMax is how many deliveries one letter holds at most.
const letterMax = 50

// TakeDelivery takes the delivery that is due for longest, for DeliveryLease; ErrNotFound when none
// is. What to do with it depends on its state: PrepareLetter if it is pending or sent, and if it is
// sending, its message is to be looked for first.
func (s *Service) TakeDelivery(ctx context.Context, now time.Time) (Delivery, error) {
	return s.Deliveries.ClaimDue(ctx, now, now.Add(DeliveryLease))
}

// PrepareLetter makes the letter to which a taken delivery belongs, with what else is due for the
// same person. It is on record then that it is about to be sent. The Letter is nil when there is
// nothing to send: it is no longer true, for someone else, or for later.
func (s *Service) PrepareLetter(ctx context.Context, d Delivery, now time.Time) (*Letter, error) {
	if d.State == DeliverySent {
		return s.letterAnew(ctx, d, now)
	}
	if wait := s.quietUntil(d, now); !wait.IsZero() {
		d.putOff(wait)
		return nil, s.store(ctx, d)
	}
	parts, err := s.together(ctx, d, now)
	if err != nil {
		return nil, err
	}
	var kept []Delivery
	for _, part := range parts {
		keep := true
		if wait := s.quietUntil(part, now); !wait.IsZero() { // at another school
			part.putOff(wait)
			keep = false
		} else if keep, err = s.stillTrue(ctx, &part, now); err != nil {
			return nil, fmt.Errorf("check a delivery: %w", err)
		}
		switch {
		case keep && slices.ContainsFunc(kept, func(k Delivery) bool { return k.Subject == part.Subject }):
			part.ended(DeliveryCancelled)
			keep = false
		case keep && part.Kind == WeekDigest && slices.ContainsFunc(kept, func(k Delivery) bool { return k.Kind == WeekDigest }):
			part.putOff(now.Add(DeliveryLease)) // a message tells of one school's week
			keep = false
		}
		if !keep {
			if err := s.store(ctx, part); err != nil {
				return nil, err
			}
			continue
		}
		kept = append(kept, part)
	}
	if len(kept) == 0 {
		return nil, nil
	}
	l, err := s.addressed(ctx, d, now)
	if err != nil {
		return nil, err
	}
	if l.Thread, err = s.threadOf(ctx, d, l.Channel); errors.Is(err, ErrConflict) { // it is about to stand there
		d.putOff(now.Add(DeliveryLease))
		return nil, s.store(ctx, d)
	}
	if err != nil {
		return nil, err
	}
	l.Key = d.ID + "/" + strconv.FormatInt(d.Version, 10)
	for _, part := range kept {
		part.State, part.Message, part.PostedAt, part.Channel = DeliverySending, l.Key, now, l.Channel
		part.Thread = l.Thread
		if part.TriedAt.IsZero() {
			part.TriedAt = now
		}
		switch err := s.Deliveries.Replace(ctx, part); {
		case err == nil:
			part.Version++
			l.parts = append(l.parts, part)
		case !errors.Is(err, ErrConflict): // with which it is someone else's now
			return nil, fmt.Errorf("note that a message is about to be sent: %w", err)
		}
	}
	if len(l.parts) == 0 {
		return nil, nil
	}
	return l, s.fill(ctx, l, now)
}

// quietUntil is when a delivery may be sent at the earliest, if that is not now.
func (s *Service) quietUntil(d Delivery, now time.Time) time.Time {
	if d.State == DeliverySent || d.AtOnce {
		return time.Time{}
	}
	school, ok := s.Schools[d.School]
	if !ok { // gone from the configuration, perhaps by mistake
		return now.Add(24 * time.Hour)
	}
	next, ok := school.NextWorking(now)
	if !ok { // past the last school year, until the next is entered
		return now.Add(24 * time.Hour)
	}
	if next.After(now) {
		return next
	}
	return time.Time{}
}

// together takes what is to be sent in one message with a delivery that has been taken. Others may be
// at what is due to the same person at the same moment: of those who have taken something, whoever
// has the first by its id takes all, and the others leave theirs alone; so they do while it is not
// known whether an earlier message stands. together returns nothing then, and what was left alone is
// soon due again: with a whole lease it would still keep others off at the next tick.
func (s *Service) together(ctx context.Context, d Delivery, now time.Time) ([]Delivery, error) {
	if !d.reminds() {
		return []Delivery{d}, nil
	}
	parts := []Delivery{d}
	for range 2 * letterMax { // each of them may be taken by someone else meanwhile, and left alone
		all, err := s.takeAll(ctx, &parts, now)
		if errors.Is(err, ErrConflict) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if all {
			return parts, nil
		}
		break
	}
	for _, part := range parts {
		part.Due = now.Add(leftAlone)
		if err := s.store(ctx, part); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// leftAlone is how soon a delivery that someone has taken and left alone is due again: before the next
// tick, and long before the lease of anyone who is at work is over.
const leftAlone = 5 * time.Second

// takeAll adds to parts, the first of which has been taken, what is due to the same person, and reports
// false if all is to be left to others. When someone comes between it answers ErrConflict, and goes on
// from there when it is called again.
func (s *Service) takeAll(ctx context.Context, parts *[]Delivery, now time.Time) (bool, error) {
	d := (*parts)[0]
	// Others' leases may have begun a little later, by their clocks or by mine.
	list, err := s.Deliveries.DueTo(ctx, d.To, now.Add(2*DeliveryLease), letterMax)
	if err != nil {
		return false, fmt.Errorf("find what is due to the same person: %w", err)
	}
	list = slices.DeleteFunc(list, func(o Delivery) bool { return !o.reminds() || o.State == DeliverySent })
	*parts = slices.DeleteFunc(*parts, func(p Delivery) bool { return slices.ContainsFunc(list, p.isOld) })
	if len(*parts) == 0 || (*parts)[0].ID != d.ID {
		return false, nil
	}
	list = slices.DeleteFunc(list, func(o Delivery) bool {
		return slices.ContainsFunc(*parts, func(p Delivery) bool { return p.ID == o.ID })
	})
	held := now.Add(2 * leftAlone) // what is due after that, someone is at
	if slices.ContainsFunc(list, func(o Delivery) bool {
		return o.State == DeliverySending || o.ID < d.ID && o.Due.After(held)
	}) {
		return false, nil
	}
	for _, o := range list {
		if o.State != DeliveryPending {
			continue
		}
		o.Due = now.Add(DeliveryLease)
		if err := s.Deliveries.Replace(ctx, o); err != nil {
			return false, fmt.Errorf("take what is due to the same person: %w", err)
		}
		o.Version++
		*parts = append(*parts, o)
	}
	return true, nil
}

// isOld reports whether o is the same delivery as someone else has made it since.
func (d *Delivery) isOld(o Delivery) bool { return d.ID == o.ID && d.Version != o.Version }

// stillTrue reports whether a delivery is still to be sent to its addressee now. If not, it is
// changed to what it is instead, and is to be stored.
func (s *Service) stillTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	switch d.Kind {
	case FollowUpReminder:
		return s.followUpTrue(ctx, d, now)
	case CaseNews:
		return s.wordTrue(ctx, d, now)
	case WeekDigest:
		return s.digestTrue(ctx, d, now)
	case WatchReport:
		return s.watchTrue(ctx, d, now)
	case CaseReminder, Escalated:
		return s.caseTrue(ctx, d, now)
	case MeetingNotice, MeetingAgain, MeetingSoon:
		return s.meetingTrue(ctx, d, now)
	case MeetingDay:
		return s.dayTrue(ctx, d, now)
	}
	return true, nil
}

// reminds reports whether a delivery is for one person, and is told them in one message with others that do the same.
func (d *Delivery) reminds() bool {
	switch d.Kind {
	case Escalated:
		return d.To != "" && d.Room != RoomAdmins // who see no cases
	case FollowUpReminder, CaseReminder, WeekDigest:
		return d.Room == ""
	}
	return false
}

// addressed begins the letter to a delivery's addressee.
func (s *Service) addressed(ctx context.Context, d Delivery, now time.Time) (*Letter, error) {
	school := s.Schools[d.School]
	if d.To == "" {
		return &Letter{Room: d.Room, Channel: school.channelOf(d.Room), Lang: school.Language}, nil
	}
	st, err := s.Staff.Get(ctx, d.To)
	if errors.Is(err, ErrNotFound) {
		st, err = s.Staff.BySlackID(ctx, d.To)
	}
	if errors.Is(err, ErrNotFound) { // an administrator whom no roster names
		return &Letter{To: d.To, Lang: school.Language}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("get the addressee: %w", err)
	}
	return &Letter{To: st.SlackID, Channel: st.DM, Lang: s.Language(st, now), staff: st.ID}, nil
}

// fill writes what a letter says.
func (s *Service) fill(ctx context.Context, l *Letter, now time.Time) (err error) {
	first := l.parts[0]
	if len(l.parts) > 1 || first.reminds() && first.Kind != Escalated {
		l.Reminder, err = s.reminder(ctx, l.parts, l.staff, now)
		return err
	}
	switch first.Kind {
	case Escalated:
		l.Post, err = s.casePost(ctx, first, l.staff, now)
	case WeekDigest:
		l.Report, err = s.report(ctx, first, now)
	case TroubleReport:
		l.Trouble, err = s.trouble(ctx, first)
	case ImportReport:
		l.File = first.File
	case CaseNews:
		l.Word, err = s.word(ctx, first)
	case WatchReport:
		l.Watch = s.watchOf(first)
	case MeetingNotice, MeetingAgain, MeetingSoon:
		l.Kind = first.Kind
		l.Meeting, l.entries, err = s.meetingLetter(ctx, first, now)
	case MeetingDay:
		l.Day, l.entries, err = s.dayLetter(ctx, first, now)
	}
	return err
}

// letterAnew is the letter of a message that stands, as it is to be shown now.
func (s *Service) letterAnew(ctx context.Context, d Delivery, now time.Time) (*Letter, error) {
	parts, err := s.Deliveries.InMessage(ctx, d.Message)
	if err != nil {
		return nil, fmt.Errorf("find what a message is made of: %w", err)
	}
	l, err := s.addressed(ctx, d, now)
	if err != nil {
		return nil, err
	}
	l.Key, l.Channel, l.Thread, l.TS, l.Shown, l.parts = d.Message, d.Channel, d.Thread, d.TS, d.Shown, parts
	return l, s.fill(ctx, l, now)
}

// LetterSent keeps where a letter stands in Slack; shown stands for its content.
func (s *Service) LetterSent(ctx context.Context, l *Letter, channel, ts, shown string) error {
	for _, part := range l.parts {
		err := s.settle(ctx, part, func(d *Delivery) {
			d.ended(DeliverySent)
			d.Channel, d.TS, d.Shown = channel, ts, shown
		})
		if err != nil {
			return err
		}
	}
	if err := errors.Join(s.showMoved(ctx, l.parts), s.showMeeting(ctx, l)); err != nil {
		return err
	}
	return s.rememberDM(ctx, l.staff, channel)
}

// LetterFound keeps where the message of a delivery stands that someone else was about to send, and
// has it shown anew: what has become of it meanwhile is not known.
func (s *Service) LetterFound(ctx context.Context, d Delivery, channel, ts string) error {
	return s.eachSending(ctx, d, func(part Delivery) error {
		return s.settle(ctx, part, func(d *Delivery) {
			d.State, d.Due, d.Channel, d.TS = DeliverySent, d.PostedAt, channel, ts
		})
	})
}

// eachSending does something with all deliveries whose message is the one that d is to be part of, as
// far as it is not known whether it stands.
func (s *Service) eachSending(ctx context.Context, d Delivery, do func(Delivery) error) error {
	parts, err := s.Deliveries.InMessage(ctx, d.Message)
	if err != nil {
		return fmt.Errorf("find what a message is made of: %w", err)
	}
	var errs []error
	for _, part := range parts {
		if part.State == DeliverySending {
			errs = append(errs, do(part))
		}
	}
	return errors.Join(errs...)
}

// rememberDM keeps the direct messages with a person, to look there for what may have been sent.
func (s *Service) rememberDM(ctx context.Context, staff, channel string) error {
	if staff == "" {
		return nil
	}
	st, err := s.Staff.Get(ctx, staff)
	if err != nil {
		return fmt.Errorf("get the reader: %w", err)
	}
	return s.changeStaff(ctx, st, func(st *Staff) bool {
		changed := st.DM != channel
		st.DM = channel
		return changed
	})
}

// LetterShown notes that a letter that stood already has been shown anew, or cannot be any more.
func (s *Service) LetterShown(ctx context.Context, d Delivery, shown string) error {
	d.Due, d.Shown = time.Time{}, shown
	err := s.Deliveries.Replace(ctx, d)
	if errors.Is(err, ErrConflict) { // it is to be shown anew once more
		return nil
	}
	return err
}

// showTries is how often a message that stands is tried to be shown anew. Its buttons work whatever it shows.
const showTries = 12

// LetterNotShown has a letter that stands already shown anew later.
func (s *Service) LetterNotShown(ctx context.Context, d Delivery, now time.Time) error {
	d.Tries++
	if d.Due = now.Add(backOff(d.Tries)); d.Tries > showTries {
		d.Due = time.Time{}
	}
	return s.store(ctx, d)
}

// LetterNotFound has what a message was to be made of sent anew: it does not stand.
func (s *Service) LetterNotFound(ctx context.Context, d Delivery, now time.Time) error {
	return s.eachSending(ctx, d, func(part Delivery) error { return s.storeOrFail(ctx, part, now, now) })
}

// LetterUnclear has a message looked for again later.
func (s *Service) LetterUnclear(ctx context.Context, d Delivery, now time.Time) error {
	until := now.Add(backOff(d.Tries))
	return s.eachSending(ctx, d, func(part Delivery) error {
		if now.After(s.giveUpAt(part)) {
			return s.fail(ctx, part, now)
		}
		part.Tries++
		part.Due = until
		return s.store(ctx, part)
	})
}

// LetterAddress is where the message of a delivery was about to be sent: to a Slack user, and in
// which direct messages, as far as those are known.
func (s *Service) LetterAddress(ctx context.Context, d Delivery, now time.Time) (to, channel string, err error) {
	if d.Channel != "" {
		return "", d.Channel, nil
	}
	l, err := s.addressed(ctx, d, now)
	if err != nil {
		return "", "", err
	}
	return l.To, l.Channel, nil
}

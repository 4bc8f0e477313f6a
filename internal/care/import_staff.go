package care

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// StaffRow is what a roster says of one person at one school. A person has one row a school.
type StaffRow struct {
	Line        int
	Email, Name string
	Roles       []Role
	School      string
	Groups      []string // nil: the file says nothing of groups
	Language    Lang     // "": nothing said, as with SlackID and CalendarURL
	SlackID     string
	CalendarURL string
	Left        bool // has left the school; To, if it has passed, was the last day
	From, To    Date // of the roles and groups; "" is open
}

// ImportStaff stores what a roster says of staff, one record a person with the posts of all
// their rows. Rows that say what is stored already write nothing, and people without a row stay
// as they are. Roles and groups that a row no longer names have today as their last day; for
// who has left, yesterday was the last. In a dry run nothing is written and the counts are
// those of a real one. Faults of rows are in the answer; an error is ours.
func (s *Service) ImportStaff(ctx context.Context, rows []StaffRow, now time.Time, dry bool) (Imported, error) {
	if dry {
		s = s.dryRun()
	}
	im := &staffImport{Service: s, now: now, request: importRequest(now), rows: map[string][]StaffRow{}}
	people, err := im.sort(ctx, rows)
	if err != nil {
		return Imported{}, err
	}
	outcomes := make([]outcome, len(people))
	err = importEach(ctx, len(people), func(ctx context.Context, i int) error {
		rows := im.rows[people[i]]
		return untilSettled(func() (err error) {
			outcomes[i], err = im.store(ctx, people[i], rows)
			if err != nil {
				err = fmt.Errorf("import the staff member of line %d: %w", rows[0].Line, err)
			}
			return err
		})
	})
	if err != nil {
		return Imported{}, err
	}
	for _, o := range outcomes {
		im.done.count(o)
	}
	return im.done, nil
}

type staffImport struct {
	*Service
	now     time.Time
	request string
	rows    map[string][]StaffRow // the good ones, by staff id
	done    Imported
}

// sort takes the good rows apart by person and notes what is wrong with the others. It returns
// the people in the order of the rows.
func (im *staffImport) sort(ctx context.Context, rows []StaffRow) ([]string, error) {
	for _, row := range rows {
		if bad := im.unknownSchool(row.Line, row.School); bad != nil {
			im.done.Bad = append(im.done.Bad, *bad)
			continue
		}
		if _, err := im.calendarAddresses([]string{row.CalendarURL}); err != nil {
			im.done.Bad = append(im.done.Bad, BadRow{Line: row.Line, Column: "calendar_url",
				Reason: fmt.Sprintf("is no address of a calendar; it begins with https:// or webcal:// and is at most %d characters long", calendarMax)})
			continue
		}
		id := im.StaffID(row.Email)
		im.rows[id] = append(im.rows[id], row)
	}
	if err := im.refuseTakenSlackIDs(ctx, rows); err != nil {
		return nil, err
	}
	slices.SortStableFunc(im.done.Bad, func(a, b BadRow) int { return a.Line - b.Line })
	var people []string
	seen := map[string]bool{}
	for _, row := range rows {
		if id := im.StaffID(row.Email); len(im.rows[id]) > 0 && !seen[id] {
			people, seen[id] = append(people, id), true
		}
	}
	return people, nil
}

// refuseTakenSlackIDs drops rows whose Slack user is another person's, in the file or in the
// store. A person who leaves or gets another Slack user by the same file gives theirs up; each
// dropped row may mean that one is not given up after all, so it looks until none is dropped.
func (im *staffImport) refuseTakenSlackIDs(ctx context.Context, rows []StaffRow) error {
	refuse := func(row StaffRow, reason string) {
		id := im.StaffID(row.Email)
		im.rows[id] = slices.DeleteFunc(im.rows[id], func(r StaffRow) bool { return r.School == row.School })
		im.done.Bad = append(im.done.Bad, BadRow{Line: row.Line, Column: "slack_id", Reason: reason})
	}
	good := func(row StaffRow) bool {
		return row.SlackID != "" && !row.Left &&
			slices.ContainsFunc(im.rows[im.StaffID(row.Email)], func(r StaffRow) bool { return r.School == row.School })
	}
	first := map[string]StaffRow{} // by Slack id and by staff id
	for _, row := range rows {
		if !good(row) {
			continue
		}
		id := im.StaffID(row.Email)
		if other, ok := first[row.SlackID]; ok && im.StaffID(other.Email) != id {
			refuse(row, fmt.Sprintf("line %d gives this Slack user to another e-mail address", other.Line))
			continue
		}
		if other, ok := first[id]; ok && other.SlackID != row.SlackID {
			refuse(row, fmt.Sprintf("line %d gives another Slack user for the same e-mail address", other.Line))
			continue
		}
		first[row.SlackID], first[id] = row, row
	}
	for again := true; again; {
		again = false
		for _, row := range rows {
			if !good(row) {
				continue
			}
			holder, err := im.Staff.BySlackID(ctx, row.SlackID)
			if errors.Is(err, ErrNotFound) || err == nil && holder.ID == im.StaffID(row.Email) {
				continue
			}
			if err != nil {
				return fmt.Errorf("find who has the Slack user of line %d: %w", row.Line, err)
			}
			if holder, err = im.next(holder, im.rows[holder.ID]); err != nil {
				return fmt.Errorf("find who has the Slack user of line %d: %w", row.Line, err)
			}
			if holder.SlackID == row.SlackID {
				refuse(row, "another staff member has this Slack user; correct it, or import that one's row with the status left first")
				again = true
			}
		}
	}
	return nil
}

// store writes what the rows say of one person, if it is news.
func (im *staffImport) store(ctx context.Context, id string, rows []StaffRow) (outcome, error) {
	old, err := im.Staff.Get(ctx, id)
	isNew := errors.Is(err, ErrNotFound)
	switch {
	case isNew && !slices.ContainsFunc(rows, func(r StaffRow) bool { return !r.Left }):
		return unchanged, nil // nobody is added as someone who has left
	case isNew:
		old = Staff{Meta: Meta{ID: id}}
	case err != nil:
		return unchanged, fmt.Errorf("get staff: %w", err)
	}
	next, err := im.next(old, rows)
	if err != nil {
		return unchanged, err
	}
	if !isNew && reflect.DeepEqual(old, next) {
		return unchanged, nil
	}
	markImported(&next.Meta, im.request, im.now, id)
	if isNew {
		return added, im.Staff.Add(ctx, next)
	}
	return changed, im.Staff.Replace(ctx, next)
}

// next is the person as the rows leave them. Of what is the same at every school the last row says it.
func (im *staffImport) next(st Staff, rows []StaffRow) (Staff, error) {
	if len(rows) == 0 {
		return st, nil
	}
	slackID, stays := "", false
	for _, row := range rows {
		today := im.today(row.School, im.now)
		if row.Left {
			st.leave(row, today)
		} else {
			st.work(row, today)
			stays = true
		}
		if row.Language != "" {
			st.Language = row.Language
		}
		if row.SlackID != "" && !row.Left {
			slackID = row.SlackID
		}
	}
	last := rows[len(rows)-1]
	if err := im.reseal(&st.Name, last.Name, staffCollection, st.ID, "name"); err != nil {
		return Staff{}, err
	}
	if err := im.reseal(&st.Email, strings.ToLower(last.Email), staffCollection, st.ID, "email"); err != nil {
		return Staff{}, err
	}
	if err := im.takeRosterCalendars(&st, rows); err != nil {
		return Staff{}, err
	}
	stays = stays || slices.ContainsFunc(st.Posts, func(p Post) bool { return !p.over(im.today(p.School, im.now)) })
	switch {
	case !stays: // the Slack user is free for the same person under another address
		st.SlackID, st.Facts, st.FactsDue, st.Unlinked = "", nil, time.Time{}, false
	case slackID != "" && slackID != st.SlackID:
		st.SlackID, st.Facts, st.FactsDue, st.Unlinked = slackID, nil, im.now, false
	case st.SlackID == "" && !st.Unlinked: // Slack is asked by e-mail later
		st.FactsDue, st.Unlinked = im.now, true
	}
	return st, nil
}

// work is that the person has the row's roles and groups.
func (st *Staff) work(row StaffRow, today Date) {
	period := Period{From: row.From, To: row.To}
	posts := make([]Post, len(row.Roles))
	for i, role := range row.Roles {
		posts[i] = Post{School: row.School, Role: role}
	}
	st.Posts = carry(st.Posts, row.School, posts, period, today)
	if row.Groups == nil {
		return
	}
	groups := make([]Mentoring, len(row.Groups))
	for i, group := range row.Groups {
		groups[i] = Mentoring{School: row.School, Group: group}
	}
	st.Groups = carry(st.Groups, row.School, groups, period, today)
}

// leave is that the person has left the school. Who has left is let in no more from this
// moment, so without a last day in the row it was yesterday.
func (st *Staff) leave(row StaffRow, today Date) {
	last := today.AddDays(-1)
	if row.To != "" && row.To <= today {
		last = row.To
	}
	st.Posts = endAll(st.Posts, row.School, last, func(*Post) bool { return false })
	st.Groups = endAll(st.Groups, row.School, last, func(*Mentoring) bool { return false })
}

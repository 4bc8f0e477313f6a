package care

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// CodeUnknownLanguage is for a language that Lotsen does not speak.
const CodeUnknownLanguage Code = "unknown_language"

// changeTries is how often a change is made anew after someone else's came between.
const changeTries = 10

// ChooseLanguage makes lang the actor's own choice and leaves their other settings as they are.
func (s *Service) ChooseLanguage(ctx context.Context, actor Actor, lang Lang, request string, now time.Time) error {
	_, err := s.SaveSettings(ctx, actor, SettingsForm{Language: lang}, request, now)
	return err
}

// changeStaff applies change to a staff record and stores it, reading it anew when someone else
// has changed it meanwhile. change returns false when there is nothing to store.
func (s *Service) changeStaff(ctx context.Context, st Staff, change func(*Staff) bool) error {
	for range changeTries {
		if !change(&st) {
			return nil
		}
		err := s.Staff.Replace(ctx, st)
		if !errors.Is(err, ErrConflict) {
			return err
		}
		if st, err = s.Staff.Get(ctx, st.ID); err != nil {
			return fmt.Errorf("read the staff member again: %w", err)
		}
	}
	return fmt.Errorf("change a staff member: %w", ErrConflict)
}

// PostAt is a post with its school and the groups that it is about.
type PostAt struct {
	School School
	Role   Role
	Groups []string
}

// Posts returns the posts that a person holds today.
func (s *Service) Posts(st Staff, now time.Time) []PostAt {
	var posts []PostAt
	for _, p := range st.Posts {
		school, ok := s.Schools[p.School]
		if !ok || !p.Holds(DateOf(now, school.Zone)) {
			continue
		}
		at := PostAt{School: school, Role: p.Role}
		if p.Role == Mentor {
			for _, m := range st.Groups {
				if m.School == p.School && m.Holds(DateOf(now, school.Zone)) {
					at.Groups = append(at.Groups, m.Group)
				}
			}
		}
		posts = append(posts, at)
	}
	return posts
}

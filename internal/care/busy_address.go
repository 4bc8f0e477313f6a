package care

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

const (
	calendarsMax = 5   // of one person
	calendarMax  = 400 // bytes of an address; those of one person and of two rosters fit into one field of a modal
)

// The codes of calendars' addresses, all at the field calendar_url. Line is the address's number.
const (
	CodeCalendarAddress Code = "calendar_address" // Line
	CodeCalendarLong    Code = "calendar_long"    // Line
	CodeCalendarTwice   Code = "calendar_twice"   // Line
	CodeCalendarMany    Code = "calendar_many"
)

// The places in which addresses of calendars are sealed.
const (
	calendarField       = "calendar"
	rosterCalendarField = "roster_calendar"
)

// calendarAddress is an address as it is kept: with https, or with http for a host that is allowed to
// be on a private network. It answers false for what is no address of a calendar.
func (s *Service) calendarAddress(text string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	u.Host, u.Fragment = strings.ToLower(u.Host), ""
	allowed := slices.ContainsFunc(s.CalendarHosts, func(h string) bool { return strings.EqualFold(h, u.Hostname()) })
	switch u.Scheme { // which Parse makes lower case
	case "https":
	case "webcal", "webcals":
		u.Scheme = "https"
	case "http":
		if !allowed {
			return "", false
		}
	default:
		return "", false
	}
	return u.String(), true
}

// calendarAddresses are those that a form says, as they are kept. A mistake is an *Error.
func (s *Service) calendarAddresses(lines []string) ([]string, error) {
	wrong := func(code Code, line int) ([]string, error) {
		return nil, &Error{Code: code, Field: "calendar_url", Args: map[string]any{"Line": line}}
	}
	var all []string
	for _, text := range lines {
		if strings.TrimSpace(text) == "" {
			continue
		}
		address, ok := s.calendarAddress(text)
		switch line := len(all) + 1; {
		case len(text) > calendarMax || len(address) > calendarMax:
			return wrong(CodeCalendarLong, line)
		case !ok:
			return wrong(CodeCalendarAddress, line)
		case slices.Contains(all, address):
			return wrong(CodeCalendarTwice, line)
		case line > calendarsMax:
			return wrong(CodeCalendarMany, line)
		}
		all = append(all, address)
	}
	return all, nil
}

// sealCalendars seals the addresses of a person's calendars.
func (s *Service) sealCalendars(staff string, addresses []string) ([]Sealed, error) {
	var all []Sealed
	for _, a := range addresses {
		sealed, err := s.Vault.Seal(a, staffCollection, staff, calendarField)
		if err != nil {
			return nil, fmt.Errorf("seal a calendar's address: %w", err)
		}
		all = append(all, sealed)
	}
	return all, nil
}

// openCalendars opens the addresses of a person's calendars.
func (s *Service) openCalendars(st Staff) ([]string, error) {
	var all []string
	for _, sealed := range st.Calendars {
		a, err := s.Vault.Open(sealed, staffCollection, st.ID, calendarField)
		if err != nil {
			return nil, fmt.Errorf("open a calendar's address: %w", err)
		}
		all = append(all, a)
	}
	return all, nil
}

// calendarID tells a person's calendars apart without telling where they are.
func (s *Service) calendarID(staff, address string) string {
	return s.hiddenID("cal_", staff, address)
}

// takeRosterCalendars makes the addresses that the rows name the person's calendars, in place of what the
// same schools' rosters named before. What the person has entered, or taken away, stays so while the
// rosters say the same.
func (s *Service) takeRosterCalendars(st *Staff, rows []StaffRow) error {
	before := map[string]string{} // by school
	for _, c := range st.RosterCalendars {
		address, err := s.Vault.Open(c.Address, staffCollection, st.ID, rosterCalendarField)
		if err != nil {
			return fmt.Errorf("open a calendar's address: %w", err)
		}
		before[c.School] = address
	}
	said := maps.Clone(before)
	for _, row := range rows {
		if address, ok := s.calendarAddress(row.CalendarURL); row.Left {
			delete(said, row.School)
		} else if ok {
			said[row.School] = address
		}
	}
	if maps.Equal(said, before) {
		return nil
	}
	addresses, err := s.openCalendars(*st)
	if err != nil {
		return err
	}
	named := slices.Collect(maps.Values(said))
	for _, address := range before {
		if !slices.Contains(named, address) {
			addresses = slices.DeleteFunc(addresses, func(a string) bool { return a == address })
		}
	}
	st.RosterCalendars = nil
	for _, school := range slices.Sorted(maps.Keys(said)) {
		address := said[school]
		if address != before[school] && !slices.Contains(addresses, address) {
			addresses = append(addresses, address)
		}
		sealed, err := s.Vault.Seal(address, staffCollection, st.ID, rosterCalendarField)
		if err != nil {
			return fmt.Errorf("seal a calendar's address: %w", err)
		}
		st.RosterCalendars = append(st.RosterCalendars, RosterCalendar{School: school, Address: sealed})
	}
	st.Calendars, err = s.sealCalendars(st.ID, addresses)
	return err
}

package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones resolve on a server that has none installed, too

	"lotsen/internal/care"
)

// configExample is the annotated lotsen.yaml that the command "config example" prints.
//
//go:embed config_example.yaml
var configExample []byte

// config is what lotsen.yaml says, with every default filled in.
type config struct {
	Schools   []care.School
	Ladders   []care.Ladder
	Import    importConfig
	Calendars calendarsConfig
	Retention retentionConfig
}

// importConfig names the folder whose files are read each day, and when. Without a folder nothing is.
type importConfig struct {
	Dir string
	At  care.Clock
}

// calendarsConfig lists the hosts on private networks that busy calendars may be fetched from.
type calendarsConfig struct {
	AllowHosts []string
}

// retentionConfig is what the school's owner has decided about erasure: the decision's name, and
// for how many days each kind of record is kept.
type retentionConfig struct {
	Decision string
	Days     map[string]int
}

// A configKey is a key that lotsen.yaml may hold, with a value that would be right.
type configKey struct{ name, sample string }

// configKeys are all keys of the file by the mapping in which they stand. Those of ladders are in
// configLadderKeys.
var configKeys = map[string][]configKey{
	"file": {
		{"schools", "[{id: alen, …}]"}, {"ladders", "[]"}, {"import", `{dir: "", at: "06:30"}`},
		{"calendars", "{allow_hosts: []}"}, {"retention", `{decision: "", days: {}}`},
	},
	"school": {
		{"id", "alen"}, {"name", "Ålenskolan"}, {"country", "SE"}, {"timezone", "Europe/Stockholm"},
		{"language", "sv"}, {"ladder", "se-grund"},
		{"school_years", "[{start: 2026-08-17, end: 2027-06-11}]"},
		{"breaks", "[{name: Höstlov, from: 2026-10-26, to: 2026-10-30}]"},
		{"work_hours", `{from: "07:30", to: "16:30"}`}, {"lunch", `{from: "11:30", to: "12:30"}`},
		{"eht_channel", "C0EHT"}, {"principal_channel", "C0REKTOR"}, {"admins", "[U0ADMIN]"},
		{"eht_meeting", `{weekday: tue, from: "13:00", to: "15:00"}`}, {"buffer_min", "5"},
		{"terms", "{team: {name: trygghetsteam, definite: trygghetsteamet}}"},
	},
	"school year": {{"start", "2026-08-17"}, {"end", "2027-06-11"}},
	"break":       {{"name", "Höstlov"}, {"from", "2026-10-26"}, {"to", "2026-10-30"}},
	"hours":       {{"from", `"07:30"`}, {"to", `"16:30"`}},
	"eht_meeting": {
		{"weekday", "tue"}, {"from", `"13:00"`}, {"to", `"15:00"`}, {"weeks", "all"},
		{"quorum", "1"}, {"max_items", "8"}, {"cutoff_days", "1"},
	},
	"terms": {
		{string(care.TermMentor), "{name: mentor, definite: mentorn}"},
		{string(care.TermTeam), "{name: trygghetsteam, definite: trygghetsteamet}"},
		{string(care.TermValid), "{name: giltig frånvaro, definite: den giltiga frånvaron}"},
		{string(care.TermInvalid), "{name: ogiltig frånvaro, definite: den ogiltiga frånvaron}"},
	},
	"term":      {{"name", "trygghetsteam"}, {"definite", "trygghetsteamet"}},
	"import":    {{"dir", "/srv/lotsen/import"}, {"at", `"06:30"`}},
	"calendars": {{"allow_hosts", "[kalender.kommun.example]"}},
	"retention": {{"decision", "KS 2026/123"}, {"days", "{deliveries: 90}"}},
}

// configCountries are what a school has by its country when it says nothing else.
var configCountries = map[care.Country]struct {
	zone, ladder string
	language     care.Lang
}{
	care.Sweden: {"Europe/Stockholm", "se-grund", care.Swedish},
	care.Norway: {"Europe/Oslo", "no-grunnskole", care.Bokmal},
}

var configWeekdays = map[string]time.Weekday{
	"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday,
	"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday,
}

var (
	configID        = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`)
	configChannelID = regexp.MustCompile(`^[CG][A-Z0-9]{1,20}$`)
	configUserID    = regexp.MustCompile(`^[UW][A-Z0-9]{1,20}$`)
	configHostName  = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	configClock     = regexp.MustCompile(`^([01]?\d|2[0-3]):([0-5]\d)$`)
	configKeyForm   = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)
	configToken     = regexp.MustCompile(`(?i)xox|xapp-|://[^/]*:[^/]*@`)
	configRecord    = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)
)

// readConfig reads the file at path.
func readConfig(path string) (config, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return config{}, fmt.Errorf("read configuration: %w; the command \"config example\" prints one to begin with", err)
	}
	if err != nil {
		return config{}, fmt.Errorf("read configuration: %w", err)
	}
	return parseConfig(path, data)
}

// parseConfig reads data as a lotsen.yaml; file is the name that faults carry. All faults are
// reported at once, joined, one sentence each, in the order of their lines.
func parseConfig(file string, data []byte) (config, error) {
	r := &configReader{file: file}
	var c config
	if top, ok := r.document(data); ok {
		c = r.config(top)
	}
	if err := r.err(); err != nil {
		return config{}, err
	}
	return c, nil
}

func (r *configReader) config(v configValue) config {
	o := r.object(v, configKeys["file"])
	c := config{
		Ladders:   configOr(o, "ladders", r.ladders, nil),
		Import:    configOr(o, "import", r.importing, importConfig{At: 6*60 + 30}),
		Calendars: configOr(o, "calendars", r.calendars, calendarsConfig{}),
		Retention: configOr(o, "retention", r.retention, retentionConfig{}),
	}
	known := c.ladders()

	schools, ok := o.get("schools")
	if !ok {
		o.missing("schools", "describe at least one school, as the command \"config example\" shows")
		return c
	}
	lines := map[string]int{}
	for _, item := range r.list(schools) {
		s := r.school(item, known)
		if line := lines[care.Fold(s.ID)]; line > 0 && s.ID != "" {
			r.fault(item, "the id %s is also that of the school on line %d; give each school its own", configQuote(s.ID), line)
		}
		lines[care.Fold(s.ID)] = item.node.Line
		c.Schools = append(c.Schools, s)
	}
	return c
}

// ladders are the built-in ladders and the schools' own, by id.
func (c config) ladders() map[string]care.Ladder {
	all := care.BuiltInLadders()
	for _, l := range c.Ladders {
		all[l.ID] = l
	}
	return all
}

func (r *configReader) school(v configValue, ladders map[string]care.Ladder) care.School {
	o := r.object(v, configKeys["school"])
	s := care.School{
		ID:               configMust(o, "id", r.matching(configID, "id; write letters, digits, - and _ alone, such as alen")),
		Name:             configMust(o, "name", r.text),
		Country:          configMust(o, "country", r.country),
		Work:             configOr(o, "work_hours", r.hours, care.DefaultWork),
		Lunch:            configOr(o, "lunch", r.hours, care.Hours{}),
		EHTChannel:       configOr(o, "eht_channel", r.channel, ""),
		PrincipalChannel: configOr(o, "principal_channel", r.channel, ""),
		Admins:           configOr(o, "admins", configEach(r, r.matching(configUserID, "user id; write one such as U0ADMIN (in Slack: the person's profile, ⋮, Copy member ID)")), nil),
		EHTMeeting:       configOr(o, "eht_meeting", r.ehtMeeting, care.EHTMeeting{}),
		Buffer:           time.Duration(configOr(o, "buffer_min", r.number(0, 60), 5)) * time.Minute,
		Terms:            configOr(o, "terms", r.terms, nil),
	}
	usual := configCountries[s.Country]
	s.Language = configOr(o, "language", r.language, usual.language)
	s.Ladder = usual.ladder
	if ladder, ok := o.get("ladder"); ok {
		s.Ladder = r.ladderName(ladder, s.Country, ladders)
	}
	if zone, ok := o.get("timezone"); ok {
		s.Zone = r.zone(zone)
	} else if usual.zone != "" {
		s.Zone = r.loadZone(o.value, usual.zone)
	}
	s.Years = configMust(o, "school_years", r.schoolYears)
	if breaks, ok := o.get("breaks"); ok {
		s.Breaks = r.breaks(breaks, s.Years)
	}
	read := s.Work != (care.Hours{}) && s.Lunch != (care.Hours{})
	if read && (s.Lunch.From < s.Work.From || s.Work.To < s.Lunch.To) {
		r.fault(o.fields["lunch"], "lies outside work_hours; write hours within them")
	}
	return s
}

func (r *configReader) country(v configValue) care.Country {
	s, ok := r.scalar(v)
	if c := care.Country(strings.ToUpper(s)); !ok || c == care.Sweden || c == care.Norway {
		return c
	}
	if strings.EqualFold(s, "false") {
		r.fault(v, `false is what some tools make of an unquoted NO; write "NO"`)
	} else {
		r.fault(v, `%s is no country that Lotsen knows; write SE or "NO"`, configQuote(s))
	}
	return ""
}

func (r *configReader) language(v configValue) care.Lang {
	s, ok := r.scalar(v)
	lang, known := care.ParseLang(s)
	if ok && !known {
		r.fault(v, "%s is no language that Lotsen speaks; write sv, nb or nn", configQuote(s))
	}
	return lang
}

func (r *configReader) ladderName(v configValue, country care.Country, known map[string]care.Ladder) string {
	s, ok := r.scalar(v)
	if !ok {
		return ""
	}
	ladder, found := known[s]
	of := ladder.Country
	switch {
	case !found:
		names := slices.Sorted(maps.Keys(known))
		r.fault(v, "%s is no ladder; %s", configQuote(s), configChoice(s, names))
	case of != country && of != "" && country != "":
		r.fault(v, "%s is a ladder for %s, and the school is in %s; write one such as %s", s, of, country, configCountries[country].ladder)
	}
	return s
}

func (r *configReader) zone(v configValue) *time.Location {
	s, ok := r.scalar(v)
	if !ok {
		return nil
	}
	return r.loadZone(v, s)
}

func (r *configReader) loadZone(v configValue, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		r.fault(v, "%s is no time zone; write one such as Europe/Stockholm or Europe/Oslo", configQuote(name))
		return nil
	}
	return zone
}

func (r *configReader) schoolYears(v configValue) []care.Period {
	type year struct {
		care.Period
		at configValue
	}
	var years []year
	for _, item := range r.list(v) {
		o := r.object(item, configKeys["school year"])
		p := care.Period{From: configMust(o, "start", r.date), To: configMust(o, "end", r.date)}
		if p.From == "" || p.To == "" {
			continue
		}
		if days := configDays(p); days < 2 || days > 366 {
			r.fault(item, "start %s must lie before end %s, at most 366 days; write one such as {start: 2026-08-17, end: 2027-06-11}", p.From, p.To)
			continue
		}
		years = append(years, year{p, item})
	}
	slices.SortStableFunc(years, func(a, b year) int { return strings.Compare(string(a.From), string(b.From)) })
	var periods []care.Period
	for i, y := range years {
		if i > 0 && y.From <= years[i-1].To {
			r.fault(y.at, "start %s lies in the school year that ends %s; write years that do not overlap", y.From, years[i-1].To)
		}
		periods = append(periods, y.Period)
	}
	return periods
}

func (r *configReader) breaks(v configValue, years []care.Period) []care.Break {
	var breaks []care.Break
	for _, item := range r.list(v) {
		o := r.object(item, configKeys["break"])
		b := care.Break{Name: configOr(o, "name", r.text, ""), Period: care.Period{From: configMust(o, "from", r.date)}}
		b.To = configOr(o, "to", r.date, b.From)
		breaks = append(breaks, b)
		if b.From == "" || b.To == "" || len(years) == 0 {
			continue
		}
		within := func(y care.Period) bool { return y.Holds(b.From) && y.Holds(b.To) }
		touches := func(y care.Period) bool { return b.From <= y.To && y.From <= b.To }
		switch {
		case b.To < b.From:
			r.fault(item, "from %s lies after to %s; write the earlier day first", b.From, b.To)
		case slices.ContainsFunc(years, within):
		case slices.ContainsFunc(years, touches):
			r.fault(item, "%s to %s lies partly outside the school year; write only the days within it", b.From, b.To)
		default:
			r.fault(item, "%s to %s lies outside every school year; days there need no break, so take it away or correct school_years", b.From, b.To)
		}
	}
	return breaks
}

func (r *configReader) hours(v configValue) care.Hours {
	return r.span(r.object(v, configKeys["hours"]))
}

// span reads the keys from and to of an object that may have others; no hours after a fault.
func (r *configReader) span(o configObject) care.Hours {
	h := care.Hours{From: configMust(o, "from", r.clock), To: configMust(o, "to", r.clock)}
	switch {
	case !o.has("from", "to") || h.From < 0 || h.To < 0: // a fault already
	case h.From >= h.To:
		r.fault(o.value, `from must be earlier than to; write such as {from: "07:30", to: "16:30"}`)
	default:
		return h
	}
	return care.Hours{}
}

func (r *configReader) ehtMeeting(v configValue) care.EHTMeeting {
	o := r.object(v, configKeys["eht_meeting"])
	return care.EHTMeeting{
		Weekday:    configMust(o, "weekday", r.weekday),
		Hours:      r.span(o),
		Weeks:      configOr(o, "weeks", r.oneOf("all", "odd", "even"), "all"),
		Quorum:     configOr(o, "quorum", r.number(1, 20), 1),
		MaxItems:   configOr(o, "max_items", r.number(1, 50), 8),
		CutoffDays: configOr(o, "cutoff_days", r.number(0, 10), 1),
	}
}

func (r *configReader) weekday(v configValue) time.Weekday {
	s, ok := r.scalar(v)
	day, known := configWeekdays[strings.ToLower(s)]
	if ok && !known {
		r.fault(v, "%s is no school weekday; write mon, tue, wed, thu or fri", configQuote(s))
	}
	return day
}

func (r *configReader) channel(v configValue) string {
	return r.matching(configChannelID, "channel id; write one such as C0EHT (in Slack: the channel's name, About, at the bottom)")(v)
}

func (r *configReader) terms(v configValue) map[care.Term]care.Word {
	o := r.object(v, configKeys["terms"])
	words := map[care.Term]care.Word{}
	for _, term := range care.Terms {
		if word, ok := o.get(string(term)); ok {
			forms := r.object(word, configKeys["term"])
			words[term] = care.Word{
				Indefinite: configMust(forms, "name", r.text),
				Definite:   configMust(forms, "definite", r.text),
			}
		}
	}
	return words
}

func (r *configReader) importing(v configValue) importConfig {
	o := r.object(v, configKeys["import"])
	return importConfig{Dir: configOr(o, "dir", r.text, ""), At: configOr(o, "at", r.clock, 6*60+30)}
}

func (r *configReader) calendars(v configValue) calendarsConfig {
	o := r.object(v, configKeys["calendars"])
	return calendarsConfig{AllowHosts: configOr(o, "allow_hosts", configEach(r, r.host), nil)}
}

func (r *configReader) host(v configValue) string {
	s, ok := r.scalar(v)
	host := strings.ToLower(s)
	if _, err := netip.ParseAddr(host); ok && err != nil && (len(host) > 253 || !configHostName.MatchString(host)) {
		r.fault(v, "%s is no host; write its name or address alone, such as kalender.kommun.example", configQuote(s))
	}
	return host
}

func (r *configReader) retention(v configValue) retentionConfig {
	o := r.object(v, configKeys["retention"])
	c := retentionConfig{Decision: configOr(o, "decision", r.text, "")}
	if days, ok := o.get("days"); ok {
		c.Days = map[string]int{}
		for _, e := range r.entries(days) {
			if !configRecord.MatchString(e.key.Value) {
				r.fault(e.value, "is no kind of record; write one such as deliveries: 90")
			}
			e.value.sample = "90"
			c.Days[e.key.Value] = r.number(1, 36500)(e.value)
		}
	}
	return c
}

// configDays counts the days of p, both ends included; 0 or less when it ends before it starts.
func configDays(p care.Period) int {
	return int(p.To.At(12, 0, time.UTC).Sub(p.From.At(12, 0, time.UTC))/(24*time.Hour)) + 1
}

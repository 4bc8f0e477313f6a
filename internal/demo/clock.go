package demo

import (
	"net/http"
	"slices"
	"time"
)

// Clock is school time, which the visitor can put forwards.
type Clock struct {
	Now         func() time.Time // in the schools' zone
	NextMorning func() time.Time // the next one of a school day
	Move        func(to time.Time)
}

// reading is what the clock shows, by the minute, and where it can be put.
type reading struct {
	Time  string `json:"time"`
	Steps []step `json:"steps"`
}

// step is a way to put the clock forwards. The page has words for each name.
type step struct {
	Name string `json:"name"`
	Time string `json:"time"`
	to   time.Time
}

// wallTime is how the page is told a time: as clocks on the wall show it.
const wallTime = "2006-01-02T15:04"

func (c Clock) steps() []step {
	now := c.Now()
	steps := []step{
		{Name: "quarter", to: now.Add(15 * time.Minute)},
		{Name: "hour", to: now.Add(time.Hour)},
		{Name: "morning", to: c.NextMorning()},
		{Name: "week", to: now.AddDate(0, 0, 7)},
	}
	for i, s := range steps {
		steps[i].Time = s.to.Format(wallTime)
	}
	return steps
}

func (p *page) reading() *reading {
	if p.Clock == nil {
		return nil
	}
	return &reading{Time: p.Clock.Now().Format(wallTime), Steps: p.Clock.steps()}
}

// move is the visitor putting the clock forwards, by a step. One step is taken after the other.
func (p *page) move(w http.ResponseWriter, r *http.Request, who Person) {
	var in struct {
		Step string `json:"step"`
	}
	if !read(w, r, &in) {
		return
	}
	if !p.step(in.Step) {
		refuse(w, http.StatusUnprocessableEntity, "The clock takes no such step.")
		return
	}
	p.look(w, r, who)
}

func (p *page) step(name string) bool {
	if p.Clock == nil {
		return false
	}
	p.moving.Lock()
	defer p.moving.Unlock()
	steps := p.Clock.steps()
	i := slices.IndexFunc(steps, func(s step) bool { return s.Name == name })
	if i < 0 {
		return false
	}
	p.Clock.Move(steps[i].to)
	return true
}

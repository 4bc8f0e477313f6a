package locales_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lotsen/locales"
)

func load(t *testing.T) *locales.Texts {
	t.Helper()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestIn(t *testing.T) {
	texts := load(t)
	for lang, want := range map[string]string{"sv": "Ångra", "nb": "bokmål", "nn": "nynorsk", "": "Ångra", "fi": "Ångra"} {
		id := "language_" + lang
		if want == "Ångra" {
			id = "button_undo"
		}
		if got := texts.In(lang).Text(id, nil); got != want {
			t.Errorf("In(%q).Text(%q) = %q, want %q", lang, id, got, want)
		}
	}
	want := []string{"lärare", "lærer", "lærar"}
	if got := texts.All("role_teacher"); !slices.Equal(got, want) {
		t.Errorf("All(role_teacher) = %q, want %q", got, want)
	}
}

func TestTextThatNoFileHas(t *testing.T) {
	for _, lang := range locales.Languages {
		if got := load(t).In(lang).Text("no_such_text", nil); got != "[no_such_text]" {
			t.Errorf("%s: Text(no_such_text) = %q, want it in brackets", lang, got)
		}
	}
}

func TestCount(t *testing.T) {
	one := map[string]string{
		"sv": "Här är den senaste insatsen; det finns fler.",
		"nb": "Her er det siste tiltaket; det finnes flere.",
		"nn": "Her er det siste tiltaket; det finst fleire.",
	}
	other := map[string]string{
		"sv": "Här är de %d senaste insatserna; det finns fler.",
		"nb": "Her er de %d siste tiltakene; det finnes flere.",
		"nn": "Her er dei %d siste tiltaka; det finst fleire.",
	}
	texts := load(t)
	for _, lang := range locales.Languages {
		for _, n := range []int{0, 1, 2, 5, 21} {
			want := one[lang]
			if n != 1 {
				want = fmt.Sprintf(other[lang], n)
			}
			if got := texts.In(lang).Count("list_more", n); got != want {
				t.Errorf("%s: Count(list_more, %d) = %q, want %q", lang, n, got, want)
			}
		}
	}
}

func TestDate(t *testing.T) {
	weekdays := map[string]string{ // from Monday
		"sv": "mån tis ons tors fre lör sön",
		"nb": "man. tirs. ons. tors. fre. lør. søn.",
		"nn": "mån. tys. ons. tors. fre. laur. søn.",
	}
	months := map[string]string{
		"sv": "jan feb mars april maj juni juli aug sep okt nov dec",
		"nb": "jan. feb. mars april mai juni juli aug. sep. okt. nov. des.",
		"nn": "jan. feb. mars april mai juni juli aug. sep. okt. nov. des.",
	}
	day := map[string]string{"sv": "%s %d %s", "nb": "%s %d. %s", "nn": "%s %d. %s"}
	texts := load(t)
	now := time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)
	for _, lang := range locales.Languages {
		voice := texts.In(lang)
		for i, weekday := range strings.Fields(weekdays[lang]) {
			d := time.Date(2026, 6, 1+i, 23, 59, 0, 0, time.UTC) // 1 June 2026 is a Monday
			june := strings.Fields(months[lang])[5]
			if got, want := voice.Date(d, now), fmt.Sprintf(day[lang], weekday, 1+i, june); got != want {
				t.Errorf("%s: Date(%s) = %q, want %q", lang, d.Format(time.DateOnly), got, want)
			}
		}
		monday := strings.Fields(weekdays[lang])[0]
		for i, month := range strings.Fields(months[lang]) {
			d := time.Date(2027, time.Month(i+1), 1, 0, 0, 0, 0, time.UTC)
			for d.Weekday() != time.Monday {
				d = d.AddDate(0, 0, 1)
			}
			want := fmt.Sprintf(day[lang], monday, d.Day(), month)
			if got := voice.Date(d, d); got != want {
				t.Errorf("%s: Date(%s) = %q, want %q", lang, d.Format(time.DateOnly), got, want)
			}
			if got := voice.Date(d, now); got != want+" 2027" {
				t.Errorf("%s: Date(%s) in 2026 = %q, want %q", lang, d.Format(time.DateOnly), got, want+" 2027")
			}
		}
	}
}

func TestDateIsTheZonesOwn(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	eve := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
	voice := load(t).In("sv")
	if got, want := voice.Date(eve, eve), "tors 31 dec"; got != want {
		t.Errorf("Date in UTC = %q, want %q", got, want)
	}
	if got, want := voice.Date(eve.In(zone), eve), "fre 1 jan 2027"; got != want {
		t.Errorf("Date an hour east = %q, want %q", got, want)
	}
}

func TestClock(t *testing.T) {
	texts := load(t)
	for _, lang := range locales.Languages {
		for at, want := range map[time.Duration]string{
			0: "kl. 00.00", 8*time.Hour + 5*time.Minute: "kl. 08.05", 14*time.Hour + 30*time.Minute: "kl. 14.30",
		} {
			if got := texts.In(lang).Clock(time.Date(2026, 11, 17, 0, 0, 0, 0, time.UTC).Add(at)); got != want {
				t.Errorf("%s: Clock(%s) = %q, want %q", lang, at, got, want)
			}
		}
	}
}

func TestList(t *testing.T) {
	and := map[string]string{"sv": "och", "nb": "og", "nn": "og"}
	texts := load(t)
	for _, lang := range locales.Languages {
		for n, want := range []string{"", "a", "a & b", "a, b & c", "a, b, c & d"} {
			want = strings.ReplaceAll(want, "&", and[lang])
			if got := texts.In(lang).List([]string{"a", "b", "c", "d"}[:n]); got != want {
				t.Errorf("%s: List of %d = %q, want %q", lang, n, got, want)
			}
		}
	}
}

func TestUsedAtTheSameTime(t *testing.T) {
	now := time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)
	speak := func(texts *locales.Texts) (all []string) {
		for _, lang := range locales.Languages {
			voice := texts.In(lang)
			all = append(all, voice.Date(now, now), voice.Count("list_more", 2), voice.List([]string{"a", "b"}),
				voice.Text("error_busy", nil), voice.Text("log_done", locales.Args{"Date": "d", "Students": "s", "Kinds": "k"}))
		}
		return all
	}
	shared := load(t)
	want := speak(load(t))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			own, err := locales.Load()
			if err != nil {
				t.Error(err)
				return
			}
			for _, texts := range []*locales.Texts{own, shared} {
				if got := speak(texts); !slices.Equal(got, want) {
					t.Errorf("at the same time = %q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}

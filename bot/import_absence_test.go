package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// TestImportOfAbsence has a file with rows of every sort: in a dry run, then stored, then again.
func TestImportOfAbsence(t *testing.T) {
	w := newWorld(t)
	w.write("absence.csv", "key;school;date;scheduled_min;valid_min;invalid_min;lessons_total;lessons_absent;lessons_invalid\n"+
		"k1;alen;2026-11-16;300;0;60,0;5;1;1\n"+
		"k2;alen;2026-11-16;300;300;0;5;5;0\n"+
		"k3;alen;16.11.2026;300;hemligt;0;5;0;0\n"+
		"k4;alen;2026-11-18;300;0;0;5;0;0\n"+ // tomorrow
		"k5;alen;2026-11-16;300;300;0;5;5;0\n"+ // protected
		"k9;alen;2026-11-16;300;300;0;5;5;0\n"+ // unknown
		"19811218-9876;alen;2026-11-16;300;300;0;5;5;0\n"+
		"k6;fjord;2026-11-16;300;0;0;5;0;0\n")
	faults := []string{
		"absence.csv:4: column valid_min: is no number such as 45 or 45,5\n",
		"absence.csv:5: column date: lies in the future\n",
		"absence.csv:7: column key: no student has this key; import the students file first\n",
		"absence.csv:8: column key: holds a personal number, which is not imported; remove it or use the school's own key\n",
	}
	const rest = "1 passed over (students who have left or are protected); 4 bad rows\n"
	for _, step := range []struct {
		name string
		args []string
		want string
	}{
		{"a dry run", []string{"--dry-run"}, "absence.csv: would import absence: 3 rows added, 0 changed, 0 unchanged, " + rest},
		{"a run", nil, "absence.csv: imported absence: 3 rows added, 0 changed, 0 unchanged, " + rest +
			"absence.csv: cases: 1 opened, 0 rose, 0 lowered, 0 retracted, 0 reopened\n"},
		{"the same again", nil, "absence.csv: imported absence: 0 rows added, 0 changed, 3 unchanged, " + rest +
			"absence.csv: cases: 0 opened, 0 rose, 0 lowered, 0 retracted, 0 reopened\n"},
	} {
		out, code := w.run(append([]string{"import", "--absence", w.path("absence.csv")}, step.args...)...)
		if want := strings.Join(faults, "") + step.want; code != 1 || !strings.HasSuffix(out, want) {
			t.Errorf("%s: exit %d\n%swant 1\n%s", step.name, code, out, want)
		}
		for _, secret := range []string{"9876", "hemligt", "Q6Q", "\r"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s prints %q:\n%s", step.name, secret, out)
			}
		}
	}

	// A later file corrects: the lesson was attended.
	w.write("later.csv", "ref;date;scheduled_min;lessons_total\n8B-K3F;2026-11-16;300;5\n")
	out, code := w.run("import", "--absence", w.path("later.csv"))
	if code != 0 || !strings.HasSuffix(out, "0 rows added, 1 changed, 0 unchanged, 0 passed over (students who have left or are protected); 0 bad rows\n"+
		"later.csv: cases: 0 opened, 0 rose, 0 lowered, 1 retracted, 0 reopened\n") {
		t.Errorf("a correction: exit %d\n%s", code, out)
	}
}

func TestImportOfAbsenceByProfiles(t *testing.T) {
	w := newWorld(t)
	w.write("vklass.csv", "Elevnummer;Skola;Datum;Undv. tid;Lekt.;N min;GF min;F min;N %;GF %;F %;Ej reg tid;N h;GF h;F h\n"+
		"k2;alen;2026-11-16;300;5;240;0;60;80,0;0,0;20,0;0;4,0;0,0;1,0\n")
	w.write("visma.csv", "Elevnummer,Skole,Dato,Fag,Kode,Minutter,Årstimer\n"+
		"k6,fjord,16.11.2026,Norsk,X,45,113\nk6,fjord,16.11.2026,Norsk,,45,113\nk6,fjord,16.11.2026,Norsk,Z,45,113\n")
	for _, tt := range []struct {
		file, profile string
		code          int
		want          string
	}{
		{"vklass.csv", "", 0, "1 rows added"},
		{"vklass.csv", "vklass", 0, "0 rows added, 0 changed, 1 unchanged"},
		{"vklass.csv", "visma", 1, "vklass.csv:1: missing: date or dato, code or kode"},
		{"vklass.csv", "skola24", 2, "must be one of"},
		{"visma.csv", "", 1, "visma.csv:4: column Kode: is no code; the codes are X, M, D, !, R and §\nvisma.csv: imported absence: 1 rows added"},
		{"visma.csv", "visma", 1, "0 rows added, 0 changed, 1 unchanged"},
	} {
		args := []string{"import", "--absence", w.path(tt.file)}
		if tt.profile != "" {
			args = append(args, "--profile", tt.profile)
		}
		if out, code := w.run(args...); code != tt.code || !strings.Contains(out, tt.want) {
			t.Errorf("import %v: exit %d, want %d and %q:\n%s", args[2:], code, tt.code, tt.want, out)
		}
	}
}

// An import of more rows than are held at a time reports faults in the order of the lines, and may run
// beside serve.
func TestImportOfMuchAbsenceBesideServe(t *testing.T) {
	w := newWorld(t).serve()
	var text strings.Builder
	text.WriteString("ref;date;lessons_total;lessons_absent;subject\n")
	for i := range 2 * absenceBatch {
		absent := 0
		if i%5000 == 4321 {
			absent = 9
		}
		say(&text, "8B-K3F;2026-11-16;5;%d;S%d\n", absent, i%7)
	}
	say(&text, "8B-ZZZ;2026-11-16;5;0;\n")
	w.write("much.csv", text.String())
	out, code := w.run("import", "--absence", w.path("much.csv"))
	var want string
	for _, line := range []int{4323, 9323} {
		want += fmt.Sprintf("much.csv:%d: column lessons_absent: is more than lessons_total\n", line)
	}
	want += fmt.Sprintf("much.csv:%d: column ref: no student has this ref; import the students file first\nmuch.csv: imported absence: 7 rows added, 0 changed, %d unchanged, 0 passed over",
		2*absenceBatch+2, 2*absenceBatch-2-7)
	if code != 1 || !strings.Contains(out, want) {
		t.Errorf("exit %d\n%swant 1 and\n%s", code, out, want)
	}
}

// unreadableAbsence has one student whose absence cannot be read.
type unreadableAbsence struct {
	care.AbsenceRecords
	student care.Ref
}

func (u unreadableAbsence) OfStudent(ctx context.Context, ref care.Ref, from, to care.Date) ([]care.AbsenceDay, error) {
	if ref == u.student {
		return nil, errors.New("no connection")
	}
	return u.AbsenceRecords.OfStudent(ctx, ref, from, to)
}

// A batch with a student who cannot be assessed is told of, and those after it are assessed.
func TestAssessmentGoesOn(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	sys := newFolder(t, w, "2026-11-17T06:30:00+01:00").sys
	clock := newClock()
	if err := clock.start("2026-11-17T06:30:00+01:00"); err != nil {
		t.Fatal(err)
	}
	rows := []care.AbsenceRow{{Line: 2, Ref: "8B-K3F", Date: "2026-11-16", Lessons: care.Lessons{Total: 5, Absent: 1, Without: 1}}}
	if bad, err := sys.care.ImportAbsence(clock.now(), false).Store(t.Context(), rows); err != nil || len(bad) > 0 {
		t.Fatal(bad, err)
	}
	const broken care.Ref = "8B-M2X"
	sys.care.Absence = unreadableAbsence{sys.care.Absence, broken}
	var report absenceReport
	students := append(slices.Repeat([]care.Ref{broken}, assessBatch), "8B-K3F")
	err := absenceImport{sys: sys, clock: clock, seen: func(int, string) {}}.assess(t.Context(), students, &report)
	if err == nil || report.Opened != 1 {
		t.Errorf("assess() = %v, %d opened; want an error and 1", err, report.Opened)
	}
}

package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// drop puts a file into the world's import folder, last written to so long ago.
func (w *world) drop(name, text string, ago time.Duration) {
	w.t.Helper()
	path := filepath.Join(w.dir, "import", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	then := time.Now().Add(-ago)
	if err := os.Chtimes(path, then, then); err != nil {
		w.t.Fatal(err)
	}
}

// dropped lists the files of the import folder.
func (w *world) dropped() []string {
	w.t.Helper()
	var names []string
	root := filepath.Join(w.dir, "import")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(root, path)
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return names
}

// importsFrom has the configuration name the folder.
func (w *world) importsFrom() {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Join(w.dir, "import"), 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.write("lotsen.yaml", worldConfig+"import: {dir: \""+filepath.Join(w.dir, "import")+"\", at: \"06:30\"}\n")
}

const droppedAbsence = "key;school;date;scheduled_min;invalid_min;lessons_total;lessons_absent;lessons_invalid\n" +
	"n1;alen;2026-11-17;300;60;5;1;1\nn1;alen;2026-11-13;300;hemligt;5;0;0\n"

// A night's files: each is read after those that it needs, moved away, and the administrator hears of
// what is wrong with them, of each once.
func TestImportFolder(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	w.serve() // to learn everyone's account
	w.stop()
	w.drop("a-absence.csv", droppedAbsence, time.Hour)
	w.drop("b-students.csv", "key;given_name;family_name;group;school;ref;mentors\nn1;Nyss;Inflyttad;8B;alen;8B-V9V;bo.ek@alen.se\n", time.Hour)
	w.drop("c-staff.csv", "email;name;roles;school;groups\nny@alen.se;Ny;mentor;alen;8B\n", time.Hour)
	w.drop("fritt.txt", "Nyss mår inte bra\n", time.Hour)
	w.drop("half.csv", droppedAbsence, 0)
	w.drop(".half.csv.swp", droppedAbsence, time.Hour)
	w.drop("half.csv.part", droppedAbsence, time.Hour)
	w.goesOn("2026-11-18T08:00:00+01:00")
	want := []string{".half.csv.swp", "done/2026-11-18 a-absence.csv", "done/2026-11-18 b-students.csv", "done/2026-11-18 c-staff.csv",
		"fritt.txt", "half.csv", "half.csv.part"}
	w.await("the files are read", func() bool { return slices.Equal(w.dropped(), want) })
	w.awaitLog(0, `"file not imported"`)

	w.goesOn("2026-11-18T08:20:00+01:00")
	w.reminded("UADA", 2)
	firstDay := []string{
		"En fil i importmappen kunde inte läsas in\nFilen ….txt ligger kvar i mappen. Skälet är: line 1: the first row is that of no file of staff, students or absence. Rätta filen eller ta bort den. En ändrad fil läses in nästa skoldag.",
		"En rad kunde inte läsas in\nFilen a-absence.csv i importmappen är inläst, men inte dessa rader. Lägg en fil med de rättade raderna i mappen, så läses den in nästa skoldag.\n• rad 3, kolumn invalid_min: is no number such as 45 or 45,5",
	}
	hears := func(want ...string) {
		t.Helper()
		var heard []string
		for _, m := range w.slack.Seen("UADA") {
			heard = append(heard, read(m))
		}
		slices.Sort(heard)
		slices.Sort(want)
		if diff := cmp.Diff(want, heard); diff != "" {
			t.Errorf("the administrator hears (-want +got):\n%s", diff)
		}
	}
	hears(firstDay...)

	// On the next day nothing is said of the same file again, and what was half written is read.
	w.drop("half.csv", droppedAbsence, time.Hour)
	w.goesOn("2026-11-19T08:00:00+01:00")
	w.await("the rest is read", func() bool { return !slices.Contains(w.dropped(), "half.csv") })
	w.goesOn("2026-11-19T08:20:00+01:00")
	w.reminded("UADA", 4)
	hears(append(firstDay,
		strings.Replace(firstDay[1], "a-absence.csv", "….csv", 1),
		// The case that the first file has opened, and that nobody has seen to.
		"8B-V9V väntar på uppföljning. Kan du påminna den som är ansvarig?\nSkulle ha varit klart ons 18 nov, för en skoldag sedan. Det är inte gjort ännu.\nKontrollera att vårdnadshavarna har fått veta om frånvaron\nSteg 0  ·  ansvarig: @ubo")...)
	for _, secret := range []string{"hemligt", "mår inte", "fritt", "absence.csv", "half.csv"} {
		if strings.Contains(string(w.log.bytes()), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestImportFolderThatIsNotThere(t *testing.T) {
	w := newWorld(t)
	w.write("lotsen.yaml", worldConfig+"import: {dir: \""+filepath.Join(w.dir, "nowhere")+"\"}\n")
	if out, code := w.run("serve"); code != 1 || !strings.Contains(out, "Make it, or leave dir empty") {
		t.Errorf("serve: exit %d\n%s", code, out)
	}
}

// newFolder opens the world's database and folder past serve.
func newFolder(t *testing.T, w *world, at string) *importFolder {
	t.Helper()
	p := &program{cli: &cli{DB: w.env["LOTSEN_DB"], Keys: w.env["LOTSEN_KEYS"], Config: w.env["LOTSEN_CONFIG"], Language: "sv"}, clock: newClock(), log: newLog(w.log, "debug")}
	if err := p.clock.start(at); err != nil {
		t.Fatal(err)
	}
	sys, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sys.close() })
	f, err := newImportFolder(t.Context(), p, sys)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *importFolder) tick() {
	f.ReadFiles(f.clock.now())
	f.wait()
}

func TestImportFolderHasItsTime(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	w.drop("absence.csv", "ref;date;late\n8B-K3F;2026-11-13;0\n", time.Hour)
	f := newFolder(t, w, "2026-11-17T06:29:00+01:00")
	if f.tick(); !slices.Equal(w.dropped(), []string{"absence.csv"}) {
		t.Errorf("before its time there is %v", w.dropped())
	}
	f.clock.move(90 * time.Second)
	if f.tick(); !slices.Equal(w.dropped(), []string{"done/2026-11-17 absence.csv"}) {
		t.Errorf("at its time there is %v", w.dropped())
	}
	// What comes later waits for the next school day, and takes no other's name.
	w.drop("absence.csv", "ref;date;late\n8B-K3F;2026-11-16;0\n", 2*time.Hour)
	f.clock.move(time.Hour)
	if f.tick(); !slices.Equal(w.dropped(), []string{"absence.csv", "done/2026-11-17 absence.csv"}) {
		t.Errorf("after its time there is %v", w.dropped())
	}
	w.drop("done/2026-11-18 absence.csv", "another", time.Hour)
	f.clock.move(24 * time.Hour)
	if f.tick(); !slices.Equal(w.dropped(), []string{"done/2026-11-17 absence.csv", "done/2026-11-18 2 absence.csv", "done/2026-11-18 absence.csv"}) {
		t.Errorf("on the next day there is %v", w.dropped())
	}
	if another, err := os.ReadFile(filepath.Join(w.dir, "import/done/2026-11-18 absence.csv")); err != nil || string(another) != "another" {
		t.Errorf("another file was written over: %q, %v", another, err)
	}
}

// A file that is still being written has the folder read again, until it is still.
func TestImportFolderWaitsForAFile(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	f := newFolder(t, w, "2026-11-17T06:30:00+01:00")
	for _, step := range []struct {
		ago  time.Duration
		want []string
	}{
		{0, []string{"absence.csv"}},
		{30 * time.Second, []string{"absence.csv"}},
		{-time.Hour, []string{"absence.csv"}}, // another machine's clock
		{61 * time.Second, []string{"done/2026-11-17 absence.csv"}},
	} {
		w.drop("absence.csv", "ref;date;late\n8B-K3F;2026-11-13;0\n", step.ago)
		f.tick()
		if got := w.dropped(); !slices.Equal(got, step.want) {
			t.Errorf("written to %v ago: there is %v, want %v", step.ago, got, step.want)
		}
		f.clock.move(6 * time.Minute)
	}
}

// Of two copies of the bot one reads a file.
func TestImportFolderOfTwoCopies(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	w.drop("absence.csv", droppedAbsence, time.Hour)
	one, two := newFolder(t, w, "2026-11-17T08:00:00+01:00"), newFolder(t, w, "2026-11-17T08:00:00+01:00")
	one.ReadFiles(one.clock.now())
	two.ReadFiles(two.clock.now())
	one.wait()
	two.wait()
	if got := w.dropped(); !slices.Equal(got, []string{"done/2026-11-17 absence.csv"}) {
		t.Errorf("there is %v", got)
	}
	if n := strings.Count(string(w.log.bytes()), `"file imported"`); n != 1 {
		t.Errorf("the file was imported %d times", n)
	}
}

// reports are what the administrators are told of files.
func (f *importFolder) reports(t *testing.T) []care.FileReport {
	t.Helper()
	list, err := f.sys.records.Engine.Find(t.Context(), "deliveries", store.Query{Where: []store.Cond{{Field: "_id", Op: store.Ge, Value: "import/"}, {Field: "_id", Op: store.Lt, Value: "import0"}}})
	if err != nil {
		t.Fatal(err)
	}
	var reports []care.FileReport
	for _, raw := range list {
		d, err := f.sys.records.Deliveries.Get(t.Context(), raw.Lookup("_id").StringValue())
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, *d.File)
	}
	return reports
}

// unread lists what they are told of files that could not be dealt with.
func (f *importFolder) unread(t *testing.T) []string {
	t.Helper()
	var unread []string
	for _, r := range f.reports(t) {
		unread = append(unread, r.File+": "+r.Unread)
	}
	slices.Sort(unread)
	return unread
}

// A file that was read and cannot be moved is told of once.
func TestImportFolderThatCannotMoveAFile(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	w.drop("absence.csv", "ref;date;late\n8B-K3F;2026-11-13;0\n", time.Hour)
	w.drop("done", "a file where the folder is to be", time.Hour)
	f := newFolder(t, w, "2026-11-17T08:00:00+01:00")
	for range 3 {
		f.tick()
		f.clock.move(24 * time.Hour)
	}
	unread := f.unread(t)
	want := []string{"absence.csv: it was read, but it cannot be moved to done (mkdir: not a directory)",
		"…: line 1: the first row is that of no file of staff, students or absence"}
	if diff := cmp.Diff(want, unread); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestFileTrouble(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
		ours bool
	}{
		{&fs.PathError{Op: "open", Path: "/srv/Alva Berg.csv", Err: fs.ErrPermission}, "open: permission denied", false},
		{&os.LinkError{Op: "rename", Old: "/srv/Alva Berg.csv", New: "x", Err: fs.ErrPermission}, "rename: permission denied", false},
		{errors.New("no connection"), "", true},
		{care.ErrConflict, "", true},
		{nil, "", true},
	} {
		if got, ok := fileTrouble(tt.err); got != tt.want || ok == tt.ours {
			t.Errorf("fileTrouble(%v) = %q, %v", tt.err, got, ok)
		}
	}
}

// slowThenBroken takes two seconds over the day of the first file, and once cannot read that of the second.
type slowThenBroken struct {
	care.AbsenceRecords
	clock *clock
	calls int
}

func (b *slowThenBroken) OfStudent(ctx context.Context, ref care.Ref, from, to care.Date) ([]care.AbsenceDay, error) {
	switch {
	case from == "2026-11-12" && b.calls == 0:
		b.calls++
		b.clock.move(2 * time.Second)
	case from == "2026-11-13" && b.calls == 1:
		b.calls++
		return nil, errors.New("no connection")
	}
	return b.AbsenceRecords.OfStudent(ctx, ref, from, to)
}

// A file that failed is still someone's when the folder is read again, and is read after that.
func TestImportFolderReadsAFileThatFailed(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	w.drop("a.csv", "ref;date;lessons_total\n8B-K3F;2026-11-12;5\n", time.Hour)
	w.drop("b.csv", "ref;date;lessons_total\n8B-K3F;2026-11-13;5\n", time.Hour)
	f := newFolder(t, w, "2026-11-17T06:30:00+01:00")
	f.sys.care.Absence = &slowThenBroken{AbsenceRecords: f.sys.care.Absence, clock: f.clock}
	start := f.clock.now()
	f.tick()
	f.clock.move(start.Add(5*time.Minute + 500*time.Millisecond).Sub(f.clock.now()))
	f.tick()
	if got := w.dropped(); !slices.Equal(got, []string{"b.csv", "done/2026-11-17 a.csv"}) {
		t.Fatalf("while the second file is someone's there is %v", got)
	}
	f.clock.move(10 * time.Minute)
	f.tick()
	if got := w.dropped(); !slices.Equal(got, []string{"done/2026-11-17 a.csv", "done/2026-11-17 b.csv"}) {
		t.Errorf("later there is %v", got)
	}
}

// A file that the system does not let us read is told of once, and read when it can be.
func TestImportFolderThatMayNotReadAFile(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	w.drop("a.csv", "ref;date;lessons_total\n8B-K3F;2026-11-12;5\n", time.Hour)
	f := newFolder(t, w, "2026-11-17T06:30:00+01:00")
	files, _, err := f.list()
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	file := files[0]
	file.bad = &fs.PathError{Op: "open", Path: file.name, Err: fs.ErrPermission}
	for range 2 {
		job, now := "file/"+file.version, f.clock.now()
		if _, err := f.sys.care.Once(t.Context(), job, time.Unix(0, 0), now, func() error { return f.take(file, now) }); !errors.Is(err, errTrouble) {
			t.Fatalf("take() = %v", err)
		}
		f.clock.move(time.Hour)
	}
	if got := f.unread(t); !slices.Equal(got, []string{"a.csv: open: permission denied"}) {
		t.Errorf("told of %q", got)
	}
	f.tick()
	if got := w.dropped(); !slices.Equal(got, []string{"done/2026-11-17 a.csv"}) {
		t.Errorf("when it can be read there is %v", got)
	}
}

// Of a column that is not known the administrators hear once, though it stands in each night's file.
func TestImportFolderTellsNotesOnce(t *testing.T) {
	w := newWorld(t)
	w.importsFrom()
	f := newFolder(t, w, "2026-11-17T06:30:00+01:00")
	var told []string
	for _, night := range []struct{ name, column string }{{"a.csv", "franvaro_min"}, {"b.csv", "franvaro_min"}, {"c.csv", "ogiltig"}} {
		w.drop(night.name, "ref;date;lessons_total;"+night.column+"\n8B-K3F;2026-11-12;5;60\n", time.Hour)
		f.tick()
		f.clock.move(24 * time.Hour)
	}
	for _, r := range f.reports(t) {
		told = append(told, r.File+": "+strings.Join(r.Notes, ", "))
	}
	slices.Sort(told)
	want := []string{"a.csv: column franvaro_min is not known and is ignored", "c.csv: column ogiltig is not known and is ignored"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

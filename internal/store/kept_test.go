package store

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
)

// marked is an engine of one document whose marks a test sets. Before it answers it does what the test asks.
type marked struct {
	Engine
	mark   uint64
	moving bool
	found  care.Student
	asked  int
	during func()
}

func (m *marked) Mark(context.Context, string) (uint64, bool) { return m.mark, !m.moving }

func (m *marked) Find(context.Context, string, Query) ([]bson.Raw, error) {
	m.asked++
	raw, err := bson.Marshal(m.found)
	if m.during != nil {
		m.during()
	}
	return []bson.Raw{raw}, err
}

func TestKept(t *testing.T) {
	student := func(group string) care.Student {
		return care.Student{Meta: care.Meta{ID: "8B-K3F"}, Group: group}
	}
	m := &marked{mark: 4, found: student("8A")}
	students := Students{newKept(table[care.Student, *care.Student]{m, studentsName}, cloneStudent)}
	look := func(when, group string, asked int) {
		t.Helper()
		m.asked = 0
		stu, err := students.Get(t.Context(), "8B-K3F")
		if err != nil || stu.Group != group || m.asked != asked {
			t.Errorf("%s: Get = group %q, %v, after %d questions, want %q after %d", when, stu.Group, err, m.asked, group, asked)
		}
	}
	look("at first", "8A", 1)
	look("again", "8A", 0)
	m.found = student("8B")
	m.mark = 6
	look("after a change", "8B", 1)
	look("again", "8B", 0)
	m.moving = true
	look("while it changes", "8B", 1)
	m.moving = false

	m.mark = 8
	m.during = func() { m.mark, m.found = 10, student("8C") }
	look("changed while it is read", "8B", 1)
	m.during = nil
	look("after that", "8C", 1)
	look("again", "8C", 0)

	m.found.Out.Audit = []care.AuditEntry{{}}
	m.mark = 12
	look("with an outbox", "8C", 1)
	look("with an outbox again", "8C", 1)
}

func TestKeptIsBounded(t *testing.T) {
	m := &marked{mark: 2}
	k := newKept(table[care.Student, *care.Student]{m, studentsName}, cloneStudent)
	for i := range 3 * keptMax {
		if _, err := k.with(t.Context(), "_id", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if n := len(k.answers); n == 0 || n > keptMax {
			t.Fatalf("%d answers are kept after %d questions, want 1 to %d", n, i+1, keptMax)
		}
	}
}

func TestClones(t *testing.T) {
	testClone(t, cloneStaff)
	testClone(t, cloneStudent)
}

// testClone clones a record that has something in every field but the outbox.
func testClone[T any](t *testing.T, clone func(T) T) {
	var rec T
	fill(reflect.ValueOf(&rec).Elem())
	got := clone(rec)
	if d := cmp.Diff(rec, got); d != "" {
		t.Errorf("the clone of a %T is another (-want +got):\n%s", rec, d)
	}
	shared(t, fmt.Sprintf("%T", rec), reflect.ValueOf(rec), reflect.ValueOf(got))
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if _, ok := v.Interface().(care.Outbox); ok {
			return
		}
		if _, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(time.UnixMilli(1).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8:
		v.SetUint(7)
	default:
		panic("a record has a " + v.Kind().String())
	}
}

// shared tells what two records have in common in memory.
func shared(t *testing.T, path string, a, b reflect.Value) {
	switch a.Kind() {
	case reflect.Struct:
		if _, ok := a.Interface().(time.Time); ok {
			return // it cannot be changed
		}
		for i := range a.NumField() {
			shared(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	case reflect.Slice:
		if a.Len() > 0 && a.Pointer() == b.Pointer() {
			t.Errorf("%s is shared", path)
		}
		for i := range a.Len() {
			shared(t, path, a.Index(i), b.Index(i))
		}
	case reflect.Pointer:
		if a.Pointer() == b.Pointer() {
			t.Errorf("%s is shared", path)
		}
		shared(t, path, a.Elem(), b.Elem())
	}
}

package locales_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lotsen/handlers"
	"lotsen/internal/care"
	"lotsen/locales"
)

// goFiles parses the Go files below a folder, without tests.
func goFiles(t *testing.T, dir string) []*ast.File {
	t.Helper()
	var files []*ast.File
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		files = append(files, file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("%s has no Go files", dir)
	}
	return files
}

// literal returns the value of a string literal.
func literal(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// constants returns the values of care's constants of a type.
func constants(t *testing.T, typeName string) []string {
	t.Helper()
	var values []string
	for _, file := range goFiles(t, "../internal/care") {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != typeName {
				return true
			}
			for _, v := range spec.Values {
				if s, ok := literal(v); ok && s != "" {
					values = append(values, s)
				}
			}
			return true
		})
	}
	if len(values) == 0 {
		t.Fatalf("care has no constants of the type %s", typeName)
	}
	return values
}

// typedCodes returns the codes of mistakes that are written out where the mistake is made.
func typedCodes(t *testing.T) []string {
	t.Helper()
	var codes []string
	for _, file := range goFiles(t, "..") {
		ast.Inspect(file, func(n ast.Node) bool {
			made, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			switch typ := made.Type.(type) {
			case *ast.SelectorExpr:
				ok = typ.Sel.Name == "Error"
			case *ast.Ident:
				ok = typ.Name == "Error" && file.Name.Name == "care"
			default:
				ok = false
			}
			for _, e := range made.Elts {
				field, isField := e.(*ast.KeyValueExpr)
				if !ok || !isField {
					continue
				}
				if name, _ := field.Key.(*ast.Ident); name == nil || name.Name != "Code" {
					continue
				}
				if code, isLiteral := literal(field.Value); isLiteral {
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	return codes
}

// families returns, by their beginning, the keys that the code puts together from what care has.
func families(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{"kind_": nil, "role_": nil, "language_": nil, "error_": nil, "term_": nil, "command_": nil,
		"level_": nil, "audience_": nil, "partner_": nil, "outcome_": nil, "shortcut_": nil, "reminder_": nil, "weekday_": nil,
		"act_": nil, "did_": nil, "reason_": nil, "event_": nil, "fact_": nil, "word_": nil, "became_": nil, "room_": nil, "span_": nil, "watch_channel_": nil,
		"meeting_kind_": nil, "meeting_state_": nil, "why_": nil, "block_": nil, "change_": nil,
		"calendar_trouble_": nil, "meeting_reminder_": nil, "settings_meetings_": nil}
	add := func(family, format string, values ...string) {
		for _, v := range values {
			all[family] = append(all[family], family+fmt.Sprintf(format, v))
		}
	}
	add("kind_", "%s", constants(t, "Kind")...)
	add("role_", "%s", constants(t, "Role")...)
	add("language_", "%s", constants(t, "Lang")...)
	add("level_", "%s", constants(t, "Level")...)
	add("audience_", "%s", constants(t, "Audience")...)
	add("partner_", "%s", constants(t, "Partner")...)
	add("outcome_", "%s", constants(t, "Outcome")...)
	for _, state := range constants(t, "FollowUpState") {
		if state != string(care.FollowUpOpen) {
			add("reminder_", state+"%s", "", "_by")
		}
	}
	add("act_", "%s", constants(t, "Act")...)
	add("did_", "%s", constants(t, "Act")...)
	add("reason_", "%s", append(constants(t, "CloseReason"), constants(t, "EndWhy")...)...)
	add("watch_channel_", "%s", constants(t, "ChannelWhy")...)
	add("span_", "%s", text(care.Spans)...)
	add("calendar_trouble_", "%s", constants(t, "CalendarTrouble")...)
	add("meeting_reminder_", "%s", constants(t, "MeetingReminds")...)
	add("settings_meetings_", "%s", constants(t, "MeetingReminds")...)
	add("meeting_kind_", "%s", constants(t, "MeetingKind")...)
	for _, what := range constants(t, "CaseWhat") {
		if what != string(care.CaseActed) {
			add("event_", "%s", what)
			if what != string(care.CaseSeen) { // which changes nothing
				add("became_", "%s", what)
			}
		}
	}
	add("word_", "%s", string(care.ActClose), string(care.ActHandOver), string(care.CaseRetracted), string(care.CaseLowered), string(care.CaseCameBack))
	add("room_", "%s", constants(t, "Room")...)
	add("fact_", "%s", constants(t, "Measure")...)
	add("weekday_", "%s", append([]string{care.AnyDay}, care.SlotDays...)...)
	for _, s := range (&handlers.App{}).Shortcuts() {
		add("shortcut_", s.ID+"_%s", "name", "description")
	}
	add("meeting_kind_", "%s", text(care.MeetingKinds)...)
	add("meeting_state_", "%s", constants(t, "MeetingState")...)
	add("why_", "%s", constants(t, "SlotReason")...)
	add("block_", "%s", constants(t, "SlotBlockKind")...)
	add("change_", "%s", constants(t, "SlotChangeKind")...)
	add("error_", "%s", append(constants(t, "Code"), typedCodes(t)...)...)
	for _, ladder := range []string{"se", "no_grunnskole", "no_vgs"} {
		add("term_", "%s_"+ladder, constants(t, "Term")...)
		add("term_", "%s_"+ladder+"_definite", constants(t, "Term")...)
	}
	for _, c := range (&handlers.App{}).Commands() {
		add("command_", c.Name+"_%s", "description", "usage")
	}
	return all
}

// keys returns the keys of the files.
func keys(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for key := range catalogue(t, "sv") {
		key, _, _ = strings.Cut(key, " ")
		all[key] = true
	}
	return all
}

// used returns the keys that the code writes out, and the beginnings of those that it puts together.
func used(t *testing.T, known map[string]bool) (whole, begun map[string]bool) {
	t.Helper()
	groups := map[string]bool{}
	for key := range known {
		group, _, _ := strings.Cut(key, "_")
		groups[group] = true
	}
	snake := regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)
	asks := []string{"Text", "Count", "Say", "Fail", "All"}
	ids := map[string]bool{"calendar_url": true, "meeting_reminder": true} // words with underscores that are no keys
	for _, s := range (&handlers.App{}).Shortcuts() {
		ids[s.ID] = true
	}
	for _, r := range (&handlers.App{}).Submissions() {
		ids[r.ID] = true
	}
	whole, begun = map[string]bool{}, map[string]bool{}
	for _, dir := range []string{"../handlers", "../scheduler", "../bot", "."} {
		for _, file := range goFiles(t, dir) {
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 {
					if f, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(asks, f.Sel.Name) {
						first := call.Args[0]
						for sum, ok := first.(*ast.BinaryExpr); ok; sum, ok = first.(*ast.BinaryExpr) {
							first = sum.X
						}
						switch s, ok := literal(first); {
						case ok && first == call.Args[0]:
							whole[s] = true
						case ok:
							begun[s] = true
						}
					}
				}
				s, ok := literal(n)
				group, _, _ := strings.Cut(s, "_")
				// In bot, words with underscores are the log's as well.
				if ok && (known[s] || dir != "../bot" && !ids[s] && snake.MatchString(s) && groups[group]) {
					whole[s] = true
				}
				return true
			})
		}
	}
	return whole, begun
}

func TestKeysAndCodeBelongTogether(t *testing.T) {
	known := keys(t)
	whole, begun := used(t, known)
	made := families(t)
	for family := range begun {
		if _, ok := made[family]; !ok {
			t.Errorf("the code puts keys together that begin with %q, which this test does not know", family)
		}
	}
	wanted := maps.Clone(whole)
	for _, family := range made {
		for _, key := range family {
			wanted[key] = true
		}
	}
	for key := range wanted {
		if !known[key] {
			t.Errorf("the code uses the text %q, which no file has", key)
		}
	}
	for key := range known {
		if !wanted[key] {
			t.Errorf("no code uses the text %q", key)
		}
	}
}

func TestCareListsAllOfThem(t *testing.T) {
	for typeName, listed := range map[string][]string{
		"Kind": text(care.Kinds), "Role": text(care.Roles), "Lang": text(care.Langs), "Term": text(care.Terms),
		"Level": text(care.Levels), "Audience": text(care.Audiences), "Partner": text(care.Partners), "Outcome": text(care.Outcomes),
		"MeetingKind": text(care.MeetingKinds), "SlotReason": text(care.SlotReasons), "SlotBlockKind": text(care.SlotBlocks), "SlotChangeKind": text(care.SlotChanges),
		"Act": text(care.Acts), "CloseReason": text(care.CloseReasons),
	} {
		declared := constants(t, typeName)
		slices.Sort(declared)
		slices.Sort(listed)
		if !slices.Equal(declared, listed) {
			t.Errorf("care lists %q, but its constants of the type %s are %q", listed, typeName, declared)
		}
	}
	if langs := text(care.Langs); !slices.Equal(langs, locales.Languages) {
		t.Errorf("care speaks %q, the files are %q", langs, locales.Languages)
	}
}

func text[S ~string](values []S) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

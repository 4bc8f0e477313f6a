package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rooms are the packages and which of our own each may import; "bot" alone may import all.
var rooms = map[string][]string{
	"internal/care":            {},
	"locales":                  {},
	"internal/store":           {"internal/care"},
	"internal/store/rules":     {"internal/store"},
	"internal/store/sqlite":    {"internal/care", "internal/store", "internal/store/rules"},
	"internal/store/mongo":     {"internal/care", "internal/store", "internal/store/rules"},
	"internal/store/storetest": {"internal/care", "internal/store", "internal/store/sqlite", "internal/store/mongo"},
	"internal/mongotest":       {},
	"internal/calendar":        {"internal/care"},
	"internal/roster":          {"internal/care"},
	"internal/vault":           {"internal/care"},
	"internal/slackapi":        {"internal/care"},
	"internal/chart":           {},
	"internal/fakeslack":       {},
	"internal/demo":            {"internal/fakeslack"},
	"internal/demo/demotest":   {},
	"handlers":                 {"internal/care", "locales"},
	"scheduler":                {"internal/care", "locales"},
}

// ourFiles parses every Go file that is no test, by its folder.
func ourFiles(t *testing.T) (*token.FileSet, map[string][]*ast.File) {
	t.Helper()
	fset, files := token.NewFileSet(), map[string][]*ast.File{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		room := path.Dir(filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator))))
		files[room] = append(files[room], f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fset, files
}

func TestArrows(t *testing.T) {
	fset, files := ourFiles(t)
	for room, list := range files {
		allowed, known := rooms[room]
		if !known && room != "bot" {
			t.Errorf("%s is a new room: say in this test what it may import", room)
			continue
		}
		for _, f := range list {
			for _, imp := range f.Imports {
				target := strings.Trim(imp.Path.Value, `"`)
				ours, isOurs := strings.CutPrefix(target, "lotsen/")
				if isOurs && room != "bot" && !slices.Contains(allowed, ours) {
					t.Errorf("%s: %s may not import %s", fset.Position(imp.Pos()), room, ours)
				}
				if strings.HasPrefix(target, "github.com/slack-go/slack") && !slices.Contains([]string{"bot", "handlers", "scheduler", "internal/slackapi"}, room) {
					t.Errorf("%s: %s may not know Slack's types", fset.Position(imp.Pos()), room)
				}
			}
		}
	}
}

func TestEveryPackageHasOneComment(t *testing.T) {
	_, files := ourFiles(t)
	for room, list := range files {
		n := 0
		for _, f := range list {
			if f.Doc != nil {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s has %d package comments, want 1", room, n)
		}
	}
}

// calls lists where pkg.name is called or named.
func calls(fset *token.FileSet, files []*ast.File, pkg, name string) []string {
	var at []string
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg && sel.Sel.Name == name {
				at = append(at, fset.Position(sel.Pos()).String())
			}
			return true
		})
	}
	return at
}

func TestOneClock(t *testing.T) {
	fset, files := ourFiles(t)
	for room, list := range files {
		if room == "internal/fakeslack" { // it is Slack, with a clock of its own
			continue
		}
		for _, name := range []string{"Now", "Since", "Until", "Sleep"} {
			for _, at := range calls(fset, list, "time", name) {
				if !strings.Contains(at, "clock.go:") {
					t.Errorf("%s: time.%s; the clock is made in bot/clock.go, and rules get now as an argument", at, name)
				}
			}
		}
	}
}

func TestSlackClientStaysInItsRoom(t *testing.T) {
	fset, files := ourFiles(t)
	for room, list := range files {
		for _, name := range []string{"New", "Client", "PostWebhook", "PostWebhookContext"} {
			for _, at := range calls(fset, list, "slack", name) {
				if room != "internal/slackapi" {
					t.Errorf("%s: slack.%s outside internal/slackapi", at, name)
				}
			}
		}
	}
}

// readmeCommand is a call of the program in the README, in a code block or between backticks.
var readmeCommand = regexp.MustCompile("(?:go run ./bot|\\./lotsen) ([^`\n#>]*)")

func TestCommandsOfTheReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, name := range []string{"staff.csv", "students.csv", "absence.csv"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found := readmeCommand.FindAllStringSubmatch(string(readme), -1)
	if len(found) < 6 {
		t.Errorf("the README has %d calls of the program, want at least 6", len(found))
	}
	for _, m := range found {
		exit := 0
		parser, err := newParser(&cli{}, func(string) string { return "" }, io.Discard, io.Discard, func(code int) { exit = code })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(strings.Fields(m[1])); (err != nil && !strings.Contains(m[1], "--help")) || exit != 0 {
			t.Errorf("%s: %v", m[0], err)
		}
	}
	for _, command := range []string{"go run ./bot demo", "go test ./..."} {
		if !strings.Contains(string(readme), command) {
			t.Errorf("the README lacks %q", command)
		}
	}
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"bot", "handlers", "scheduler", "locales", "internal", "go.mod", "go.sum", "README.md", "LICENSE"}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("the top level holds %s, which the layout does not name", e.Name())
		}
	}
}

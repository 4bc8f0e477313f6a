// Command bot is Lotsen, a Slack bot for the staff of Swedish and Norwegian schools. Package main
// holds the commands of the program, its configuration, and the transports; it alone knows every room.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"regexp"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// garbage is how much the heap grows beyond what is in use before it is collected, in percent: twice
// what is usual in Go, for the heap is small. Under load that takes some 5 MB more memory and a tenth
// less of the processor. The variable GOGC wins.
const garbage = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// cli is the command line. A flag whose help names a variable takes its value from there.
type cli struct {
	DB       string `name:"db" default:"lotsen.db" placeholder:"FILE" help:"Database file, or the mongodb:// or mongodb+srv:// address of a MongoDB ($LOTSEN_DB, or in the file that $LOTSEN_DB_FILE names)."`
	Config   string `placeholder:"FILE" help:"YAML file with schools, ladders and retention ($LOTSEN_CONFIG; default: lotsen.yaml)."`
	Keys     string `default:"lotsen.keys" placeholder:"FILE" help:"Keyset file for sealed fields ($LOTSEN_KEYS)."`
	Language string `default:"sv" enum:"sv,nb,nn" help:"Language when nothing else says: sv, nb or nn ($LOTSEN_LANGUAGE)."`
	Clock    string `placeholder:"TIME" help:"RFC 3339 instant at which school time starts, for demos and tests ($LOTSEN_CLOCK)."`
	Log      string `default:"info" enum:"debug,info,warn,error" help:"debug, info, warn or error ($LOTSEN_LOG)."`

	Demo     demoCmd     `cmd:"" help:"Run everything on this machine, with a fake Slack in the browser."`
	Serve    serveCmd    `cmd:"" help:"Run the bot."`
	Import   importCmd   `cmd:"" help:"Read staff, students and absence from files into the database."`
	Manifest manifestCmd `cmd:"" help:"Print the Slack app manifest."`
	Conf     struct {
		Example configExampleCmd `cmd:"" help:"Print an annotated lotsen.yaml."`
	} `cmd:"" name:"config" help:"The configuration file."`
	KeysCmd struct {
		New    keysNewCmd    `cmd:"" help:"Make a new keyset file."`
		Rotate keysRotateCmd `cmd:"" help:"Add a key and use it from now on; old data stays readable."`
	} `cmd:"" name:"keys" help:"The keyset for sealed fields."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// program is what every command gets.
type program struct {
	cli    *cli
	getenv func(string) string
	stdout io.Writer
	stderr io.Writer
	log    *slog.Logger
	clock  *clock
}

// run carries out one command and returns the exit code: 0, 1 for a fault, 2 for a wrong call.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	var c cli
	exit := -1
	parser, err := newParser(&c, getenv, stdout, stderr, func(code int) { exit = code })
	if err != nil {
		say(stderr, "lotsen: %v\n", err)
		return 1
	}
	kctx, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		say(stderr, "lotsen: %v\nSee: lotsen --help\n", err)
		return 2
	}
	p := &program{cli: &c, getenv: getenv, stdout: stdout, stderr: stderr, clock: newClock()}
	p.log = newLog(stderr, c.Log)
	if c.Clock != "" {
		if err := p.clock.start(c.Clock); err != nil {
			say(stderr, "lotsen: LOTSEN_CLOCK: %v\n", err)
			return 2
		}
		p.log.Warn("school time is moved; this is for demos and tests only", "clock", c.Clock)
	}
	kctx.BindTo(ctx, (*context.Context)(nil))
	if err := kctx.Run(p); err != nil {
		if !errors.Is(err, errReported) {
			say(stderr, "lotsen: %v\n", err)
		}
		return 1
	}
	return 0
}

func newParser(c *cli, getenv func(string) string, stdout, stderr io.Writer, exit func(int)) (*kong.Kong, error) {
	return kong.New(c, kong.Name("lotsen"), kong.Description("Lotsen, a Slack bot for the staff of Swedish and Norwegian schools. Secrets come from $SLACK_BOT_TOKEN, $SLACK_APP_TOKEN (Socket Mode) and $SLACK_SIGNING_SECRET (HTTP), or from the files that $SLACK_BOT_TOKEN_FILE and so on name."),
		kong.Writers(stdout, stderr), kong.Exit(exit), kong.Resolvers(environment(getenv)))
}

// errReported ends a command whose faults have been printed already.
var errReported = errors.New("faults were reported")

// say prints for the person at the terminal; that a terminal is gone is nobody's concern.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// variable is the environment's variable that a flag's help names.
var variable = regexp.MustCompile(`\$(LOTSEN_[A-Z_]+)`)

// environment lets a flag take its value from the variable that its help names, or from the file
// that a second variable there names.
func environment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, m := range variable.FindAllStringSubmatch(flag.Help, -1) {
			name := m[1]
			if plain, ok := strings.CutSuffix(name, "_FILE"); ok {
				value, err := secret(getenv, plain)
				if err != nil {
					return nil, err
				}
				if value != "" {
					return value, nil
				}
				continue
			}
			if v := getenv(name); v != "" {
				return v, nil
			}
		}
		return nil, nil
	})
}

func newLog(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo // kong has checked the word
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l}))
}

// secret reads a secret from the variable or from the file that <variable>_FILE names.
func (p *program) secret(name string) (string, error) { return secret(p.getenv, name) }

func secret(getenv func(string) string, name string) (string, error) {
	if v := getenv(name); v != "" {
		return v, nil
	}
	file := getenv(name + "_FILE")
	if file == "" {
		return "", nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimSpace(string(b)), nil
}

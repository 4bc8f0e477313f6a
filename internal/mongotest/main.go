// Command mongotest is a server that speaks MongoDB's protocol, for tests: FerretDB 1.24.2 with its
// SQLite backend, built from its embeddable package. It is a module of its own, so that what it
// needs stays out of the program. It listens where it is told, on this machine only by default,
// and prints that address on a line of its own as soon as it answers.
//
// It relays one message at a time, from all clients together: FerretDB 1 reads and then writes in an
// update without a lock, so that of two at once it loses one, as MongoDB does not. So a test that
// passes here has met answers in every order, but never two commands inside the server at once.
//
// FerretDB 1 is a standalone server: no replica set, no elections, no retried writes, and write and
// read concerns are taken and passed over. It knows no transactions, TTL or partial indexes, array
// filters, positional updates, $expr, $lookup, change streams, projection in findAndModify,
// Decimal128, nested arrays or field names with dots; $pull with a condition does the wrong thing;
// asked to make indexes that are all there it hangs up, and logs a slice out of range; and every query
// but that for one _id is a scan. It shows what the program does, not how fast.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27017", "TCP address; port 0 takes any free one")
	dir := flag.String("dir", "", "folder that keeps the data; made if it is not there (default: one that goes when the server ends)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *listen, *dir)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "mongotest: %v\n", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, listen, dir string) (err error) {
	own, err := os.MkdirTemp("", "mongotest-") // also because the name of a socket must be short
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(own)) }()
	if dir == "" {
		dir = filepath.Join(own, "data")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	socket := filepath.Join(own, "ferretdb.sock")
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/?_pragma=synchronous(off)", // nobody cuts this machine's power
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return fmt.Errorf("start FerretDB: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- (&relay{to: socket}).serve(ctx, l)
		stop()
	}()
	// FerretDB's socket is open already; whoever reads this line may connect.
	fmt.Println(l.Addr())
	err = server.Run(ctx)
	stop()
	return errors.Join(err, <-ended)
}

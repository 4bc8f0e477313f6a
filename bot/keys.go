package main

import (
	"context"
	"errors"
	"fmt"

	"lotsen/internal/care"
	"lotsen/internal/vault"
)

type keysNewCmd struct{}

// Run makes a keyset file where there is none.
func (keysNewCmd) Run(p *program) error {
	if _, err := vault.Create(p.cli.Keys); err != nil {
		return err
	}
	say(p.stdout, "Made %s. Keep a copy of it apart from the database: without it names and notes cannot be read.\n", p.cli.Keys)
	return nil
}

type keysRotateCmd struct{}

// Run adds a key to the keyset and remembers it in the database.
func (keysRotateCmd) Run(ctx context.Context, p *program) (err error) {
	sys, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sys.close()) }()
	if err := sys.vault.Rotate(); err != nil {
		return err
	}
	mark, err := sys.records.Meta.Get(ctx, keysMark)
	if err != nil && !errors.Is(err, care.ErrNotFound) {
		return fmt.Errorf("read which key the database is sealed with: %w", err)
	}
	err = sys.markKey(ctx, mark, err == nil)
	// Someone else who remembers the key at the same moment writes the same.
	if err != nil && !errors.Is(err, care.ErrConflict) && !errors.Is(err, care.ErrExists) {
		return err
	}
	say(p.stdout, "Added a key to %s; new names and notes are sealed with it, by a bot that runs already as soon as it is restarted. Copy the file anew to where you keep its copy.\n", p.cli.Keys)
	return nil
}

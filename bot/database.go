package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/mongo"
	"lotsen/internal/store/sqlite"
	"lotsen/internal/vault"
	"lotsen/locales"
)

// system is everything over one database.
type system struct {
	config  config
	records *store.Records
	vault   *vault.Vault
	texts   *locales.Texts
	care    *care.Service
}

func (s *system) close() error { return s.records.Engine.Close() }

// isFile reports whether LOTSEN_DB names a file, not a server.
func isFile(db string) bool { return !strings.Contains(db, "://") }

// openEngine opens the file or connects to the server.
func openEngine(ctx context.Context, db string) (store.Engine, error) {
	switch {
	case isFile(db):
		return sqlite.Open(ctx, db)
	case mongo.IsAddress(db):
		engine, err := mongo.Open(ctx, db)
		if err != nil {
			return nil, fmt.Errorf("LOTSEN_DB: %w", err)
		}
		return engine, nil
	default: // it is not repeated, since a password may stand in it
		return nil, errors.New("LOTSEN_DB: write the path of a file, such as lotsen.db, or a MongoDB address that begins with mongodb:// or mongodb+srv://")
	}
}

// database is what the database is called in what people read; an address is never shown.
func (p *program) database() string {
	if isFile(p.cli.DB) {
		return "the database " + p.cli.DB
	}
	return "the database of LOTSEN_DB"
}

// open reads the configuration and opens the database with its keys.
func (p *program) open(ctx context.Context) (*system, error) {
	cfg, err := p.readConfig()
	if err != nil {
		return nil, err
	}
	return p.openWith(ctx, cfg)
}

func (p *program) openWith(ctx context.Context, cfg config) (*system, error) {
	texts, err := locales.Load()
	if err != nil {
		return nil, err
	}
	engine, err := openEngine(ctx, p.cli.DB)
	if err != nil {
		return nil, err
	}
	sys := &system{config: cfg, texts: texts}
	if err := sys.unlock(ctx, p, engine); err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	idKey, err := sys.idKey(ctx)
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	schools := map[string]care.School{}
	for _, school := range cfg.Schools {
		schools[school.ID] = school
	}
	sys.care = &care.Service{
		Schools: schools, Ladders: cfg.ladders(), Default: care.Lang(p.cli.Language), Kinds: kindWords(texts), Vault: sys.vault,
		IDKey: idKey, CalendarHosts: cfg.Calendars.AllowHosts, Records: sys.records.Care(),
	}
	return sys, nil
}

func kindWords(texts *locales.Texts) *care.KindWords {
	names := map[care.Kind][]string{}
	for _, k := range care.Kinds {
		names[k] = texts.All("kind_" + string(k))
	}
	return care.NewKindWords(names)
}

// readConfig reads LOTSEN_CONFIG, or lotsen.yaml if there is one.
func (p *program) readConfig() (config, error) {
	path := p.cli.Config
	if path == "" {
		path = "lotsen.yaml"
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return config{}, errors.New("there is no lotsen.yaml here. Make one with: lotsen config example > lotsen.yaml")
		}
	}
	return readConfig(path)
}

// keysMark is the id under which the store remembers its primary key.
const keysMark = "keys"

// unlock opens the records and the keyset that belongs to them. A keyset is made only for a
// database file that holds nothing sealed yet.
func (s *system) unlock(ctx context.Context, p *program, engine store.Engine) error {
	records, err := store.Open(ctx, engine)
	if err != nil {
		return err
	}
	s.records = records
	mark, err := records.Meta.Get(ctx, keysMark)
	known := err == nil
	if err != nil && !errors.Is(err, care.ErrNotFound) {
		return fmt.Errorf("read which key the database is sealed with: %w", err)
	}
	s.vault, err = vault.Load(p.cli.Keys)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		sealed, herr := records.HasSealed(ctx)
		if herr != nil {
			return herr
		}
		if known || sealed {
			return fmt.Errorf("%s is sealed with a keyset that is not at %s. Restore that file from where you keep a copy of it, or from another copy of the bot; without it names and notes cannot be read", p.database(), p.cli.Keys)
		}
		if !isFile(p.cli.DB) {
			return fmt.Errorf("there is no keyset at %s. Make one with: lotsen keys new. Every copy of the bot that uses this database needs the same file", p.cli.Keys)
		}
		s.vault, err = vault.Create(p.cli.Keys)
		if errors.Is(err, fs.ErrExist) { // someone else has started at the same moment
			s.vault, err = vault.Load(p.cli.Keys)
		}
		if err != nil {
			return err
		}
		p.log.Warn("made a new keyset; keep a copy of it apart from the database", "file", p.cli.Keys)
	case err != nil:
		return err
	}
	for range keyTries {
		if known {
			id, err := strconv.ParseUint(mark.Value, 10, 32)
			if err != nil || !s.vault.Has(uint32(id)) {
				return fmt.Errorf("the keyset %s lacks the key %s that %s is sealed with. Restore the keyset file that belongs to this database", p.cli.Keys, mark.Value, p.database())
			}
		}
		err = s.markKey(ctx, mark, known)
		if !errors.Is(err, care.ErrConflict) && !errors.Is(err, care.ErrExists) {
			return err
		}
		// Another copy has started at the same moment, perhaps with another keyset.
		if mark, err = records.Meta.Get(ctx, keysMark); err != nil {
			return fmt.Errorf("read which key the database is sealed with: %w", err)
		}
		known = true
	}
	return fmt.Errorf("remember the key: %w", care.ErrConflict)
}

// keyTries is how often others may be quicker to remember their key.
const keyTries = 10

// markKey remembers the primary key's id in the store, if it is not the one remembered.
func (s *system) markKey(ctx context.Context, mark care.Mark, known bool) error {
	primary := strconv.FormatUint(uint64(s.vault.Primary()), 10)
	if mark.Value == primary {
		return nil
	}
	mark.ID, mark.Value = keysMark, primary
	var err error
	if known {
		err = s.records.Meta.Replace(ctx, mark)
	} else {
		err = s.records.Meta.Add(ctx, mark)
	}
	if err != nil {
		return fmt.Errorf("remember the key: %w", err)
	}
	return nil
}

// idMark is the id under which the store keeps the secret that hides what ids are made from.
const idMark = "ids"

// idKey returns that secret, sealed in the store like any name, and makes it at the first start.
func (s *system) idKey(ctx context.Context) ([]byte, error) {
	const collection, field = "meta", "value"
	for {
		mark, err := s.records.Meta.Get(ctx, idMark)
		if err == nil {
			sealed, err := base64.StdEncoding.DecodeString(mark.Value)
			if err != nil {
				return nil, fmt.Errorf("read the key of ids: %w", err)
			}
			key, err := s.vault.Open(sealed, collection, idMark, field)
			if err != nil {
				return nil, fmt.Errorf("open the key of ids: %w", err)
			}
			return []byte(key), nil
		}
		if !errors.Is(err, care.ErrNotFound) {
			return nil, fmt.Errorf("read the key of ids: %w", err)
		}
		sealed, err := s.vault.Seal(rand.Text()+rand.Text(), collection, idMark, field)
		if err != nil {
			return nil, fmt.Errorf("seal the key of ids: %w", err)
		}
		mark = care.Mark{Meta: care.Meta{ID: idMark}, Value: base64.StdEncoding.EncodeToString(sealed)}
		if err := s.records.Meta.Add(ctx, mark); err != nil && !errors.Is(err, care.ErrExists) {
			return nil, fmt.Errorf("keep the key of ids: %w", err)
		}
	}
}

package fakeslack

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"time"
)

// A response URL works five times within half an hour.
const (
	responseUses = 5
	responseLife = 30 * time.Minute
)

type responseURL struct {
	place    *conversation
	user     string
	original *post // what replace_original and delete_original mean; nil when nothing was shown
	made     time.Time
	uses     int
}

func (s *Slack) newResponseURL(p *conversation, user string, original *post) string {
	secret := rand.Text()
	s.responses[secret] = &responseURL{place: p, user: user, original: original, made: s.opts.Clock()}
	return s.base() + "/response/" + secret
}

func responseSecret(address string) string { return path.Base(address) }

func (s *Slack) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	var a answered
	invalid := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&a)
	s.mu.Lock()
	status, err := s.respond(r.PathValue("secret"), a, invalid)
	var refused *apiError
	if errors.As(err, &refused) && refused.fault {
		s.violate("response_url: %s", explain(err))
	}
	s.mu.Unlock()
	if err != nil {
		answer(w, status, object{"ok": false, "error": err.Error()})
		return
	}
	answer(w, http.StatusOK, object{"ok": true})
}

func (s *Slack) respond(secret string, a answered, invalid error) (int, error) {
	to := s.responses[secret]
	switch {
	case to == nil:
		return http.StatusNotFound, broke("invalid_url")
	case to.uses >= responseUses:
		return http.StatusNotFound, broke("used_url")
	case s.opts.Clock().Sub(to.made) > responseLife:
		return http.StatusNotFound, refuse("expired_url")
	case invalid != nil:
		return http.StatusBadRequest, broke("invalid_payload")
	}
	to.uses++
	if a.DeleteOriginal {
		if to.original != nil {
			s.remove(to.original)
		}
		return http.StatusOK, nil
	}
	said, err := s.readAnswered("response_url", a)
	if err != nil {
		return http.StatusBadRequest, err
	}
	if a.ReplaceOriginal && to.original != nil {
		s.change(to.original, said)
		return http.StatusOK, nil
	}
	p := &post{content: said, place: to.place, author: s.opts.BotUserID, to: to.user, thread: a.ThreadTS}
	if a.ResponseType == "in_channel" {
		p.to = ""
	}
	s.show(p)
	if to.original == nil {
		to.original = p
	}
	return http.StatusOK, nil
}

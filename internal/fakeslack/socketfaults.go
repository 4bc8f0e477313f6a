package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"slices"
)

// Disconnect tells all connections to go: reason is warning, refresh_requested or link_disabled. They get no further envelopes, and are
// closed after 10 s (warning) or 1 s if the app has not done so. Acks are taken until then, and later over other connections.
func (s *Slack) Disconnect(reason string) {
	s.mu.Lock()
	var told []*socket
	for _, sock := range s.sockets {
		if !sock.leaving && !sock.stalled {
			sock.leaving = true
			sock.leave <- notice[reason] // has room for one, and leaving is set once
			told = append(told, sock)
		}
	}
	s.mu.Unlock()
	for _, sock := range told {
		_ = sock.send(farewell(reason)) // a connection that has just gone needs no telling
	}
}

// DropSockets cuts all connections without a word.
func (s *Slack) DropSockets() {
	s.mu.Lock()
	all := slices.Clone(s.sockets)
	s.mu.Unlock()
	for _, sock := range all {
		s.drop(sock)
	}
}

// StallSockets makes the connections that are open now half-open: what either side sends, pings too, goes nowhere, while Slack still
// believes in them and gives them their share of envelopes until the app closes them. Connections opened later work. StallSockets(false)
// lets those that are left go on.
func (s *Slack) StallSockets(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sock := range s.sockets {
		sock.stalled = on
	}
}

// ChokeSockets has Slack read nothing more from the connections that are open now, so that what the app writes piles up in its own
// queues. Connections opened later work. ChokeSockets(false) has those that are left read on.
func (s *Slack) ChokeSockets(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sock := range s.sockets {
		switch {
		case on && sock.choked == nil:
			sock.choked = make(chan struct{})
			if tcp, ok := sock.conn.NetConn().(*net.TCPConn); ok {
				_ = tcp.SetReadBuffer(4 << 10) // so that it does not take long
			}
		case !on && sock.choked != nil:
			close(sock.choked)
			sock.choked = nil
		}
	}
}

// DuplicateEnvelopes has every envelope sent twice, over two connections when there are two. The first ack counts.
func (s *Slack) DuplicateEnvelopes(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.duplicate = on
}

// RedeliverEnvelope sends an envelope once more, unchanged, under its id (Ack.Envelope), as Slack has been seen to. A command's answer is shown again.
func (s *Slack) RedeliverEnvelope(ctx context.Context, envelopeID string) (*Ack, error) {
	s.mu.Lock()
	e := s.envelopes[envelopeID]
	s.mu.Unlock()
	if e == nil || e.d.kind == "" {
		return nil, fmt.Errorf("no envelope %q", envelopeID)
	}
	d := e.d
	d.envelope = envelopeID
	if d.kind != commands {
		return s.deliver(ctx, d)
	}
	form, err := url.ParseQuery(string(d.body))
	if err != nil {
		return nil, fmt.Errorf("read command: %w", err)
	}
	return s.command(ctx, d, form)
}

// SendRaw sends any text over the connection whose turn it is. An ack is expected, but not waited for, if the text is JSON with an envelope_id.
func (s *Slack) SendRaw(raw string) error {
	var head struct {
		EnvelopeID string `json:"envelope_id"`
	}
	if json.Unmarshal([]byte(raw), &head) == nil && head.EnvelopeID != "" {
		s.mu.Lock()
		s.envelopes[head.EnvelopeID] = &envelope{id: head.EnvelopeID, d: delivery{what: "raw envelope"}, answers: true}
		s.mu.Unlock()
	}
	if len(s.transmit([]byte(raw))) == 0 {
		return fmt.Errorf("send: %w", errNoConnection)
	}
	return nil
}

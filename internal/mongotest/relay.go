package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// A relay passes messages on to a server, one request at a time over all clients.
type relay struct {
	to  string // the server's socket
	one sync.Mutex
}

// serve accepts clients until ctx ends, and then hangs up on them.
func (r *relay) serve(ctx context.Context, l net.Listener) error {
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	var clients sync.WaitGroup
	defer clients.Wait()
	for {
		client, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		clients.Go(func() {
			defer context.AfterFunc(ctx, func() { _ = client.Close() })()
			r.relay(ctx, client)
		})
	}
}

// relay serves one client until either side has gone, which is nobody's fault.
func (r *relay) relay(ctx context.Context, client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := (&net.Dialer{}).DialContext(ctx, "unix", r.to)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	for {
		request, err := message(client)
		if err != nil {
			return
		}
		reply, err := r.ask(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

// ask has the server answer one request while all others wait.
func (r *relay) ask(server net.Conn, request []byte) ([]byte, error) {
	r.one.Lock()
	defer r.one.Unlock()
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	return message(server)
}

// A message begins with its length, itself included, and three more numbers of four bytes.
const (
	headerSize = 16
	messageMax = 48 << 20
)

// message reads one message of MongoDB's protocol.
func message(r io.Reader) ([]byte, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(header[:])
	if n < headerSize || n > messageMax {
		return nil, errors.New("no message of MongoDB's protocol")
	}
	m := make([]byte, n)
	copy(m, header[:])
	_, err := io.ReadFull(r, m[headerSize:])
	return m, err
}

package fakeslack

import (
	"crypto/rand"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// File is an uploaded file.
type File struct {
	ID      string
	Name    string
	Title   string
	Alt     string // what it shows, for those who do not see it
	Content []byte
}

// file is a File on its way: Slack wants an address, the bytes, and word that it is complete, in this order.
type file struct {
	File
	secret   string
	length   int
	uploaded bool
	complete bool
	posts    []*post
}

const (
	maxUpload = 10 << 20
	maxAlt    = 1000 // characters
)

func (s *Slack) filesGetUploadURL(c *call) (object, error) {
	length, err := strconv.Atoi(c.args["length"])
	if err != nil || length < 1 || length > maxUpload || c.args["filename"] == "" {
		return nil, broke("invalid_arguments", "[ERROR] filename and a length in bytes are required")
	}
	if size(c.args["alt_txt"]) > maxAlt {
		return nil, broke("invalid_arguments", "[ERROR] alt_txt is too long")
	}
	f := &file{File: File{ID: newID("F"), Name: c.args["filename"], Alt: c.args["alt_txt"]}, secret: rand.Text(), length: length}
	s.files[f.ID] = f
	return object{"upload_url": s.base() + "/upload/v1/" + f.secret, "file_id": f.ID}, nil
}

// serveUpload takes the bytes as they are, or as the file of a multipart form.
func (s *Slack) serveUpload(w http.ResponseWriter, r *http.Request) {
	var body io.Reader = http.MaxBytesReader(w, r.Body, maxUpload+1<<16)
	if contentType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); contentType == "multipart/form-data" {
		parts, err := r.MultipartReader()
		if err != nil {
			http.Error(w, "bad form", http.StatusBadRequest)
			return
		}
		part, err := parts.NextPart()
		for err == nil && part.FileName() == "" {
			part, err = parts.NextPart()
		}
		if err != nil {
			http.Error(w, "no file in the form", http.StatusBadRequest)
			return
		}
		body = part
	}
	content, err := io.ReadAll(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		if f.secret == r.PathValue("secret") && err == nil && !f.uploaded {
			if len(content) != f.length {
				s.violate("upload of %d bytes, announced as %d", len(content), f.length)
				break
			}
			f.Content, f.uploaded = content, true
			_, _ = io.WriteString(w, "OK - "+strconv.Itoa(len(content)))
			return
		}
	}
	http.Error(w, "upload refused", http.StatusBadRequest)
}

func (s *Slack) filesCompleteUpload(c *call) (object, error) {
	var wanted []struct{ ID, Title string }
	if decode(c.args["files"], &wanted) != nil || len(wanted) == 0 {
		return nil, broke("invalid_arguments", "[ERROR] files must list id and title")
	}
	var done []*file
	for _, w := range wanted {
		f := s.files[w.ID]
		if f == nil || !f.uploaded || f.complete {
			return nil, refuse("file_not_found")
		}
		done = append(done, f)
	}
	posts, err := s.shares(c)
	if err != nil {
		return nil, err
	}
	out := make([]object, len(done))
	for i, f := range done {
		f.complete, f.Title, f.posts = true, wanted[i].Title, posts
		if f.Title == "" {
			f.Title = f.Name
		}
		out[i] = object{"id": f.ID, "title": f.Title}
	}
	for _, p := range posts {
		p.files = done
		s.show(p)
	}
	return object{"files": out}, nil
}

// shares are the messages that will show files where the call says.
func (s *Slack) shares(c *call) ([]*post, error) {
	targets := strings.FieldsFunc(c.args["channels"]+","+c.args["channel_id"], func(r rune) bool { return r == ',' })
	if len(targets) > 100 {
		return nil, broke("invalid_arguments", "[ERROR] no more than 100 channels")
	}
	said := content{text: c.args["initial_comment"]}
	if c.args["blocks"] != "" {
		if said.text != "" {
			return nil, broke("invalid_arguments", "[ERROR] initial_comment and blocks exclude each other")
		}
		var err error
		if said, err = s.readContent(c.method, "", c.args["blocks"], ""); err != nil {
			return nil, err
		}
	}
	var posts []*post
	for _, id := range targets {
		place, err := s.joined(id, "")
		if err != nil {
			return nil, err
		}
		if thread := c.args["thread_ts"]; thread != "" && s.find(place.ID, thread) == nil {
			return nil, broke("thread_not_found")
		}
		posts = append(posts, &post{content: said, place: place, author: s.opts.BotUserID, thread: c.args["thread_ts"]})
	}
	return posts, nil
}

func (s *Slack) wireFile(f *file) object {
	extension := strings.TrimPrefix(path.Ext(f.Name), ".")
	mimeType := mime.TypeByExtension("." + extension)
	if mimeType == "" {
		mimeType = "application/octet-stream"
	}
	shares := map[string]map[string][]object{"public": {}, "private": {}}
	for _, p := range f.posts {
		where := "private"
		if p.place.family == "channels" {
			where = "public"
		}
		shares[where][p.place.ID] = append(shares[where][p.place.ID], object{"ts": p.ts})
	}
	return object{
		"id": f.ID, "name": f.Name, "title": f.Title, "mimetype": mimeType, "filetype": extension, "size": len(f.Content), "user": s.opts.BotUserID,
		"mode": "hosted", "created": s.opts.Clock().Unix(), "shares": shares,
	}
}

func (s *Slack) filesInfo(c *call) (object, error) {
	f := s.files[c.args["file"]]
	if f == nil || !f.complete {
		return nil, refuse("file_not_found")
	}
	return object{"file": s.wireFile(f), "comments": []any{}, "paging": object{"count": 100, "total": 0, "page": 1, "pages": 0}}, nil
}

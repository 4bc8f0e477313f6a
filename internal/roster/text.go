package roster

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Files are bounded, so that one that is something else is refused at once. A roster of 5 000 rows
// takes less than one megabyte; a school's year of lessons, a row each, less than a hundred.
const (
	maxFile    = 64 << 20
	maxAbsence = 256 << 20
)

var (
	errTooLarge     = errors.New("the file is larger than 64 MB; that is no roster")
	errAbsenceLarge = errors.New("the file is larger than 256 MB; export a shorter time into each")
	errWorkbook     = errors.New("this is a spreadsheet program's own format; save it as CSV")
)

// Unreadable is why a file as a whole cannot be read, if that is what an error says.
func Unreadable(err error) (string, bool) {
	for _, why := range []error{errTooLarge, errAbsenceLarge, errWorkbook} {
		if errors.Is(err, why) {
			return why.Error(), true
		}
	}
	return "", false
}

// A text is a file in one of the encodings in which programs save CSV: UTF-8 with or without a byte
// order mark, UTF-16 with one ("Unicode text" in Excel), else Windows-1252. It can be read from its
// beginning as often as needed, and is never held as a whole.
type text struct {
	in    io.ReadSeeker
	from  encoding.Encoding
	cr    bool // lines end with \r alone
	empty bool // nothing but white space
}

// readText looks through a file for how it is written.
func readText(in io.ReadSeeker) (*text, error) {
	t := &text{in: in}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	var start [4]byte
	n, err := io.ReadFull(in, start[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	switch starts := func(with string) bool { return bytes.HasPrefix(start[:n], []byte(with)) }; {
	case starts("PK\x03\x04"), starts("\xd0\xcf\x11\xe0"):
		return nil, errWorkbook
	case starts("\xef\xbb\xbf"):
		t.from = utf.UTF8BOM
	case starts("\xff\xfe"), starts("\xfe\xff"):
		t.from = utf.UTF16(utf.LittleEndian, utf.ExpectBOM)
	default:
		if t.from, err = t.guess(); err != nil {
			return nil, err
		}
	}
	return t, t.look()
}

// guess tells UTF-8 from Windows-1252.
func (t *text) guess() (encoding.Encoding, error) {
	if _, err := t.in.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	_, err := io.Copy(io.Discard, transform.NewReader(t.in, encoding.UTF8Validator))
	if errors.Is(err, encoding.ErrInvalidUTF8) {
		return charmap.Windows1252, nil
	}
	return utf.UTF8, err
}

// look reads on until it has seen how lines end and that there is anything.
func (t *text) look() error {
	in, err := t.open()
	if err != nil {
		return err
	}
	r := bufio.NewReader(in)
	t.empty = true
	for t.cr = true; t.cr || t.empty; {
		c, _, err := r.ReadRune()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		t.cr = t.cr && c != '\n'
		t.empty = t.empty && unicode.IsSpace(c)
	}
	return nil
}

// open reads the text from its beginning; it ends whatever was read from it before. Lines end with
// \n or \r\n in it, and letters with diacritics are one character each.
func (t *text) open() (io.Reader, error) {
	if _, err := t.in.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	var r io.Reader = transform.NewReader(t.in, t.from.NewDecoder())
	if t.cr {
		r = transform.NewReader(r, runes.Map(func(c rune) rune {
			if c == '\r' {
				return '\n'
			}
			return c
		}))
	}
	return norm.NFC.Reader(r), nil
}

// smallText is the text of a file that may be held as a whole.
func smallText(in io.Reader) (*text, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, errTooLarge
	}
	return readText(bytes.NewReader(data))
}

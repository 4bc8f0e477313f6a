package roster

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// maxFile bounds a file; a roster of 5 000 rows takes less than one megabyte.
const maxFile = 64 << 20

var (
	errTooLarge = errors.New("the file is larger than 64 MB; that is no roster")
	errWorkbook = errors.New("this is a spreadsheet program's own format; save it as CSV")
)

// decodeText reads a text in one of the encodings in which programs save CSV: UTF-8 with or
// without a byte order mark, UTF-16 with one ("Unicode text" in Excel), else Windows-1252. Lines
// end with \n or \r\n in what it returns, and letters with diacritics are one character each.
func decodeText(in io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, errTooLarge
	}
	if data, err = toUTF8(data); err != nil {
		return nil, err
	}
	if !bytes.ContainsRune(data, '\n') {
		data = bytes.ReplaceAll(data, []byte{'\r'}, []byte{'\n'})
	}
	return norm.NFC.Bytes(data), nil
}

func toUTF8(data []byte) ([]byte, error) {
	var from encoding.Encoding
	switch starts := func(with string) bool { return bytes.HasPrefix(data, []byte(with)) }; {
	case starts("PK\x03\x04"), starts("\xd0\xcf\x11\xe0"):
		return nil, errWorkbook
	case starts("\xef\xbb\xbf"):
		return bytes.ToValidUTF8(data[3:], []byte("\ufffd")), nil
	case starts("\xff\xfe"), starts("\xfe\xff"):
		from = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case utf8.Valid(data):
		return data, nil
	default:
		from = charmap.Windows1252
	}
	text, err := from.NewDecoder().Bytes(data)
	if err != nil {
		return nil, fmt.Errorf("read the text: %w", err)
	}
	return text, nil
}

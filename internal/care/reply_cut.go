package care

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is what a token of a reply is, if it is no word.
type tokenKind uint8

// The kinds; a number may be of several.
const (
	tokenWho   tokenKind = 1 << iota // a person, <@U…>
	tokenRef                         // a student's ref
	tokenCount                       // a plain number
	tokenDate                        // 3/12, 3.12., 2026-12-03
	tokenTime                        // 14:30, 14.30
)

// tokenClasses are the names by which the lexicon calls the kinds.
var tokenClasses = map[string]tokenKind{"who": tokenWho, "ref": tokenRef, "n": tokenCount, "dm": tokenDate, "hm": tokenTime}

// A token is a word of a reply, a number, a person or a picture.
type token struct {
	fold string // the word, folded
	id   int    // its number in the lexicon, 0 if it is not there
	kind tokenKind
	sep  bool // something parts it from the one before
	soft bool // ... that is only a point, which may belong to an abbreviation or an ordinal

	who     string   // the Slack user id
	n       int      // of a number
	day, to dayTyped // of a date; to is the last of a span, of a plain number its day alone
	clock   Clock    // of a time
}

// cutter cuts a reply into tokens.
type cutter struct {
	text   string
	at     int
	tokens []token
	sep    bool
	soft   bool
	asks   bool // there is a question mark
}

// notMeant is what its writer does not say: someone's words between quotation marks or in a line that is quoted, and what is
// struck through.
var notMeant = regexp.MustCompile(`(?m)["”“„«»][^"”“„«»\n]*\pL[^"”“„«»\n]*["”“„«»]|^\s*>|~[^~\n]*\pL[^~\n]*~`)

// cutReply cuts a reply into tokens and reports whether it asks something, or quotes.
func cutReply(text string) (tokens []token, asks bool) {
	c := cutter{text: text, tokens: make([]token, 0, 16), asks: notMeant.MatchString(text)}
	for c.at < len(text) {
		c.next()
	}
	return c.tokens, c.asks
}

func (c *cutter) add(t token) {
	t.sep, t.soft = c.sep, c.soft && !c.sep
	c.sep, c.soft = false, false
	c.tokens = append(c.tokens, t)
}

// next reads what stands at the cutter's place.
func (c *cutter) next() {
	rest := c.text[c.at:]
	r, width := utf8.DecodeRuneInString(rest)
	switch {
	case strings.HasPrefix(rest, "<@"):
		c.person(rest)
	case unicode.IsLetter(r):
		c.word(rest)
	case r >= '0' && r <= '9':
		c.number(rest)
	case r == ':' && c.picture(rest):
	case r == '?':
		c.asks, c.sep = true, true
		c.at += width
	case r == '&' || r == '+':
		c.add(token{fold: "&"})
		c.at += width
	case r == '/':
		if n := len(c.tokens); n > 0 && len(c.tokens[n-1].fold) > 1 && c.at > 0 && !unicode.IsSpace(rune(c.text[c.at-1])) {
			c.add(token{fold: "&"})
		}
		c.at += width
	case r == '.' || r == '…':
		c.point(rest[width:])
		c.at += width
	case r == '\n' || r == '\r' || strings.ContainsRune(",;:!()[]>|•*_~", r) || isDash(r):
		c.sep = true
		c.at += width
	case r > unicode.MaxASCII && unicode.In(r, unicode.So, unicode.Sk) && !isSkin(r):
		c.add(token{fold: string(r)})
		c.at += width
	default:
		c.at += width
	}
}

// isSkin reports whether r gives a picture its colour.
func isSkin(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// point reads a point: the end of a sentence or of an abbreviation.
func (c *cutter) point(rest string) {
	if n := len(c.tokens); n > 0 && rest != "" {
		last := c.tokens[n-1]
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " "))
		short := len(last.fold) <= 3 || r >= '0' && r <= '9' && len(last.fold) <= 5
		if last.kind != 0 || short && !unicode.IsUpper(r) {
			c.soft = true
			return
		}
	}
	c.sep = true
}

// person reads <@U…> or <@U…|name>.
func (c *cutter) person(rest string) {
	end := strings.IndexByte(rest, '>')
	if end < 0 {
		c.at += len("<@")
		return
	}
	id, _, _ := strings.Cut(rest[len("<@"):end], "|")
	if id != "" {
		c.add(token{kind: tokenWho, who: id})
	}
	c.at += end + 1
}

// picture reads :name: and reports whether one stands there.
func (c *cutter) picture(rest string) bool {
	end := strings.IndexByte(rest[1:], ':')
	if end < 1 || strings.ContainsFunc(rest[1:1+end], func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '+')
	}) {
		return false
	}
	name := rest[:end+2]
	if !strings.ContainsFunc(name, unicode.IsLetter) && name != ":+1:" && name != ":-1:" {
		return false // 14:30:00
	}
	if !strings.HasPrefix(name, ":skin-tone-") {
		c.add(token{fold: name})
	}
	c.at += len(name)
	return true
}

// word reads a word, or a ref. Hyphens and apostrophes within it are left out: "e-post", "EHT-möte".
func (c *cutter) word(rest string) {
	run := runOf(rest)
	if c.ref(run) {
		return
	}
	end := strings.IndexFunc(run, func(r rune) bool { return r >= '0' && r <= '9' })
	if end > 0 { // v48, kl14
		run = strings.TrimRight(run[:end], "-–'’")
	}
	c.at += len(run)
	bare := strings.Map(func(r rune) rune {
		if isDash(r) || strings.ContainsRune("'’´`", r) {
			return -1
		}
		return r
	}, run)
	if fold := Fold(bare); fold != "" {
		// Single letters with points between them are one word: t.o.m., e.m.
		if n := len(c.tokens); n > 0 && c.soft && c.at-len(run) > 0 && c.text[c.at-len(run)-1] == '.' && c.tokens[n-1].kind == 0 &&
			len(fold) <= 2 && len(c.tokens[n-1].fold) <= 2 {
			c.tokens[n-1].fold += fold
			c.soft = false
			return
		}
		c.add(token{fold: fold})
	}
}

// runOf is the letters, digits, marks, hyphens and apostrophes that s begins with, up to what it ends with of the last two.
func runOf(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unseen(r) && !isDash(r) && !strings.ContainsRune("'’´`", r)
	})
	if end < 0 {
		end = len(s)
	}
	return strings.TrimRightFunc(s[:end], func(r rune) bool { return isDash(r) || strings.ContainsRune("'’´`", r) })
}

func (c *cutter) ref(run string) bool {
	ref := strings.TrimSuffix(strings.TrimSuffix(run, "s"), "S")
	for _, s := range [2]string{run, ref} {
		if _, ok := ParseRef(s); ok && strings.ContainsFunc(s, unicode.IsDigit) {
			c.add(token{kind: tokenRef})
			c.at += len(run)
			return true
		}
	}
	return false
}

// number reads a number with what stands between its parts, and all that it may be.
func (c *cutter) number(rest string) {
	if c.ref(runOf(rest)) {
		return
	}
	var parts []string
	var between []byte // one for each gap; '.' and '-' together are '-'
	i := 0
	for {
		start := i
		for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
			i++
		}
		parts = append(parts, rest[start:i])
		gap, end := byte(0), i
		for j := i; j < len(rest) && j <= i+3; {
			r, width := utf8.DecodeRuneInString(rest[j:])
			if r >= '0' && r <= '9' {
				end = j
				break
			}
			switch {
			case isDash(r):
				gap = '-'
			case strings.ContainsRune("./:", r):
				if gap == 0 {
					gap = rest[j]
				}
			default:
				gap = 0
				end = i
				j = len(rest)
			}
			j += width
		}
		if end == i || gap == 0 {
			break
		}
		between, i = append(between, gap), end
	}
	c.at += i
	t := token{fold: rest[:i]}
	t.read(parts, string(between))
	c.add(t)
	if after, _ := utf8.DecodeRuneInString(rest[i:]); after == ':' && len(rest) > i+1 && unicode.IsLetter(rune(rest[i+1])) {
		c.at++ // 3:e
	}
}

// read tells what a number is by its parts and what stands between them.
func (t *token) read(parts []string, between string) {
	var n [6]int
	if len(parts) > len(n) {
		return
	}
	for i, p := range parts {
		if len(p) > 4 {
			return
		}
		n[i], _ = strconv.Atoi(p)
	}
	isTime := func(i int) bool { return n[i] < 24 && len(parts[i]) <= 2 && len(parts[i+1]) == 2 && n[i+1] < 60 }
	date := func(day, to dayTyped) {
		if day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= 31 {
			t.kind, t.day, t.to = t.kind|tokenDate, day, to
		}
	}
	year := func(y int) int {
		if y < 100 {
			return 2000 + y
		}
		return y
	}
	switch between {
	case "", "-":
		t.kind, t.n, t.to.day = tokenCount, n[0], n[1]
		return
	case ":", ":-", ":-:":
	case ".":
		date(dayTyped{day: n[0], month: n[1]}, dayTyped{})
	case "/":
		date(dayTyped{day: n[0], month: n[1]}, dayTyped{})
		return
	case "--":
		date(dayTyped{n[2], n[1], n[0]}, dayTyped{})
		return
	case "..", "//", "/-":
		date(dayTyped{n[0], n[1], year(n[2])}, dayTyped{})
		return
	case "-.", "-/":
		date(dayTyped{day: n[0], month: n[2]}, dayTyped{day: n[1], month: n[2]})
		return
	case ".-.", "/-/":
		date(dayTyped{day: n[0], month: n[1]}, dayTyped{day: n[2], month: n[3]})
	default:
		return
	}
	if between[0] != '/' && isTime(0) {
		t.kind, t.clock = t.kind|tokenTime, Clock(n[0]*60+n[1])
	}
}

package handlers_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// TestFileReport reads what an administrator is told of a file, in each language. Nothing in it is markup.
func TestFileReport(t *testing.T) {
	o := newOffice(t)
	faults := []care.FileFault{{Line: 3, Column: "<date>", Reason: "is empty"}, {Line: 4, Reason: "the row has 3 cells, the header 4"}}
	for _, tt := range []struct {
		name string
		lang care.Lang
		care.FileReport
		want string
	}{
		{"one row", care.Swedish, care.FileReport{File: "a&b.csv", Rows: 1, Faults: faults[:1]}, "*En rad kunde inte läsas in*\n" +
			"Filen `a&amp;b.csv` i importmappen är inläst, men inte dessa rader. Lägg en fil med de rättade raderna i mappen, så läses den in nästa skoldag.\n" +
			"• rad 3, kolumn &lt;date&gt;: is empty"},
		{"many rows", care.Bokmal, care.FileReport{File: "a.csv", Rows: 14, Faults: faults, More: 13}, "*14 rader kunne ikke leses*\n" +
			"Filen `a.csv` i importmappen er lest, men ikke disse radene. Legg en fil med de rettede radene i mappen, så blir den lest neste skoledag.\n" +
			"• rad 3, kolonne &lt;date&gt;: is empty\n• rad 4: the row has 3 cells, the header 4\n… og 13 feil til."},
		{"one more", care.Nynorsk, care.FileReport{File: "a.csv", Rows: 2, Faults: faults[1:], More: 1}, "*2 rader kunne ikkje lesast*\n" +
			"Fila `a.csv` i importmappa er lesen, men ikkje desse radene. Legg ei fil med dei retta radene i mappa, så blir ho lesen neste skuledag.\n" +
			"• rad 4: the row has 3 cells, the header 4\n… og éin feil til."},
		{"rows and a note", care.Swedish, care.FileReport{File: "a.csv", Rows: 1, Faults: faults[:1], Notes: []string{"column <x> is not known and is ignored"}}, "*En rad kunde inte läsas in*\n" +
			"Filen `a.csv` i importmappen är inläst, men inte dessa rader. Lägg en fil med de rättade raderna i mappen, så läses den in nästa skoldag.\n" +
			"• rad 3, kolumn &lt;date&gt;: is empty\n• column &lt;x&gt; is not known and is ignored"},
		{"a note", care.Bokmal, care.FileReport{File: "a.csv", Notes: []string{"it lists absence alone"}}, "*En fil i importmappen er lest, men se etter*\n" +
			"Filen `a.csv` i importmappen er lest. Stemmer dette? Vi sier det bare denne gangen.\n• it lists absence alone"},
		{"not read", care.Nynorsk, care.FileReport{File: strings.Repeat("å", 90), Unread: "open: permission denied"}, "*Ei fil i importmappa kunne ikkje lesast*\n" +
			"Fila `" + strings.Repeat("å", 79) + "…` ligg framleis i mappa. Grunnen er: open: permission denied. Rett fila, eller ta henne bort. Ei endra fil blir lesen neste skuledag."},
	} {
		title, blocks := o.FileReport(tt.FileReport, tt.lang, o.now)
		var got []string
		for _, b := range blocks {
			got = append(got, b.(*slack.SectionBlock).Text.Text)
		}
		if text := strings.Join(got, "\n"); text != tt.want || !strings.HasPrefix(text, "*"+title+"*") {
			t.Errorf("%s: %q:\n%s\nwant\n%s", tt.name, title, text, tt.want)
		}
	}
}

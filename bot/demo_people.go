package main

import (
	"context"
	"fmt"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/demo"
)

// demoPeople are those whom a visitor can be; they stand in demodata/staff.csv.
var demoPeople = []demo.Person{
	{SlackID: "U0ANNA", Name: "Anna Lund", Role: "mentor för 8B", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "Logga en insats med elevens ref eller namn. Det finns två Alva i klassen: prova med bara förnamnet.",
		Examples: []string{"/insats 8B-K3F samtal Ringde hem, kommer i morgon", "/insats alva hem Pratade med mamma", "/insats lista", "/insats ångra", "/insats 9A-B3G samtal"}},
	{SlackID: "U0SAMIR", Name: "Samir Haddad", Role: "mentor för 9A och 9B", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "Flera elever eller flera insatser på en gång skiljs med komma.",
		Examples: []string{"/insats omar,signe lovskola Anmälda till påsklovet", "/insats Zeynep us,strukturstöd Ny planering", "/insats lista Omar"}},
	{SlackID: "U0EVA", Name: "Eva Holm", Role: "kurator i EHT", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "EHT ser hela skolans elever och läser mentorernas anteckningar.",
		Examples: []string{"/insats lista 8B-K3F", "/insats fatima stödsamtal Första samtalet", "/lotsen"}},
	{SlackID: "U0RUT", Name: "Rut Rask", Role: "rektor", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "Rektorn ser hela skolan.",
		Examples: []string{"/insats lista 9A-B3G", "/insats 9B-C7R åp Påbörjat", "/insats hjälp"}},
	{SlackID: "U0ADA", Name: "Ada Nord", Role: "administratör", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "Den som sköter Lotsen ser inga elever: svaret är detsamma vare sig eleven finns eller inte.",
		Examples: []string{"/insats 8B-K3F samtal", "/insats 8B-222 samtal", "/lotsen"}},
	{SlackID: "U0GURO", Name: "Guro Dahl", Role: "kontaktlærer for 1STA", School: "Fjordgløtt vgs", Language: "nb",
		Hint:     "Registrer et tiltak med elevens ref eller navn. Bokstavene æ, ø og å trengs ikke.",
		Examples: []string{"/tiltak liv samtale Snakket om søvn", "/tiltak 1STA-C4D hjemmebesøk", "/tiltak Jonas Bo tilp Kortere dager", "/tiltak liste", "/tiltak angre"}},
	{SlackID: "U0SIGNE", Name: "Signe Vik", Role: "kontaktlærar for 1STB", School: "Fjordgløtt vgs", Language: "nn",
		Hint:     "Ho har valt nynorsk. Byt språk med kommandoen `/lotsen språk`.",
		Examples: []string{"/tiltak Jon Sæther rettleiing Vil byte fag", "/tiltak yusuf samtale,heim Ringde far", "/tiltak liste", "/lotsen språk nb"}},
	{SlackID: "U0ERIK", Name: "Erik Moen", Role: "rådgiver i elevtjenesten", School: "Fjordgløtt vgs", Language: "nb",
		Hint:     "Elevtjenesten ser alle elevene på skolen.",
		Examples: []string{"/tiltak liste 1STA-B2B", "/tiltak 1STB-P9Q støttesamtale Første samtale", "/lotsen"}},
}

// demoHistory logs what has happened at the schools in the weeks before now.
func demoHistory(ctx context.Context, sys *system, now time.Time) error {
	for i, h := range []struct {
		days      int
		who, line string
	}{
		{24, "U0ANNA", "8B-K3F samtal Trött på morgnarna. Vi provar en planering på papper."},
		{20, "U0EVA", "8B-K3F stödsamtal"},
		{17, "U0SAMIR", "9A-B3G us"},
		{13, "U0ANNA", "8B-K3F,8B-R7T strukturstöd Gemensam planering på måndagar"},
		{10, "U0GURO", "1STA-B2B samtale Trives best i praktiske fag"},
		{9, "U0SIGNE", "1STB-C3C samtale Usikker på fagvalet"},
		{6, "U0ANNA", "8B-M2X hem Mamma ringer tillbaka på torsdag"},
		{4, "U0ERIK", "1STA-B2B støttesamtale"},
		{3, "U0SAMIR", "9A-B3G,9A-X8K läxa Läxhjälp onsdagar"},
		{2, "U0GURO", "1STA-C4D hjem Ringte hjem, far kommer til møtet"},
	} {
		at := now.AddDate(0, 0, -h.days)
		st, err := sys.records.Staff.BySlackID(ctx, h.who)
		if err != nil {
			return fmt.Errorf("find a person of the demo: %w", err)
		}
		actor := care.Actor{Staff: st, Lang: sys.care.Language(st, now)}
		if _, err := sys.care.LogLine(ctx, actor, h.line, fmt.Sprintf("demo-%d", i), at); err != nil {
			return fmt.Errorf("log for the demo: %w", err)
		}
	}
	return nil
}

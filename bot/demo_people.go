package main

import (
	"context"
	"fmt"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/demo"
	"lotsen/internal/fakeslack"
)

// demoPeople are those whom a visitor can be; they stand in demodata/staff.csv.
var demoPeople = []demo.Person{
	{SlackID: "U0ANNA", Name: "Anna Lund", Role: "mentor för 8B", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "Logga en insats på en rad, eller skriv bara /insats så kommer ett formulär. Det finns två Alva i klassen: prova med bara förnamnet. Fliken Hem visar vem som ska följas upp. Svara gärna i tråden under påminnelsen: 8B-K3F ringt hem, eller 8B-M2X påminn fredag. Boka ett möte med EHT med /mote, och bli sedan Eva för att svara.",
		Examples: []string{"/insats", "/insats 8B-K3F samtal Ringde hem, kommer i morgon", "/insats alva hem Pratade med mamma", "/elev", "/elev 8B-M2X", "/franvaro", "/mote 8B-K3F Frånvaron", "/insats ångra", "/insats 9A-B3G samtal"}},
	{SlackID: "U0SAMIR", Name: "Samir Haddad", Role: "mentor för 9A och 9B", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "Flera elever eller flera insatser på en gång skiljs med komma. I kanalen arbetslag-9 kan ett meddelande bli en insats: välj ⋯ på meddelandet.",
		Examples: []string{"/elev omar", "/insats omar,signe lovskola Anmälda till påsklovet", "/insats Zeynep us,strukturstöd Ny planering", "/insats lista Omar"}},
	{SlackID: "U0EVA", Name: "Eva Holm", Role: "kurator i EHT", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "EHT ser hela skolans elever och läser mentorernas anteckningar. Det som ingen har följt upp kommer i kanalen eht; svara i tråden, till exempel: jag tar över. Den som bokar ett möte med EHT får ditt svar: tacka nej, så erbjuds andra tider.",
		Examples: []string{"/elev 8B-K3F", "/insats", "/insats fatima stödsamtal Första samtalet", "/mote lista", "/rapport", "/lotsen inställningar"}},
	{SlackID: "U0RUT", Name: "Rut Rask", Role: "rektor", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "Rektorn ser hela skolan. Ställ fram klockan några skoldagar utan att någon svarar, så kommer ärendena i kanalen rektor, och den första skoldagen i månaden en översikt.",
		Examples: []string{"/rapport", "/rapport läsår", "/elev 9A-B3G", "/insats 9B-C7R åp Påbörjat", "/insats hjälp"}},
	{SlackID: "U0ADA", Name: "Ada Nord", Role: "administratör", School: "Ålenskolan 7–9", Language: "sv",
		Hint:     "Den som sköter Lotsen ser inga elever: svaret är detsamma vare sig eleven finns eller inte.",
		Examples: []string{"/insats 8B-K3F samtal", "/insats 8B-222 samtal", "/rapport", "/lotsen"}},
	{SlackID: "U0GURO", Name: "Guro Dahl", Role: "kontaktlærer for 1STA", School: "Fjordgløtt vgs", Language: "nb",
		Hint:     "Registrer et tiltak på én linje, eller skriv bare /tiltak og få et skjema. Bokstavene æ, ø og å trengs ikke. Fanen Hjem viser hvem som skal følges opp. Svar gjerne i tråden under påminnelsen: snakket med eleven, eller minn meg på fredag. Avtal et møte med elevtjenesten med /mote, og bli så Erik for å svare.",
		Examples: []string{"/tiltak", "/tiltak liv samtale Snakket om søvn", "/elev", "/tiltak 1STA-C4D hjemmebesøk", "/fravaer", "/mote liv Fraværet", "/tiltak Jonas Bo tilp Kortere dager", "/tiltak liste", "/tiltak angre"}},
	{SlackID: "U0SIGNE", Name: "Signe Vik", Role: "kontaktlærar for 1STB", School: "Fjordgløtt vgs", Language: "nn",
		Hint:     "Ho har valt nynorsk. Byt språk med kommandoen `/lotsen språk`. Svar gjerne i tråden under påminninga: 1STB-C3C snakka med eleven. Møte avtaler ho med /mote.",
		Examples: []string{"/tiltak Jon Sæther rettleiing Vil byte fag", "/tiltak yusuf samtale,heim Ringde far", "/tiltak", "/elev jon", "/fravar", "/mote jon Fråværet", "/lotsen språk nb"}},
	{SlackID: "U0ERIK", Name: "Erik Moen", Role: "rådgiver i elevtjenesten", School: "Fjordgløtt vgs", Language: "nb",
		Hint:     "Elevtjenesten ser alle elevene på skolen. Det ingen har fulgt opp, kommer i kanalen elevtjenesten; svar i tråden, for eksempel: jeg tar den. Den som avtaler et møte med elevtjenesten, får svaret ditt: si nei, så tilbys andre tider.",
		Examples: []string{"/elev 1STA-B2B", "/tiltak 1STB-P9Q støttesamtale Første samtale", "/mote liste", "/rapport", "/lotsen"}},
	{SlackID: "U0KARI", Name: "Kari Berg", Role: "rektor", School: "Fjordgløtt vgs", Language: "nb",
		Hint:     "Rektor ser hele skolen. Still klokka noen skoledager fram uten at noen svarer, så kommer sakene i kanalen ledelsen, og den første skoledagen i måneden en oversikt.",
		Examples: []string{"/rapport", "/rapport skoleår", "/fravaer liste", "/elev 1STA-F7G", "/tiltak hjelp"}},
}

// demoChannels are where the people of the demo talk among themselves. The bot is in those of the teams and of the principals.
var demoChannels = []fakeslack.Channel{
	{ID: "C0ALENEHT", Name: "eht", Private: true, Members: []string{"U0EVA", "U0RUT", demoBot}},
	{ID: "C0ALENREKTOR", Name: "rektor", Private: true, Members: []string{"U0RUT", demoBot}},
	{ID: "C0FJORDELEV", Name: "elevtjenesten", Private: true, Members: []string{"U0ERIK", "U0KARI", demoBot}},
	{ID: "C0FJORDREKTOR", Name: "ledelsen", Private: true, Members: []string{"U0KARI", demoBot}},
	{ID: "C0ARBLAG9", Name: "arbetslag-9", Private: true, Members: []string{"U0SAMIR", "U0EVA", "U0RUT"}},
	{ID: "C0ARBLAG8", Name: "arbetslag-8", Private: true, Members: []string{"U0ANNA", "U0EVA", "U0RUT"}},
	{ID: "C0VG1", Name: "team-vg1", Private: true, Members: []string{"U0GURO", "U0SIGNE", "U0ERIK"}},
}

// demoBot is the bot's own account in the demo.
const demoBot = "U0LOTSEN"

// demoTalk is what they have said there.
func demoTalk(ctx context.Context, slack *fakeslack.Slack) error {
	for _, ch := range demoChannels {
		slack.AddChannel(ch)
	}
	for _, said := range []struct{ who, where, text, answer, by string }{
		{"U0EVA", "C0ARBLAG8", "8B-N4N åt lunch med mig i dag och berättade att det är svårt att komma i gång på morgnarna.", "Tack! Jag pratar med hemmet i eftermiddag.", "U0ANNA"},
		{"U0EVA", "C0ARBLAG9", "9A-B3G var på studiebesök i går och kom tillbaka jätteglad.", "", ""},
		{"U0ERIK", "C0VG1", "1STB-C3C var innom rådgivinga og lurte på yrkesfag.", "Fint, eg tek det med i samtalen vår på fredag.", "U0SIGNE"},
	} {
		m, _, err := slack.Say(ctx, said.who, said.where, "", said.text)
		if err == nil && said.answer != "" {
			_, _, err = slack.Say(ctx, said.by, said.where, m.TS, said.answer)
		}
		if err != nil {
			return fmt.Errorf("talk for the demo: %w", err)
		}
	}
	return nil
}

// demoHistory logs what has happened at the schools in the weeks before now. What is to be followed
// up is so many days ahead, or behind.
func demoHistory(ctx context.Context, sys *system, now time.Time) error {
	now = now.In(sys.care.Schools["alen"].Zone)
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
		actor, err := sys.demoActor(ctx, h.who, now)
		if err != nil {
			return err
		}
		if _, err := sys.care.LogLine(ctx, actor, h.line, fmt.Sprintf("demo-%d", i), workday(now, -h.days)); err != nil {
			return fmt.Errorf("log for the demo: %w", err)
		}
	}
	for i, h := range []struct {
		days, ahead int
		who         string
		form        care.InterventionForm
	}{
		{8, 2, "U0ANNA", care.InterventionForm{Students: []care.Ref{"8B-N4N"}, Kinds: []care.Kind{care.KindMotivation}, Note: "Vill gärna, men morgnarna är tunga.", Outcome: care.OutcomeSomeEffect}},
		{5, -1, "U0ANNA", care.InterventionForm{Students: []care.Ref{"8B-T6V"}, Kinds: []care.Kind{care.KindReferral}, Partner: care.PartnerBUP, Note: "Familjen har fått tid för ett första samtal."}},
		{7, 5, "U0SAMIR", care.InterventionForm{Students: []care.Ref{"9B-C7R"}, Kinds: []care.Kind{care.KindAdaptation}}},
		{6, 1, "U0GURO", care.InterventionForm{Students: []care.Ref{"1STA-F7G"}, Kinds: []care.Kind{care.KindTalk}, Note: "Ny i klassen, trenger noen å spise med."}},
		{6, 3, "U0SIGNE", care.InterventionForm{Students: []care.Ref{"1STB-M5N"}, Kinds: []care.Kind{care.KindGuidance}}},
	} {
		actor, err := sys.demoActor(ctx, h.who, now)
		if err != nil {
			return err
		}
		id := fmt.Sprintf("demo-form-%d", i)
		h.form.FollowUp = care.DateOf(workday(now, h.ahead), now.Location())
		if _, err := sys.care.LogForm(ctx, actor, h.form, id, id, workday(now, -h.days)); err != nil {
			return fmt.Errorf("log for the demo: %w", err)
		}
	}
	return nil
}

// workday is so many days from t, or the Friday before if that is a weekend.
func workday(t time.Time, days int) time.Time {
	t = t.AddDate(0, 0, days)
	switch t.Weekday() {
	case time.Saturday:
		return t.AddDate(0, 0, -1)
	case time.Sunday:
		return t.AddDate(0, 0, -2)
	}
	return t
}

func (s *system) demoActor(ctx context.Context, slackID string, now time.Time) (care.Actor, error) {
	st, err := s.records.Staff.BySlackID(ctx, slackID)
	if err != nil {
		return care.Actor{}, fmt.Errorf("find a person of the demo: %w", err)
	}
	return care.Actor{Staff: st, Lang: s.care.Language(st, now)}, nil
}

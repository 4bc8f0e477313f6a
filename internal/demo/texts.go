package demo

// wording is what the page itself says, as opposed to the bot. {…} are placeholders that the page fills in.
type wording struct {
	Title     string `json:"title"`
	Demo      string `json:"demo"`
	About     string `json:"about"`
	Skip      string `json:"skip"`
	Menu      string `json:"menu"`
	Close     string `json:"close"`
	People    string `json:"people"`
	Places    string `json:"places"`
	Private   string `json:"private"`
	Unread    string `json:"unread"`
	Welcome   string `json:"welcome"`
	How       string `json:"how"`
	Quiet     string `json:"quiet"`
	Me        string `json:"me"`
	Log       string `json:"log"`
	Write     string `json:"write"`
	WriteIn   string `json:"writeIn"`
	Prompt    string `json:"prompt"`
	Send      string `json:"send"`
	Try       string `json:"try"`
	Commands  string `json:"commands"`
	OnlyYou   string `json:"onlyYou"`
	Edited    string `json:"edited"`
	Waiting   string `json:"waiting"`
	NoCommand string `json:"noCommand"`
	Refused   string `json:"refused"`
	TooLong   string `json:"tooLong"`
	Late      string `json:"late"`
	Failed    string `json:"failed"`
	Offline   string `json:"offline"`
	Day       string `json:"day"`

	Weekdays [7]string  `json:"weekdays"` // from Sunday; browsers do not all know Nynorsk
	Months   [12]string `json:"months"`
}

var texts = map[string]wording{
	"sv": {
		Title:     "Prova Lotsen",
		Demo:      "demo",
		About:     "Allt körs på den här datorn. Skolorna, personalen och eleverna är påhittade, och ingenting skickas till Slack.",
		Skip:      "Hoppa till skrivrutan",
		Menu:      "Byt person eller kanal",
		Close:     "Stäng",
		People:    "Vem vill du vara?",
		Places:    "Meddelanden",
		Private:   "privat kanal",
		Unread:    "olästa meddelanden",
		Welcome:   "Hej! Nu är du {name}, {role} på {school}.",
		How:       "Skriv till Lotsen i rutan längst ner, precis som i Slack. Ett kommando börjar med snedstreck.",
		Quiet:     "Här har ingen skrivit något än.",
		Me:        "Du är {name}, {role}, {school}",
		Log:       "Meddelanden i {place}",
		Write:     "Skriv till Lotsen",
		WriteIn:   "Skriv i #{place}",
		Prompt:    "Meddelande eller /kommando",
		Send:      "Skicka",
		Try:       "Prova",
		Commands:  "Kommandon",
		OnlyYou:   "Bara du ser det här",
		Edited:    "(redigerat)",
		Waiting:   "Lotsen skriver …",
		NoCommand: "{command} finns inte här. Skriv / så ser du vilka kommandon som finns.",
		Refused:   "Det gick inte. Ladda om sidan och försök igen.",
		TooLong:   "Så lång text tar Slack inte emot. Korta den och försök igen.",
		Late:      "Lotsen svarade inte inom tre sekunder. Försök igen.",
		Failed:    "Något gick fel hos Lotsen ({code}). Försök igen.",
		Offline:   "Ingen kontakt med demoprogrammet. Är det fortfarande igång? Sidan ansluter igen av sig själv.",
		Day:       "{weekday} {day} {month}",
		Weekdays:  [7]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"},
		Months:    [12]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"},
	},
	"nb": {
		Title:     "Prøv Lotsen",
		Demo:      "demo",
		About:     "Alt kjører på denne maskinen. Skolene, de ansatte og elevene er oppdiktet, og ingenting sendes til Slack.",
		Skip:      "Gå til skrivefeltet",
		Menu:      "Bytt person eller kanal",
		Close:     "Lukk",
		People:    "Hvem vil du være?",
		Places:    "Meldinger",
		Private:   "privat kanal",
		Unread:    "uleste meldinger",
		Welcome:   "Hei! Nå er du {name}, {role} på {school}.",
		How:       "Skriv til Lotsen i feltet nederst, akkurat som i Slack. En kommando begynner med skråstrek.",
		Quiet:     "Her har ingen skrevet noe ennå.",
		Me:        "Du er {name}, {role}, {school}",
		Log:       "Meldinger i {place}",
		Write:     "Skriv til Lotsen",
		WriteIn:   "Skriv i #{place}",
		Prompt:    "Melding eller /kommando",
		Send:      "Send",
		Try:       "Prøv",
		Commands:  "Kommandoer",
		OnlyYou:   "Bare du ser dette",
		Edited:    "(redigert)",
		Waiting:   "Lotsen skriver …",
		NoCommand: "{command} finnes ikke her. Skriv /, så ser du hvilke kommandoer som finnes.",
		Refused:   "Det gikk ikke. Last inn siden på nytt og prøv igjen.",
		TooLong:   "Så lang tekst tar ikke Slack imot. Kort den ned og prøv igjen.",
		Late:      "Lotsen svarte ikke innen tre sekunder. Prøv igjen.",
		Failed:    "Noe gikk galt hos Lotsen ({code}). Prøv igjen.",
		Offline:   "Ingen kontakt med demoen. Kjører den fortsatt? Siden kobler seg til igjen av seg selv.",
		Day:       "{weekday} {day}. {month}",
		Weekdays:  [7]string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"},
		Months:    [12]string{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	},
	"nn": {
		Title:     "Prøv Lotsen",
		Demo:      "demo",
		About:     "Alt køyrer på denne maskina. Skulane, dei tilsette og elevane er oppdikta, og ingenting blir sendt til Slack.",
		Skip:      "Gå til skrivefeltet",
		Menu:      "Byt person eller kanal",
		Close:     "Lukk",
		People:    "Kven vil du vere?",
		Places:    "Meldingar",
		Private:   "privat kanal",
		Unread:    "ulesne meldingar",
		Welcome:   "Hei! No er du {name}, {role} på {school}.",
		How:       "Skriv til Lotsen i feltet nedst, akkurat som i Slack. Ein kommando tek til med skråstrek.",
		Quiet:     "Her har ingen skrive noko enno.",
		Me:        "Du er {name}, {role}, {school}",
		Log:       "Meldingar i {place}",
		Write:     "Skriv til Lotsen",
		WriteIn:   "Skriv i #{place}",
		Prompt:    "Melding eller /kommando",
		Send:      "Send",
		Try:       "Prøv",
		Commands:  "Kommandoar",
		OnlyYou:   "Berre du ser dette",
		Edited:    "(endra)",
		Waiting:   "Lotsen skriv …",
		NoCommand: "{command} finst ikkje her. Skriv /, så ser du kva kommandoar som finst.",
		Refused:   "Det gjekk ikkje. Last inn sida på nytt og prøv igjen.",
		TooLong:   "Så lang tekst tek ikkje Slack imot. Kort han ned og prøv igjen.",
		Late:      "Lotsen svara ikkje innan tre sekund. Prøv igjen.",
		Failed:    "Noko gjekk gale hos Lotsen ({code}). Prøv igjen.",
		Offline:   "Ingen kontakt med demoen. Køyrer han framleis? Sida koplar seg til igjen av seg sjølv.",
		Day:       "{weekday} {day}. {month}",
		Weekdays:  [7]string{"søndag", "måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag"},
		Months:    [12]string{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	},
}

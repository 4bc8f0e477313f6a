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

	Home          string `json:"home"`
	Messages      string `json:"messages"`
	HomeEmpty     string `json:"homeEmpty"`
	Shortcuts     string `json:"shortcuts"`
	More          string `json:"more"`
	Reply         string `json:"reply"`
	Replies       string `json:"replies"`
	Thread        string `json:"thread"`
	WriteReply    string `json:"writeReply"`
	CloseThread   string `json:"closeThread"`
	InThread      string `json:"inThread"`
	Gone          string `json:"gone"`
	ThreadCommand string `json:"threadCommand"`
	Cancel        string `json:"cancel"`
	Back          string `json:"back"`
	Optional      string `json:"optional"`
	Required      string `json:"required"`
	TooShort      string `json:"tooShort"`
	Left          string `json:"left"`
	Choose        string `json:"choose"`
	Search        string `json:"search"`
	Searching     string `json:"searching"`
	NoMatch       string `json:"noMatch"`
	Most          string `json:"most"`
	Remove        string `json:"remove"`

	Clock   string `json:"clock"`
	Forward string `json:"forward"`
	Quarter string `json:"quarter"`
	Hour    string `json:"hour"`
	Morning string `json:"morning"`
	Week    string `json:"week"`

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

		Home:          "Hem",
		Messages:      "Meddelanden",
		HomeEmpty:     "Här är det tomt än så länge. Lotsen fyller sidan så snart det finns något att visa.",
		Shortcuts:     "Genvägar",
		More:          "Fler val",
		Reply:         "Svara i tråd",
		Replies:       "{count} svar",
		Thread:        "Tråd",
		WriteReply:    "Svara i tråden",
		CloseThread:   "Stäng tråden",
		InThread:      "Svar i en tråd",
		Gone:          "Det här meddelandet är borttaget.",
		ThreadCommand: "Kommandon går inte att använda i trådar. Skriv {command} utanför tråden.",
		Cancel:        "Avbryt",
		Back:          "Tillbaka",
		Optional:      "valfritt",
		Required:      "Fyll i det här fältet.",
		TooShort:      "Skriv minst {count} tecken.",
		Left:          "{count} tecken kvar",
		Choose:        "Välj",
		Search:        "Sök",
		Searching:     "Söker …",
		NoMatch:       "Ingen träff",
		Most:          "Du kan välja högst {count}.",
		Remove:        "Ta bort {name}",

		Clock:   "Skolans klocka",
		Forward: "Ställ fram klockan",
		Quarter: "+15 minuter",
		Hour:    "+1 timme",
		Morning: "Nästa skolmorgon kl. 8",
		Week:    "+1 vecka",

		Weekdays: [7]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"},
		Months:   [12]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"},
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

		Home:          "Hjem",
		Messages:      "Meldinger",
		HomeEmpty:     "Her er det tomt foreløpig. Lotsen fyller siden når det er noe å vise.",
		Shortcuts:     "Snarveier",
		More:          "Flere valg",
		Reply:         "Svar i tråd",
		Replies:       "{count} svar",
		Thread:        "Tråd",
		WriteReply:    "Svar i tråden",
		CloseThread:   "Lukk tråden",
		InThread:      "Svar i en tråd",
		Gone:          "Denne meldingen er slettet.",
		ThreadCommand: "Kommandoer virker ikke i tråder. Skriv {command} utenfor tråden.",
		Cancel:        "Avbryt",
		Back:          "Tilbake",
		Optional:      "valgfritt",
		Required:      "Dette feltet må fylles ut.",
		TooShort:      "Skriv minst {count} tegn.",
		Left:          "{count} tegn igjen",
		Choose:        "Velg",
		Search:        "Søk",
		Searching:     "Søker …",
		NoMatch:       "Ingen treff",
		Most:          "Du kan velge høyst {count}.",
		Remove:        "Fjern {name}",

		Clock:   "Klokken på skolen",
		Forward: "Still klokken fram",
		Quarter: "+15 minutter",
		Hour:    "+1 time",
		Morning: "Neste skolemorgen kl. 8",
		Week:    "+1 uke",

		Weekdays: [7]string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"},
		Months:   [12]string{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
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

		Home:          "Heim",
		Messages:      "Meldingar",
		HomeEmpty:     "Her er det tomt enno. Lotsen fyller sida når det finst noko å vise fram.",
		Shortcuts:     "Snarvegar",
		More:          "Fleire val",
		Reply:         "Svar i tråd",
		Replies:       "{count} svar",
		Thread:        "Tråd",
		WriteReply:    "Svar i tråden",
		CloseThread:   "Lukk tråden",
		InThread:      "Svar i ein tråd",
		Gone:          "Denne meldinga er sletta.",
		ThreadCommand: "Kommandoar verkar ikkje i trådar. Skriv {command} utanfor tråden.",
		Cancel:        "Avbryt",
		Back:          "Tilbake",
		Optional:      "valfritt",
		Required:      "Dette feltet må fyllast ut.",
		TooShort:      "Skriv minst {count} teikn.",
		Left:          "{count} teikn att",
		Choose:        "Vel",
		Search:        "Søk",
		Searching:     "Søkjer …",
		NoMatch:       "Ingen treff",
		Most:          "Du kan velje høgst {count}.",
		Remove:        "Fjern {name}",

		Clock:   "Klokka på skulen",
		Forward: "Still klokka fram",
		Quarter: "+15 minutt",
		Hour:    "+1 time",
		Morning: "Neste skulemorgon kl. 8",
		Week:    "+1 veke",

		Weekdays: [7]string{"søndag", "måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag"},
		Months:   [12]string{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	},
}

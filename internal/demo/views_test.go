package demo_test

// form is the modal in which one logs; more are further blocks.
func form(note, more string) string {
	if note != "" {
		note = `,"initial_value":` + quoted(note)
	}
	button := `,{"type":"actions","block_id":"grow","elements":[{"type":"button","action_id":"intervention.more","text":{"type":"plain_text","text":"Fler fält"}}]}`
	if more != "" {
		button = ""
	}
	return `{"type":"modal","callback_id":"intervention","title":{"type":"plain_text","text":"Logga insats"},
		"submit":{"type":"plain_text","text":"Spara"},"close":{"type":"plain_text","text":"Avbryt"},"notify_on_close":true,"blocks":[
		{"type":"input","block_id":"students","label":{"type":"plain_text","text":"Elever"},"hint":{"type":"plain_text","text":"Sök på namn, ref eller grupp."},
			"element":{"type":"multi_external_select","action_id":"students","min_query_length":2,"placeholder":{"type":"plain_text","text":"Namn eller ref"}}},
		{"type":"input","block_id":"kinds","label":{"type":"plain_text","text":"Insats"},"element":{"type":"multi_static_select","action_id":"kinds",
			"placeholder":{"type":"plain_text","text":"Välj en eller flera"},"option_groups":[
			{"label":{"type":"plain_text","text":"Samtal"},"options":[{"text":{"type":"plain_text","text":"Elevsamtal"},"value":"talk"},{"text":{"type":"plain_text","text":"Stödsamtal"},"value":"support_talk"}]},
			{"label":{"type":"plain_text","text":"Hemmet"},"options":[{"text":{"type":"plain_text","text":"Kontakt med hemmet"},"value":"home"}]}]}},
		{"type":"input","block_id":"note","optional":true,"label":{"type":"plain_text","text":"Anteckning"},
			"element":{"type":"plain_text_input","action_id":"note","multiline":true,"max_length":200,"placeholder":{"type":"plain_text","text":"Kort och sakligt"}` + note + `}},
		{"type":"input","block_id":"date","label":{"type":"plain_text","text":"Datum"},"element":{"type":"datepicker","action_id":"date","initial_date":"2026-11-23"}}` + more + button + `]}`
}

const more = `,{"type":"divider"},
	{"type":"input","block_id":"level","optional":true,"label":{"type":"plain_text","text":"Nivå"},"element":{"type":"static_select","action_id":"level","placeholder":{"type":"plain_text","text":"Välj nivå"},"options":[
		{"text":{"type":"plain_text","text":"Elev"},"value":"student"},{"text":{"type":"plain_text","text":"Grupp"},"value":"group"}]}},
	{"type":"input","block_id":"time","optional":true,"label":{"type":"plain_text","text":"Klockslag"},"element":{"type":"timepicker","action_id":"time"}},
	{"type":"input","block_id":"owner","optional":true,"label":{"type":"plain_text","text":"Ansvarig"},"element":{"type":"users_select","action_id":"owner"}},
	{"type":"input","block_id":"with","optional":true,"label":{"type":"plain_text","text":"Fler som var med"},"element":{"type":"multi_users_select","action_id":"with","max_selected_items":1}},
	{"type":"input","block_id":"audience","label":{"type":"plain_text","text":"Vem får läsa?"},"element":{"type":"radio_buttons","action_id":"audience",
		"initial_option":{"text":{"type":"plain_text","text":"EHT"},"value":"eht"},"options":[
		{"text":{"type":"plain_text","text":"Mentorer"},"value":"mentor"},{"text":{"type":"plain_text","text":"EHT"},"value":"eht"}]}},
	{"type":"input","block_id":"asked","optional":true,"label":{"type":"plain_text","text":"Tillfrågade"},"element":{"type":"checkboxes","action_id":"asked","options":[
		{"text":{"type":"plain_text","text":"Eleven"},"value":"student","description":{"type":"plain_text","text":"Har fått säga sitt"}},{"text":{"type":"plain_text","text":"Hemmet"},"value":"home"}]}}`

const slots = `{"type":"modal","callback_id":"meeting","title":{"type":"plain_text","text":"Välj tid"},"submit":{"type":"plain_text","text":"Boka"},"blocks":[
	{"type":"header","text":{"type":"plain_text","text":"Lediga tider"}},
	{"type":"input","block_id":"slot","label":{"type":"plain_text","text":"Tid"},"element":{"type":"radio_buttons","action_id":"slot","options":[
		{"text":{"type":"plain_text","text":"Tis 24 nov kl. 13.00"},"value":"2026-11-24T13:00"},{"text":{"type":"plain_text","text":"Ons 25 nov kl. 08.30"},"value":"2026-11-25T08:30"}]}},
	{"type":"input","block_id":"place","optional":true,"label":{"type":"plain_text","text":"Plats"},"element":{"type":"plain_text_input","action_id":"place"}},
	{"type":"actions","elements":[{"type":"button","action_id":"student.open","value":"st_1","text":{"type":"plain_text","text":"Visa eleven"}}]}]}`

const card = `{"type":"modal","callback_id":"card","title":{"type":"plain_text","text":"8B-K3F"},"close":{"type":"plain_text","text":"Klar"},"blocks":[
	{"type":"section","text":{"type":"mrkdwn","text":"*Alva Berg*, 8B\nÖppet ärende sedan *mån 9 nov*"},"accessory":{"type":"button","action_id":"case.home","value":"c1","style":"primary","text":{"type":"plain_text","text":"Hemmet kontaktat"}}},
	{"type":"section","fields":[{"type":"mrkdwn","text":"*Frånvaro*\n14 %"},{"type":"mrkdwn","text":"*Nästa möte*\ntis 1 dec"}]},
	{"type":"divider"},
	{"type":"section","block_id":"row1","text":{"type":"mrkdwn","text":"*sön 22 nov* elevsamtal\n> Ringde hem, kommer i morgon"},"accessory":{"type":"overflow","action_id":"intervention.menu","options":[
		{"text":{"type":"plain_text","text":"Ändra"},"value":"edit:i1"},{"text":{"type":"plain_text","text":"Ångra"},"value":"undo:i1"}]}},
	{"type":"section","block_id":"row2","text":{"type":"mrkdwn","text":"*mån 9 nov* strukturstöd"},"accessory":{"type":"overflow","action_id":"intervention.menu","options":[
		{"text":{"type":"plain_text","text":"Ändra"},"value":"edit:i2"},{"text":{"type":"plain_text","text":"Ångra"},"value":"undo:i2"}]}},
	{"type":"actions","block_id":"acts","elements":[
		{"type":"static_select","action_id":"case.act","placeholder":{"type":"plain_text","text":"Vad har hänt?"},"options":[{"text":{"type":"plain_text","text":"Pratat med eleven"},"value":"talked"},{"text":{"type":"plain_text","text":"Inget svar"},"value":"not_reached"}]},
		{"type":"button","action_id":"case.close","style":"danger","text":{"type":"plain_text","text":"Avsluta ärendet"},"confirm":{"title":{"type":"plain_text","text":"Avsluta ärendet?"},
			"text":{"type":"plain_text","text":"Mentorn får inga fler påminnelser."},"confirm":{"type":"plain_text","text":"Avsluta"},"deny":{"type":"plain_text","text":"Avbryt"},"style":"danger"}}]},
	{"type":"context","elements":[{"type":"mrkdwn","text":"Senast ändrad av Eva Holm"}]}]}`

const homeView = `{"type":"home","blocks":[
	{"type":"header","text":{"type":"plain_text","text":"Mina elever"}},
	{"type":"context","elements":[{"type":"mrkdwn","text":"Närmast i tid först. Bara ref visas här."}]},
	{"type":"section","block_id":"s1","text":{"type":"mrkdwn","text":"*8B-K3F*  uppföljning tis 24 nov"},"accessory":{"type":"button","action_id":"student.open","value":"st_1","text":{"type":"plain_text","text":"Öppna"}}},
	{"type":"section","block_id":"s2","text":{"type":"mrkdwn","text":"*8B-N4N*  inget planerat"},"accessory":{"type":"button","action_id":"student.open","value":"st_2","text":{"type":"plain_text","text":"Öppna"}}},
	{"type":"divider"},
	{"type":"header","text":{"type":"plain_text","text":"Möten"}},
	{"type":"section","text":{"type":"mrkdwn","text":"EHT *tis 24 nov kl. 13.00*"}},
	{"type":"actions","block_id":"show","elements":[{"type":"button","action_id":"names.show","text":{"type":"plain_text","text":"Visa namn"}},
		{"type":"external_select","action_id":"student.find","min_query_length":1,"placeholder":{"type":"plain_text","text":"Hitta en elev"}}]}]}`

const menus = `{"text":"Menyer","blocks":[
	{"type":"section","block_id":"who","text":{"type":"mrkdwn","text":"Vem menar du?"},"accessory":{"type":"external_select","action_id":"student.pick","min_query_length":1,"placeholder":{"type":"plain_text","text":"Sök elev"}}},
	{"type":"section","block_id":"act","text":{"type":"mrkdwn","text":"Vad har hänt med *8B-K3F*? Välj i listan, så noteras det i ärendet."},"accessory":{"type":"static_select","action_id":"case.act","placeholder":{"type":"plain_text","text":"Välj"},"options":[
		{"text":{"type":"plain_text","text":"Pratat med eleven"},"value":"talked"},{"text":{"type":"plain_text","text":"Inget svar"},"value":"not_reached"}]}},
	{"type":"section","block_id":"team","text":{"type":"mrkdwn","text":"Vilka mer ska få påminnelsen?"},"accessory":{"type":"multi_users_select","action_id":"case.team","placeholder":{"type":"plain_text","text":"Vilka är med?"}}},
	{"type":"actions","block_id":"rest","elements":[
		{"type":"datepicker","action_id":"case.day","initial_date":"2026-11-30"},
		{"type":"button","action_id":"case.done","value":"c1","style":"primary","text":{"type":"plain_text","text":"Klar"}},
		{"type":"overflow","action_id":"case.more","options":[{"text":{"type":"plain_text","text":"Visa eleven"},"value":"show"},{"text":{"type":"plain_text","text":"Lämna över"},"value":"hand_over"}]}]}]}`

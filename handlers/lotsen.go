package handlers

import (
	"context"

	"lotsen/internal/care"
	"lotsen/locales"
)

// lotsen handles "/lotsen språk nn" and "/lotsen", which is help.
func (a *App) lotsen(ctx context.Context, req Request) (Reply, error) {
	word, rest := firstWord(req.Text)
	switch subcommand(word) {
	case subLanguage:
	case subSettings:
		return a.openSettings(ctx, req)
	case subSubstitute:
		return a.substitute(ctx, req)
	default:
		return a.lotsenHelp(req), nil
	}
	if rest == "" {
		voice := a.voice(req)
		return say(voice.Text("language_now", locales.Args{"Language": voice.Text("language_"+string(req.Actor.Lang), nil)})), nil
	}
	lang, ok := care.ParseLang(rest)
	if !ok {
		return Reply{}, &care.Error{Code: care.CodeUnknownLanguage}
	}
	if err := a.Care.ChooseLanguage(ctx, req.Actor, lang, req.ID, req.Now); err != nil {
		return Reply{}, err
	}
	return a.languageSet(lang), nil
}

// languageSet confirms a language in that language.
func (a *App) languageSet(lang care.Lang) Reply {
	voice := a.Texts.In(string(lang))
	reply := say(voice.Text("language_set", locales.Args{"Language": voice.Text("language_"+string(lang), nil)}))
	reply.Lang, reply.Anew = lang, true
	return reply
}

func (a *App) lotsenHelp(req Request) Reply {
	voice := a.voice(req)
	var schools []care.School
	roles := map[string][]string{} // by school
	for _, p := range a.Care.Posts(req.Actor.Staff, req.Now) {
		if roles[p.School.ID] == nil {
			schools = append(schools, p.School)
		}
		roles[p.School.ID] = append(roles[p.School.ID], role(voice, p))
	}
	var posts []string
	for _, school := range schools {
		posts = append(posts, voice.Text("lotsen_post", locales.Args{"Role": voice.List(roles[school.ID]), "School": school.Name}))
	}
	help := voice.Text("help_lotsen", locales.Args{
		"Posts": voice.Text("lotsen_posts", locales.Args{"Posts": escape(voice.List(posts))}),
	})
	if _, err := a.Care.FindFigureSchools(req.Actor, "", req.Now); err == nil {
		help += "\n\n" + voice.Text("help_figures", nil)
	}
	if a.Care.MaySetLeave(req.Actor, req.Now) {
		help += "\n\n" + voice.Text("help_leave", nil)
	}
	return say(help)
}

// role names a post: "mentor (8A och 8B)".
func role(voice *locales.Voice, p care.PostAt) string {
	name := voice.Text("role_"+string(p.Role), locales.Args{
		"Mentor": term(voice, p.School, care.TermMentor).Indefinite,
		"Team":   term(voice, p.School, care.TermTeam).Definite,
	})
	if len(p.Groups) > 0 {
		name += " (" + voice.List(p.Groups) + ")"
	}
	return name
}

// term is what a school calls something: its own word, else its ladder's in the reader's language.
func term(voice *locales.Voice, school care.School, t care.Term) care.Word {
	if w, ok := school.Terms[t]; ok {
		return w
	}
	family := "se"
	switch school.Ladder {
	case "no-grunnskole":
		family = "no_grunnskole"
	case "no-vgs":
		family = "no_vgs"
	default:
		if school.Country == care.Norway {
			family = "no_grunnskole"
		}
	}
	id := "term_" + string(t) + "_" + family
	return care.Word{Indefinite: voice.Text(id, nil), Definite: voice.Text(id+"_definite", nil)}
}

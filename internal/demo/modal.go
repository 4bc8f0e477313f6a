package demo

import "net/http"

// submit is a person sending the modal in front.
func (p *page) submit(w http.ResponseWriter, r *http.Request, who Person) {
	var in use
	if !read(w, r, &in) {
		return
	}
	if front, open := p.front(who); !open || front.ID != in.Surface {
		refuse(w, http.StatusConflict, "That is not there any more.")
		return
	}
	if !p.enter(w, who, in.Surface, in.Fields) {
		return
	}
	ack, err := p.Slack.Submit(r.Context(), who.SlackID, nil)
	if ack == nil {
		refuse(w, http.StatusUnprocessableEntity, "Slack does not send a modal that lacks a required field.")
		return
	}
	p.done(w, who, ack, err)
}

// close is a person leaving the modal in front, or all of them at once. One that is gone already is left.
func (p *page) close(w http.ResponseWriter, r *http.Request, who Person) {
	var in struct {
		Surface string `json:"surface"`
		All     bool   `json:"all"`
	}
	if !read(w, r, &in) {
		return
	}
	if front, open := p.front(who); !open || front.ID != in.Surface {
		p.look(w, r, who)
		return
	}
	ack, err := p.Slack.CloseView(r.Context(), who.SlackID, in.All)
	p.done(w, who, ack, err)
}

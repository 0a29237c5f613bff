package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// each is how many records a route has for itself: a command takes a record out of the state in which it is allowed.
const each = 4

// file is what is handed in with an enquiry: its first bytes say what it is.
const file = "%PDF-1.7\n1 0 obj <</Type /Page>> endobj\n2 0 obj <</Type /Page>> endobj\n%%EOF\n"

type fields map[string]any

// shelf puts records on a stack and notes by route which of them its path may name: "POST /leads/{id}/assign": the
// ids of leads that nobody has. Several ids of one path stand with a space between them. A route without an entry
// has those of the GET of its own path.
type shelf struct {
	*premises.Premises
	owner, service, finance people.Colleague
	tokens                  token.Tokens
	routes                  map[string][]string
	made                    int
}

// stock makes every record and writes the routes to the file at path, for hooks.py.
func stock(ctx context.Context, p *premises.Premises, path string) error {
	s := &shelf{Premises: p, routes: map[string][]string{}}
	for name, who := range map[string]*people.Colleague{"owner": &s.owner, "service": &s.service, "finance": &s.finance} {
		var err error
		if *who, err = p.Colleague(seed.Subject(name), words.En); err != nil {
			return err
		}
	}
	var err error
	s.tokens, err = stack.Tokens(p.Stack.Dir)
	if err != nil {
		return err
	}
	for range each {
		for _, make := range []func(context.Context) error{s.leads, s.tasks, s.customers, s.setup, s.forms, s.messages,
			s.visitors, s.artworks, s.complaints, s.holds} {
			if err := make(ctx); err != nil {
				return err
			}
		}
	}
	if err := s.submissions(ctx); err != nil {
		return err
	}
	if err := s.assets(ctx); err != nil {
		return err
	}
	text, err := json.Marshal(s.routes)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// put notes ids for routes.
func (s *shelf) put(ids string, routes ...string) {
	for _, route := range routes {
		s.routes[route] = append(s.routes[route], ids)
	}
}

// new gives a number that nothing here had before.
func (s *shelf) new() int {
	s.made++
	return s.made
}

// record is what a test has to know of anything that was made.
type record struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	Contact  string `json:"contact_id"`
}

func (s *shelf) make(ctx context.Context, path string, in fields) (record, error) {
	var made record
	err := s.owner.Make(ctx, path, in, &made)
	return made, err
}

// lead enters a lead and gives it commands, which stand with their bodies in turn.
func (s *shelf) lead(ctx context.Context, commands ...any) (record, error) {
	n := s.new()
	l, err := s.make(ctx, "/leads",
		fields{"source": "phone", "name": fmt.Sprint("Li ", n), "phone": fmt.Sprintf("1381381%04d", n),
			"email": fmt.Sprintf("li.%d@known.example", n), "lang": "en"})
	return s.command(ctx, "/leads/", l, err, commands)
}

func (s *shelf) command(ctx context.Context, place string, of record, err error, commands []any) (record, error) {
	for i := 0; err == nil && i+1 < len(commands); i += 2 {
		err = s.owner.Command(ctx, fmt.Sprint(place, of.ID, "/", commands[i]), commands[i+1], &struct{}{})
	}
	return of, err
}

func (s *shelf) leads(ctx context.Context) error {
	assigned := []any{"assign", fields{"owner": seed.StaffID(3)}}
	contacted := append(assigned[:2:2], "contact", fields{"channel": "call", "outcome": "interested"})
	for route, commands := range map[string][]any{
		"GET /leads/{id}": nil, "GET /leads/{id}/touches": contacted, "POST /leads/{id}/assign": nil,
		"POST /leads/{id}/contact": assigned, "POST /leads/{id}/qualify": contacted,
		"POST /leads/{id}/win": contacted, "POST /leads/{id}/lose": assigned, "POST /leads/{id}/recycle": assigned,
		"POST /leads/{id}/claim": append(assigned[:2:2], "recycle", fields{"reason": "absent"}),
	} {
		l, err := s.lead(ctx, commands...)
		if err != nil {
			return fmt.Errorf("%s: %w", route, err)
		}
		s.put(l.ID, route)
	}
	return nil
}

func (s *shelf) tasks(ctx context.Context) error {
	for _, route := range []string{"GET /tasks/{id}", "GET /tasks/{id}/comments", "PATCH /tasks/{id}",
		"POST /tasks/{id}/hand-on", "POST /tasks/{id}/comment", "POST /tasks/{id}/check",
		"POST /tasks/{id}/complete", "POST /tasks/{id}/cancel", "POST /tasks/{id}/reopen"} {
		task, err := s.make(ctx, "/tasks", fields{"title": "Send samples", "checklist": []string{"paper", "foil"}})
		var commands []any
		switch {
		case strings.HasSuffix(route, "/reopen"):
			commands = []any{"complete", fields{"force": true}}
		case strings.HasSuffix(route, "/comments"):
			commands = []any{"comment", fields{"text": "Which paper?"}}
		}
		if task, err = s.command(ctx, "/tasks/", task, err, commands); err != nil {
			return fmt.Errorf("%s: %w", route, err)
		}
		s.put(task.ID, route)
	}
	return nil
}

// complaints makes one for each route, as far as the command that the route is about.
func (s *shelf) complaints(ctx context.Context) error {
	taken, measured, judged, offered := people.ToSettled[:1], people.ToSettled[:2], people.ToSettled[:3],
		people.ToSettled[:4]
	asked := append(slices.Clone(judged), "propose-more")
	verified := people.ToSettled[:8]
	explained := append(slices.Clone(verified), "find-cause")
	for route, commands := range map[string][]string{
		"GET /complaints/{id}": nil, "GET /complaints/{id}/artwork": nil, "GET /complaints/{id}/canned-replies": nil,
		"GET /complaints/{id}/notes": nil, "GET /complaints/{id}/replies": nil,
		"GET /complaints/{id}/why": taken, "POST /complaints/{id}/assign": nil, "POST /complaints/{id}/comment": nil,
		"POST /complaints/{id}/triage": nil, "POST /complaints/{id}/withdraw": nil,
		"POST /complaints/{id}/request-evidence": taken, "POST /complaints/{id}/measure": taken,
		"POST /complaints/{id}/pause": taken, "POST /complaints/{id}/artwork": nil,
		"POST /complaints/{id}/resume": append(slices.Clone(taken), "pause"), "POST /complaints/{id}/decide": measured,
		"POST /complaints/{id}/overrule": judged,
		"POST /complaints/{id}/propose":  judged, "POST /complaints/{id}/approve": asked,
		"POST /complaints/{id}/reject": asked, "POST /complaints/{id}/agree": offered,
		"POST /complaints/{id}/decline": offered, "POST /complaints/{id}/carry-out": people.ToSettled[:5],
		"POST /complaints/{id}/complete": people.ToSettled[:6],
		"POST /complaints/{id}/verify":   people.ToSettled[:7], "POST /complaints/{id}/find-cause": verified,
		"POST /complaints/{id}/correct":      explained,
		"POST /complaints/{id}/check-effect": append(slices.Clone(explained), "correct"),
		"POST /complaints/{id}/close":        verified, "POST /complaints/{id}/reopen": people.ToSettled,
		"POST /complaints/{id}/join": nil,
	} {
		l, err := s.lead(ctx)
		if err != nil {
			return err
		}
		h := people.Handling{Service: s.service, Finance: s.finance}
		if err = s.service.Make(ctx, "/complaints",
			fields{"branch": seed.Shanghai, "customer": l.Customer, "contact": l.Contact, "channel": "phone", "affected": 600,
				"defects": []string{string(defect.ColourDeviation)}, "words": "The colour is off",
				"job": fields{"ref": fmt.Sprint("J-", s.new())}}, &h.Is); err == nil {
			err = h.Do(ctx, commands...)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", route, err)
		}
		s.put(h.Is.ID, route)
	}
	return nil
}

// holds makes questions about running jobs.
func (s *shelf) holds(ctx context.Context) error {
	for _, route := range []string{"GET /holds/{id}", "GET /holds/{id}/artwork", "POST /holds/{id}/artwork",
		"POST /holds/{id}/answer", "POST /holds/{id}/withdraw"} {
		l, err := s.lead(ctx)
		if err != nil {
			return err
		}
		hold, err := s.make(ctx, "/holds",
			fields{"branch": seed.Shanghai, "customer": l.Customer, "contact": l.Contact, "job": fmt.Sprint("J-", s.new()),
				"public_question": "The paper is yellow. Go on?", "choices": []string{"Go on", "Stop"}})
		if err != nil {
			return fmt.Errorf("%s: %w", route, err)
		}
		s.put(hold.ID, route)
	}
	return nil
}

// customers makes customers with what stands under them.
func (s *shelf) customers(ctx context.Context) error {
	for _, delete := range []bool{false, true} {
		l, err := s.lead(ctx)
		if err != nil {
			return err
		}
		customer, contact := l.Customer, l.Contact
		liked, err := s.make(ctx, "/customers/"+customer+"/preferences",
			fields{"kind": "paper", "value": "157 g matt", "source": "staff"})
		if err != nil {
			return err
		}
		liking := customer + " " + liked.ID
		if delete {
			other, err := s.lead(ctx)
			if err != nil {
				return err
			}
			empty, err := s.make(ctx, "/customers",
				fields{"kind": "company", "name": fmt.Sprint("Tea House ", s.new()), "lang": "en", "source": "phone"})
			if err != nil {
				return err
			}
			s.put(empty.ID, "DELETE /customers/{id}")
			s.put(other.Contact, "DELETE /contacts/{id}")
			s.put(liking, "DELETE /customers/{id}/preferences/{preference}")
			continue
		}
		s.put(customer, "GET /customers/{id}")
		for _, under := range []string{"360", "activities", "contacts", "preferences", "timeline"} {
			s.put(customer, "GET /customers/{id}/"+under)
		}
		s.put(liking, "GET /customers/{id}/preferences/{preference}",
			"POST /customers/{id}/preferences/{preference}/confirm")
		s.put(contact, "GET /contacts/{id}", "GET /contacts/{id}/consents", "POST /contacts/{id}/complaint-link")
	}
	return nil
}

// setup makes set-up that nobody works by, so that no change to it shuts the shop.
func (s *shelf) setup(ctx context.Context) error {
	n := s.new()
	name, day := fields{"zh": "备用", "en": "Spare"}, []fields{{"from": "08:00", "to": "12:00"}}
	for _, one := range []struct {
		path, route string
		in          fields
	}{
		{"/calendars", "GET /calendars/{id}",
			fields{"id": fmt.Sprint("calendar-", n), "name": name, "zone": "Asia/Shanghai",
				"week": fields{"mon": day, "fri": day}}},
		{"/policies", "GET /policies/{id}",
			fields{"id": fmt.Sprint("policy-", n),
				"lead": fields{"first_contact_s": 600, "pool_s": 3600, "next_step_s": 7200, "max_owners": 2, "claims_per_day": 5,
					"ladder": []fields{{"state": "assigned", "name": "half", "do": "remind", "percent": 50, "plus_s": 0}}}}},
		{"/branches", "GET /branches/{id}",
			fields{"id": fmt.Sprint("branch-", n), "name": name, "phone": "+86 512 8800 1188", "calendar": seed.Shanghai,
				"policy": "standard", "manager": seed.StaffID(2)}},
		{"/staff", "GET /staff/{id}",
			fields{"subject": fmt.Sprint("local|spare-", n), "name": "Zhou Min", "email": "zhou@lanyin.example", "lang": "en",
				"roles": []string{"sales"}, "branches": []string{seed.Shanghai}}},
		{"/categories", "GET /categories/{id}",
			fields{"id": fmt.Sprint("category-", n), "parent": "commercial", "name": name, "order": 5}},
	} {
		made, err := s.make(ctx, one.path, one.in)
		if err != nil {
			return fmt.Errorf("%s: %w", one.route, err)
		}
		s.put(made.ID, one.route)
		switch one.path {
		case "/calendars":
			s.put(made.ID, "POST /calendars/{id}/explain")
		case "/policies":
			s.put(made.ID, "GET /policies/{id}/versions")
			s.put(made.ID+" 1", "GET /policies/{id}/versions/{version}")
		}
	}
	return nil
}

func (s *shelf) forms(ctx context.Context) error {
	for _, routes := range [][]string{{"GET /forms/{id}/definition"}, {"DELETE /forms/{id}/definition"},
		{"GET /forms/{form}", "GET /forms/{form}/embed.js", "GET /forms/{form}/thanks"}} {
		text := fields{"zh": "备用", "en": "Spare"}
		f, err := s.make(ctx, "/forms",
			fields{"id": fmt.Sprint("form-", s.new()), "branch": seed.Shanghai, "region": "CN", "source": "web-form",
				"title": text, "thanks": text, "consent": text,
				"origins": []string{"https://shop.example"},
				"fields":  []fields{{"name": "name", "label": text, "required": true}, {"name": "email", "label": text}}})
		if err != nil {
			return err
		}
		s.put(f.ID, routes...)
	}
	return nil
}

// messages makes a message of which nobody knows whether it was sent.
func (s *shelf) messages(ctx context.Context) error {
	l, err := s.lead(ctx)
	if err != nil {
		return err
	}
	stored, err := s.Store.Lead(ctx, l.ID)
	if err != nil {
		return err
	}
	m, err := s.Store.ClaimMessage(ctx,
		message.Message{Person: stored.ContactID, Customer: stored.Customer, About: stored.Progress().WorkflowID(),
			Step: "schema", Channel: message.ChannelEmail,
			Template: "acknowledgement", Lang: words.En, Branch: stored.Branch, Owner: stored.Owner}, message.PurposeService)
	if err != nil {
		return err
	}
	s.put(m.ID, "POST /messages/{id}/settle")
	return s.Store.SettleMessage(ctx, m, message.StateUnknown, "", "")
}

// visitors get the links that people have who are no staff. A yes that follows a no waits for its link.
func (s *shelf) visitors(ctx context.Context) error {
	typed := fields{"name": "Sun", "email": fmt.Sprintf("sun.%d@known.example", s.new()), "product": "cards"}
	first, err := s.enquire(ctx, typed)
	if err != nil {
		return err
	}
	if _, err := s.make(ctx, "/contacts/"+first.lead.ContactID+"/consents",
		fields{"purpose": "marketing", "channel": "email", "yes": false, "at": time.Now().UTC(),
			"text": "No more, please.", "source": "phone", "proof": "note"}); err != nil {
		return err
	}
	typed[string(form.FieldConsent)] = true
	second, err := s.enquire(ctx, typed)
	if err != nil {
		return err
	}
	if !second.lead.AwaitsConfirmation() {
		return errors.New("a yes after a no does not wait for its confirmation")
	}
	s.put(gate.SignUnsubscribing(s.tokens,
		gate.Unsubscribing{Person: first.lead.ContactID, Channel: message.ChannelEmail}), "GET /u/{token}")
	s.put(gate.SignConfirmation(s.tokens, gate.Confirmation{Lead: second.lead.ID, Ends: time.Now().Add(time.Hour)}),
		"GET /confirm/{token}")
	return nil
}

// enquiry is what came of a form.
type enquiry struct {
	Submission string `json:"submission_id"`
	Artwork    string `json:"artwork"` // path at which files are handed in
	lead       lead.Lead
}

func (s *shelf) enquire(ctx context.Context, typed fields) (enquiry, error) {
	var sent enquiry
	if err := s.post(ctx, "/forms/"+seed.Quote, typed, &sent); err != nil {
		return sent, err
	}
	submission, err := s.Store.Submission(ctx, sent.Submission)
	if err == nil {
		sent.lead, err = s.Store.Lead(ctx, submission.Lead)
	}
	return sent, err
}

// artworks sends an enquiry with a file.
func (s *shelf) artworks(ctx context.Context) error {
	sent, err := s.enquire(ctx,
		fields{"name": "Wang", "email": fmt.Sprintf("wang.%d@known.example", s.new()), "product": "cards"})
	if err != nil {
		return err
	}
	var offer struct {
		ID     string       `json:"id"`
		Upload table.Upload `json:"upload"`
	}
	if err := s.post(ctx, sent.Artwork, fields{"name": "book.pdf"}, &offer); err != nil {
		return err
	}
	if err := upload(ctx, offer.Upload); err != nil {
		return err
	}
	var decided struct{ State, Why string }
	if err := s.post(ctx, sent.Artwork+"/"+offer.ID, fields{}, &decided); err != nil {
		return err
	}
	if decided.State != artwork.Attached {
		return fmt.Errorf("the file that was sent is %s: %s", decided.State, decided.Why)
	}
	tok := strings.TrimPrefix(sent.Artwork, "/artwork/")
	s.put(tok, "GET /artwork/{token}")
	s.put(tok+" "+offer.ID, "GET /artwork/{token}/{artwork}")
	s.put(sent.lead.ID, "GET /leads/{id}/artwork")
	s.put(sent.lead.ID+" "+offer.ID, "GET /leads/{id}/artwork/{artwork}")
	return nil
}

// post sends JSON as a script on a page does.
func (s *shelf) post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.API+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	text, err := answer(r)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, out)
}

func upload(ctx context.Context, u table.Upload) error {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	var faults []error
	for name, value := range u.Fields {
		faults = append(faults, w.WriteField(name, value))
	}
	part, err := w.CreateFormFile("file", "book.pdf")
	if err != nil {
		return err
	}
	_, err = io.WriteString(part, file)
	if err := errors.Join(append(faults, err, w.Close())...); err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.URL, &body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	_, err = answer(r)
	return err
}

func answer(r *http.Request) ([]byte, error) {
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was read
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s answered %d: %s", r.Method, r.URL.Path, response.StatusCode, text)
	}
	return text, err
}

// submissions leaves enquiries in quarantine, since they fill in what no person sees.
func (s *shelf) submissions(ctx context.Context) error {
	const perRoute = 3
	for range perRoute * each {
		n := s.new()
		if _, err := s.Post(ctx, seed.Contact,
			map[string]any{"name": fmt.Sprint("Zhao ", n), "email": fmt.Sprintf("zhao.%d@known.example", n),
				"message": "500 cards, please.", form.FieldTrap: "x"}); err != nil {
			return err
		}
	}
	var list struct {
		Items []record `json:"items"`
	}
	if err := s.owner.Read(ctx, "/submissions?outcome="+form.OutcomeQuarantined, &list); err != nil {
		return err
	}
	if len(list.Items) < perRoute*each {
		return fmt.Errorf("%d submissions in quarantine, not %d", len(list.Items), perRoute*each)
	}
	for i, one := range list.Items {
		s.put(one.ID, []string{"GET /submissions/{id}", "POST /submissions/{id}/release",
			"POST /submissions/{id}/discard"}[i%perRoute])
	}
	return nil
}

var assetIn = regexp.MustCompile(`/assets/([a-z]+\.[0-9a-f]+\.[a-z]+)`)

// assets finds the names of the files that the form's page links.
func (s *shelf) assets(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.API+"/forms/"+seed.Quote, nil)
	if err != nil {
		return err
	}
	page, err := answer(r)
	for _, found := range assetIn.FindAllSubmatch(page, -1) {
		s.put(string(found[1]), "GET /assets/{file}")
	}
	return err
}

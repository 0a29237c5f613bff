package store_test

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/history"
	"afterpress/shared/store/service"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// TestStoredRowsAreRead reads all that stands in the rows by every question that the store answers.
func TestStoredRowsAreRead(t *testing.T) {
	s := openStored(t, storedNow)
	before := s.State()
	s.readSetUp()
	readers := s.readers()
	for _, r := range s.rows {
		read, known := readers[r.kind()]
		if !known {
			t.Fatalf("nothing reads %s", r.kind())
		}
		read(r)
	}
	s.readPeople()
	s.readLists()
	s.readBooks()
	if s.State() != before {
		t.Error("reading changed something")
	}
	if *updateStored {
		s.must(os.WriteFile(storedGolden, s.out.Bytes(), 0o644))
	}
	want, err := os.ReadFile(storedGolden)
	s.must(err)
	if bytes.Equal(s.out.Bytes(), want) {
		return
	}
	read, kept := strings.Split(s.out.String(), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(read), len(kept)) {
		if read[i] != kept[i] {
			t.Fatalf("%s differs at line %d:\nread %.2000s\nwant %.2000s", storedGolden, i+1, read[i], kept[i])
		}
	}
	t.Errorf("%s has %d lines, and %d were read", storedGolden, len(kept), len(read))
}

// TestStoredCustomersAreFoundAsBefore asks for customers by the search rows of an earlier release, and again once
// each customer has the rows of today. They are found alike, and a second run changes nothing.
func TestStoredCustomersAreFoundAsBefore(t *testing.T) {
	s := openStored(t, storedNow)
	s.readDirectory()
	before := s.out.String()
	index := func() int64 {
		for _, id := range s.ids("CUSTOMER RECORD") {
			s.must(s.Directory(t).Index(t.Context(), id))
		}
		return s.State()
	}
	rows := s.Count(t, s.Tables.Records, table.DirectoryPK)
	once := index()
	if fewer := s.Count(t, s.Tables.Records, table.DirectoryPK); fewer >= rows {
		t.Errorf("%d search rows after %d", fewer, rows)
	}
	s.out.Reset()
	if s.readDirectory(); s.out.String() != before {
		t.Errorf("found\n%s\nafter\n%s", s.out.String(), before)
	}
	if index() != once {
		t.Error("a second run changes something")
	}
}

// readSetUp reads who works here, and by which rules.
func (s *storedShop) readSetUp() {
	ctx := s.t.Context()
	shop, err := s.Store.Shop(ctx)
	s.must(err)
	s.say("company", "", shop.Name)
	for _, p := range shop.Staff {
		s.say("staff", p.ID, p)
		by, err := s.Actor(ctx, p.Subject)
		s.must(err)
		s.say("signed-in", p.Subject, []any{by.ID, by.Roles, by.Branches, by.HeadOffice})
	}
	for _, b := range shop.Branches {
		s.say("branch", b.ID, b)
		_, terms, err := s.Terms(ctx, b.ID)
		s.must(err)
		s.say("terms", b.ID, []string{terms.Branch.ID, terms.Calendar.ID, terms.Policy.Ref()})
	}
	for _, c := range shop.Calendars {
		s.say("calendar", c.ID, c)
	}
	for _, p := range shop.Policies {
		s.say("policy", p.ID, p)
		for _, old := range listed(s.t, func(q table.Paging) (table.Page[setup.Policy], error) {
			return s.PolicyVersions(ctx, p.ID, q)
		}) {
			again, err := s.PolicyVersion(ctx, p.ID, old.Version)
			s.must(err)
			s.say("policy-version", old.Ref(), again)
		}
	}
	for _, f := range shop.Forms {
		read, err := s.FormRecord(ctx, f.ID)
		s.must(err)
		s.say("form", f.ID, read)
	}
	tree, err := s.Categories(ctx)
	s.must(err)
	for _, c := range tree {
		s.say("category", c.ID, c)
	}
}

// readers say what is read of each kind of row. Those without a reader of their own are read with others: lists,
// reports and the records above them.
func (s *storedShop) readers() map[string]func(storedRow) {
	elsewhere := func(storedRow) {}
	out := map[string]func(storedRow){}
	for _, kinds := range [][]string{
		{"SHOP STAFF", "SHOP BRANCH", "SHOP CALENDAR", "SHOP POLICY", "SHOP FORM"},   // readSetUp
		{"SHOP CATEGORY", "SHOP CATEGORYTREE", "SHOP COMPANY", "POLICY VERSION"},     // readSetUp
		{"CUSTOMER ROWS", "CUSTOMER TOUCH", "CONTACT CONSENT", "DIRECTORY", "EVENT"}, // readPeople
		{"COMPLAINT REMEDY", "TASK COMMENT", "TASK WATCHER", "TALLY"},                // readLists, readBooks
		{"COUNTER COUNTER", "REPORT REPORT", "SUPPRESSED SUPPRESSED"},                // TestStoredRowsStillCount
	} {
		for _, kind := range kinds {
			out[kind] = elsewhere
		}
	}
	maps.Copy(out, s.recordReaders())
	maps.Copy(out, s.ledgerReaders())
	return out
}

// recorded reads a record by the id in its key.
func recorded[R any](s *storedShop, what string, read func(context.Context, string) (R, error)) func(storedRow) {
	return func(r storedRow) {
		s.t.Helper()
		v, err := read(s.t.Context(), after(r.pk))
		s.must(err)
		s.say(what, after(r.pk), v)
	}
}

// recordReaders read the table of records.
func (s *storedShop) recordReaders() map[string]func(storedRow) {
	ctx := s.t.Context()
	said := func(what string, r storedRow, read any, err error) {
		s.t.Helper()
		s.must(err)
		s.say(what, after(r.pk), read)
	}
	folder := func(r storedRow) {
		read, err := s.ArtworkFolder(ctx, after(r.pk))
		said("artwork", r, read, err)
		place, err := s.ArtworkPlace(ctx, after(r.pk))
		said("artwork-place", r, place.Of, err)
	}
	return map[string]func(storedRow){
		"LEAD RECORD":       recorded(s, "lead", s.Lead),
		"TASK RECORD":       recorded(s, "task", s.Task),
		"HOLD RECORD":       recorded(s, "hold", s.Hold),
		"COMPLAINT RECORD":  recorded(s, "complaint", s.Complaint),
		"SUBMISSION RECORD": recorded(s, "submission", s.Submission),
		"CUSTOMER RECORD":   recorded(s, "customer", s.Customer),
		"MESSAGE RECORD":    recorded(s, "doubtful-message", s.Message),
		"GRANTS GRANTS":     recorded(s, "grants", s.Grants),
		"CONTACT PARENT":    recorded(s, "contact", s.Contact),
		"CUSTOMER CONTACT": func(r storedRow) {
			v, err := s.Contact(ctx, after(r.sk))
			s.must(err)
			s.say("contact-of", after(r.pk), []string{v.ID, v.Customer})
		},
		"CUSTOMER PREFERENCE": func(r storedRow) {
			of, v, err := s.Preference(ctx, after(r.pk), after(r.sk))
			said("preference", r, []any{of.ID, v}, err)
		},
		"COMPLAINT REPLY": func(r storedRow) {
			v, err := s.ComplaintReply(ctx, after(r.pk), after(r.sk))
			said("reply", r, v, err)
		},
		"COMPLAINT INTERNAL": func(r storedRow) {
			said("notes", r, listed(s.t, func(p table.Paging) (table.Page[complaint.Note], error) {
				return s.ComplaintNotes(ctx, after(r.pk), p)
			}), nil)
		},
		"SUBMISSION ARTWORK": folder, "COMPLAINT ARTWORK": folder, "HOLD ARTWORK": folder,
		"CLAIM RECORD": s.readClaim,
	}
}

// readClaim asks who has a value. Accounts are asked for by signing in.
func (s *storedShop) readClaim(r storedRow) {
	kind, value, _ := strings.Cut(after(r.pk), "#")
	if identity.ClaimKind(kind) == identity.ClaimSubject {
		return
	}
	claims := []identity.Claim{{Kind: identity.ClaimKind(kind), Value: value}}
	c, found, err := s.FindClaimed(s.t.Context(), claims)
	s.must(err)
	of, contact, alone, err := s.FindContact(s.t.Context(), claims)
	s.must(err)
	s.say("claim", after(r.pk), []any{c.ID, found, of.ID, contact.ID, alone})
}

// ledgerReaders read the table of messages.
func (s *storedShop) ledgerReaders() map[string]func(storedRow) {
	ctx, then := s.t.Context(), s.on(storedThen)
	return map[string]func(storedRow){
		"PERSON MESSAGE": func(r storedRow) {
			parts := strings.Split(after(r.sk), "/")
			n := len(parts)
			m := message.Message{Person: after(r.pk), Step: parts[n-2], Channel: parts[n-1]}
			m.About = strings.Join(parts[:n-2], "/")
			rows, err := s.Messages(ctx, []message.Message{m})
			s.must(err)
			tagged, err := s.Tagged(ctx, m.Tag())
			s.must(err)
			for _, row := range rows {
				s.say("message", m.Tag(), []any{row, tagged.ID, row.Key() == m.Key(), row.Reached(), row.Unheard()})
			}
		},
		"PERSON GATE": func(r storedRow) {
			p, err := s.Preferences(ctx, after(r.pk))
			s.must(err)
			s.say("gate", after(r.pk), []any{p.Customer.ID, p.Contact.ID, p.Gate})
			for _, channel := range []string{message.ChannelEmail, message.ChannelSMS} {
				for _, purpose := range []string{message.PurposeService, message.PurposeMarketing} {
					reason, may := p.Gate.Permits(purpose, channel)
					s.say("permit", after(r.pk), []any{purpose, channel, may, reason})
				}
			}
		},
		"CUSTOMER FREEZE": func(r storedRow) {
			freeze, err := s.Freeze(ctx, after(r.pk))
			s.must(err)
			reason, may := freeze.Permits(message.PurposeMarketing)
			s.say("freeze", after(r.pk), []any{freeze, may, reason})
		},
		"RECEIPT RECEIPT": func(r storedRow) {
			replay, err := then.Find(ctx, after(r.pk))
			s.must(err)
			s.say("receipt", after(r.pk), []any{replay.Hash, replay.Answer})
			ended, err := s.Find(ctx, after(r.pk))
			s.must(err)
			s.say("receipt-later", after(r.pk), ended != nil)
		},
	}
}

// ids lists the records of a kind, by the rows.
func (s *storedShop) ids(kind string) (out []string) {
	for _, r := range s.rows {
		if r.kind() == kind {
			out = append(out, after(r.pk))
		}
	}
	return slices.Compact(out)
}

// readPeople reads all that there is of each customer: the log, and the rows that find them.
func (s *storedShop) readPeople() {
	ctx := s.t.Context()
	var met []string
	s.must(s.EveryCustomer(ctx, func(id string) error { met = append(met, id); return nil }))
	s.say("everybody", "", slices.Sorted(slices.Values(met)))
	for _, id := range s.ids("CUSTOMER RECORD") {
		s.readPerson(id)
	}
	for _, log := range s.ids("EVENT") {
		for _, e := range s.Events(s.t, log) {
			s.say("event", log, e)
		}
	}
	pending, err := s.Pending(ctx, storedNow, 1000)
	s.must(err)
	for _, e := range pending {
		s.say("pending", e.Customer, []any{e.ID, e.Type, e.Pending, e.Wakes})
	}
	s.readDirectory()
}

func (s *storedShop) readPerson(id string) {
	ctx := s.t.Context()
	names, err := s.CustomerNames(ctx, []string{id}, func(customer.Customer) bool { return true })
	s.must(err)
	s.say("name", id, names)
	file, err := s.WholeFile(ctx, id, func(customer.Customer) error { return nil })
	s.must(err)
	s.say("overview", id, file.Overview(s.boss, s.Shop, words.Zh, storedNow))
	liked, err := s.CustomerPreferences(ctx, id)
	s.must(err)
	s.say("preferences", id, []any{len(liked.Preferences), len(file.Preferences), len(file.Contacts)})
	people, err := s.Contacts(ctx, id)
	s.must(err)
	for _, c := range people {
		for _, entry := range listed(s.t, func(p table.Paging) (table.Page[gate.ConsentEntry], error) {
			return s.Consents(ctx, c.ID, p)
		}) {
			s.say("consent", c.ID, entry)
		}
	}
	for _, touch := range listed(s.t, func(p table.Paging) (table.Page[customer.Touch], error) {
		return s.Touches(ctx, centre.TouchQuery{Customer: id, Reader: s.boss, Paging: p})
	}) {
		s.say("touch", id, touch)
	}
	for _, entry := range listed(s.t, func(p table.Paging) (table.Page[history.TimelineEntry], error) {
		return s.TimelineOf(ctx, history.TimelineQuery{Customer: id, Reader: s.boss, Lang: words.En, Paging: p})
	}) {
		s.say("timeline", id, []any{entry.At, entry.Kind, entry.ID, entry.Text})
	}
}

// readDirectory asks for customers by words, ends of numbers and lists.
func (s *storedShop) readDirectory() {
	questions := map[string]finder.CustomerQuery{
		"all": {}, "archived": {Archived: true}, "owner": {Owner: seed.StaffID(3)},
		"hangzhou": {Branch: seed.Hangzhou},
		"category": {Categories: []string{"regional-key-account", "direct-key-account"}},
	}
	for _, stage := range []string{customer.LifeLead, customer.LifeProspect, customer.LifeLapsed} {
		questions["life "+stage] = finder.CustomerQuery{LifeCycle: stage}
	}
	typed := []string{"海河", "haihe", "hhcbs", "李", "baker", "1380", "0831", "c2@customer.example", "0512"}
	for _, typed := range typed {
		question, ok := directory.Question(typed)
		s.say("asked", typed, []any{question, ok})
		questions["word "+typed] = finder.CustomerQuery{Question: question}
	}
	for _, name := range slices.Sorted(maps.Keys(questions)) {
		q := questions[name]
		q.Branches, q.Everywhere = []string{seed.Shanghai, seed.Hangzhou, "suzhou"}, true
		for _, card := range listed(s.t, func(p table.Paging) (table.Page[customer.Card], error) {
			q.Paging = p
			return s.Customers(s.t.Context(), q)
		}) {
			s.say("found", strings.ReplaceAll(name, " ", "="), card)
		}
	}
}

// branches are those of the rows.
func (s *storedShop) branches() (out []string) {
	for _, b := range s.Shop.Branches {
		out = append(out, b.ID)
	}
	return out
}

// readLists reads every board and desk.
func (s *storedShop) readLists() {
	ctx, branches := s.t.Context(), s.branches()
	for _, branch := range branches {
		for _, kind := range []string{"lead", "task", "hold", "complaint", "customer"} {
			ids, next, err := s.OnBoard(ctx, kind, branch, "", time.Time{}, 1000)
			s.must(err)
			s.say("board", branch+"/"+kind, []any{ids, next})
		}
	}
	for _, p := range s.Shop.Staff {
		for _, l := range listed(s.t, func(q table.Paging) (table.Page[work.DeskLine], error) {
			answers := s.Shop.AnswersFor(p, storedNow)
			return s.Desk(ctx, work.DeskQuery{Staff: p.ID, AnswersFor: answers, Branches: p.Branches, Paging: q})
		}) {
			s.say("desk", p.ID, l)
		}
		for _, l := range listed(s.t, func(q table.Paging) (table.Page[task.Card], error) {
			return s.WatchedTasks(ctx, p.ID, q)
		}) {
			s.say("watched", p.ID, l.ID)
		}
	}
	for _, outcome := range form.SubmissionOutcomes {
		for _, l := range listed(s.t, func(q table.Paging) (table.Page[form.SubmissionCard], error) {
			return s.Submissions(ctx, outcome, branches, q)
		}) {
			s.say("submissions", outcome, l)
		}
	}
	for _, month := range []string{"2026-11", "2027-01"} {
		for _, state := range []string{
			"", lead.StateWon, lead.StateLost, lead.StateQualified, task.StateClosed, task.StateDropped, hold.StateAnswered,
			hold.StateWithdrawn,
			complaint.StateClosed, complaint.StateUnanswered, complaint.StateJoined,
		} {
			s.readCards(state, month)
		}
	}
	for _, id := range s.ids("TASK COMMENT") {
		s.say("comments", id, listed(s.t, func(q table.Paging) (table.Page[task.Note], error) {
			return s.TaskNotes(ctx, id, q)
		}))
	}
}

// readCards reads the four boards in a state: open where it is empty.
func (s *storedShop) readCards(state, month string) {
	ctx, branches, of := s.t.Context(), s.branches(), cmp.Or(state, "open")+"/"+month
	for _, l := range listed(s.t, func(q table.Paging) (table.Page[lead.Card], error) {
		return s.Leads(ctx, enquiries.LeadQuery{Branches: branches, State: state, Month: month, Paging: q})
	}) {
		s.say("leads", of, l)
	}
	for _, l := range listed(s.t, func(q table.Paging) (table.Page[task.Card], error) {
		return s.Tasks(ctx, work.TaskQuery{Branches: branches, State: state, Month: month, Paging: q})
	}) {
		s.say("tasks", of, l)
	}
	for _, l := range listed(s.t, func(q table.Paging) (table.Page[hold.Card], error) {
		return s.Holds(ctx, service.HoldQuery{Branches: branches, State: state, Month: month, Paging: q})
	}) {
		s.say("holds", of, l)
	}
	for _, l := range listed(s.t, func(q table.Paging) (table.Page[complaint.Card], error) {
		return s.Complaints(ctx, service.ComplaintQuery{Branches: branches, State: state, Month: month, Paging: q})
	}) {
		s.say("complaints", of, l)
	}
}

// readBooks reads what is added up: loads, reports, and what was given.
func (s *storedShop) readBooks() {
	ctx := s.t.Context()
	for _, at := range []time.Time{storedThen, storedNow} {
		var people []work.LoadOf
		for _, p := range s.Shop.Staff {
			ends := at.Truncate(24 * time.Hour).Add(16 * time.Hour) // midnight in Shanghai
			people = append(people, work.LoadOf{Staff: p.ID, DayEnds: ends})
		}
		loads, err := s.on(at).Loads(ctx, people)
		s.must(err)
		for i, l := range loads {
			s.say("load", people[i].Staff, l)
		}
	}
	for _, dimension := range tally.Dimensions {
		figures, err := s.Tallies(ctx, s.branches(), dimension, "2026-01-01", "2027-12-31")
		s.must(err)
		s.say("tally", dimension, figures)
		rows, left := tally.ReportOf(figures, func(string) string { return "" })
		s.say("report", dimension, []any{rows, left})
	}
	for _, id := range s.ids("COMPLAINT RECORD") {
		done, err := s.RemedyEntries(ctx, id)
		s.must(err)
		c, err := s.Complaint(ctx, id)
		s.must(err)
		similar, err := s.SimilarComplaints(ctx, c, s.branches())
		s.must(err)
		s.say("remedies", id, []any{done, similar})
		s.say("replies", id, listed(s.t, func(p table.Paging) (table.Page[complaint.Reply], error) {
			return s.ComplaintReplies(ctx, id, p)
		}))
	}
}

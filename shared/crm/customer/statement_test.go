package customer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

const (
	phone = "+8613800138000"
	mail  = "li@example.com"
	other = "wang@example.com"
)

// typed is a contact who typed the values into a form.
func typed(values ...string) customer.Contact {
	c := customer.Contact{ID: "con_1", Customer: "cus_1", Version: 1}
	for _, v := range values {
		if strings.Contains(v, "@") {
			c.Emails = append(c.Emails, customer.Reach{Value: v})
		} else {
			c.Phones = append(c.Phones, customer.Reach{Value: v})
		}
	}
	return c.Stated(customer.SaidVisitor, "lead_1", crmtest.Tuesday)
}

// answered is the contact after somebody answered from the values.
func answered(c customer.Contact, values ...string) customer.Contact {
	for _, v := range values {
		c, _, _ = c.Answered(v, customer.Customer{}, staff.Visitor, crmtest.Tuesday)
	}
	return c
}

func heard(c customer.Contact, values ...string) customer.Contact {
	c, _ = c.Hear("lead_2", values, customer.Customer{ID: "cus_1"}, staff.Visitor, crmtest.Tuesday)
	return c
}

func vouched(c customer.Contact, values ...string) customer.Contact {
	for _, v := range values {
		c, _, _ = c.Vouch(v, customer.Customer{}, staff.Actor{ID: "stf_1"}, crmtest.Tuesday)
	}
	return c
}

func TestWhatIsKnownOfAValue(t *testing.T) {
	entered := typed(phone, mail)
	for _, c := range []struct {
		what string
		is   customer.Contact
		want string // of phone, mail and other
	}{
		{"staff entered both", entered.Stated(customer.SaidStaff, "", crmtest.Tuesday), "proven proven -"},
		{"a file brought both", entered.Stated(customer.SaidFile, "", crmtest.Tuesday), "proven proven -"},
		{"a form brought both", typed(phone, mail), "said said -"},
		{"and somebody answers: the phone may be another person's", answered(typed(phone, mail), mail), "said read -"},
		{"a mailbox alone", typed(mail), "- said -"},
		{"a mailbox alone that answers", answered(typed(mail), mail), "- proven -"},
		{"one that answers, then another enquiry names a phone", heard(answered(typed(mail), mail), phone), "- read -"},
		{"an enquiry with another mailbox, before the answer", answered(heard(typed(phone, mail), other), mail, other),
			"said read -"},
		{"an answer from a mailbox that a later enquiry named", answered(heard(typed(mail), other), other), "- said -"},
		{"a colleague spoke with them", vouched(typed(phone, mail), phone), "proven said -"},
		{"about the mailbox", vouched(typed(phone, mail), mail), "said proven -"},
		{"about the mailbox of a later enquiry", vouched(heard(typed(phone, mail), other), other), "said said proven"},
		{"spoken stays, whatever a later enquiry says", heard(vouched(typed(phone, mail), phone, mail), other),
			"proven proven -"},
		{"staff's stays, whatever a later enquiry says",
			heard(entered.Stated(customer.SaidStaff, "", crmtest.Tuesday), other), "proven proven -"},
		{"an answer beside a phone that was spoken at is no word on the mailbox",
			answered(vouched(typed(phone, mail), phone), mail), "proven read -"},
	} {
		var got []string
		for _, v := range []string{phone, mail, other} {
			trust := string(c.is.Trust(v, customer.Customer{}))
			if trust == "" {
				trust = "-"
			}
			got = append(got, trust)
			known := c.is.Proven(customer.Customer{})
			if known.Has(v) != (trust == "proven") {
				t.Errorf("%s: %s is %s, and a link goes there: %t", c.what, v, trust, known.Has(v))
			}
			doubt := c.is.Addressee(customer.Customer{}).Doubt(v)
			if (doubt == customer.SenderUnproven) != (trust == "said" || trust == "read") {
				t.Errorf("%s: %s is %s, and a letter from it %q", c.what, v, trust, doubt)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.what, got, c.want)
		}
	}
}

// What is known of values from before statements were kept follows from the customer.
func TestWhatIsKnownOfAValueOfBefore(t *testing.T) {
	at, later := crmtest.Tuesday, crmtest.Tuesday.Add(time.Hour)
	asked := customer.Customer{CreatedAt: at, History: customer.History{FirstLeadAt: &at}}
	reached, replied, called := asked, asked, asked
	reached.History.ReachedAt = &later
	replied.LastTouches = []customer.TouchLine{{Channel: customer.TouchMail, Direction: customer.TouchIn}}
	called.LastTouches = []customer.TouchLine{{Channel: customer.TouchMail, Direction: customer.TouchOut},
		{Channel: "call", Direction: customer.TouchOut, Outcome: customer.OutcomeUnreachable}}
	one, both := []string{mail}, []string{phone, mail}
	for _, c := range []struct {
		what    string
		of      customer.Customer
		created time.Time
		values  []string
		want    customer.Trust
	}{
		{"staff opened the customer", customer.Customer{CreatedAt: at}, at, both, customer.TrustProven},
		{"who enquired later", customer.Customer{CreatedAt: at, History: customer.History{FirstLeadAt: &later}}, at, both,
			customer.TrustProven},
		{"an enquiry made the customer", asked, at, one, customer.TrustSaid},
		{"by phone and e-mail", asked, at, both, customer.TrustSaid},
		{"and staff added the contact", asked, later, both, customer.TrustProven},
		{"somebody was reached", reached, at, one, customer.TrustProven},
		{"somebody was reached, by one of two", reached, at, both, customer.TrustSaid},
		{"somebody wrote back", replied, at, one, customer.TrustProven},
		{"somebody wrote back, perhaps a stranger", replied, at, both, customer.TrustSaid},
		{"we wrote, and called in vain", called, at, one, customer.TrustSaid},
	} {
		old := typed(c.values...)
		old.CreatedAt, old.Statements = c.created, nil
		if got := old.Trust(mail, c.of); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
		// a colleague who changes the contact leaves what is known as it was, and answers for what they add
		next, _, err := old.Reshape(customer.Contact{Phones: old.Phones,
			Emails: append(slices.Clone(old.Emails), customer.Reach{Value: other})}, c.of, staff.Actor{ID: "stf_1"},
			later.Add(time.Hour))
		if err != nil || next.Trust(mail, c.of) != c.want || next.Trust(other, c.of) != customer.TrustProven {
			t.Errorf("%s, changed by staff: %s, %s, %v", c.what, next.Trust(mail, c.of), next.Trust(other, c.of), err)
		}
		again, _ := old.Hear("lead_2", []string{"heard@example.com"}, c.of, staff.Visitor, later.Add(time.Hour))
		if got := again.Trust(mail, c.of); got != c.want {
			t.Errorf("%s, after another enquiry: %s, want %s", c.what, got, c.want)
		}
	}
}

// A colleague's word on one of two values from before says nothing of the other, and neither does that one's going.
func TestAWordOnOneOldValueIsNoneOnTheOther(t *testing.T) {
	at, later := crmtest.Tuesday, crmtest.Tuesday.Add(time.Hour)
	of := customer.Customer{CreatedAt: at, History: customer.History{FirstLeadAt: &at, ReachedAt: &later}}
	old := typed(phone, mail)
	old.CreatedAt, old.Statements = at, nil
	spoken, _, err := old.Vouch(phone, of, staff.Actor{ID: "stf_1"}, later)
	if err != nil || spoken.Trust(phone, of) != customer.TrustProven || spoken.Trust(mail, of) != customer.TrustSaid {
		t.Errorf("%s, %s, %v", spoken.Trust(phone, of), spoken.Trust(mail, of), err)
	}
	given, _ := old.Yield(phone, of, staff.Actor{ID: "stf_1"}, later)
	if got := given.Trust(mail, of); got != customer.TrustSaid {
		t.Errorf("the phone went to another contact, and the mailbox is %s", got)
	}
}

func TestStaffAnswerForWhatTheyEnter(t *testing.T) {
	by, now := staff.Actor{ID: "stf_1", Roles: []staff.Role{staff.Sales}}, crmtest.Tuesday
	in := customer.Customer{ID: "cus_1"}
	c := heard(answered(typed(phone, mail), mail), other)
	named, _, err := c.Reshape(customer.Contact{Name: "李", Phones: c.Phones, Emails: c.Emails}, in, by, now)
	if err != nil || fmt.Sprint(named.Statements) != fmt.Sprint(c.Statements) {
		t.Errorf("a new name changed %+v", named.Statements)
	}
	same, _, _ := c.Reshape(customer.Contact{Phones: c.Phones, Emails: c.Emails}, in, by, now)
	if same.Version != c.Version {
		t.Error("the same again is a change")
	}
	taken, _, err := c.Reshape(customer.Contact{Phones: c.Phones, Emails: customer.Reaches(other, false)}, in, by, now)
	if err != nil || taken.Trust(other, in) != customer.TrustProven || taken.Trust(mail, in) != customer.TrustNone ||
		len(taken.Statements) != 2 {
		t.Errorf("%+v, %v", taken, err)
	}
	machine := staff.Actor{ID: "stf_2", Roles: []staff.Role{staff.Integration}}
	for actor, want := range map[*staff.Actor]string{&by: customer.SaidStaff, &machine: customer.SaidFile,
		&staff.Visitor: customer.SaidVisitor} {
		if got := customer.SaidBy(*actor); got != want {
			t.Errorf("%s said it as %s, want %s", actor.ID, got, want)
		}
	}
}

func TestVouch(t *testing.T) {
	by, now := staff.Actor{ID: "stf_1"}, crmtest.Tuesday
	in := customer.Customer{ID: "cus_1", Branch: "shanghai"}
	c := heard(typed(phone, mail), other)
	next, e, err := c.Vouch(other, in, by, now)
	if err != nil || next.Version != c.Version+1 || len(next.Emails) != 2 || next.Emails[1].Value != other ||
		e.Type != event.ContactVouched || e.Record != c.ID || e.Data["which"] != "email" || e.Cause != by.ID {
		t.Fatalf("%+v %+v %v", next, e, err)
	}
	if s := next.Statements[len(next.Statements)-1]; s.SpokenBy != by.ID || s.SpokenAt == nil || s.Lead != "lead_2" {
		t.Errorf("%+v", s)
	}
	if again, e, err := next.Vouch(other, in, by, now); err != nil || again.Version != next.Version || e.Type != "" {
		t.Errorf("again: %+v %v", e, err)
	}
	if _, e, _ := c.Vouch(phone, in, by, now); e.Data["which"] != "phone" {
		t.Errorf("%+v", e)
	}
	if _, _, err := c.Vouch("nobody@example.com", in, by, now); fault.KindOf(err) != fault.Invalid ||
		fault.Blamed(err)[0].Pointer != "/value" {
		t.Errorf("a value that nobody said: %v", err)
	}
	left := c
	left.LeftAt = &now
	archived := in
	archived.ArchivedAt = &now
	for what, refused := range map[string]func() error{
		"who left":                func() error { _, _, err := left.Vouch(mail, in, by, now); return err },
		"of an archived customer": func() error { _, _, err := c.Vouch(mail, archived, by, now); return err },
	} {
		if err := refused(); fault.KindOf(err) != fault.Refused {
			t.Errorf("a contact %s: %v", what, err)
		}
	}
}

func TestHear(t *testing.T) {
	in := customer.Customer{ID: "cus_1"}
	c := typed(phone, mail)
	next, e := c.Hear("lead_2", []string{mail, "", other, other}, in, staff.Visitor, crmtest.Tuesday)
	if next.Version != 2 || e.Type != event.ContactHeard || e.Data["lead"] != "lead_2" || len(next.Statements) != 3 ||
		next.Has(other) || len(c.Statements) != 2 {
		t.Fatalf("%+v %+v", next, e)
	}
	if again, e := next.Hear("lead_3", []string{other, phone}, in, staff.Visitor, crmtest.Tuesday); again.Version != 2 ||
		e.Type != "" {
		t.Errorf("again: %+v", e)
	}
	for n := range 30 { // a flood of addresses
		next, _ = next.Hear("lead_4", []string{fmt.Sprintf("s%d@example.com", n)}, in, staff.Visitor, crmtest.Tuesday)
	}
	if last := next.Statements[len(next.Statements)-1]; len(next.Statements) != 12 || last.Value != "s29@example.com" ||
		next.Trust(mail, in) != customer.TrustSaid {
		t.Errorf("%d, the last is %s", len(next.Statements), last.Value)
	}
	left := c
	left.LeftAt = &crmtest.Tuesday
	if same, _ := left.Hear("lead_2", []string{other}, in, staff.Visitor, crmtest.Tuesday); same.Version != 1 {
		t.Error("a contact who left hears something")
	}
}

func TestWhoYields(t *testing.T) {
	in, by := customer.Customer{ID: "cus_1", Branch: "shanghai"}, staff.Actor{ID: "stf_1"}
	shared := in
	shared.Shared = true
	far, near := customer.Customer{ID: "cus_2", Branch: "hangzhou"}, customer.Customer{ID: "cus_2", Branch: "shanghai"}
	for _, c := range []struct {
		what   string
		is     customer.Contact
		of, to customer.Customer
		yields bool
	}{
		{"to another branch", typed(phone, mail), in, far, true},
		{"after an answer from the mailbox", answered(typed(phone, mail), mail), in, far, true},
		{"in the same branch", typed(phone, mail), in, near, false},
		{"of a customer whom all branches see", typed(phone, mail), shared, far, false},
		{"after a colleague spoke with them", vouched(typed(phone, mail), phone), in, far, false},
		{"what is not theirs", typed(mail), in, far, false},
	} {
		if got := c.is.Yields(phone, c.of, c.to); got != c.yields {
			t.Errorf("%s: %t", c.what, got)
		}
	}
	next, e := typed(phone, mail).Yield(phone, in, by, crmtest.Tuesday)
	if next.Has(phone) || !next.Has(mail) || len(next.Statements) != 2 || e.Type != event.ContactChanged ||
		next.Version != 2 || e.Branch != "shanghai" {
		t.Errorf("%+v %+v", next, e)
	}
}

func TestCallTask(t *testing.T) {
	now := crmtest.Tuesday
	due := now.Add(2 * time.Hour)
	branch := firm.Branch{ID: "shanghai"}
	seller := staff.Staff{ID: "stf_1", Lang: words.Zh, Roles: []staff.Role{staff.Sales}, Branches: []string{"shanghai"}}
	terms := task.Terms{Terms: firm.Terms{Branch: branch, Calendar: kerneltest.Office()}}
	call := customer.Call{Contact: typed(phone, mail), Customer: "cus_1", About: "cmp_1", Since: now, Owner: seller.ID}
	made, e, ok := call.Task(firm.Roster{Staff: []staff.Staff{seller}}, terms, due, now)
	if !ok || made.Owner != seller.ID || made.About != "cmp_1" || !made.Due.Equal(due) || e.Type != event.TaskOpened ||
		made.Priority != "high" || len(made.Rungs) == 0 {
		t.Fatalf("%+v %+v %t", made, e, ok)
	}
	if again, _, _ := call.Task(firm.Roster{Staff: []staff.Staff{seller}}, terms, due, now.Add(time.Hour)); again.ID !=
		made.ID {
		t.Error("a record has two tasks to call")
	}
	if _, _, ok := call.Task(firm.Roster{}, terms, due, now); ok {
		t.Error("a task has no owner")
	}
}

// owners are the people to whom the values really belong.
var owners = map[string]string{phone: "victim", mail: "victim", "+8613800138009": "stranger",
	"s1@example.com": "stranger", "s2@example.com": "stranger"}

// town is what enquiries make of people: contacts, and who has which value.
type town struct {
	contacts []customer.Contact
	claims   map[string]int
}

// enquires is an enquiry with a phone and an e-mail, either of which may be empty, as a form takes it.
func (w *town) enquires(p, e string) {
	holder := func(v string) customer.Holder {
		if i, held := w.claims[v]; held && v != "" {
			return customer.Holder{Customer: fmt.Sprint(i), Contact: fmt.Sprint(i)}
		}
		return customer.Holder{}
	}
	to := customer.Known{ByPhone: holder(p), ByEmail: holder(e)}.Attach()
	if to.Customer == "" {
		var values []string
		for _, v := range []string{p, e} {
			if v != "" {
				values, w.claims[v] = append(values, v), len(w.contacts)
			}
		}
		w.contacts = append(w.contacts, typed(values...))
		return
	}
	var i int
	if _, err := fmt.Sscan(to.Contact, &i); err != nil {
		panic(err)
	}
	w.contacts[i] = heard(w.contacts[i], slices.DeleteFunc([]string{p, e}, w.contacts[i].Has)...)
}

// Whatever people type into forms, and whatever mailboxes they answer from: a link about a contact goes nowhere but
// to the one person whose values are all that was said of that contact.
func TestNoVisitorGetsAnothersLink(t *testing.T) {
	values := []string{"", phone, mail, "+8613800138009", "s1@example.com", "s2@example.com"}
	proven := 0
	rapid.Check(t, func(rt *rapid.T) {
		w := town{claims: map[string]int{}}
		for range rapid.IntRange(1, 12).Draw(rt, "moves") {
			p := rapid.SampledFrom([]string{"", phone, "+8613800138009"}).Draw(rt, "phone")
			e := rapid.SampledFrom(values).Draw(rt, "mail")
			if !strings.Contains(e, "@") {
				e = ""
			}
			if rapid.Bool().Draw(rt, "enquires") && p+e != "" {
				w.enquires(p, e)
				continue
			}
			for i := range w.contacts { // its owner answers everything that comes there
				w.contacts[i] = answered(w.contacts[i], e)
			}
		}
		for _, c := range w.contacts {
			known := c.Proven(customer.Customer{})
			for _, r := range slices.Concat(known.Phones, known.Emails) {
				proven++
				for _, s := range c.Statements {
					if owners[s.Value] != owners[r.Value] {
						rt.Fatalf("a link of %s goes to %s", s.Value, r.Value)
					}
				}
			}
		}
	})
	if proven == 0 {
		t.Error("nobody ever gets a link")
	}
}

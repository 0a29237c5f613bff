package service_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// subscriber is the enquiry of somebody who agrees to marketing.
func subscriber(t *testing.T, b *storetest.Bench) lead.Lead {
	t.Helper()
	return storetest.Agreeing(t, b, storetest.Li(1))
}

// claimed claims a message of a campaign to the person of a lead, and says what it came to.
func claimed(t *testing.T, s *store.Store, l lead.Lead, step, purpose string) string {
	t.Helper()
	m, err := s.ClaimMessage(t.Context(), message.Message{Person: l.ContactID, Customer: l.Customer,
		About: "campaign/cam_1/1", Step: step, Channel: message.ChannelEmail, Template: "lead-acknowledged",
		Lang: words.Zh, Branch: seed.Shanghai, Owner: seed.StaffID(3)}, purpose)
	if err != nil {
		t.Fatal(err)
	}
	return m.State + m.Reason
}

// gatesOf are the gates of a customer's present contacts, with the customer's freeze.
func gatesOf(t *testing.T, b *storetest.Bench, of string) ([]gate.Gate, gate.Freeze) {
	t.Helper()
	file, err := b.WholeFile(t.Context(), of, func(customer.Customer) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	var out []gate.Gate
	for _, c := range file.Contacts {
		if c.LeftAt == nil {
			out = append(out, file.Gates[c.ID])
		}
	}
	return out, file.Freeze
}

// A worker ends a complaint whose customer's freeze is not there, as after a restore of one table: nothing is to be
// lifted, and the transaction holds that it stays so.
func TestAComplaintEndsWithoutItsFreeze(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	c := storetest.OpenComplaint(t, b, "cus_1")
	if _, err := b.DB.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &b.Tables.Messages,
		Key: table.FreezeKey("cus_1")}); err != nil {
		t.Fatal(err)
	}
	ended, err := b.OpenAs(t, "worker").ChangeComplaint(t.Context(), c.ID,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(staff.ActorOf(storetest.Person(t, b, 1)), "-",
				storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
		})
	if err != nil || !c.Freezes() || ended.Freezes() {
		t.Errorf("%s, frozen %t, then %t: %v", ended.State, c.Freezes(), ended.Freezes(), err)
	}
}

// withdraw ends a complaint.
func withdraw(t *testing.T, b *storetest.Bench, id string) {
	t.Helper()
	changeComplaint(t, b, id, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Withdraw(staff.Visitor, "", storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
	})
}

// A customer with as many contacts as there may be: each change of a complaint tells all of them in its transaction. A
// change of two complaints, whose counters have nothing in common, stays within what a transaction takes.
func TestAJoinTellsFiftyContacts(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	boss, terms := theBoss(t, b), storetest.Terms(t, b, seed.Shanghai)
	l := subscriber(t, b)
	if got := claimed(t, b.Store, l, "1", message.PurposeMarketing); got != message.StateClaimed {
		t.Fatal(got)
	}
	for n := range customer.ContactsPerCustomer - 1 {
		if _, err := b.AddContact(t.Context(), l.Customer,
			func(none customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
				return none.Reshape(customer.Contact{Name: fmt.Sprint("王 ", n)}, in, boss, b.Clock.Now())
			}); err != nil {
			t.Fatal(err)
		}
	}
	triage := func(id string, c complaint.Triage) complaint.Complaint {
		return changeComplaint(t, b, id, func(was complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return was.Triage(boss, c, storetest.Person(t, b, 6), terms.Complaint(), b.Clock.Now())
		})
	}
	older := triage(storetest.OpenComplaint(t, b, l.Customer).ID, complaint.Triage{Severity: 3,
		Defects: []defect.Kind{defect.WrongContent, defect.MissingElement, defect.LegalMark, defect.Barcode,
			defect.LowResolution, defect.ColourVariation, defect.SpotColour, defect.Metamerism, defect.DotGain,
			defect.Misregister},
		Job: complaint.Job{Press: "海德堡 1", Operator: "赵", Paper: "铜版 157"}})
	b.Clock.Advance(24 * time.Hour)
	younger := triage(storetest.OpenComplaint(t, b, l.Customer).ID, complaint.Triage{Severity: 2,
		Defects: []defect.Kind{defect.Trim, defect.TrimSkew, defect.Fold, defect.DieCut, defect.Crack, defect.Bubble,
			defect.Foil, defect.Glue, defect.LoosePage, defect.Pages},
		Job: complaint.Job{Press: "小森 4", Operator: "钱", Paper: "哑粉 200"}})
	before, _ := gatesOf(t, b, l.Customer)
	items := 0
	s := b.OpenWatched(t, func(input any) error {
		if in, ok := input.(*dynamodb.TransactWriteItemsInput); ok {
			items = len(in.TransactItems)
		}
		return nil
	})
	if _, err := s.JoinComplaints(t.Context(), younger.ID, older.ID,
		func(c, older complaint.Complaint) (complaint.Complaint, complaint.Complaint, [2]event.Event, error) {
			return c.Join(boss, older, terms.Complaint(), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	if items >= 100 || items < customer.ContactsPerCustomer {
		t.Errorf("%d items", items)
	}
	after, freeze := gatesOf(t, b, l.Customer)
	if len(after) != customer.ContactsPerCustomer || len(freeze.Contacts) != len(after) ||
		!slices.Equal(freeze.Complaints, []string{older.ID}) {
		t.Fatalf("%d gates, %+v", len(after), freeze)
	}
	for i, g := range after {
		if g.Frozen == nil || !slices.Equal(g.Frozen.By, []gate.Hash{gate.HashOf(older.ID)}) ||
			g.Version != before[i].Version+1 || len(before[i].Frozen.By) != 2 {
			t.Errorf("%+v, before %+v", g, before[i])
		}
	}
}

// Complaints beyond the fourth are not named in the gate. It asks the freeze then, and marketing waits for the last
// of them.
func TestMarketingWaitsForTheLastOfSixComplaints(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	l := subscriber(t, b)
	worker := b.OpenAs(t, "worker")
	newsletter := func(step string) string { return claimed(t, worker, l, step, message.PurposeMarketing) }
	if got := newsletter("before"); got != message.StateClaimed {
		t.Fatal(got)
	}
	var ids []string
	for n := range 6 {
		ids = append(ids, storetest.OpenComplaint(t, b, l.Customer).ID)
		g, _ := gatesOf(t, b, l.Customer)
		if len(g) != 1 || len(g[0].Frozen.By) != min(n+1, 4) || g[0].Frozen.More != (n >= 4) {
			t.Fatalf("%d complaints: %+v", n+1, g[0].Frozen)
		}
		if got := newsletter(fmt.Sprint("open ", n)); got != message.StateSuppressed+message.ReasonComplaint {
			t.Errorf("%d complaints: %s", n+1, got)
		}
	}
	for n, id := range ids {
		want := message.StateSuppressed + message.ReasonComplaint
		if got := newsletter(fmt.Sprint("closed ", n)); got != want {
			t.Errorf("%d have ended: %s", n, got)
		}
		withdraw(t, b, id)
	}
	if got := newsletter("after"); got != message.StateClaimed {
		t.Errorf("after: %s", got)
	}
}

// The public door opens a complaint by a link, under its role: the gates are told as well.
func TestTheDoorTellsTheGates(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	l := subscriber(t, b)
	if got := claimed(t, b.OpenAs(t, "worker"), l, "before", message.PurposeMarketing); got != message.StateClaimed {
		t.Fatal(got)
	}
	for _, role := range []string{"intake", "api", "worker"} {
		bench := *b
		bench.Store = b.OpenAs(t, role)
		c := storetest.OpenComplaint(t, &bench, l.Customer)
		if got := claimed(t, b.Store, l, role+" open", message.PurposeMarketing); got !=
			message.StateSuppressed+message.ReasonComplaint {
			t.Errorf("%s: %s", role, got)
		}
		withdraw(t, &bench, c.ID)
		if got := claimed(t, b.Store, l, role+" ended", message.PurposeMarketing); got != message.StateClaimed {
			t.Errorf("%s: %s", role, got)
		}
	}
}

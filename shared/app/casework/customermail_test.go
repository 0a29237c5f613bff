package casework_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/work"
)

// mail is a mail of a person, or of a machine.
func mail(text string, machine bool) app.Letter {
	l := app.Letter{Call: app.Call{Source: form.HookMail, Via: "mail/0a", ID: "mail_1"}, Text: text}
	l.From, l.Header = "lina1@example.com", map[string]string{}
	if machine {
		l.Header["auto-submitted"] = "auto-replied"
	}
	return l
}

// mailed are the mails that stand under the customer.
func mailed(t *testing.T, b *apptest.Bench, of string) []customer.Touch {
	t.Helper()
	page, err := b.Touches(t.Context(), centre.TouchQuery{Customer: of, Reader: staff.Process("test"),
		Channel: customer.TouchMail, Paging: everything})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// vouched notes that a colleague spoke with the contact, whose address it is.
func vouched(t *testing.T, b *apptest.Bench, address, contact string) {
	t.Helper()
	if _, err := b.ChangeContact(t.Context(), contact,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return c.Vouch(address, of, b.Caller("sales").Actor, b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
}

func TestHearComplaint(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := casework.Desk{Office: b.Office}
	c, contact := b.Customer()
	vouched(t, b, contact.Emails[0].Value, contact.ID)
	opened := storetest.OpenComplaint(t, b.Bench, c.ID)
	photos := mail("See them.", false)
	photos.Files = []string{"a.jpg", "b\n.heic"}
	photos.Subject = "Two photos"
	for _, l := range []app.Letter{mail("It came back.", false), photos, mail(strings.Repeat("长", 25000), false),
		mail(" \r\n", false)} {
		if err := d.HearComplaint(t.Context(), opened.ID, l); err != nil {
			t.Fatal(err)
		}
	}
	page, err := b.ComplaintReplies(t.Context(), opened.ID, everything)
	if err != nil || len(page.Items) != 4 || page.Items[3].Text != "It came back." ||
		page.Items[3].By != staff.Visitor.ID ||
		!strings.HasPrefix(string(page.Items[2].Text), "Two photos\n\nSee them.\n\n[2 个附件未保存") ||
		!strings.HasSuffix(string(page.Items[2].Text), "]\na.jpg\nb .heic") ||
		!strings.Contains(string(page.Items[1].Text), "长\n[…]\n长") || page.Items[0].Text != "[空白邮件 · An empty mail]" {
		t.Errorf("%+v, %v", page.Items, err)
	}
	before, err := b.Complaint(t.Context(), opened.ID)
	if err != nil || before.Replies != 4 {
		t.Fatalf("%+v, %v", before, err)
	}
	if err := d.HearComplaint(t.Context(), opened.ID, mail("I am away.", true)); err != nil {
		t.Fatal(err)
	}
	after, err := b.Complaint(t.Context(), opened.ID)
	if err != nil || after.Version != before.Version {
		t.Errorf("a machine moved the complaint: %+v, %v", after, err)
	}
	if got := mailed(t, b, c.ID); len(got) != 1 || got[0].About != opened.ID || got[0].Contact != opened.Contact ||
		got[0].Branch != opened.Branch || got[0].Kind != message.MailAutomatic || got[0].Via != "mail/0a" {
		t.Errorf("%+v", got)
	}
	b.Refuses(fault.NotFound, "a mail about no complaint", func() error {
		return d.HearComplaint(t.Context(), storetest.NewID("cmp"), mail("Hello?", false))
	})
}

// A stranger types somebody's phone with a mailbox of their own, before or after the person's own enquiry, and accepts
// what is offered. Nothing moves while nobody knows whose the mailboxes are, and somebody is to ask.
func TestAnUnprovenMailboxDoesNotSpeakForTheCustomer(t *testing.T) {
	t.Parallel()
	const own, strange = "wang@customer.example", "stranger@elsewhere.example"
	for name, c := range map[string]struct {
		mails  []string          // of the enquiries with the phone, in their order
		doubts map[string]string // about a letter from each
	}{
		"the stranger first": {[]string{strange, own},
			map[string]string{strange: customer.SenderUnproven, own: customer.SenderStranger}},
		"the stranger second": {[]string{own, strange},
			map[string]string{strange: customer.SenderStranger, own: customer.SenderUnproven}},
		"the stranger alone":      {[]string{strange}, map[string]string{strange: customer.SenderUnproven}},
		"a mailbox and no phone":  {[]string{own}, map[string]string{own: ""}},
		"a colleague has called":  {[]string{strange, own}, map[string]string{strange: customer.SenderUnproven, own: ""}},
		"a colleague called them": {[]string{own}, map[string]string{own: ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := apptest.New(t, storetest.New)
			d := casework.Desk{Office: b.Office}
			var l lead.Lead
			for _, mail := range c.mails {
				e := storetest.Li(7)
				if e.Email = mail; name == "a mailbox and no phone" {
					e.Phone = ""
				}
				var err error
				if l, err = storetest.Enquire(t, b.Bench, e); err != nil {
					t.Fatal(err)
				}
			}
			if strings.HasPrefix(name, "a colleague") {
				vouched(t, b, own, l.ContactID)
			}
			opened := storetest.OpenComplaint(t, b.Bench, l.Customer)
			asked := questionTo(t, b, l.Customer, l.ContactID).ID
			for from, doubt := range c.doubts {
				before, err := b.Complaint(t.Context(), opened.ID)
				if err != nil {
					t.Fatal(err)
				}
				said := mail("I accept.", false)
				said.From = from
				if err := errors.Join(d.HearComplaint(t.Context(), opened.ID, said),
					d.HearHold(t.Context(), asked, said)); err != nil {
					t.Fatal(err)
				}
				after, err := b.Complaint(t.Context(), opened.ID)
				if err != nil || (after.Version == before.Version) != (doubt != "") {
					t.Errorf("%s: version %d, then %d, %v", from, before.Version, after.Version, err)
				}
				heard := slices.DeleteFunc(mailed(t, b, l.Customer), func(t customer.Touch) bool { return t.From != from })
				want := map[bool]int{true: 1, false: 2}[doubt == ""]
				if len(heard) != want {
					t.Fatalf("%s: %+v", from, heard)
				}
				for _, h := range heard {
					if h.Sender != doubt || h.Next == nil || h.Next.Task == "" {
						t.Errorf("%s: %+v", from, h)
					}
				}
			}
		})
	}
}

func TestHearHold(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := casework.Desk{Office: b.Office}
	c, contact := b.Customer()
	vouched(t, b, contact.Emails[0].Value, contact.ID)
	boss := storetest.Person(t, b.Bench, 8)
	h, e, err := hold.Ask(hold.Question{Job: "J-5", Question: "继续印还是停机？", Choices: []string{"继续印", "停机"}},
		b.NewHoldID(), c.ID, contact.ID, boss.ID, staff.ActorOf(boss), storetest.Terms(t, b.Bench, seed.Shanghai).Hold(),
		b.Clock.Now())
	if err == nil {
		h, err = b.OpenHold(t.Context(), h, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []app.Letter{mail("Stop, please.", false), mail("I am away.", true)} {
		if err := d.HearHold(t.Context(), h.ID, l); err != nil {
			t.Fatal(err)
		}
	}
	if got := mailed(t, b, c.ID); len(got) != 2 || got[1].Text != "Stop, please." {
		t.Errorf("%+v", got)
	}
	tasks, err := b.Tasks(t.Context(),
		work.TaskQuery{State: task.StateOpen, Owner: h.Owner, Own: true, Paging: everything})
	if err != nil || len(tasks.Items) != 1 || !strings.Contains(tasks.Items[0].Title, words.Reference(h.ID)) {
		t.Errorf("%+v, %v", tasks.Items, err)
	}
	if read, err := b.Hold(t.Context(), h.ID); err != nil || read.Answer != nil {
		t.Errorf("a mail answers no question by itself: %+v, %v", read, err)
	}
	b.Refuses(fault.NotFound, "a mail about no question", func() error {
		return d.HearHold(t.Context(), storetest.NewID("hld"), mail("Hello?", false))
	})
}

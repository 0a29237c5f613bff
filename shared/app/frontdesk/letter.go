package frontdesk

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
)

// Letters finds what a mail is about, and keeps what it says. It is implemented by *store.Store.
type Letters interface {
	app.Receipts
	// Tagged finds a message by its tag, or is NotFound.
	Tagged(ctx context.Context, tag string) (message.Message, error)
	Lead(ctx context.Context, id string) (lead.Lead, error)
	Reply(ctx context.Context, led string, by staff.Actor, touch customer.Touch) error
	// LeadSender is the doubt about a letter from the address about the lead, or empty.
	LeadSender(ctx context.Context, led, from string) (doubt string, err error)
	// AnsweredLead notes that somebody answered a message about the lead from the address.
	AnsweredLead(ctx context.Context, led, from string, by staff.Actor) error
	Report(ctx context.Context, tag string, report message.Report) error
	Shop(ctx context.Context) (setup.Shop, error)
}

// Senders finds out who wrote a letter that answers nothing of ours. It is implemented by *store.Store.
type Senders interface {
	// FindContact finds who alone has one of the values; ok is false where there is none.
	FindContact(ctx context.Context, claims []identity.Claim) (c customer.Customer, contact customer.Contact, ok bool,
		err error)
	// OpenLead is the id of the contact's open lead that came last; empty where there is none.
	OpenLead(ctx context.Context, cust, contact string) (led string, err error)
	// AnsweredContact notes that somebody answered a message of ours from the contact's address.
	AnsweredContact(ctx context.Context, contact, from string, by staff.Actor) error
	// HearLetter keeps a letter under a customer, with the task to answer it.
	HearLetter(ctx context.Context, cust string, by staff.Actor, touch customer.Touch) error
}

// Cases takes in what a mail says about a complaint or a question from production. It is implemented by casework.Desk.
type Cases interface {
	HearComplaint(ctx context.Context, id string, l app.Letter) error
	HearHold(ctx context.Context, id string, l app.Letter) error
}

// letters are those of the office, unless the desk has others.
func (d Desk) letters() Letters {
	if d.Letters != nil {
		return d.Letters
	}
	return d.Store
}

// senders are those of the office, unless the desk has others.
func (d Desk) senders() Senders {
	if d.Senders != nil {
		return d.Senders
	}
	return d.Store
}

// TakeReport takes in what became of a message, by its tag. The same report a second time changes nothing.
func (d Desk) TakeReport(ctx context.Context, tag string, report message.Report) error {
	if report.Fate == message.FateBounced || report.Fate == message.FateReturned {
		day, err := d.dayOf(ctx, tag, report.At)
		if err != nil {
			return err
		}
		report.Day = day
	}
	return d.letters().Report(ctx, tag, report)
}

// dayOf is the calendar day of a moment in the branch that sent the message. Of a message without a row, and in a
// branch without a calendar, it is that of the head office's, else UTC's.
func (d Desk) dayOf(ctx context.Context, tag string, at time.Time) (string, error) {
	m, err := d.letters().Tagged(ctx, tag)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	shop, err := d.letters().Shop(ctx)
	if err != nil {
		return "", err
	}
	branch := m.Branch
	if branch == "" {
		home, _ := shop.HeadOffice()
		branch = home.ID
	}
	terms, err := shop.Terms(branch)
	if err != nil { // whatever lacks in the set-up, a report is taken in
		return at.UTC().Format(time.DateOnly), nil
	}
	return terms.Calendar.Date(at), nil
}

// TakeLetter sorts a mail that came back. A person's words go to the record that they answer. A mail server's report
// goes to the message that it is about.
func (d Desk) TakeLetter(ctx context.Context, l app.Letter) error {
	switch l.Kind() {
	case message.MailBounced:
		return d.returned(ctx, l, message.FateBounced)
	case message.MailReturned:
		return d.returned(ctx, l, message.FateReturned)
	case message.MailComplaint:
		return d.returned(ctx, l, message.FateComplained)
	case message.MailDelayed:
		return d.returned(ctx, l, message.FateAccepted)
	default:
		return d.answered(ctx, l)
	}
}

// returned takes what a mail server says of one of our messages. A report of a mail that is not ours says nothing to
// us.
func (d Desk) returned(ctx context.Context, l app.Letter, fate string) error {
	m, err := d.ours(ctx, l)
	if err != nil || m.ID == "" {
		return err
	}
	r := message.Report{Fate: fate, Source: l.Source, Proof: l.ID, At: d.Now()}
	if fate == message.FateBounced || fate == message.FateReturned {
		f := l.Failure()
		r.Cause, r.Code, r.Words = f.Cause(), f.Code(), f.Words()
	}
	return d.TakeReport(ctx, m.Tag(), r)
}

// ours is the first message of ours that the mail names, or none.
func (d Desk) ours(ctx context.Context, l app.Letter) (message.Message, error) {
	for _, tag := range l.Tags {
		m, err := d.letters().Tagged(ctx, tag)
		if fault.KindOf(err) != fault.NotFound || err == nil {
			return m, err
		}
	}
	return message.Message{}, nil
}

// answered keeps an answer under the record that it is about: a lead, a complaint, a question from production. What a
// person wrote about none of them is an enquiry. What is too much for one record is kept for a colleague to look at.
// Automatic answers about none are not kept. What else a machine sent may be what a person wrote elsewhere. A colleague
// looks at it, and no letter goes out by itself.
func (d Desk) answered(ctx context.Context, l app.Letter) error {
	about, id, err := d.aboutOf(ctx, l)
	if err == nil {
		err = app.Answered(ctx, d.letters()) // before the letter is kept once more
	}
	if err != nil {
		return err
	}
	l.Forged = l.Forged || l.Failed(d.hosts(l)...)
	machine := l.Kind() != message.MailPerson
	if l.Cut && !l.Replies() {
		return d.unlessKept(ctx, l, d.keepLarge(ctx, l, about, id))
	}
	err = fault.Missing("记录", "record")
	switch about {
	case "lead":
		err = d.replyLead(ctx, id, l, true)
	case "complaint":
		err = d.Cases.HearComplaint(ctx, id, l)
	case "hold":
		err = d.Cases.HearHold(ctx, id, l)
	}
	if kind := fault.KindOf(err); err != nil && (kind == fault.NotFound || kind == fault.Invalid) {
		switch {
		case machine && (about == aboutStaff || l.Replies()):
			return nil
		case machine:
			err = d.keepLetter(ctx, l, "", unplaced(l))
		default: // who we wrote to may ask for something
			thread := ""
			if about == "customer" {
				thread = id
			}
			err = d.enquire(ctx, l, about == "" || thread != "" || about == aboutStaff, thread)
		}
	}
	var flood *message.Flood
	if errors.As(err, &flood) {
		err = d.keepLetter(ctx, l, flood.Branch, form.BeyondPace(flood.Record))
	}
	return d.unlessKept(ctx, l, err)
}

// unlessKept is the error of a letter that could not be kept, or nil where it was kept before and its receipt is over.
func (d Desk) unlessKept(ctx context.Context, l app.Letter, err error) error {
	if err == nil || fault.KindOf(err) != fault.Conflict {
		return err
	}
	if _, missing := d.Store.Submission(ctx, l.SubmissionID()); missing != nil {
		return err
	}
	return nil
}

// keepLetter keeps a letter for a colleague to look at, with why. Nothing else follows from it.
func (d Desk) keepLetter(ctx context.Context, l app.Letter, branch, why string) error {
	shop, err := d.letters().Shop(ctx)
	if err != nil {
		return err
	}
	sub, err := d.letterSubmission(ctx, l, customer.Customer{Branch: branch}, shop, true)
	if err != nil {
		return err
	}
	sender, _ := identity.Email(l.From) // what nobody can read is one sender
	return d.enquiries().QuarantineLetter(ctx, sub.Quarantine(why), sender)
}

// enquire takes in what a person wrote that answers nothing of ours. The letter of a contact goes to their open lead,
// or makes one. Where it answers what we wrote to that very customer (thread is their id), somebody has to answer it in
// turn. Any other letter is kept for a colleague, who makes a lead of it with one step. So is a letter
// about a record that does not take it (fresh is false), and one whose sender may be forged.
func (d Desk) enquire(ctx context.Context, l app.Letter, fresh bool, thread string) error {
	shop, err := d.letters().Shop(ctx)
	if err != nil {
		return err
	}
	sender, unread := identity.Email(l.From) // what nobody can read is one sender
	var of customer.Customer
	known := false
	if fresh && unread == nil && !l.Forged {
		var contact customer.Contact
		if of, contact, known, err = d.senders().FindContact(ctx, identity.Claims("", sender)); err != nil {
			return err
		}
		if known {
			open, err := d.senders().OpenLead(ctx, of.ID, contact.ID)
			if err != nil {
				return err
			}
			if open != "" {
				return d.replyLead(ctx, open, l, false)
			}
			if of.ID == thread && of.ArchivedAt == nil {
				return d.replyCustomer(ctx, of, contact.ID, l)
			}
		}
	}
	if !known {
		return d.keepLetter(ctx, l, "", unplaced(l))
	}
	sub, err := d.letterSubmission(ctx, l, of, shop, false)
	if err != nil {
		return err
	}
	return d.captureLetter(ctx, l, sub, shop, sender)
}

// letterSubmission is a letter as a submission of a customer, whose files are kept. of may be a branch alone.
// waits says that a colleague has to look at it: the letter is held as it came until then.
func (d Desk) letterSubmission(ctx context.Context, l app.Letter, of customer.Customer, shop setup.Shop,
	waits bool) (form.Submission, error) {
	sub := l.Submission(l.SubmissionID(), of.Branch, cmp.Or(of.Lang, l.Lang()), shop, d.Now())
	l, err := app.KeepRaw(ctx, d.Office, sub.Branch, l, waits)
	if err != nil {
		return sub, err
	}
	sub.Body, sub.Letter, sub.Customer = l.Kept(), l.Read(), of.ID
	place, _ := sub.LetterPlace()
	l, err = app.KeepSent(ctx, d.Office, place, l)
	sub.Letter = l.Read()
	return sub, err
}

// captureLetter makes a lead of a contact's letter. Where the rules can make none it is kept for a colleague.
func (d Desk) captureLetter(ctx context.Context, l app.Letter, sub form.Submission, shop setup.Shop,
	sender string) error {
	capture, err := LetterCapture(sub, shop, staff.Visitor)
	if err == nil {
		_, err = d.enquiries().Capture(ctx, capture, &sub)
	}
	var before *receipt.Replay
	if kind := fault.KindOf(err); err != nil && kind != fault.Unavailable && !errors.As(err, &before) {
		d.Log.ErrorContext(ctx, "quarantined", slog.String("submission", sub.ID), slog.String("kind", string(kind)))
		if _, err := app.KeepRaw(ctx, d.Office, sub.Branch, l, true); err != nil {
			return err
		}
		return d.enquiries().QuarantineLetter(ctx, sub.Quarantine(string(kind)), sender)
	}
	return err
}

// unplaced is why a letter waits for a colleague.
func unplaced(l app.Letter) string {
	if l.Forged {
		return form.Forged
	}
	return form.Unplaced
}

// LetterCapture is what a letter that is kept as a submission brings about as an enquiry of its sender.
func LetterCapture(sub form.Submission, shop setup.Shop, by staff.Actor) (lead.Capture, error) {
	enquiry, err := sub.Letter.Enquiry(sub.Lang)
	if err != nil {
		return lead.Capture{}, err
	}
	terms, err := shop.Terms(sub.Branch)
	return lead.Capture{Enquiry: enquiry, Source: form.SourceMail, Submission: sub.ID, Came: sub.Waited(),
		Terms: terms.Lead(), Life: terms.Policy.Life, By: by}, err
}

// replyLead keeps a letter about a lead, with the doubt about its sender. A letter without a doubt that was sent to the
// lead's own address, or answers our message, proves that its mailbox is read. Its files are the lead's.
func (d Desk) replyLead(ctx context.Context, id string, l app.Letter, proves bool) error {
	t := l.Touch()
	if t.Kind != message.MailPerson {
		return d.letters().Reply(ctx, id, message.Reporter(l.Source), t)
	}
	about, err := d.letters().Lead(ctx, id)
	if err != nil {
		return err
	}
	doubt, err := d.letters().LeadSender(ctx, id, t.From)
	if err != nil {
		return err
	}
	t.Sender = cmp.Or(t.Sender, doubt)
	if l, err = app.KeepRaw(ctx, d.Office, about.Branch, l, t.Sender != ""); err != nil {
		return err
	}
	if t.Sender != "" {
		t.Letter = l.Raw
		return d.letters().Reply(ctx, id, message.Reporter(l.Source), t)
	}
	if proves {
		if err := d.letters().AnsweredLead(ctx, id, t.From, message.Reporter(l.Source)); err != nil {
			return err
		}
	}
	if l, err = d.leadFiles(ctx, about, l); err != nil {
		return err
	}
	return d.letters().Reply(ctx, id, message.Reporter(l.Source), l.Touch())
}

// replyCustomer keeps a contact's answer to a letter about no record. It proves that its mailbox is read. Its files are
// in the letter as it came.
func (d Desk) replyCustomer(ctx context.Context, of customer.Customer, contact string, l app.Letter) error {
	by := message.Reporter(l.Source)
	if err := d.senders().AnsweredContact(ctx, contact, l.From, by); err != nil {
		return err
	}
	l, err := app.KeepRaw(ctx, d.Office, of.Branch, l, false)
	if err != nil {
		return err
	}
	t := l.Touch()
	t.Contact = contact
	return d.senders().HearLetter(ctx, of.ID, by, t)
}

// leadFiles keeps the files of a letter with the submission of its lead. A lead that staff entered has none.
func (d Desk) leadFiles(ctx context.Context, about lead.Lead, l app.Letter) (app.Letter, error) {
	if !l.Brings() || about.Submission == "" {
		return l, nil
	}
	place, err := d.Store.ArtworkPlace(ctx, about.Submission)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return l, nil // its form takes no files
	}
	if err != nil {
		return l, err
	}
	return app.KeepSent(ctx, d.Office, place, l)
}

// hosts are those whose checks of the letter count: the one of Amazon SES, those that the shop names, and those of the
// domain to which our customers answer. A sender may leave our address out, so that the domain counts for every letter.
// One that we had before is known by the signed address to which the letter was sent.
func (d Desk) hosts(l app.Letter) []string {
	out := append([]string{message.SESHost}, d.MailHosts...)
	if d.ReplyDomain != "" {
		out = append(out, strings.ToLower(d.ReplyDomain))
	}
	for _, to := range l.To {
		_, ofLead := d.Replies.Lead(to)
		_, ofComplaint := d.Replies.Complaint(to)
		_, ofHold := d.Replies.Hold(to)
		_, ofCustomer := d.Replies.Customer(to)
		if _, domain, ok := strings.Cut(strings.ToLower(to), "@"); ok && (ofLead || ofComplaint || ofHold || ofCustomer) {
			out = append(out, domain)
		}
	}
	return out
}

// aboutStaff is the kind of what a colleague answers who was told of something.
const aboutStaff = "staff"

// aboutOf is the kind and the id of the record that a mail answers; empty for a mail that answers nothing of ours. The
// address to which it was sent comes before the message that it answers.
func (d Desk) aboutOf(ctx context.Context, l app.Letter) (kind, id string, err error) {
	for _, to := range l.To {
		if led, ok := d.Replies.Lead(to); ok {
			return "lead", led, nil
		}
		if c, ok := d.Replies.Complaint(to); ok {
			return "complaint", c, nil
		}
		if h, ok := d.Replies.Hold(to); ok {
			return "hold", h, nil
		}
		if c, ok := d.Replies.Customer(to); ok {
			return "customer", c, nil
		}
	}
	m, err := d.ours(ctx, l)
	if err != nil {
		return "", "", err
	}
	if m.ToStaff() {
		return aboutStaff, "", nil
	}
	kind, id, _ = strings.Cut(m.About, "/")
	id, _, _ = strings.Cut(id, "/")
	return kind, id, nil
}

package casework

import (
	"context"
	"strconv"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// mailText is how much of a mail a complaint takes, in characters; what is quoted below it is longer than what was
// written.
const mailText = 3900

// HearComplaint takes in a person's mail as the customer's word about the complaint. What a machine answered stands
// under the customer and moves no clock.
func (d Desk) HearComplaint(ctx context.Context, id string, l app.Letter) error {
	c, err := d.Store.Complaint(ctx, id)
	if err != nil {
		return err
	}
	if l.Kind() != message.MailPerson {
		t := l.Touch()
		t.Customer, t.Contact, t.Branch, t.About = c.Customer, c.Contact, c.Branch, c.ID
		return d.Store.Hear(ctx, t)
	}
	_, terms, err := d.Store.Terms(ctx, c.Branch)
	if err != nil {
		return err
	}
	_, _, err = d.Store.ReplyComplaint(ctx, id,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			return c.Reply(staff.Visitor, id, mailed(l), terms.Complaint(), d.Now())
		})
	return err
}

// HearHold keeps a mail about a question from production under its customer, with a task for the colleague who reads
// it. A machine's answer makes no task.
func (d Desk) HearHold(ctx context.Context, id string, l app.Letter) error {
	h, err := d.Store.Hold(ctx, id)
	if err != nil {
		return err
	}
	shop, terms, err := d.Store.Terms(ctx, h.Branch)
	if err != nil {
		return err
	}
	t, err := h.Heard(l.Touch(), shop.Roster, terms.Hold(), d.Now())
	if err != nil {
		return err
	}
	return d.Store.Hear(ctx, t)
}

// mailed is a letter as a word about a complaint. Its files are not kept here; both sides read that they were not.
func mailed(l app.Letter) words.PublicText {
	text, shortened := words.Plain(l.Text, mailText)
	if shortened {
		text += " […]"
	}
	if l.Files > 0 {
		n := strconv.Itoa(l.Files)
		text = strings.TrimSpace(text + "\n\n[" + n + " 个附件未保存，请在投诉页面上传 · " + n +
			" attached, not kept: please add them on the complaint's page]")
	}
	return words.PublicText(text)
}

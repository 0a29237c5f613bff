package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// SayComplaint is what the page of a complaint sends. Turn and seen are the complaint as it was drawn.
type SayComplaint struct {
	Say  string `json:"say" validate:"required,one=customer-say" description:"What the customer says · 客户的答复"`
	Turn int    `json:"turn" validate:"min=0" description:"As the page gave it: an answer to an older page changes nothing · 页面给出的序号"`
	Seen int64  `json:"seen" validate:"min=0" description:"As the page gave it: a second click is the first · 页面给出的版本"`
	Text string `json:"text" validate:"max=4000,text" description:"Of a message or reopen · 留言内容或重新打开的原因"`
	Sure bool   `json:"sure" description:"Of agree, withdraw and reopen: the customer was asked once more · 已再次确认"`
}

// Unsaid refuses a message without a word.
var Unsaid = fault.Faulty(fault.Field{Pointer: "/text",
	Text: words.Text{Zh: "请写下您想告诉我们的内容。", En: "Write what you want to tell us."}})

// Unsure refuses an answer about which the customer was not asked once more.
var Unsure = fault.Fail(fault.Refused, "请再次确认您的答复。", "Confirm your answer once more.")

// askedOnceMore are the answers that bind: the customer is asked once more, and for the reason of a reopening.
var askedOnceMore = []string{complaint.SayAgree, complaint.SayWithdraw, complaint.SayReopen}

// content is by what a repeat of the message is known, from the same page.
func (in SayComplaint) content() string {
	return fmt.Sprintf("%d %q", in.Seen, strings.TrimSpace(in.Text))
}

// CustomerComplaint is a complaint as its customer reads it.
type CustomerComplaint struct {
	complaint.Complaint
	May     []permission.Action // what the customer may do now
	Replies []complaint.Reply   // newest first
	Older   bool                // there are more than these
	Into    string              // id of the complaint that it was joined with, if that is the same contact's
	Files   *app.Files          // nil where none are taken any more
}

// shownReplies is how many words of the conversation the customer sees.
const shownReplies = 100

// CustomerComplaint reads the linked complaint with what was said, and what its customer may do. Each reading lets
// files be handed in for a day.
func (d Desk) CustomerComplaint(ctx context.Context, l Linked) (CustomerComplaint, error) {
	out := CustomerComplaint{Complaint: *l.Complaint}
	terms, err := l.terms()
	if err != nil {
		return out, err
	}
	replies, err := d.Store.ComplaintReplies(ctx, out.ID, table.Paging{Limit: shownReplies, Caller: "case"})
	out.May = out.CustomerMay(terms.Complaint(), d.Now())
	out.Replies, out.Older = replies.Items, replies.Next != nil
	if place := out.ArtworkPlace(); err == nil && !place.Over {
		files, failed := app.Inviting(ctx, d.Office, place, out.Contact, l.Right)
		out.Files, err = &files, failed
	}
	if err == nil {
		err = d.apart(ctx, &out)
	}
	return out, err
}

// apart keeps what other contacts said of the same job from the customer of one complaint: where theirs is handled, and
// the defects and quantities that joining brought from theirs.
func (d Desk) apart(ctx context.Context, c *CustomerComplaint) error {
	if c.JoinedInto != "" {
		older, err := d.Store.Complaint(ctx, c.JoinedInto)
		if err != nil {
			return err
		}
		if older.Contact == c.Contact {
			c.Into = older.ID
		}
	}
	for _, j := range slices.Backward(c.Joined) {
		younger, err := d.Store.Complaint(ctx, j.Complaint)
		if err != nil {
			return err
		}
		if younger.Contact != c.Contact {
			c.Affected = j.Before
			c.Defects = slices.DeleteFunc(slices.Clone(c.Defects),
				func(kind defect.Kind) bool { return slices.Contains(j.Added, kind) })
		}
	}
	return nil
}

// over refuses a message from a page that was drawn after the end.
var over = fault.Fail(fault.Refused, "投诉已经结束，不能再留言。请打电话给我们，或重新打开投诉。",
	"The complaint has ended, so nothing more can be written here. Call us, or open it again.")

// TellComplaint takes in a message of the customer, or refuses it as Unsaid. What was typed on a page of before the end
// is taken in after it as well. once lays its receipt. Beyond what a customer may write it is TooMany, with the time to
// wait.
func (d Desk) TellComplaint(ctx context.Context, l Linked, in SayComplaint, once app.Once) error {
	text := words.PublicText(strings.TrimSpace(in.Text))
	if text == "" {
		return Unsaid
	}
	if l.Complaint.Closed() && in.Turn >= l.Complaint.Turn {
		return over
	}
	terms, err := l.terms()
	if err != nil {
		return err
	}
	_, _, err = d.Store.ReplyComplaint(once.Before(ctx, in.content()), l.Complaint.ID,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			return c.Reply(staff.Visitor, id, text, terms.Complaint(), d.Now())
		})
	var flood *message.Flood
	if errors.As(err, &flood) {
		full := fault.Fail(fault.TooMany, "您最近的留言已经很多，这一条没有收下。急事请致电我们。",
			"You have written a great deal lately, and this message was not taken. Call us if it is urgent.")
		full.RetryAfter = flood.Wait
		return full.Because(flood)
	}
	return err
}

// AnswerComplaint takes in an answer of the customer. A second click finds what the first did. An answer to a page
// that is over is refused, and so is one that binds and is Unsure. A reopening without a reason is Invalid.
func (d Desk) AnswerComplaint(ctx context.Context, l Linked, in SayComplaint) error {
	terms, err := l.terms()
	if err != nil {
		return err
	}
	if slices.Contains(askedOnceMore, in.Say) && !in.Sure && in.Turn == l.Complaint.Turn &&
		l.Complaint.MaySay(in.Say, terms.Complaint(), d.Now()) {
		return Unsure
	}
	a := complaint.Answer{Say: in.Say, Turn: in.Turn, Text: strings.TrimSpace(in.Text)}
	_, err = d.Store.ChangeComplaint(ctx, l.Complaint.ID,
		func(now complaint.Complaint) (complaint.Complaint, event.Event, error) {
			if now.Answered(a) {
				return now, event.Event{}, nil
			}
			return now.Answer(a, terms.Complaint(), d.Now())
		})
	return err
}

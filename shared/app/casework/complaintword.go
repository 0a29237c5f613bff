package casework

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/canned"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// CommentComplaint is a word to the customer or one among staff, never both. What goes out and what stays inside
// cannot be mixed up.
type CommentComplaint struct {
	Public   string `json:"public_text,omitempty" validate:"max=4000,shown,text" description:"Goes to the customer · 发给客户"`
	Internal string `json:"internal_text,omitempty" validate:"max=4000,shown,text" description:"For staff alone · 仅供内部查看"`
}

// check refuses a comment for both, and one for neither.
func (in CommentComplaint) check() error {
	if (in.Public == "") != (in.Internal == "") {
		return nil
	}
	text := words.Text{Zh: "请只填写一项：public_text 发给客户，internal_text 仅供内部。",
		En: "Fill in one of the two: public_text goes to the customer, internal_text is for staff alone."}
	return fault.Faulty(fault.Field{Pointer: "/public_text", Text: text},
		fault.Field{Pointer: "/internal_text", Text: text})
}

// CommentComplaint writes to the customer, or for staff alone.
func (d Desk) CommentComplaint(ctx context.Context, by app.Caller, at app.Record,
	in CommentComplaint) (Complaint, error) {
	return d.act(ctx, by, permission.CommentComplaint,
		func(ctx context.Context, shop setup.Shop) (complaint.Complaint, error) {
			if err := in.check(); err != nil {
				return complaint.Complaint{}, err
			}
			if in.Internal != "" {
				return d.note(ctx, by, at, shop, words.InternalText(in.Internal))
			}
			return d.reply(ctx, by, at, shop, words.PublicText(in.Public))
		})
}

func (d Desk) note(ctx context.Context, by app.Caller, at app.Record, shop setup.Shop,
	text words.InternalText) (complaint.Complaint, error) {
	c, _, err := d.Store.NoteComplaint(ctx, at.ID,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Note, event.Event, error) {
			on, err := stands(by, at, shop, c)
			if err != nil {
				return c, complaint.Note{}, event.Event{}, err
			}
			return c.Note(by.Actor, id, text, on.terms, d.Now())
		})
	return c, err
}

func (d Desk) reply(ctx context.Context, by app.Caller, at app.Record, shop setup.Shop,
	text words.PublicText) (complaint.Complaint, error) {
	c, _, err := d.Store.ReplyComplaint(ctx, at.ID,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			on, err := stands(by, at, shop, c)
			if err != nil {
				return c, complaint.Reply{}, event.Event{}, err
			}
			return c.Reply(by.Actor, id, text, on.terms, d.Now())
		})
	return c, err
}

// ComplaintReplies lists what went to the customer and came from them, newest first.
func (d Desk) ComplaintReplies(ctx context.Context, by app.Caller, at app.Record,
	q app.Paging) (table.Page[complaint.Reply], error) {
	c, err := d.seen(ctx, by, permission.ReadComplaints, at)
	if err != nil {
		return table.Page[complaint.Reply]{}, err
	}
	return d.Store.ComplaintReplies(ctx, c.ID, q.For(by))
}

// ComplaintNotes lists what staff wrote for staff, newest first.
func (d Desk) ComplaintNotes(ctx context.Context, by app.Caller, at app.Record,
	q app.Paging) (table.Page[complaint.Note], error) {
	c, err := d.seen(ctx, by, permission.ReadComplaints, at)
	if err != nil {
		return table.Page[complaint.Note]{}, err
	}
	return d.Store.ComplaintNotes(ctx, c.ID, q.For(by))
}

// CannedReplies are texts for a reply to the customer, filled for the complaint. Those that suit come first. None tells
// what the reader may not see.
func (d Desk) CannedReplies(ctx context.Context, by app.Caller, at app.Record) (table.Page[canned.Reply], error) {
	c, on, err := d.toRead(ctx, by, at)
	if err != nil {
		return table.Page[canned.Reply]{}, err
	}
	replies := canned.Replies(c.For(by.Actor), on.shop.Roster, on.terms, by.Lang, d.Now())
	return table.Page[canned.Reply]{Items: replies}, nil
}

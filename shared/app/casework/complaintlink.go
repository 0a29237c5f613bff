package casework

import (
	"cmp"
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// MakeComplaintLink says what the link is about beside its contact.
type MakeComplaintLink struct {
	Job string `json:"job,omitempty" validate:"max=64,oneline,shown" description:"The job that the complaint is about; absent: the customer enters it · 订单编号；不填则由客户自己填写"`
}

// ComplaintLink is an address at which a contact opens a complaint, without signing in. It opens until the contact has
// left or their links are ended, since a defect may show itself late.
type ComplaintLink struct {
	URL string `json:"url" description:"For this contact alone: a person who has it complains in the contact's name · 仅限该联系人使用，持有者即可以其名义投诉"`
}

// MakeComplaintLink signs the link of a contact and changes nothing. The link begins with the desk's public address. A
// door that knows no such address sets its own on the desk that it calls.
func (d Desk) MakeComplaintLink(ctx context.Context, by app.Caller, at app.Record,
	in MakeComplaintLink) (ComplaintLink, error) {
	if err := permission.Permit(by.Actor, permission.OpenComplaints); err != nil {
		return ComplaintLink{}, err
	}
	contact, c, err := app.Contact(ctx, d.Office, by, at.ID)
	if err != nil {
		return ComplaintLink{}, err
	}
	link, err := caselink.ComplainsAt(contact, in.Job)
	if err != nil {
		return ComplaintLink{}, err
	}
	lang := cmp.Or(contact.Lang, c.Lang, words.En)
	return ComplaintLink{d.PublicURL + caselink.Path(d.Tokens, link, lang)}, nil
}

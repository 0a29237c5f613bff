package frontdesk

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/gate"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

// RecordConsent is a yes or a no that a contact gave to staff, on paper or in a list. A yes needs its proof, and the
// words that the contact saw.
type RecordConsent struct {
	Purpose string    `json:"purpose" validate:"required,one=consent-purpose"`
	Channel string    `json:"channel" validate:"required,one=consent-channel"`
	Yes     *bool     `json:"yes" validate:"required"`
	At      time.Time `json:"at" validate:"required" description:"When the contact said it · 客户作出表示的时间"`
	Text    string    `json:"text,omitempty" validate:"max=2000,text,shown" description:"The very words that the contact saw; a yes needs them · 客户当时看到的原文，同意时必填"`
	Place   string    `json:"place,omitempty" validate:"max=100,oneline,shown" description:"Where the contact said it, such as a counter or an exhibition · 在何处表示，例如柜台、展会"`
	Source  string    `json:"source" validate:"required,max=200,oneline,shown" description:"Where the answer comes from, such as the name of a list · 来源，例如名单的名称"`
	Proof   string    `json:"proof,omitempty" validate:"max=500,oneline,shown" description:"What proves a yes, such as where the signed form is; a yes needs it · 凭据，例如签字表单的存放处，同意时必填"`
}

// Consents lists what a contact said yes or no to, as it was recorded, the newest first.
func (d Desk) Consents(ctx context.Context, by app.Caller, at app.Record,
	q app.Paging) (table.Page[gate.ConsentEntry], error) {
	contact, _, err := d.contact(ctx, by, permission.ReadConsents, at)
	if err != nil {
		return table.Page[gate.ConsentEntry]{}, err
	}
	return d.Store.Consents(ctx, contact.ID, q.For(by))
}

// RecordConsent records what a contact said. Their newest word counts, an older one is kept.
func (d Desk) RecordConsent(ctx context.Context, by app.Caller, at app.Record,
	in RecordConsent) (gate.ConsentEntry, error) {
	contact, c, err := d.contact(ctx, by, permission.RecordConsent, at)
	if err != nil {
		return gate.ConsentEntry{}, err
	}
	said := gate.Consent{Yes: *in.Yes, At: in.At.UTC().Truncate(time.Millisecond), Text: in.Text, Place: in.Place,
		Source: in.Source, Proof: in.Proof}
	return d.Store.RecordConsent(ctx, contact, gate.Choice{Purpose: in.Purpose, Channel: in.Channel}, said, c.Branch,
		by.Actor)
}

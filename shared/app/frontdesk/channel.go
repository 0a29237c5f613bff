package frontdesk

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/kernel/permission"
)

// OpenChannel is why a channel works again after messages to it came back.
type OpenChannel struct {
	Channel string `json:"channel" validate:"required,one=consent-channel"`
	Reason  string `json:"reason" validate:"required,one=open-reason" description:"How you know that it works · 依据"`
}

// OpenedChannel is a channel by which a contact can be written to.
type OpenedChannel struct {
	Contact string `json:"contact"`
	Channel string `json:"channel" of:"written-channel"`
	Open    bool   `json:"open"`
}

// OpenChannel opens a channel that returned messages closed, or closed to marketing. It gives no consent. A contact who
// reported our messages as unwanted closed it themselves, and staff cannot open it.
func (d Desk) OpenChannel(ctx context.Context, by app.Caller, at app.Record, in OpenChannel) (OpenedChannel, error) {
	contact, c, err := d.contact(ctx, by, permission.OpenChannel, at)
	if err != nil {
		return OpenedChannel{}, err
	}
	out := OpenedChannel{contact.ID, in.Channel, true}
	return out, d.Store.OpenChannel(ctx, contact, in.Channel, in.Reason, c.Branch, by.Actor, out)
}

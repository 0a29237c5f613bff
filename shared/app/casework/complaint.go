package casework

import (
	"context"
	"errors"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/why"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// Complaint is a complaint as its reader sees it. It lacks what their role does not see. It says what they may do with
// it, and why not the rest.
type Complaint struct {
	complaint.Complaint
	Actions []permission.Permitted `json:"actions"`
}

// ComplaintFile is a complaint with all that belongs to it.
type ComplaintFile struct {
	Complaint
	Deadlines []why.Deadline          `json:"deadlines"`
	Done      []complaint.RemedyEntry `json:"remedies_done"` // in all rounds, oldest first
	Files     []artwork.Artwork       `json:"files"`
	Similar   []string                `json:"similar"` // ids of the customer's other open complaints about the same job

	Preferences []customer.JobPreference `json:"preferences" description:"What the customer must have and likes; stale ones last · 客户的要求与偏好，已过期的在后"`
}

// ground is what a complaint is decided on: the shop, and the terms of the complaint's branch.
type ground struct {
	shop  setup.Shop
	terms complaint.Terms
}

func groundOf(shop setup.Shop, branch string) (ground, error) {
	terms, err := shop.Terms(branch)
	return ground{shop, terms.Complaint()}, err
}

// person is the colleague of that id. An unknown one works in no branch, so that the rules refuse them.
func (g ground) person(id string) staff.Staff {
	p, _ := g.shop.Person(id)
	return p
}

// command takes a complaint and gives the next one with its event, or refuses.
type command = func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error)

// shown is a complaint in the reader's words, without what they do not see.
func (d Desk) shown(by app.Caller, c complaint.Complaint) Complaint {
	return Complaint{c.For(by.Actor), app.Worded(complaint.Actions(by.Actor, c, d.Now()), by.Lang)}
}

// veiled is a refusal whose complaint is shown as the reader may see it. All that change a complaint return through it.
func veiled(by app.Caller, err error) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return err
	}
	c, of := e.Record.(complaint.Complaint)
	if !of {
		return err
	}
	out := *e
	out.Record = c.For(by.Actor)
	return &out
}

// seen reads the complaint, with the permission for the action. One of a branch that the caller does not see is
// missing.
func (d Desk) seen(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (complaint.Complaint, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return complaint.Complaint{}, err
	}
	c, err := d.Store.Complaint(ctx, at.ID)
	if err == nil && !by.Sees(c.Branch) {
		return complaint.Complaint{}, app.MissingComplaint
	}
	return c, err
}

// toRead is the complaint for those who may read it, with its ground.
func (d Desk) toRead(ctx context.Context, by app.Caller, at app.Record) (complaint.Complaint, ground, error) {
	c, err := d.seen(ctx, by, permission.ReadComplaints, at)
	if err != nil {
		return c, ground{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return c, ground{}, err
	}
	on, err := groundOf(shop, c.Branch)
	return c, on, err
}

// stands is what comes before any command. A complaint that the caller does not see is missing. Of one that has changed
// since they read it, they are shown the latest.
func stands(by app.Caller, at app.Record, shop setup.Shop, c complaint.Complaint) (ground, error) {
	if !by.Sees(c.Branch) {
		return ground{}, app.MissingComplaint
	}
	if err := at.Current(c.Version, c); err != nil {
		return ground{}, err
	}
	return groundOf(shop, c.Branch)
}

// act does something to a complaint, with the permission for the action, and returns what became of it as the caller
// sees it. do must commit once, with the context that it gets.
func (d Desk) act(ctx context.Context, by app.Caller, action permission.Action,
	do func(context.Context, setup.Shop) (complaint.Complaint, error)) (Complaint, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return Complaint{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Complaint{}, err
	}
	show := func(c complaint.Complaint) Complaint { return d.shown(by, c) }
	c, err := do(app.Showing(ctx, show), shop)
	if err != nil {
		return Complaint{}, veiled(by, err)
	}
	return show(c), nil
}

// change gives one command to a complaint.
func (d Desk) change(ctx context.Context, by app.Caller, action permission.Action, at app.Record,
	do command) (Complaint, error) {
	return d.act(ctx, by, action, func(ctx context.Context, shop setup.Shop) (complaint.Complaint, error) {
		return d.give(ctx, by, at, shop, do)
	})
}

// give is the one commit of a command.
func (d Desk) give(ctx context.Context, by app.Caller, at app.Record, shop setup.Shop,
	do command) (complaint.Complaint, error) {
	return d.Store.ChangeComplaint(ctx, at.ID, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		on, err := stands(by, at, shop, c)
		if err != nil {
			return c, event.Event{}, err
		}
		return do(c, on)
	})
}

// Complaint reads a complaint with its deadlines, files and remedies, and what the caller may do with it.
func (d Desk) Complaint(ctx context.Context, by app.Caller, at app.Record) (ComplaintFile, error) {
	c, on, err := d.toRead(ctx, by, at)
	if err != nil {
		return ComplaintFile{}, err
	}
	out := ComplaintFile{Complaint: d.shown(by, c), Deadlines: why.Deadlines(c, on.terms, by.Lang, d.Now()),
		Done: []complaint.RemedyEntry{}}
	done, err := d.Store.RemedyEntries(ctx, c.ID)
	if err != nil {
		return ComplaintFile{}, err
	}
	for _, e := range done {
		out.Done = append(out.Done, e.For(by.Actor))
	}
	files, err := app.KeptFiles(ctx, d.Office, c.ID, by.Lang)
	if err != nil {
		return ComplaintFile{}, err
	}
	out.Files = files.Items
	if out.Similar, err = d.similar(ctx, by, on.shop, c); err != nil {
		return ComplaintFile{}, err
	}
	out.Preferences, err = app.JobPreferences(ctx, d.Office, by, c.Customer)
	return out, err
}

// similar are the customer's other open complaints about the same job, as far as the caller sees them.
func (d Desk) similar(ctx context.Context, by app.Caller, shop setup.Shop, c complaint.Complaint) ([]string, error) {
	branches, err := app.Branches(by, shop, "")
	if err != nil {
		return nil, err
	}
	return d.Store.SimilarComplaints(ctx, c, branches)
}

// ComplaintWhy says why a complaint stands as it does.
func (d Desk) ComplaintWhy(ctx context.Context, by app.Caller, at app.Record) (why.File, error) {
	c, on, err := d.toRead(ctx, by, at)
	if err != nil {
		return why.File{}, err
	}
	return why.Of(c, by.Actor, on.shop.Roster, on.terms, by.Lang, d.Now()), nil
}

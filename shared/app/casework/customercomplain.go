package casework

import (
	"context"
	"fmt"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// dailyComplaints is how many complaints a contact opens by their link in one day of their branch. A contact who has
// more to say is called.
const dailyComplaints = 5

// Complain is a complaint as its customer types it in. Of a link that stands on a job the job counts, whatever is
// sent.
type Complain struct {
	Defects   []string `json:"defects" validate:"max=10,dive,max=32" description:"Kinds of the catalogue · 缺陷种类"`
	Words     string   `json:"words" validate:"max=4000,text" description:"What is wrong, in their words · 问题描述"`
	Job       string   `json:"job" validate:"max=64,oneline" description:"Number of the job or order · 订单号"`
	Affected  *int64   `json:"affected" description:"Bad pieces · 不良数量"`
	Delivered *int64   `json:"delivered" description:"Pieces that came · 收到的数量"`
	Wanted    string   `json:"wanted" validate:"max=32" description:"The remedy that the customer would like · 希望的处理办法"`
	NeededBy  string   `json:"needed_by" validate:"omitempty,datetime=2006-01-02" description:"When the customer needs the goods · 使用日期"`
}

// opening is what was typed in the terms of the rules. A day begins in the branch's zone.
func (in Complain) opening(job string, zone *time.Location) complaint.Opening {
	o := complaint.Opening{Channel: "link", Words: strings.TrimSpace(in.Words), Wanted: remedy.Kind(in.Wanted),
		Job: complaint.Job{Ref: strings.TrimSpace(in.Job)}}
	if job != "" {
		o.Job.Ref = job
	}
	for _, kind := range in.Defects {
		o.Defects = append(o.Defects, defect.Kind(kind))
	}
	if in.Affected != nil {
		o.Affected = *in.Affected
	}
	if in.Delivered != nil {
		o.Job.Delivered = &complaint.Sourced[int64]{Value: *in.Delivered, Source: "customer"}
	}
	if day, err := time.ParseInLocation(time.DateOnly, in.NeededBy, zone); err == nil {
		o.NeededBy = day.UTC()
	}
	return o
}

// Content is by what a repeat of the complaint is known, at the same link.
func (in Complain) Content(l Linked) string {
	o := in.opening(l.Job, time.UTC)
	return fmt.Sprintf("%q %q %q %d %s %s", in.Defects, o.Words, o.Job.Ref, o.Affected, in.Wanted, in.NeededBy)
}

// Complain opens a complaint of the linked contact. found are the faults that the door found in what was typed. The
// rules add theirs, so that everything is put right in one go. TooMany means that the contact opened as many today as
// they may.
func (d Desk) Complain(ctx context.Context, l Linked, in Complain, found ...fault.Field) (complaint.Complaint, error) {
	terms, err := l.terms()
	if err != nil {
		return complaint.Complaint{}, err
	}
	now := d.Now()
	opening := in.opening(l.Job, zoneOf(terms))
	if faults := append(found, opening.Check(now)...); len(faults) > 0 {
		return complaint.Complaint{}, fault.Faulty(faults...)
	}
	opener := complaint.Opener{Customer: l.Contact.Customer, Contact: l.Contact.ID,
		Account: l.account, By: staff.Visitor, Terms: terms.Complaint()}
	ends, err := opener.Terms.DayEnds(now)
	if err != nil {
		return complaint.Complaint{}, err
	}
	return d.raise(ctx, opening, opener,
		func(ctx context.Context, c complaint.Complaint, e event.Event) (complaint.Complaint, error) {
			return d.Store.LodgeComplaint(ctx, c, e, dailyComplaints, ends)
		})
}

// mostOpen is how many open complaints about one job a customer is shown before they open another.
const mostOpen = 5

// OpenAbout lists the contact's open complaints about the job of the link, the most urgent first. A link without a job
// has none: what the customer means is not known yet.
func (d Desk) OpenAbout(ctx context.Context, l Linked) ([]complaint.Complaint, error) {
	about := complaint.Complaint{Customer: l.Contact.Customer, Job: complaint.Job{Ref: l.Job}}
	ids, err := d.Store.SimilarComplaints(ctx, about, []string{l.Branch})
	var out []complaint.Complaint
	for _, id := range ids[:min(len(ids), mostOpen)] {
		c, err := d.Store.Complaint(ctx, id)
		if err != nil {
			return nil, err
		}
		if c.Contact == l.Contact.ID && !c.Closed() { // a colleague's is theirs to read
			out = append(out, c)
		}
	}
	return out, err
}

func zoneOf(terms setup.Terms) *time.Location {
	zone, err := time.LoadLocation(terms.Calendar.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

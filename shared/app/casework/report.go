package casework

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// maxReportDays is how long a time one report covers.
const maxReportDays = 400

// ReportComplaints is the query of the report on complaints.
type ReportComplaints struct {
	By     string  `json:"by" default:"all" validate:"one=report-by"`
	From   *string `json:"from" validate:"omitempty,datetime=2006-01-02" description:"Day of the opening; absent: 30 days before the end · 登记日期起，不填则为截止日前 30 天"`
	To     *string `json:"to" validate:"omitempty,datetime=2006-01-02" description:"Absent: today; at most 400 days in all · 截止日期，不填则为今天，最长 400 天"`
	Branch string  `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
}

// days are the first and the last day of the report, by the clock of the reader's first branch where they are left
// out.
func (q ReportComplaints) days(shop setup.Shop, branch string, now time.Time) (from, to string, err error) {
	terms, err := shop.Terms(branch)
	if err != nil {
		return "", "", err
	}
	last := now
	if zone, err := time.LoadLocation(terms.Calendar.Zone); err == nil {
		last = now.In(zone)
	}
	if q.To != nil {
		if last, err = time.Parse(time.DateOnly, *q.To); err != nil {
			return "", "", err // validated
		}
	}
	first := last.AddDate(0, 0, -30)
	if q.From != nil {
		if first, err = time.Parse(time.DateOnly, *q.From); err != nil {
			return "", "", err // validated
		}
	}
	from, to = first.Format(time.DateOnly), last.Format(time.DateOnly)
	switch {
	case from > to:
		return "", "", fault.Faulty(fault.Field{Pointer: "?from",
			Text: words.Text{Zh: "起始日期不能晚于截止日期。", En: "The first day must not be after the last."}})
	case first.AddDate(0, 0, maxReportDays-1).Format(time.DateOnly) < to:
		return "", "", fault.Faulty(fault.Field{Pointer: "?from",
			Text: words.Text{Zh: "一次最多统计 400 天。请缩短时间。", En: "One report covers 400 days at most. Ask for a shorter time."}})
	}
	return from, to, nil
}

// ReportComplaints says what became of the complaints that were opened in a time.
func (d Desk) ReportComplaints(ctx context.Context, by app.Caller, q ReportComplaints) (tally.Report, error) {
	if err := permission.Permit(by.Actor, permission.ReadReports); err != nil {
		return tally.Report{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return tally.Report{}, err
	}
	branches, err := app.Branches(by, shop, q.Branch)
	if err != nil {
		return tally.Report{}, err
	}
	out := tally.Report{By: q.By, Rows: []tally.Row{}}
	if len(branches) == 0 {
		return out, nil
	}
	if out.From, out.To, err = q.days(shop, branches[0], d.Now()); err != nil {
		return tally.Report{}, err
	}
	return d.tallied(ctx, by, out, branches)
}

// tallied fills a report from the counters. Customers are named as far as one call reaches: the first hundred.
func (d Desk) tallied(ctx context.Context, by app.Caller, out tally.Report, branches []string) (tally.Report, error) {
	figures, err := d.Store.Tallies(ctx, branches, out.By, out.From, out.To)
	if err != nil {
		return out, err
	}
	out.Rows, out.LeftOut = tally.ReportOf(figures,
		func(value string) string { return tally.Name(out.By, value).In(by.Lang) })
	if out.By != tally.Customer {
		return out, nil
	}
	var ids []string
	for _, row := range out.Rows {
		ids = append(ids, row.Value)
	}
	names, err := d.Store.CustomerNames(ctx, ids, func(customer.Customer) bool { return true })
	for i, row := range out.Rows {
		if name := names[row.Value]; name != "" {
			out.Rows[i].Name = name
		}
	}
	return out, err
}

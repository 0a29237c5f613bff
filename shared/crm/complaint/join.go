package complaint

import (
	"slices"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// earlier is the result of the round. A complaint reopened in correcting was settled; its correction stays open.
func (c Complaint) earlier() Earlier {
	out := Earlier{Round: c.Round, Severity: c.Severity, Outcome: c.Outcome, Verdict: c.Verdict, Remedies: c.Remedies,
		Cause: c.Cause, Correction: c.Correction, Corrections: c.Corrections, Withdrawal: c.Withdrawal,
		Reopened: c.Reopened, ResolvedAt: c.ResolvedAt, ClosedAt: c.ClosedAt}
	if !c.Closed() {
		out.Outcome, out.Open = OutcomeSettled, true
	}
	return out
}

// Join ends a complaint because an older one is about the same job of the same customer. The older one names
// what the younger brought. It takes the graver severity, both lists of defects, the larger quantity, the
// earlier report and the earlier day of need. Results that rest on changed facts are dropped, as by a triage.
// Both records are written together.
func (c Complaint) Join(by staff.Actor, older Complaint, terms Terms,
	now time.Time) (younger, kept Complaint, events [2]event.Event, err error) {
	if err := c.joins(by, older, now); err != nil {
		return c, older, events, err
	}
	younger, events[0], err = c.change(by, permission.JoinComplaint, event.ComplaintJoined, terms, now,
		map[string]string{"into": older.ID}, func(next *Complaint) (string, error) {
			next.resume(now)
			next.JoinedInto = older.ID
			next.end(StateJoined, now)
			return StateJoined, nil
		})
	if err != nil {
		return c, older, [2]event.Event{}, err
	}
	kept, events[1], err = older.move(by, event.ComplaintExtended, terms, now, map[string]string{"from": c.ID},
		func(next *Complaint) (string, error) {
			next.Defects = older.defectsWith(c.Defects)
			brought := append([]JoinedComplaint{{Complaint: c.ID, Defects: c.Defects, Measurements: c.Measurements, At: now,
				Added: next.Defects[len(older.Defects):], Before: older.Affected}}, c.Joined...)
			next.Joined = append(slices.Clone(older.Joined), brought...)
			next.Severity, next.Affected = min(older.Severity, c.Severity), max(older.Affected, c.Affected)
			if c.reported().Before(older.reported()) {
				next.ReportedAt = c.reported()
			}
			if !c.NeededBy.IsZero() && (older.NeededBy.IsZero() || c.NeededBy.Before(older.NeededBy)) {
				next.NeededBy = c.NeededBy
			}
			state := older.corrected(next, by, now)
			if state != older.State {
				next.resume(now)
			}
			return state, nil
		})
	if err != nil {
		return c, older, [2]event.Event{}, err
	}
	return younger, kept, events, nil
}

// defectsWith are its defects and those of another one, up to maxDefects.
func (c Complaint) defectsWith(more []defect.Kind) []defect.Kind {
	out := slices.Clone(c.Defects)
	for _, kind := range more {
		if !slices.Contains(out, kind) && len(out) < maxDefects {
			out = append(out, kind)
		}
	}
	return out
}

func (c Complaint) joins(by staff.Actor, older Complaint, now time.Time) error {
	if err := c.may(by, permission.JoinComplaint, now); err != nil {
		return err
	}
	first := older.CreatedAt.Before(c.CreatedAt) || older.CreatedAt.Equal(c.CreatedAt) && older.ID < c.ID
	switch {
	case older.ID == c.ID || older.Branch != c.Branch || older.Customer != c.Customer || c.Job.Ref == "" ||
		older.Job.Ref != c.Job.Ref:
		return fault.Faulty(fault.Field{Pointer: "/into",
			Text: words.Text{Zh: "只能并入同一客户、同一订单的另一起投诉。请核对编号。",
				En: "It can join only another complaint of the same customer about the same job. Check the id."}})
	case !first:
		return fault.Faulty(fault.Field{Pointer: "/into",
			Text: words.Text{Zh: "只能把较新的投诉并入较早的。请在较新的一起上操作。",
				En: "The younger complaint joins the older one. Do it from the younger one."}})
	case older.Closed() || !older.ResolvedAt.IsZero():
		return fault.Faulty(fault.Field{Pointer: "/into",
			Text: words.Text{Zh: "较早的投诉已解决或关闭。请分别处理，或先重新打开它。",
				En: "The older complaint is settled or closed. Handle this one by itself, or reopen the older one first."}})
	}
	return nil
}

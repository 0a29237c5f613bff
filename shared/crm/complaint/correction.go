package complaint

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// FindCause records the root cause. It may be found from the investigation on.
func (c Complaint) FindCause(by staff.Actor, in Cause, terms Terms, now time.Time) (Complaint, event.Event, error) {
	in.By, in.At = by.ID, now
	return c.change(by, permission.FindCauseComplaint, event.ComplaintCauseFound, terms, now,
		map[string]string{"factor": in.Factor}, func(next *Complaint) (string, error) {
			if faults := checker.Faults(in); len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			next.Cause = &in
			return c.State, nil
		})
}

// Correct records the corrective action: what, who, by when. Its effect is checked the policy's EffectDays
// after it is due. A correction that was checked is kept before the new one; an unchecked one is replaced.
func (c Complaint) Correct(by staff.Actor, in Correction, terms Terms, now time.Time) (Complaint, event.Event, error) {
	in = Correction{Action: in.Action, Owner: in.Owner, Due: in.Due.UTC(), By: by.ID, At: now}
	return c.change(by, permission.CorrectComplaint, event.ComplaintCorrected, terms, now,
		map[string]string{"owner": in.Owner}, func(next *Complaint) (string, error) {
			faults := checker.Faults(in)
			if c.Cause == nil {
				faults = append(faults, fault.Field{Pointer: "/cause",
					Text: words.Text{Zh: "请先查明原因。", En: "Find the cause first."}})
			}
			if !in.Due.After(now) || in.Due.After(now.Add(calendar.Reach)) {
				faults = append(faults, fault.Field{Pointer: "/due_at",
					Text: words.Text{Zh: "请填写今后 400 天以内的时间。", En: "Enter a time within the next 400 days."}})
			}
			if len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			var err error
			// Due is after now
			in.CheckAt, err = terms.Calendar.NextOpen(in.Due.AddDate(0, 0, terms.Policy.OrStandard().EffectDays))
			if c.Correction != nil && !c.Correction.CheckedAt.IsZero() {
				next.Corrections = append(slices.Clone(c.Corrections), *c.Correction)
			}
			next.Correction = &in
			next.Turn++ // its reminders are sent once each, even after an earlier one
			return c.State, err
		})
}

// CheckEffect records whether the correction helped, once it is time. One that did not asks for another.
func (c Complaint) CheckEffect(by staff.Actor, effective bool, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	data := map[string]string{"effective": fmt.Sprint(effective)}
	return c.change(by, permission.CorrectComplaint, event.ComplaintEffectChecked, terms, now, data,
		func(next *Complaint) (string, error) {
			if c.Correction == nil || !c.Correction.CheckedAt.IsZero() {
				return "", c.first("没有待检查的纠正措施。", "There is no correction to check.", permission.CorrectComplaint)
			}
			if now.Before(c.Correction.CheckAt) {
				return "", c.refuse("纠正措施的效果还不到检查的时候。请到期再查。",
					"It is too early to check whether the correction worked. Check it when it is due.")
			}
			out := *c.Correction
			out.CheckedBy, out.CheckedAt, out.Effective = by.ID, now, effective
			next.Correction = &out
			next.Turn++ // closing, or another correction, has its time from here
			return c.State, nil
		})
}

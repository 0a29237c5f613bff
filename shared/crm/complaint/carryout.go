package complaint

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Verify records the customer's word after the remedy. Yes stops the clock for good; no leads back to
// investigating.
func (c Complaint) Verify(by staff.Actor, satisfied bool, terms Terms, now time.Time) (Complaint, event.Event, error) {
	data := map[string]string{"satisfied": fmt.Sprint(satisfied)}
	return c.change(by, permission.VerifyComplaint, event.ComplaintVerified, terms, now, data,
		func(next *Complaint) (string, error) {
			next.Verification = &Verification{Satisfied: satisfied, By: by.ID, At: now}
			if !satisfied {
				next.Agreement, next.CarryOut = nil, nil
				next.void(by, now)
				next.chooses(by, SayUnsettled, now)
				return StateInvestigating, nil
			}
			next.chooses(by, SaySettled, now)
			stops := append(slices.Clone(c.Stops), Stop{StopDecides, c.ClockFrom, now})
			counted := c
			counted.Stops = stops
			var err error
			next.ResolveDue, next.Pressing, err = counted.resolveBy(terms)
			next.ResolvedAt = now
			return StateCorrecting, err
		})
}

// CarryOutPlan is how remedies are carried out. Goods have a delivery day, credits a number; either may come later.
type CarryOutPlan struct {
	PromisedAt   time.Time `json:"promised_at"`
	CreditNumber string    `json:"credit_number" validate:"max=64,oneline"`
}

// creditors are the roles that enter the number of a credit.
var creditors = []staff.Role{staff.Finance, staff.Manager, staff.Owner}

// CarryOutRemedies starts what was agreed, or gives the customer a new day where the first cannot be kept.
// Finance enters the number of a credit.
func (c Complaint) CarryOutRemedies(by staff.Actor, in CarryOutPlan, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.CarryOutComplaint, event.ComplaintCarriedOut, terms, now, nil,
		func(next *Complaint) (string, error) {
			goods, money := c.agreed()
			faults := checker.Faults(in)
			out := CarryOut{Since: now}
			if c.CarryOut != nil && c.State == StateCarryingOut {
				out = *c.CarryOut
			}
			if in.CreditNumber != "" {
				if !money || !slices.ContainsFunc(creditors, by.Has) {
					faults = append(faults, fault.Field{Pointer: "/credit_number",
						Text: words.Text{Zh: "凭证号由财务填写，且方案中须有退款、抵扣或降价。",
							En: "Finance enters the number, and only for a refund, credit note or price reduction."}})
				}
				out.CreditNumber = in.CreditNumber
			}
			if !in.PromisedAt.IsZero() {
				if !goods || !in.PromisedAt.After(now) || in.PromisedAt.After(now.Add(calendar.Reach)) {
					faults = append(faults, fault.Field{Pointer: "/promised_at",
						Text: words.Text{Zh: "请填写今后 400 天以内的交货时间，且方案中须有重印或返工。",
							En: "Enter a day within the next 400 days, and only for a reprint or rework."}})
				}
				out.PromisedAt = in.PromisedAt.UTC()
			}
			if goods && out.PromisedAt.IsZero() {
				faults = append(faults, fault.Field{Pointer: "/promised_at",
					Text: words.Text{Zh: "请填写答应客户的交货时间。", En: "Enter the delivery time that the customer was promised."}})
			}
			if len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			if c.State == StateCarryingOut && !in.PromisedAt.IsZero() {
				next.Promised, next.PromisedAt = out.PromisedAt, now
				next.Promises++
			}
			next.CarryOut = &out
			return StateCarryingOut, nil
		})
}

// agreed says whether the agreed remedies make goods, and whether they give money.
func (c Complaint) agreed() (goods, money bool) {
	for _, r := range c.Remedies {
		goods = goods || r.Kind.Makes()
		money = money || r.Kind == remedy.CreditNote || r.Kind == remedy.PriceCut || r.Kind == remedy.Refund
	}
	return goods, money
}

// Complete records that all agreed remedies are done. Their cost is added to the complaint's. done is when that was,
// zero for now.
func (c Complaint) Complete(by staff.Actor, done time.Time, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	data := map[string]string{}
	return c.change(by, permission.CompleteComplaint, event.ComplaintCompleted, terms, now, data,
		func(next *Complaint) (string, error) {
			if _, money := c.agreed(); money && c.CarryOut.CreditNumber == "" {
				who := staff.RoleNames(creditors)
				return "", c.refuse("缺少凭证号。请先填写凭证号（"+who.Zh+"）。",
					"The credit's number is missing. First enter it ("+who.En+").")
			}
			job, _ := c.remedyJob() // complete once remedies are chosen
			cost, _, err := remedy.Sum(c.Remedies, job)
			if err == nil && c.Cost != nil {
				cost, err = cost.Add(*c.Cost)
			}
			if err != nil {
				return "", err
			}
			if done.IsZero() {
				done = now
			}
			if done.After(now) || done.Before(c.CarryOut.Since) {
				return "", fault.Faulty(fault.Field{Pointer: "/done_at", Text: words.Text{
					Zh: "请填写完成的时间：不早于开始补救之时，也不能在将来。还没有做完，请做完后再登记。",
					En: "Enter when it was done: after the remedy began, and not in the future. Record it once it is done."}})
			}
			out := *c.CarryOut
			out.DoneAt = done
			next.CarryOut, next.Cost = &out, &cost
			data["cost"], data["currency"] = fmt.Sprint(cost.Minor), cost.Currency
			return StateVerifying, nil
		})
}

package complaint

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Opening is what a complaint says, from the customer or through staff.
type Opening struct {
	Channel  string        `json:"channel" validate:"required,one=complaint-channel"`
	Job      Job           `json:"job"`
	Defects  []defect.Kind `json:"defects" validate:"required,min=1,max=10,unique"`
	Words    string        `json:"words" validate:"required,max=4000,shown,text"`
	Affected int64         `json:"affected"`
	Samples  int           `json:"samples"`
	Wanted   remedy.Kind   `json:"wanted" validate:"max=32"`
	NeededBy time.Time     `json:"needed_by"`

	ReportedAt time.Time `json:"reported_at"` // when the customer reported it; zero: now
}

// Check returns the faults of the opening, each with its place.
func (o Opening) Check(now time.Time) []fault.Field {
	faults := checker.Faults(o)
	add := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	for i, kind := range o.Defects {
		if _, known := defect.Of(kind); !known {
			add(fmt.Sprintf("/defects/%d", i), "缺陷种类不在目录中，请从目录中选择。",
				"The catalogue does not have this defect; choose one that it has.")
		}
	}
	if o.Samples < 0 || o.Samples > 100_000 {
		add("/samples", "寄回数量为负或大得不合理，请核对。", "The number of samples is negative or impossibly large; check it.")
	}
	if o.Wanted != "" && !slices.Contains(remedy.Kinds, o.Wanted) {
		add("/wanted", "没有这种补救办法，请从列表中选择。", "There is no such remedy; choose one from the list.")
	}
	if !o.NeededBy.IsZero() && o.NeededBy.Before(now.AddDate(-1, 0, 0)) {
		add("/needed_by", "日期太早，请核对。", "The date is too far back; check it.")
	}
	faults = append(faults, reportedFaults(o.ReportedAt, now)...)
	return append(faults, o.Job.faults("/job", o.Affected, o.Defects, now)...)
}

// reportedFaults checks the time of the report, if entered: not after the entry here, nor more than 400 days
// before.
func reportedFaults(at, entered time.Time) []fault.Field {
	if at.IsZero() || !at.After(entered) && !at.Before(entered.Add(-calendar.Reach)) {
		return nil
	}
	return []fault.Field{{Pointer: "/reported_at", Text: words.Text{Zh: "请填写客户提出投诉的时间：不晚于登记之时，不早于登记前 400 天。",
		En: "Enter when the customer told us: not after it was entered here, and not more than 400 days before."}}}
}

// faults checks the job's figures, and the affected quantity against them.
func (j Job) faults(at string, affected int64, defects []defect.Kind, now time.Time) []fault.Field {
	var faults []fault.Field
	add := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	if j.Value != nil {
		if j.Value.Value.Check() != nil {
			add(at+"/value/value/currency", "请填写 ISO 4217 货币代码，如 CNY。", "Enter a currency code of ISO 4217, such as CNY.")
		}
		if j.Value.Value.Minor < 0 || j.Value.Value.Minor > defect.MaxFigure {
			add(at+"/value/value/minor", "金额为负或大得不合理，请核对。", "The amount is negative or impossibly large; check it.")
		}
	}
	for _, q := range []struct {
		name string
		is   *Sourced[int64]
	}{{"ordered", j.Ordered}, {"delivered", j.Delivered}} {
		if q.is != nil && (q.is.Value < 0 || q.is.Value > remedy.MaxQuantity) {
			add(at+"/"+q.name+"/value", "数量为负或大得不合理，请核对。", "The quantity is negative or impossibly large; check it.")
		}
	}
	counted := slices.Contains(defects, defect.Short) || slices.Contains(defects, defect.Late)
	if affected < 0 || affected > remedy.MaxQuantity || j.Delivered != nil && affected > j.Delivered.Value && !counted {
		add("/affected", "不良数量应在 0 与交货数量之间，请核对。", "The affected quantity must be between 0 and the delivered one; check it.")
	}
	if j.DeliveredAt != nil && j.DeliveredAt.Value.After(now) {
		add(at+"/delivered_at/value", "交货时间不能在将来，请核对。", "The delivery cannot be in the future; check it.")
	}
	if _, known := defect.ProductClasses[j.Class]; !known && j.Class != defect.ClassAny {
		add(at+"/class", "产品类别不在目录中，请从目录中选择。", "There is no such product class; choose one from the list.")
	}
	if j.Tolerance != nil {
		t := j.Tolerance.Value
		if t == nil || t.Limit < 0 || t.Limit > defect.MaxFigure || defect.Measures[t.Measure].Unit == "" ||
			t.Unit != defect.Measures[t.Measure].Unit {
			add(at+"/tolerance/value", "合同限值的项目、单位或数值有误，请核对合同。",
				"The contract's limit has a wrong measure, unit or figure; check the contract.")
		}
	}
	return faults
}

// remedyJob is the job by which remedies are measured. Faults name what is still missing.
func (c Complaint) remedyJob() (remedy.Job, []fault.Field) {
	var out remedy.Job
	var faults []fault.Field
	lacks := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	if c.Job.Value == nil {
		lacks("/job/value", "缺少订单金额。请先在受理中填写，并注明来源。", "The job's value is missing. Enter it in the triage, with its source.")
	} else {
		out.Value = c.Job.Value.Value
	}
	if c.Job.Ordered == nil || c.Job.Delivered == nil {
		lacks("/job/delivered", "缺少订货或交货数量。请先在受理中填写，并注明来源。",
			"The ordered or delivered quantity is missing. Enter it in the triage, with its source.")
	} else {
		out.Ordered, out.Delivered = c.Job.Ordered.Value, c.Job.Delivered.Value
	}
	return out, faults
}

// Opener has what a new complaint depends on besides the Opening.
type Opener struct {
	ID, Customer, Contact string
	Account               string // staff id of the customer's owner, who has an interest in remedies
	By                    staff.Actor
	Terms                 Terms
}

// Open makes the record of a complaint. Its severity is that of the worst defect in the catalogue until the triage.
func Open(o Opening, in Opener, now time.Time) (Complaint, event.Event, error) {
	if faults := o.Check(now); len(faults) > 0 {
		return Complaint{}, event.Event{}, fault.Faulty(faults...)
	}
	c := Complaint{
		ID: in.ID, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: in.Terms.Branch.ID, Customer: in.Customer,
		Contact: in.Contact, Account: in.Account,
		OpenedBy: in.By.ID, Channel: o.Channel, Job: o.Job, Defects: slices.Clone(o.Defects), Words: o.Words,
		Affected: o.Affected, Samples: o.Samples,
		Wanted: o.Wanted, NeededBy: o.NeededBy, ReportedAt: o.ReportedAt, Severity: severity(o.Defects), Round: 1,
		RoundAt: now,
	}
	c, err := c.enter(StateNew, in.Terms, now)
	if err != nil {
		return Complaint{}, event.Event{}, err
	}
	return c, event.NewTransition(event.ComplaintOpened, in.By, ladder.Progress{Closed: true}, c.Progress(), c.Customer,
		c.Branch, now,
		map[string]string{"channel": c.Channel, "defect": string(c.Defects[0])}), nil
}

func severity(defects []defect.Kind) int {
	worst := 4
	for _, kind := range defects {
		if d, known := defect.Of(kind); known {
			worst = min(worst, d.Severity)
		}
	}
	return worst
}

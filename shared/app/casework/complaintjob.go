package casework

import (
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// Known is a figure that was typed in, with where it comes from.
type Known[T any] struct {
	Value  *T     `json:"value" validate:"required"`
	Source string `json:"source" validate:"required,one=figure-source"`
}

// Amount is money. Nothing is a possible amount, less is not.
type Amount struct {
	Minor    int64  `json:"minor" validate:"min=0,max=1000000000000" description:"In the minor unit of the currency: 1280000 CNY is ¥12,800.00 · 以货币的最小单位计：1280000 CNY 即 ¥12,800.00"`
	Currency string `json:"currency" validate:"required,iso4217" pattern:"^[A-Z]{3}$" description:"ISO 4217"`
}

func (a *Amount) money() money.Money {
	if a == nil {
		return money.Money{}
	}
	return money.Money{Minor: a.Minor, Currency: a.Currency}
}

// ContractLimit is a limit that was agreed for one measure, in place of the catalogue's of that measure.
type ContractLimit struct {
	Measure string `json:"measure" validate:"required,max=32,oneline" description:"One of GET /defects · 取自 GET /defects"`
	Limit   int64  `json:"limit" validate:"min=0,max=1000000000000" description:"Thousandths of the measure's unit: 3500 is 3.5 · 以计量单位的千分之一计：3500 即 3.5"`
	Under   bool   `json:"under,omitempty" description:"The limit itself is outside · 不含限值本身"`
}

// ComplaintJobEntry is what is known of the job complained of.
type ComplaintJobEntry struct {
	Ref         string                `json:"ref,omitempty" validate:"max=64,oneline,shown" description:"Number of the job or order, the customer's or ours · 订单编号，客户的或本厂的"`
	Lead        string                `json:"lead,omitempty" validate:"omitempty,id=lead"`
	Class       string                `json:"class,omitempty" validate:"max=32,oneline" description:"A product class of GET /defects · 产品类别，取自 GET /defects"`
	Value       *Known[Amount]        `json:"value,omitempty" validate:"omitempty" description:"What the customer pays for it · 订单金额"`
	Ordered     *Known[int64]         `json:"ordered,omitempty" validate:"omitempty" description:"Pieces · 订货件数"`
	Delivered   *Known[int64]         `json:"delivered,omitempty" validate:"omitempty" description:"Pieces · 交货件数"`
	PromisedAt  *Known[time.Time]     `json:"promised_at,omitempty" validate:"omitempty"`
	DeliveredAt *Known[time.Time]     `json:"delivered_at,omitempty" validate:"omitempty"`
	Tolerance   *Known[ContractLimit] `json:"tolerance,omitempty" validate:"omitempty" description:"The limit agreed, in place of the catalogue's of that measure · 合同约定的限值，代替目录中同一项目的"`
	Press       string                `json:"press,omitempty" validate:"max=64,oneline,shown" description:"On which it was printed · 印刷机"`
	Operator    string                `json:"operator,omitempty" validate:"max=64,oneline,shown" description:"Who printed it · 机长"`
	Paper       string                `json:"paper,omitempty" validate:"max=64,oneline,shown" description:"On what · 纸张"`
}

// job is the job as the rules know it.
func (j ComplaintJobEntry) job() (complaint.Job, error) {
	out := complaint.Job{Ref: j.Ref, Lead: j.Lead, Class: defect.ProductClass(j.Class), Press: j.Press,
		Operator: j.Operator, Paper: j.Paper,
		Ordered: sourced(j.Ordered), Delivered: sourced(j.Delivered), PromisedAt: onClock(j.PromisedAt),
		DeliveredAt: onClock(j.DeliveredAt)}
	if j.Value != nil {
		out.Value = &complaint.Sourced[money.Money]{Value: j.Value.Value.money(), Source: j.Value.Source}
	}
	if j.Tolerance != nil {
		limit := j.Tolerance.Value
		if _, known := defect.Measures[defect.Measure(limit.Measure)]; !known {
			return out, fault.Faulty(fault.Field{Pointer: "/job/tolerance/value/measure", Text: words.Text{
				Zh: "没有这种测量项目，请从目录中选择。", En: "There is no such measure; choose one from the catalogue."}})
		}
		out.Tolerance = &complaint.Sourced[*defect.Tolerance]{Source: j.Tolerance.Source,
			Value: defect.Agreed(defect.Measure(limit.Measure), limit.Limit, limit.Under)}
	}
	return out, nil
}

func sourced[T any](k *Known[T]) *complaint.Sourced[T] {
	if k == nil {
		return nil
	}
	return &complaint.Sourced[T]{Value: *k.Value, Source: k.Source}
}

// onClock is a time that was typed in, as records keep it.
func onClock(k *Known[time.Time]) *complaint.Sourced[time.Time] {
	out := sourced(k)
	if out != nil {
		out.Value = out.Value.UTC().Truncate(time.Millisecond)
	}
	return out
}

// moment is a time that may be left out, as records keep it.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// kinds are words of the wire as kinds of the domain.
func kinds[K ~string](text []string) []K {
	out := make([]K, len(text))
	for i, w := range text {
		out[i] = K(w)
	}
	return out
}

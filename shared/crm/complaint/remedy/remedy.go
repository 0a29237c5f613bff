// Package remedy has the kinds of remedy, checks which remedies go together, and sums their cost and value.
package remedy

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// MaxQuantity is the largest quantity of pieces. A larger one is a typing error. Up to it no product in the
// rules passes 64 bits.
const (
	MaxQuantity = 1_000_000_000_000
)

// Kind names one way to put a defect right.
type Kind string

// Kinds of remedy.
const (
	FullReprint Kind = "full-reprint"
	PartReprint Kind = "part-reprint" // of the bad pieces
	MakeUp      Kind = "make-up"      // of what was not delivered
	Rework      Kind = "rework"       // sorting or mending
	CreditNote  Kind = "credit-note"
	PriceCut    Kind = "price-cut" // the customer keeps the goods for less
	Refund      Kind = "refund"
	Gift        Kind = "gift"
	Apology     Kind = "apology"
)

// Kinds lists the kinds from the top. First what gives customers what they ordered, then money, then goodwill.
var Kinds = []Kind{FullReprint, PartReprint, MakeUp, Rework, CreditNote, PriceCut, Refund, Gift, Apology}

// Words has the name of each kind.
var Words = map[Kind]words.Text{
	FullReprint: {Zh: "全部重印", En: "full reprint"}, PartReprint: {Zh: "部分重印", En: "partial reprint"},
	MakeUp: {Zh: "补足数量", En: "missing quantity"},
	Rework: {Zh: "挑拣或返修", En: "sorting or repair"}, CreditNote: {Zh: "开具红字凭证抵扣", En: "credit note"},
	PriceCut: {Zh: "降价留用", En: "price reduction, goods kept"},
	Refund:   {Zh: "退款", En: "refund"}, Gift: {Zh: "赠送小礼品", En: "small gift"},
	Apology: {Zh: "说明原因并道歉", En: "explanation and apology"},
}

// Makes reports whether the remedy makes or mends goods. Such a remedy has a quantity and a time.
func (k Kind) Makes() bool {
	return k == FullReprint || k == PartReprint || k == MakeUp || k == Rework
}

// Remedy is one thing done for the customer. Amounts are in the job's currency.
type Remedy struct {
	Kind     Kind        `json:"kind"`
	Quantity int64       `json:"quantity,omitempty"`
	Amount   money.Money `json:"amount,omitzero"` // what it costs us, after the customer's part
	Value    money.Money `json:"value,omitzero"`  // what it is worth to the customer
	// the customer's part of the cost, where they are liable wholly or in part
	CustomerPays money.Money `json:"customer_pays,omitzero"`
	PromisedAt   time.Time   `json:"promised_at,omitzero"` // when the goods arrive
}

// Job has the price and quantities by which remedies are measured.
type Job struct {
	Value     money.Money `json:"value"` // price the customer pays
	Ordered   int64       `json:"ordered"`
	Delivered int64       `json:"delivered"`
}

// Check returns the faults of the job's figures: currency, price and quantities.
func (j Job) Check() []fault.Field {
	var faults []fault.Field
	if j.Value.Check() != nil {
		faults = append(faults, fault.Field{Pointer: "/value/currency",
			Text: words.Text{Zh: "请填写 ISO 4217 货币代码，如 CNY。", En: "Enter a currency code of ISO 4217, such as CNY."}})
	}
	if j.Value.Minor < 0 {
		faults = append(faults, fault.Field{Pointer: "/value/minor",
			Text: words.Text{Zh: "金额不能为负。", En: "The amount cannot be negative."}})
	}
	if min(j.Ordered, j.Delivered) < 0 || max(j.Ordered, j.Delivered) > MaxQuantity {
		faults = append(faults, fault.Field{Pointer: "/delivered",
			Text: words.Text{Zh: "数量为负或大得不合理，请核对。", En: "A quantity is negative or impossibly large; check it."}})
	}
	return faults
}

// Check says whether the remedies may be done together. needsOwner is true when their total cost to us, or
// their total value to the customer, is above the job's price. Then the owner approves. With faults nothing
// may be done. Each fault names its place in the list ("/remedies/0/quantity").
func Check(remedies []Remedy, job Job) (needsOwner bool, faults []fault.Field) {
	faults = job.Check()
	if len(remedies) == 0 {
		faults = append(faults, fault.Field{Pointer: "/remedies",
			Text: words.Text{Zh: "请至少选择一种补救办法。", En: "Choose at least one remedy."}})
	}
	seen := map[Kind]bool{}
	for i, r := range remedies {
		at := fmt.Sprintf("/remedies/%d", i)
		if !slices.Contains(Kinds, r.Kind) {
			faults = append(faults, fault.Field{Pointer: at + "/kind",
				Text: words.Text{Zh: "没有这种补救办法，请从列表中选择。", En: "There is no such remedy; choose one from the list."}})
			continue
		}
		if seen[r.Kind] {
			faults = append(faults, fault.Field{Pointer: at + "/kind",
				Text: words.Text{Zh: "同一种补救办法只列一次，请合并。", En: "List each kind of remedy once; put the two together."}})
		}
		seen[r.Kind] = true
		faults = append(faults, r.faults(at, job)...)
	}
	if seen[FullReprint] && (seen[PartReprint] || seen[MakeUp]) {
		faults = append(faults, fault.Field{Pointer: "/remedies",
			Text: words.Text{Zh: "全部重印已包括部分重印和补数，请只留一种。",
				En: "A full reprint includes a partial one and the make-up quantity; keep one."}})
	}
	cost, value, err := Sum(remedies, job)
	if err != nil && len(faults) == 0 {
		faults = append(faults, fault.Field{Pointer: "/remedies",
			Text: words.Text{Zh: "金额总和过大，请核对。", En: "The amounts add up to too much; check them."}})
	}
	if len(faults) > 0 {
		return false, faults
	}
	return max(cost.Minor, value.Minor) > job.Value.Minor, nil
}

func (r Remedy) faults(at string, job Job) []fault.Field {
	var faults []fault.Field
	for _, m := range []struct {
		name string
		is   money.Money
	}{{"amount", r.Amount}, {"value", r.Value}, {"customer_pays", r.CustomerPays}} {
		if m.name == "customer_pays" && m.is == (money.Money{}) {
			continue
		}
		if m.is.Currency != job.Value.Currency {
			faults = append(faults, fault.Field{Pointer: at + "/" + m.name + "/currency",
				Text: words.Text{Zh: "货币必须与订单相同。", En: "The currency must be the job's."}})
		}
		if m.is.Minor < 0 {
			faults = append(faults, fault.Field{Pointer: at + "/" + m.name + "/minor",
				Text: words.Text{Zh: "金额不能为负。", En: "The amount cannot be negative."}})
		}
	}
	most := job.Delivered
	switch r.Kind {
	case FullReprint:
		most = max(job.Ordered, job.Delivered)
	case MakeUp:
		most = max(0, job.Ordered-job.Delivered)
	}
	switch {
	case r.Kind.Makes() && r.Quantity <= 0:
		faults = append(faults, fault.Field{Pointer: at + "/quantity",
			Text: words.Text{Zh: "请填写数量。", En: "Enter the quantity."}})
	case r.Kind.Makes() && r.Quantity > most:
		faults = append(faults, fault.Field{Pointer: at + "/quantity",
			Text: words.Text{Zh: fmt.Sprintf("数量最多为 %d。", most), En: fmt.Sprintf("The quantity may be %d at most.", most)}})
	case !r.Kind.Makes() && r.Quantity != 0:
		faults = append(faults, fault.Field{Pointer: at + "/quantity",
			Text: words.Text{Zh: "这种补救办法没有数量，请留空。", En: "This remedy has no quantity; leave it out."}})
	}
	return faults
}

// worth is what the remedy is worth to the customer. For a reprint or a make-up it is at least the pieces' share of
// the job's price, less what the customer pays. Otherwise a reprint with no value typed in would count as nothing.
func (r Remedy) worth(job Job) (money.Money, error) {
	if !r.Kind.Makes() || r.Kind == Rework || job.Ordered <= 0 {
		return r.Value, nil
	}
	share, err := job.Value.Share(max(r.Quantity, 0), job.Ordered)
	if err != nil {
		return money.Money{}, err
	}
	return money.Money{Minor: max(r.Value.Minor, share.Minor-r.CustomerPays.Minor), Currency: r.Value.Currency}, nil
}

// Sum returns what the remedies cost us and what they are worth to the customer, in the job's currency. The
// error is that of an amount that overflows or has another currency.
func Sum(remedies []Remedy, job Job) (cost, value money.Money, err error) {
	cost, value = money.Money{Currency: job.Value.Currency}, money.Money{Currency: job.Value.Currency}
	for _, r := range remedies {
		if cost, err = cost.Add(r.Amount); err != nil {
			return money.Money{}, money.Money{}, err
		}
		worth, err := r.worth(job)
		if err != nil {
			return money.Money{}, money.Money{}, err
		}
		if value, err = value.Add(worth); err != nil {
			return money.Money{}, money.Money{}, err
		}
	}
	return cost, value, nil
}

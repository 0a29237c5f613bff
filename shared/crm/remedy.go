package crm

import (
	"fmt"
	"slices"
	"time"
)

// RemedyKind names one way to put a defect right.
type RemedyKind string

const (
	RemedyFullReprint RemedyKind = "full-reprint"
	RemedyPartReprint RemedyKind = "part-reprint" // of the bad pieces
	RemedyMakeUp      RemedyKind = "make-up"      // of what was not delivered
	RemedyRework      RemedyKind = "rework"       // sorting or mending
	RemedyCreditNote  RemedyKind = "credit-note"
	RemedyPriceCut    RemedyKind = "price-cut" // the customer keeps the goods for less
	RemedyRefund      RemedyKind = "refund"
	RemedyGift        RemedyKind = "gift"
	RemedyApology     RemedyKind = "apology"
)

// RemedyKinds lists the ladder from the top: what gives the customer what he ordered, then money, then goodwill.
var RemedyKinds = []RemedyKind{RemedyFullReprint, RemedyPartReprint, RemedyMakeUp, RemedyRework, RemedyCreditNote, RemedyPriceCut, RemedyRefund, RemedyGift, RemedyApology}

// RemedyWords name each kind.
var RemedyWords = map[RemedyKind]Text{
	RemedyFullReprint: {"全部重印", "full reprint"}, RemedyPartReprint: {"部分重印", "partial reprint"}, RemedyMakeUp: {"补足数量", "make-up quantity"},
	RemedyRework: {"返工挑拣", "rework"}, RemedyCreditNote: {"开具贷记（红字）凭证", "credit note"}, RemedyPriceCut: {"折让留用", "price reduction and keep"},
	RemedyRefund: {"退款", "refund"}, RemedyGift: {"表示心意", "goodwill gift"}, RemedyApology: {"道歉并说明", "apology"},
}

// makes reports whether the remedy makes or mends goods, so that it has a quantity and a time.
func (k RemedyKind) makes() bool {
	return k == RemedyFullReprint || k == RemedyPartReprint || k == RemedyMakeUp || k == RemedyRework
}

// Remedy is one thing that is done for the customer.
type Remedy struct {
	Kind         RemedyKind `json:"kind"`
	Quantity     int64      `json:"quantity,omitempty"`
	Amount       Money      `json:"amount,omitzero"`        // what it costs us, after the customer's part
	Value        Money      `json:"value,omitzero"`         // what it is worth to the customer
	CustomerPays Money      `json:"customer_pays,omitzero"` // his part of the cost, when he is liable wholly or in part
	PromisedAt   time.Time  `json:"promised_at,omitzero"`   // when the goods will be there
}

// RemedyJob is what remedies are measured by.
type RemedyJob struct {
	Value     Money `json:"value"` // what the customer pays for the job
	Ordered   int64 `json:"ordered"`
	Delivered int64 `json:"delivered"`
}

// Check says what is wrong with the job's figures.
func (j RemedyJob) Check() []Field {
	var faults []Field
	if j.Value.Check() != nil {
		faults = append(faults, Field{"/value/currency", Text{"请填写 ISO 4217 货币代码，如 CNY。", "Enter a currency code of ISO 4217, such as CNY."}})
	}
	if j.Value.Minor < 0 {
		faults = append(faults, Field{"/value/minor", Text{"金额不能为负。", "The amount cannot be negative."}})
	}
	if min(j.Ordered, j.Delivered) < 0 || max(j.Ordered, j.Delivered) > maxQuantity {
		faults = append(faults, Field{"/delivered", Text{"数量为负或大得不合理，请核对。", "A quantity is negative or impossibly large; check it."}})
	}
	return faults
}

// CheckRemedies says whether remedies can be done together. needsOwner is true when their cost to us or their value to the customer, added up, passes what the
// job was worth: then the owner approves. With faults nothing may be done at all; each names its place in the list ("/remedies/0/quantity").
func CheckRemedies(remedies []Remedy, job RemedyJob) (needsOwner bool, faults []Field) {
	faults = job.Check()
	if len(remedies) == 0 {
		faults = append(faults, Field{"/remedies", Text{"请至少选择一种补救办法。", "Choose at least one remedy."}})
	}
	seen := map[RemedyKind]bool{}
	for i, r := range remedies {
		at := fmt.Sprintf("/remedies/%d", i)
		if !slices.Contains(RemedyKinds, r.Kind) {
			faults = append(faults, Field{at + "/kind", Text{"没有这种补救办法，请从列表中选择。", "There is no such remedy; choose one from the list."}})
			continue
		}
		if seen[r.Kind] {
			faults = append(faults, Field{at + "/kind", Text{"同一种补救办法只列一次，请合并。", "Each kind of remedy stands there once; put the two together."}})
		}
		seen[r.Kind] = true
		faults = append(faults, r.faults(at, job)...)
	}
	if seen[RemedyFullReprint] && (seen[RemedyPartReprint] || seen[RemedyMakeUp]) {
		faults = append(faults, Field{"/remedies", Text{"全部重印已包括部分重印和补数，请只留一种。", "A full reprint includes a partial one and the make-up quantity; keep one."}})
	}
	cost, value, err := sumRemedies(remedies, job)
	if err != nil && len(faults) == 0 {
		faults = append(faults, Field{"/remedies", Text{"金额总和过大，请核对。", "The amounts add up to too much; check them."}})
	}
	if len(faults) > 0 {
		return false, faults
	}
	return max(cost.Minor, value.Minor) > job.Value.Minor, nil
}

func (r Remedy) faults(at string, job RemedyJob) []Field {
	var faults []Field
	for _, m := range []struct {
		name string
		is   Money
	}{{"amount", r.Amount}, {"value", r.Value}, {"customer_pays", r.CustomerPays}} {
		if m.name == "customer_pays" && m.is == (Money{}) {
			continue
		}
		if m.is.Currency != job.Value.Currency {
			faults = append(faults, Field{at + "/" + m.name + "/currency", Text{"货币必须与订单相同。", "The currency must be the job's."}})
		}
		if m.is.Minor < 0 {
			faults = append(faults, Field{at + "/" + m.name + "/minor", Text{"金额不能为负。", "The amount cannot be negative."}})
		}
	}
	most := job.Delivered
	switch r.Kind {
	case RemedyFullReprint:
		most = max(job.Ordered, job.Delivered)
	case RemedyMakeUp:
		most = max(0, job.Ordered-job.Delivered)
	}
	switch {
	case r.Kind.makes() && r.Quantity <= 0:
		faults = append(faults, Field{at + "/quantity", Text{"请填写数量。", "Enter the quantity."}})
	case r.Kind.makes() && r.Quantity > most:
		faults = append(faults, Field{at + "/quantity", Text{fmt.Sprintf("数量最多为 %d。", most), fmt.Sprintf("The quantity may be %d at most.", most)}})
	case !r.Kind.makes() && r.Quantity != 0:
		faults = append(faults, Field{at + "/quantity", Text{"这种补救办法没有数量，请留空。", "This remedy has no quantity; leave it out."}})
	}
	return faults
}

// worth is what the remedy is worth to the customer: what was typed in, and for goods never less than their share of the job's price without what he pays, so that
// nobody gives a reprint away by writing nothing beside it.
func (r Remedy) worth(job RemedyJob) (Money, error) {
	if !r.Kind.makes() || r.Kind == RemedyRework || job.Ordered <= 0 {
		return r.Value, nil
	}
	share, err := job.Value.Share(max(r.Quantity, 0), job.Ordered)
	if err != nil {
		return Money{}, err
	}
	return Money{max(r.Value.Minor, share.Minor-r.CustomerPays.Minor), r.Value.Currency}, nil
}

// sumRemedies adds up what remedies cost us and what they are worth to the customer.
func sumRemedies(remedies []Remedy, job RemedyJob) (cost, value Money, err error) {
	cost, value = Money{Currency: job.Value.Currency}, Money{Currency: job.Value.Currency}
	for _, r := range remedies {
		if cost, err = cost.Add(r.Amount); err != nil {
			return Money{}, Money{}, err
		}
		worth, err := r.worth(job)
		if err != nil {
			return Money{}, Money{}, err
		}
		if value, err = value.Add(worth); err != nil {
			return Money{}, Money{}, err
		}
	}
	return cost, value, nil
}

package customer

import (
	"cmp"
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// MaxPreferences is how many preferences and requirements are kept for a customer. Nobody would read more.
const MaxPreferences = 100

// Preference is one thing that a customer likes or must have, such as paper, ink or packing. It stands under
// the customer and goes with each of the customer's jobs.
type Preference struct {
	ID          string    `json:"id"` // prf_…
	Version     int64     `json:"version"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Customer    string    `json:"customer"`
	Kind        string    `json:"kind" of:"preference-kind"` // one of PreferenceKinds
	Value       string    `json:"value"`
	Requirement bool      `json:"requirement"`                   // true: the customer must have it; false: likes it
	Products    []string  `json:"products,omitempty"`            // products to which it applies; empty: to all
	Source      string    `json:"source" of:"preference-source"` // where it comes from: contact, staff or job
	SourceID    string    `json:"source_id,omitempty"`           // id of that contact, colleague or job
	SetBy       string    `json:"set_by"`                        // staff id of the colleague who wrote it down
	ConfirmedAt time.Time `json:"last_confirmed_at"`
	ConfirmedBy string    `json:"confirmed_by"`
}

// Sources of a preference.
const (
	SourceContact = "contact"
	SourceStaff   = "staff"
	SourceJob     = "job" // it showed on a job
)

// PreferenceKinds lists what a preference can be about, in the order of a job ticket.
var PreferenceKinds = []string{"paper", "ink", "colour-standard", "trim", "binding", "finishing", "packing",
	"delivery-window", "paperwork", "proof", "other"}

// PreferenceWords are the words for each of PreferenceKinds.
var PreferenceWords = map[string]words.Text{
	"paper":           {Zh: "纸张", En: "Paper"},
	"ink":             {Zh: "油墨", En: "Ink"},
	"colour-standard": {Zh: "色彩标准", En: "Colour standard"},
	"trim":            {Zh: "裁切", En: "Trim"},
	"binding":         {Zh: "装订", En: "Binding"},
	"finishing":       {Zh: "印后加工", En: "Finishing"},
	"packing":         {Zh: "包装", En: "Packing"},
	"delivery-window": {Zh: "送货时间", En: "Delivery window"},
	"paperwork":       {Zh: "随货单据", En: "Paperwork"},
	"proof":           {Zh: "打样", En: "Proof"},
	"other":           {Zh: "其他", En: "Other"},
}

// Words are the words for the preference's kind.
func (p Preference) Words() words.Text { return PreferenceWords[p.Kind] }

// ETagVersion is the version that an If-Match names.
func (p Preference) ETagVersion() int64 { return p.Version }

// PreferencePolicy says how long a preference holds without a new confirmation.
type PreferencePolicy struct {
	// StaleDays is in calendar days; 0 means standardStaleDays.
	StaleDays int64 `json:"stale_days,omitempty" validate:"min=0,max=3650" description:"So long after it was confirmed a preference is doubtful; 0: 365 · 确认后多少天视为过期"`
}

// standardStaleDays is a year: people, papers and machines have changed by then.
const standardStaleDays = 365

// Check adds a fault to f when StaleDays is not 0 to 3650.
func (p PreferencePolicy) Check(f *fault.List) {
	if p.StaleDays < 0 || p.StaleDays > 3650 {
		f.Add("/preference/stale_days", "请填写 1 至 3650，或 0 采用标准值 365。", "Enter 1 to 3650, or 0 for the standard of 365.")
	}
}

// Stale reports whether the last confirmation is as old as the policy allows. It is derived on reading and
// never stored.
func (p Preference) Stale(policy PreferencePolicy, now time.Time) bool {
	days := cmp.Or(policy.StaleDays, standardStaleDays)
	return !now.Before(p.ConfirmedAt.AddDate(0, 0, int(days)))
}

// JobPreference is a preference as it stands with a job of the customer: what it asks for, and how sure it
// is. It does not name the customer, because production is not told who the customer is.
type JobPreference struct {
	ID          string    `json:"id"`
	Kind        string    `json:"kind" of:"preference-kind"`
	KindText    string    `json:"kind_text"`
	Value       string    `json:"value"`
	Requirement bool      `json:"requirement"`
	Products    []string  `json:"products,omitempty"` // products to which it applies; empty: to all
	Source      string    `json:"source"`
	ConfirmedAt time.Time `json:"last_confirmed_at"`
	Stale       bool      `json:"stale"`
}

// ForJob lists what to heed for a job of the customer. What holds comes before what is stale, and in each
// part requirements come first. A preference for some products only says so. It is not left out, because a
// job does not say yet which product it is.
func ForJob(list []Preference, policy PreferencePolicy, lang words.Lang, now time.Time) []JobPreference {
	list = slices.Clone(list)
	SortPreferences(list)
	holds, stale := []JobPreference{}, []JobPreference{}
	for _, p := range list {
		shown := JobPreference{ID: p.ID, Kind: p.Kind, KindText: p.Words().In(lang), Value: p.Value,
			Requirement: p.Requirement, Products: p.Products, Source: p.Source,
			ConfirmedAt: p.ConfirmedAt, Stale: p.Stale(policy, now)}
		if shown.Stale {
			stale = append(stale, shown)
		} else {
			holds = append(holds, shown)
		}
	}
	return append(holds, stale...)
}

// Prefer records another preference of the customer; had is how many the customer has already. It counts the
// customer's Seq, so that two writes at once cannot pass the limit together. The error is Refused for an
// archived customer and at MaxPreferences. It is Invalid when the colleague named as the source does not work
// here.
func (c Customer) Prefer(by staff.Actor, p Preference, had int, shop firm.Roster,
	now time.Time) (Customer, Preference, event.Event, error) {
	if c.ArchivedAt != nil {
		return c, p, event.Event{}, archived()
	}
	if had >= MaxPreferences {
		return c, p, event.Event{},
			fault.Fail(fault.Refused, "一个客户最多登记 100 条偏好与要求。请先移除过时的条目。",
				"A customer has at most 100 preferences. Remove what no longer holds first.")
	}
	p.Version, p.CreatedAt, p.Customer, p.SetBy = 0, now, c.ID, by.ID
	next, e, err := p.settle(by, shop, c.Branch, "added", now)
	c.Seq++
	return c, next, e, err
}

// Change records what the preference says now. A change of what it says also confirms it; a change of its
// source alone does not. Without a change the preference comes back as it is, without an event. The error is
// Refused when the customer is archived, and Invalid as in Prefer.
func (p Preference) Change(by staff.Actor, to Preference, shop firm.Roster, of Customer,
	now time.Time) (Preference, event.Event, error) {
	if of.ArchivedAt != nil {
		return p, event.Event{}, archived()
	}
	next := p
	next.Kind, next.Value, next.Requirement, next.Products = to.Kind, to.Value, to.Requirement, to.Products
	says := !fault.Same(p, next)
	next.Source, next.SourceID = to.Source, to.SourceID
	if fault.Same(p, next) {
		return p, event.Event{}, nil
	}
	next, e, err := next.settle(by, shop, of.Branch, "changed", now)
	if !says {
		next.ConfirmedAt, next.ConfirmedBy = p.ConfirmedAt, p.ConfirmedBy
	}
	return next, e, err
}

// Confirm notes that the preference still holds, and by which source. The error is Refused when the customer
// is archived, and Invalid as in Prefer.
func (p Preference) Confirm(by staff.Actor, source, id string, shop firm.Roster, of Customer,
	now time.Time) (Preference, event.Event, error) {
	if of.ArchivedAt != nil {
		return p, event.Event{}, archived()
	}
	p.Source, p.SourceID = source, id
	return p.settle(by, shop, of.Branch, "confirmed", now)
}

// settle makes the next version, confirmed now. A preference of staff without a source id is the actor's own
// word.
func (p Preference) settle(by staff.Actor, shop firm.Roster, branch, how string,
	now time.Time) (Preference, event.Event, error) {
	if p.Source == SourceStaff {
		p.SourceID = cmp.Or(p.SourceID, by.ID)
		if said, known := shop.Person(p.SourceID); !known || !said.Employed(now) {
			return p, event.Event{}, fault.Faulty(fault.Field{Pointer: "/source_id",
				Text: words.Text{Zh: "请填写一位在职同事的编号。", En: "Enter the id of a colleague who works here."}})
		}
	}
	p.Products = slices.Clone(p.Products)
	p.Version, p.UpdatedAt, p.ConfirmedAt, p.ConfirmedBy = p.Version+1, now, now, by.ID
	return p, p.newEvent(event.PreferenceSet, by, branch, how, now), nil
}

// Removed is the event of a preference that no longer holds.
func (p Preference) Removed(by staff.Actor, branch string, now time.Time) event.Event {
	p.Version++
	return p.newEvent(event.PreferenceRemoved, by, branch, "removed", now)
}

func (p Preference) newEvent(kind event.Type, by staff.Actor, branch, how string, now time.Time) event.Event {
	data := map[string]string{"preference": p.ID, "kind": p.Kind, "how": how, "source": p.Source, "requirement": "no"}
	if p.Requirement {
		data["requirement"] = "yes"
	}
	return event.New(kind, by, p.Customer, p.ID, p.Version, branch, now, data)
}

// SortPreferences puts requirements before likings. Each part is in the order of a job ticket, the oldest
// first.
func SortPreferences(list []Preference) {
	rank := func(p Preference) int {
		n := slices.Index(PreferenceKinds, p.Kind)
		if !p.Requirement {
			n += len(PreferenceKinds)
		}
		return n
	}
	slices.SortStableFunc(list, func(a, b Preference) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
}

package setup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/letter"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/retention"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"

	"github.com/samber/lo"
)

// Policy is a versioned document of durations, limits, ladders and texts. A record names the version under
// which its deadline was computed. A new version replans the open records. A record whose times stay the same
// keeps the name of the version that computed them, and so its texts.
type Policy struct {
	ID        string               `json:"id"`
	Version   int64                `json:"version"`
	CreatedAt time.Time            `json:"created_at"`
	UpdatedAt time.Time            `json:"updated_at"`
	Lead      lead.Policy          `json:"lead"`
	Task      task.Policy          `json:"task"`
	Complaint complaint.Policy     `json:"complaint,omitzero"`
	Hold      hold.Policy          `json:"hold,omitzero"`
	SMS       message.SMSPolicy    `json:"sms"`
	Letters   message.LetterPolicy `json:"letters,omitzero"`
	Quiet     message.QuietPolicy  `json:"quiet,omitzero"`
	Life      customer.LifePolicy  `json:"life"`

	Erase      erase.Policy              `json:"erase,omitzero"`
	Preference customer.PreferencePolicy `json:"preference,omitzero"`
	Letter     letter.Policy             `json:"mail,omitzero"`
	Retention  retention.Policy          `json:"retention,omitzero"`
	Texts      PolicyTexts               `json:"texts,omitzero"`
	Sources    form.Sources              `json:"sources,omitempty"`
}

// Ref is how a record names the policy that it obeys, such as "standard@3".
func (p Policy) Ref() string { return fmt.Sprintf("%s@%d", p.ID, p.Version) }

// StandardPolicy is what a new shop starts with: the standard of each area.
func StandardPolicy() Policy {
	return Policy{ID: "standard", Version: 1, Complaint: complaint.StandardPolicy(), Hold: hold.StandardPolicy(),
		SMS: message.StandardSMS(), Letters: message.StandardLetters(), Quiet: message.StandardQuiet(),
		Letter: letter.StandardPolicy(),
		Life:   customer.StandardLife(), Lead: lead.StandardPolicy(), Task: task.StandardPolicy()}
}

// ETagVersion is the version that an If-Match names.
func (p Policy) ETagVersion() int64 { return p.Version }

// Policy finds a policy by id.
func (s Shop) Policy(id string) (Policy, bool) {
	return lo.Find(s.Policies, func(p Policy) bool { return p.ID == id })
}

// Check says what is wrong with the policy by itself. Each fault names its field as a JSON pointer.
func (p Policy) Check() []fault.Field {
	var f fault.List
	p.SMS.Check(&f)
	p.Letters.Check(&f)
	p.Quiet.Check(&f)
	p.Lead.Check(&f)
	p.Task.Check(&f)
	p.Complaint.Check(&f)
	p.Hold.Check(&f)
	p.Life.Check(&f)
	p.Erase.Check(&f)
	p.Preference.Check(&f)
	p.Letter.Check(&f)
	p.Retention.Check(&f)
	p.Texts.check(&f)
	p.Sources.Check(&f)
	return f
}

// Reshape is the next version of the policy and its event, which names both versions. A policy of version 0
// is a new one, and its event names none. The error is Invalid when the policy is faulty, or its times do not
// pass by the calendar of a branch. Without a change the policy comes back as it is, without an event.
func (p Policy) Reshape(next Policy, by staff.Actor, shop Shop, now time.Time) (Policy, event.Event, error) {
	kind := event.PolicyChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = p.ID, p.Version+1, p.CreatedAt, now
	if p.Version == 0 {
		kind, next.CreatedAt = event.PolicyOpened, now
	}
	next.Texts = next.Texts.tidied()
	if p.Version > 0 && fault.Same(p, next) {
		return p, event.Event{}, nil
	}
	faults := fault.List(next.Check())
	next.Life.CheckCategories(&faults, p.Life, shop.Categories)
	shop.Policies = replaced(shop.Policies, next, func(x Policy) bool { return x.ID == next.ID })
	if failing := shop.failing(func(b firm.Branch) bool { return b.Policy == next.ID }, now); len(faults) == 0 &&
		len(failing) > 0 {
		branches := strings.Join(failing, ", ")
		faults.Add("/lead", "按网点（"+branches+"）的日历，这些期限在 400 天内到不了。请缩短期限。",
			"By the calendars of "+branches+" these times do not pass within 400 days. Shorten them.")
	}
	if err := faults.Invalid(); err != nil {
		return Policy{}, event.Event{}, err
	}
	e := event.SetupChanged(kind, by, "policy", next.ID, next.Version, "", now, p, next)
	if p.Version > 0 {
		e.Data["from"], e.Data["to"] = p.Ref(), next.Ref()
	}
	// these move no deadline, so no open record is replanned
	if lo.Every([]string{"texts", "sources", "retention", "quiet"}, strings.Fields(e.Data["changed"])) {
		e.Wakes, e.Pending = false, false
	}
	return next, e, nil
}

// replaced is the list with next in place of the first element that matches, or at its end.
func replaced[T any](list []T, next T, match func(T) bool) []T {
	out := slices.Clone(list)
	if i := slices.IndexFunc(out, match); i >= 0 {
		out[i] = next
		return out
	}
	return append(out, next)
}

// ParseRef reads a policy reference of a record: "standard@3" is version 3 of standard. ok is false for
// anything that Policy.Ref would not write.
func ParseRef(ref string) (id string, version int64, ok bool) {
	id, number, found := strings.Cut(ref, "@")
	version, err := strconv.ParseInt(number, 10, 64)
	ok = found && err == nil && version > 0 && (Policy{ID: id, Version: version}).Ref() == ref &&
		valid.SlugForm.MatchString(id)
	if !ok {
		return "", 0, false
	}
	return id, version, true
}

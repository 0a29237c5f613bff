package customer

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Enter takes the fields that people enter from next, and keeps those that the system sets.
func (c Customer) Enter(next Customer) Customer {
	out := c
	out.Kind, out.Name, out.LatinName, out.Lang = next.Kind, next.Name, next.LatinName, next.Lang
	out.Branch, out.Shared, out.Owner, out.Source = next.Branch, next.Shared, next.Owner, next.Source
	out.Industry, out.Periodical, out.Category, out.Scope = next.Industry, next.Periodical, next.Category, next.Scope
	out.ValueOrientation, out.PurchasePurpose, out.Relationship = next.ValueOrientation, next.PurchasePurpose,
		next.Relationship
	out.Competitor, out.TaxNumber, out.Addresses = next.Competitor, next.TaxNumber, next.Addresses
	out.PreferredChannel, out.PreferredHours = next.PreferredChannel, next.PreferredHours
	return out
}

// Open makes a new customer from what was entered. The customer begins as a lead, whatever is known from
// elsewhere: the stage follows from what happens here.
func (c Customer) Open(id string, by staff.Actor, now time.Time) (Customer, event.Event) {
	next := Customer{}.Enter(c)
	next.ID, next.Version, next.Seq, next.CreatedAt, next.UpdatedAt = id, 1, 1, now, now
	next.LifeCycle, next.LifeSince = LifeLead, now
	return next, event.New(event.CustomerOpened, by, id, id, next.Seq, next.Branch, now,
		map[string]string{"source": next.Source})
}

// Edit takes over what was entered, in the next version, with its events. A move to another category is an
// event of its own. The events name the fields that changed, not their values; a move names both categories.
// Without a change the customer comes back as it is, without an event. The error is Refused when the customer
// is archived.
func (c Customer) Edit(entered Customer, by staff.Actor, now time.Time) (Customer, []event.Event, error) {
	if c.ArchivedAt != nil {
		return c, nil, archived()
	}
	next := c.Enter(entered)
	changed := fault.Differing(c, next)
	if len(changed) == 0 {
		return c, nil, nil
	}
	next = next.edited(now)
	var events []event.Event
	if next.Category != c.Category {
		changed = slices.DeleteFunc(changed, func(name string) bool { return name == "category" })
		events = append(events, next.newEvent(event.CustomerMoved, by, now,
			map[string]string{"from": c.Category, "to": next.Category}))
	}
	if len(changed) > 0 {
		events = append(events, next.newEvent(event.CustomerChanged, by, now,
			map[string]string{"fields": strings.Join(changed, " ")}))
	}
	return next, events, nil
}

// Archive takes the customer out of the lists. History, contacts and claims stay, so that the shop recognises
// the customer. The next enquiry brings the customer back. For a shared customer, only the customer's own
// branch and head office decide. The error is Forbidden for another branch, and Refused when the customer is
// archived already.
func (c Customer) Archive(by staff.Actor, now time.Time) (Customer, []event.Event, error) {
	if !by.Sees(c.Branch) {
		return c, nil, fault.Fail(fault.Forbidden, ofAnotherBranch.Zh, ofAnotherBranch.En)
	}
	if c.ArchivedAt != nil {
		return c, nil, archived()
	}
	next := c.edited(now)
	next.ArchivedAt = &now
	return next, []event.Event{next.newEvent(event.CustomerArchived, by, now, nil)}, nil
}

// ofAnotherBranch is the answer to an actor who decides about a shared customer of another branch.
var ofAnotherBranch = words.Text{
	Zh: "这位客户属于另一个网点，只是与各网点共享。归属网点、共享、负责人和归档由该网点的经理或总店决定。请联系他们。",
	En: "This customer belongs to another branch and is shared. Its manager or head office decides on branch, sharing, owner and archiving. Ask one of them.",
}

func archived() error {
	return fault.Fail(fault.Refused, "这份客户档案已归档。客户再次询价时会自动恢复；需要现在恢复请录入一条线索。",
		"This customer is archived. The next enquiry restores the file; to restore it now, enter a lead.")
}

func (c Customer) newEvent(kind event.Type, by staff.Actor, now time.Time, data map[string]string) event.Event {
	return event.New(kind, by, c.ID, c.ID, c.Seq, c.Branch, now, data)
}

// hiddenFields are the fields of a customer that a role neither sees nor enters. Owner, manager, sales and
// integrations see all.
var hiddenFields = map[staff.Role][]string{
	staff.Service:   {"tax_number", "competitor"},
	staff.Finance:   {"competitor"},
	staff.Marketing: {"tax_number", "addresses", "competitor"},
	// Production has no route to a customer. Where a job shows one to production, none of these fields is
	// needed.
	staff.Production: {"tax_number", "addresses", "competitor"},
}

// SeesField reports whether one of the actor's roles sees the field of a customer. name is the field's JSON
// name.
func SeesField(a staff.Actor, name string) bool {
	return a.IsProcess() || slices.ContainsFunc(a.Roles,
		func(r staff.Role) bool { return !slices.Contains(hiddenFields[r], name) })
}

// For is the customer as the actor sees it: hidden fields are empty.
func (c Customer) For(by staff.Actor) Customer {
	if !SeesField(by, "tax_number") {
		c.TaxNumber = ""
	}
	if !SeesField(by, "addresses") {
		c.Addresses = nil
	}
	if !SeesField(by, "competitor") {
		c.Competitor = ""
	}
	return c
}

// MayBecome is the Forbidden error for a change of fields that the actor may not enter; nil when the change
// is allowed. An actor enters no field that is hidden from the actor's roles. Branch, sharing and owner are
// for an owner or a manager, of the customer's own branch or of head office. Sales may make themselves owner
// of a customer without one. For a customer about to be opened, c has no id, and any actor may enter the
// branch.
func (c Customer) MayBecome(next Customer, by staff.Actor) error {
	forbidden := func(name, zh, en string) error {
		e := fault.Fail(fault.Forbidden, zh, en)
		e.Fields = []fault.Field{{Pointer: "/" + name, Text: e.Text}}
		return e
	}
	for _, name := range fault.Differing(c, next) {
		if !SeesField(by, name) {
			return forbidden(name, "您的角色不能查看或填写这一项。请去掉它，或请经理填写。",
				"Your role neither sees nor enters this field. Leave it out, or ask a manager.")
		}
	}
	if c.ID != "" && !by.Sees(c.Branch) {
		whose := func(c Customer) Customer { return Customer{Branch: c.Branch, Shared: c.Shared, Owner: c.Owner} }
		if names := fault.Differing(whose(c), whose(next)); len(names) > 0 {
			return forbidden(names[0], ofAnotherBranch.Zh, ofAnotherBranch.En)
		}
	}
	if by.Has(staff.Owner) || by.Has(staff.Manager) {
		return nil
	}
	if next.Owner != c.Owner && !(by.Has(staff.Sales) && c.Owner == "" && next.Owner == by.ID) {
		return forbidden("owner", "负责人由经理指定；销售只能认领没有负责人的客户。",
			"A manager decides who owns a customer; sales may only take a customer without an owner.")
	}
	if next.Shared != c.Shared {
		return forbidden("shared", "是否各网点共享由经理决定。", "A manager decides whether the branches share a customer.")
	}
	if c.ID != "" && next.Branch != c.Branch {
		return forbidden("branch", "客户属于哪个网点由经理决定。", "A manager decides to which branch a customer belongs.")
	}
	return nil
}

var hoursForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$`)

// Normalise brings the tax number to the form under which it is claimed. A tax number that cannot be read
// stays as it is, for Check to refuse.
func (c Customer) Normalise() Customer {
	if n, _ := identity.TaxNumber(c.TaxNumber); n != "" {
		c.TaxNumber = n
	}
	return c
}

// Check says what is wrong with what was entered, beyond the form of its values. before is the customer
// before the change. Branch, owner, category and tax number are checked only where they changed: a category may
// have closed, an owner may have left, or the rule for numbers may have become stricter, in the meantime.
func (c Customer) Check(before Customer, shop firm.Roster, tree CategoryTree, by staff.Actor,
	now time.Time) []fault.Field {
	var faults []fault.Field
	flt := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	if _, found := shop.Branch(c.Branch); c.Branch != before.Branch && (!found || !by.Sees(c.Branch)) {
		flt("/branch", "请填写您所在的一个网点。", "Enter one of your branches.")
	}
	if p, found := shop.Person(c.Owner); c.Owner != "" && (c.Owner != before.Owner || c.Branch != before.Branch) &&
		(!found || !c.mayBeOf(p, now)) {
		flt("/owner", "请选择该网点在职的销售或经理。", "Choose a sales person or manager who works for the branch.")
	}
	if category, found := tree.Find(c.Category); c.Category != "" && c.Category != before.Category &&
		(!found || category.Closed || !tree.Leaf(c.Category)) {
		flt("/category", "请选择一个未停用的末级类别（见 GET /categories）。",
			"Choose an open category without others below it; GET /categories lists them.")
	}
	switch _, err := identity.TaxNumber(c.TaxNumber); {
	case c.TaxNumber == "" || c.TaxNumber == before.TaxNumber || err == nil:
	case errors.Is(err, identity.ErrCreditCode):
		flt("/tax_number", "统一社会信用代码有误：共 18 位，没有字母 I、O、S、V、Z，最后一位为校验码。请对照营业执照核对。",
			"This is no unified social credit code: it has 18 signs, never I, O, S, V or Z, and the last one checks the "+
				"others. Compare it with the business licence.")
	default:
		flt("/tax_number", "税号为 6 到 24 位字母或数字。请核对。", "A tax number has 6 to 24 letters and digits. Check it.")
	}
	if from, to, _ := strings.Cut(c.PreferredHours, "-"); c.PreferredHours != "" &&
		(!hoursForm.MatchString(c.PreferredHours) || from >= to) {
		flt("/preferred_hours", "请按 09:00-11:30 的格式填写，开始早于结束。", "Write the hours like 09:00-11:30, the earlier one first.")
	}
	return faults
}

// Claims are the values that belong to the customer itself. Those of the people belong to the contacts.
func (c Customer) Claims() []identity.Claim {
	if c.TaxNumber == "" {
		return nil
	}
	return []identity.Claim{{Kind: identity.ClaimTax, Value: c.TaxNumber}}
}

var claimWords = map[identity.ClaimKind]words.Text{
	identity.ClaimPhone: {Zh: "电话", En: "phone number"},
	identity.ClaimEmail: {Zh: "电子邮箱", En: "e-mail address"},
	identity.ClaimTax:   {Zh: "税号", En: "tax number"},
}

// BelongsTo is the Taken error for a value that another customer has already. It names that customer only
// to an actor who may see the customer.
func BelongsTo(kind identity.ClaimKind, holder Customer, by staff.Actor) error {
	text := claimWords[kind]
	if !holder.SeenBy(by) {
		return fault.Fail(fault.Taken, "这个"+text.Zh+"已属于另一位客户，您无权查看。请与经理联系。",
			"This "+text.En+" belongs to another customer, whom you may not see. Ask a manager.")
	}
	e := fault.Fail(fault.Taken,
		fmt.Sprintf("这个%s已属于客户“%s”（见 record）。请打开那位客户，不要重复建立。", text.Zh, holder.Name),
		fmt.Sprintf("This %s belongs to the customer %q, in record. Open that one instead of making another.", text.En,
			holder.Name))
	e.Record = holder.Card()
	return e
}

// Card is a customer in a list.
type Card struct {
	ID         string     `json:"id"`
	Version    int64      `json:"version"`
	Kind       string     `json:"kind" of:"customer-kind"`
	Name       string     `json:"name"`
	LatinName  string     `json:"latin_name,omitempty"`
	Branch     string     `json:"branch"`
	Shared     bool       `json:"shared,omitempty"`
	Owner      string     `json:"owner,omitempty"`
	LifeCycle  string     `json:"life_cycle" of:"life-stage"`
	Category   string     `json:"category,omitempty"`
	ArchivedAt *time.Time `json:"archived_at,omitempty"`
}

// Card is the customer in a list.
func (c Customer) Card() Card {
	return Card{ID: c.ID, Version: c.Version, Kind: c.Kind, Name: c.Name, LatinName: c.LatinName, Branch: c.Branch,
		Shared: c.Shared,
		Owner:  c.Owner, LifeCycle: c.LifeCycle, Category: c.Category, ArchivedAt: c.ArchivedAt}
}

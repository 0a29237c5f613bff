package customer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// CadenceRule says how often colleagues speak with some customers and review them, in whole days of 24 hours.
// It applies to customers who match every field that it names. Where several rules apply to one customer, the
// fewest days hold. A number of days that is 0 asks for nothing.
type CadenceRule struct {
	Relationship     string `json:"relationship,omitempty" validate:"omitempty,one=relationship" description:"For customers of this relationship · 适用的客户关系"`
	ValueOrientation string `json:"value_orientation,omitempty" validate:"omitempty,one=value-orientation" description:"For customers who pay for this · 适用的价值取向"`
	Category         string `json:"category,omitempty" validate:"omitempty,max=40,slug" description:"For customers of this category and those below it · 适用的类别及其下级"`
	Touch            int64  `json:"touch_days,omitempty" validate:"min=0,max=3650" description:"After so long without a word a task opens; 0: none · 多少天没有往来即建任务，0 为不建"`
	Review           int64  `json:"review_days,omitempty" validate:"min=0,max=3650" description:"So often a task opens to review the customer; 0: none · 每隔多少天回顾一次，0 为不回顾"`
}

// standardCadence covers the key customers of a new shop: two relationships, and the leaves of the standard
// tree for key accounts. 35 days are five weeks. A customer who is spoken with every month, on any weekday,
// is then never late. 91 days are a quarter, as in rhythms.
func standardCadence() []CadenceRule {
	var out []CadenceRule
	for _, relationship := range []string{"key-account", "partner"} {
		out = append(out, CadenceRule{Relationship: relationship, Touch: 35, Review: 91})
	}
	for _, category := range []string{"direct-key-account", "indirect-key-account", "regional-key-account"} {
		out = append(out, CadenceRule{Category: category, Touch: 35, Review: 91})
	}
	return out
}

// check adds what is wrong with the rule. place is the rule's JSON pointer in the policy.
func (r CadenceRule) check(f *fault.List, place string) {
	if r.Relationship == "" && r.ValueOrientation == "" && r.Category == "" {
		f.Add(place, "请至少填写 relationship、value_orientation、category 之一，说明适用于哪些客户。",
			"Say for whom this is: enter relationship, value_orientation or category.")
	}
	for _, named := range []struct {
		name, value string
		of          []Class
	}{{"relationship", r.Relationship, Relationships}, {"value_orientation", r.ValueOrientation, ValueOrientations}} {
		if _, known := classed(named.of, named.value); named.value != "" && !known {
			var values []string
			for _, c := range named.of {
				values = append(values, c.Value)
			}
			f.Add(place+"/"+named.name, "请从这些值中选择："+strings.Join(values, "、")+"。", "Choose one of: "+
				strings.Join(values, ", ")+".")
		}
	}
	f.Within(place+"/touch_days", r.Touch, 0, longestSilence)
	f.Within(place+"/review_days", r.Review, 0, longestSilence)
	if r.Touch == 0 && r.Review == 0 {
		f.Add(place+"/touch_days", "请填写 touch_days 或 review_days，否则这条规则不起作用。",
			"Enter touch_days or review_days: without them the rule does nothing.")
	}
}

// CheckCategories adds a fault for each rule whose category does not exist. A rule with a category that the
// earlier policy named already is accepted. So are the categories of the standard tree, which every shop
// knows.
func (p LifePolicy) CheckCategories(f *fault.List, before LifePolicy, tree CategoryTree) {
	for i, r := range p.Cadence {
		_, there := tree.Find(r.Category)
		_, standard := StandardCategories(time.Time{}).Find(r.Category)
		stood := slices.ContainsFunc(before.Cadence, func(old CadenceRule) bool { return old.Category == r.Category })
		if r.Category != "" && !there && !standard && !stood {
			f.Add(fmt.Sprintf("/life/cadence/%d/category", i), "没有这个类别。请从 GET /categories 中选择。",
				"There is no such category. Choose one of GET /categories.")
		}
	}
}

// classed finds a value in a closed list.
func classed(list []Class, value string) (Class, bool) {
	return lo.Find(list, func(c Class) bool { return c.Value == value })
}

// paceOf gives the most days without a word with the customer, and the days between two reviews. 0 means no
// limit.
func (p LifePolicy) paceOf(c Customer) (touch, review int64) {
	shorter := func(days *int64, by int64) {
		if by > 0 && (*days == 0 || by < *days) {
			*days = by
		}
	}
	for _, r := range p.Cadence {
		if (r.Relationship == "" || r.Relationship == c.Relationship) &&
			(r.ValueOrientation == "" || r.ValueOrientation == c.ValueOrientation) &&
			(r.Category == "" || p.tree.Within(c.Category, r.Category)) {
			shorter(&touch, r.Touch)
			shorter(&review, r.Review)
		}
	}
	return touch, review
}

// Cadence is when contact with a customer and a review of the customer are due next, and which tasks opened
// last. What opened is kept whatever the policy says later, so that one silence opens one task.
type Cadence struct {
	TouchDue   *time.Time `json:"touch_due_at,omitempty" description:"When silence opens a task · 沉默到何时会建联系任务"`
	ReviewDue  *time.Time `json:"review_due_at,omitempty" description:"When a task opens to review the customer · 何时建回顾任务"`
	SilentFrom *time.Time `json:"silent_from,omitempty" description:"The last word before the silence that opened touch_task · 已建联系任务的那次沉默从何时开始"`
	TouchTask  string     `json:"touch_task,omitempty"`
	ReviewedAt *time.Time `json:"reviewed_at,omitempty" description:"When review_task opened · 上次回顾任务的建立时间"`
	ReviewTask string     `json:"review_task,omitempty"`
}

// sameDays reports whether touch and review are due at the same times in both.
func (k Cadence) sameDays(other Cadence) bool {
	return Latest(k.TouchDue).Equal(Latest(other.TouchDue)) && Latest(k.ReviewDue).Equal(Latest(other.ReviewDue))
}

// paced is the customer's cadence with the due times that the policy gives. An archived customer has no due
// times, and neither has a lapsed one. A lapsed customer was asked about during the silence, and winning a
// customer back is other work than keeping one.
func (c Customer) paced(p LifePolicy) Cadence {
	k := c.Cadence
	k.TouchDue, k.ReviewDue = nil, nil
	if c.LifeCycle == LifeExit || c.LifeCycle == LifeLapsed {
		return k
	}
	touch, review := p.paceOf(c)
	if word := c.lastWord(); touch > 0 && word.After(Latest(k.SilentFrom)) {
		due := word.Add(time.Duration(touch) * wholeDay)
		k.TouchDue = &due
	}
	if review > 0 {
		due := Latest(&c.CreatedAt, k.ReviewedAt).Add(time.Duration(review) * wholeDay)
		k.ReviewDue = &due
	}
	return k
}

// Wakes is when the daily step next has something to do with the customer, if nothing happens before. ok is
// false when nothing is due.
func (c Customer) Wakes() (at time.Time, ok bool) {
	for _, due := range []*time.Time{c.LifeDue, c.Cadence.TouchDue, c.Cadence.ReviewDue} {
		if due != nil && (!ok || due.Before(at)) {
			at, ok = *due, true
		}
	}
	return at, ok
}

// Opening is a task that the daily step opens, with its event.
type Opening struct {
	Task  task.Task
	Event event.Event
}

// Tended is the result of the daily step: the customer and the tasks that it opens. Changed is false when
// there is nothing to write.
type Tended struct {
	Customer Customer
	Opened   []Opening
	Changed  bool
}

// Dealings are the shop's open matters with a customer, which stand outside the customer's own record.
type Dealings struct {
	Complains bool     // a complaint is open
	Tasks     []string // ids of all open items
	// Word is when the two last spoke about a complaint or a running job. It is zero where they never did.
	Word time.Time
}

// LastWord is when the shop and the customer last had contact, by the customer's own record.
func (c Customer) LastWord() time.Time { return c.lastWord() }

// Tend is the daily step. It ages the customer and opens a task where the cadence is due. The task goes to
// the customer's owner, else to the branch's manager, else to an owner of the shop. Each must be there before
// it is due. A word about a complaint or a job ends the silence like any other word. No contact task opens
// while a complaint is open, because a colleague speaks with the customer about that. None opens while the
// task of an earlier silence is open, and no review opens while one is. Tend asks again each day until the
// task can open, also where nobody was there to take it. Consent binds messages, not colleagues: the task's
// owner reads in the file how the customer may be reached. An error comes from the calendar or from the
// task's own rules, and the customer is then unchanged.
func (c Customer) Tend(by staff.Actor, shop firm.Roster, terms Terms, tasks task.Terms, has Dealings,
	now time.Time) (Tended, error) {
	var out Tended
	if out.Customer = c; has.Word.After(c.lastWord()) {
		out.Customer, out.Changed = c.Heard(terms.Policy, has.Word), true
	}
	if aged, changed := out.Customer.Age(terms.Policy, now); changed {
		out.Customer, out.Changed = aged, true
	}
	if out.Changed {
		out.Customer.Seq = c.Seq + 1
	}
	waits := func(due *time.Time, t string) bool {
		return due == nil || due.After(now) || slices.Contains(has.Tasks, t)
	}
	k := out.Customer.Cadence
	if !has.Complains && !waits(k.TouchDue, k.TouchTask) {
		opened, err := out.open(by, out.Customer.touchDraft, shop, terms, tasks, now)
		if err != nil {
			return Tended{Customer: c}, err
		}
		if opened != "" {
			word := out.Customer.lastWord()
			out.Customer.Cadence.SilentFrom, out.Customer.Cadence.TouchTask = &word, opened
		}
	}
	if !waits(k.ReviewDue, k.ReviewTask) {
		opened, err := out.open(by, out.Customer.reviewDraft, shop, terms, tasks, now)
		if err != nil {
			return Tended{Customer: c}, err
		}
		if opened != "" {
			out.Customer.Cadence.ReviewedAt, out.Customer.Cadence.ReviewTask = &now, opened
		}
	}
	if len(out.Opened) > 0 {
		out.Customer.Cadence = out.Customer.paced(terms.Policy)
		out.Customer.Seq, out.Changed = c.Seq+1, true
	}
	return out, nil
}

// open opens the task that draft writes for its owner. id is empty where nobody is there to take the task.
func (t *Tended) open(by staff.Actor, draft func(firm.Roster, Terms, staff.Staff, time.Time) task.Draft,
	shop firm.Roster, terms Terms, tasks task.Terms, now time.Time) (id string, err error) {
	due, err := terms.Calendar.Add(now, calendar.Seconds(tasks.Policy.OrStandard().Due))
	if err != nil {
		return "", err
	}
	own, _ := shop.Person(t.Customer.Owner)
	manager, _ := shop.Manager(terms.Branch, now)
	head, _ := shop.Head(terms.Branch, now)
	owner, found := task.FirstTaker(terms.Branch.ID, due, now, own, manager, head)
	if !found {
		return "", nil
	}
	tsk, e, err := task.New(by, draft(shop, terms, owner, now), owner, tasks, now)
	if err != nil {
		return "", err
	}
	t.Opened = append(t.Opened, Opening{tsk, e})
	return tsk.ID, nil
}

// titledName is how many characters of a customer's name a title takes, out of the 150 that a title has.
const titledName = 80

// touchDraft asks for contact with the customer after a silence. The last word before the silence names the
// task.
func (c Customer) touchDraft(shop firm.Roster, terms Terms, reader staff.Staff, now time.Time) task.Draft {
	word := c.lastWord()
	name, _ := words.Plain(c.Name, titledName)
	touch, _ := terms.Policy.paceOf(c)
	last := terms.Calendar.Date(word)
	if i := slices.IndexFunc(c.LastTouches, func(t TouchLine) bool { return t.At.Equal(word) }); i >= 0 {
		for _, more := range []string{ChannelWords(c.LastTouches[i].Channel).In(reader.Lang),
			shop.Who(c.LastTouches[i].By, reader.Lang)} {
			if more != "" {
				last += words.Text{Zh: "，", En: ", "}.In(reader.Lang) + more
			}
		}
	}
	text := fmt.Sprintf(words.Text{Zh: "上次往来：%s。\n规则 %s 要求至少每 %d 天与这位客户联系一次。请联系客户，登记这次接触，然后完成此任务。能用哪些方式联系，见客户档案。",
		En: "Last word: %s.\nPolicy %s asks for a word with this customer every %d days. Get in touch, log the contact, then close this task. The customer's file says how they may be reached."}.
		In(reader.Lang), last, terms.Ref, touch)
	if likes, known := classed(PreferredChannels, c.PreferredChannel); known {
		text += "\n" + words.Text{Zh: "客户偏好的方式：", En: "What they prefer: "}.In(reader.Lang) + likes.Words.In(reader.Lang)
	}
	return task.Draft{
		ID: task.ID(word, fmt.Sprintf("touch/%s/%d", c.ID, word.UnixMilli())), Customer: c.ID,
		Title: fmt.Sprintf(words.Text{Zh: "联系 %s：已 %d 天没有往来",
			En: "Get in touch with %s: %d days without a word"}.In(reader.Lang), name, int(now.Sub(word)/wholeDay)),
		Text: text + c.unowned(shop, reader, now),
	}
}

// reviewSteps are the checklist of a review.
var reviewSteps = []words.Text{
	{Zh: "负责人和联系人仍然合适", En: "The owner and the contacts are still the right ones"},
	{Zh: "偏好与特殊要求已向客户确认", En: "The customer has confirmed preferences and requirements"},
	{Zh: "投诉、往来频率和竞争对手已看过", En: "Complaints, frequency of contact and competitors were reviewed"},
	{Zh: "下一步已约定", En: "A next step is agreed"},
}

// reviewDraft asks for a review of the customer. The review before it names the task; for a first review the
// customer's creation does.
func (c Customer) reviewDraft(shop firm.Roster, terms Terms, reader staff.Staff, now time.Time) task.Draft {
	after := Latest(&c.CreatedAt, c.Cadence.ReviewedAt)
	name, _ := words.Plain(c.Name, titledName)
	_, review := terms.Policy.paceOf(c)
	last := words.Text{Zh: "还没有回顾过", En: "never"}.In(reader.Lang)
	if c.Cadence.ReviewedAt != nil {
		last = terms.Calendar.Date(after)
	}
	d := task.Draft{
		ID: task.ID(after, fmt.Sprintf("review/%s/%d", c.ID, after.UnixMilli())), Customer: c.ID,
		Title: fmt.Sprintf(words.Text{Zh: "回顾客户 %s", En: "Review the account %s"}.In(reader.Lang), name),
		Text: fmt.Sprintf(words.Text{Zh: "上次回顾：%s。规则 %s 要求每 %d 天回顾一次。请看客户档案，逐项完成清单。",
			En: "Last review: %s. Policy %s asks for one every %d days. Read the customer's file and go through the checklist."}.In(reader.Lang), last, terms.Ref, review) +
			c.unowned(shop, reader, now),
	}
	for _, step := range reviewSteps {
		d.Checklist = append(d.Checklist, step.In(reader.Lang))
	}
	return d
}

// unowned asks for an owner where the customer has none, or where the owner no longer works here.
func (c Customer) unowned(shop firm.Roster, reader staff.Staff, now time.Time) string {
	if p, found := shop.Person(c.Owner); found && p.Employed(now) {
		return ""
	}
	return "\n" + words.Text{Zh: "这位客户没有在职的负责人。请指定一位。",
		En: "This customer has no owner who works here. Name one."}.In(reader.Lang)
}

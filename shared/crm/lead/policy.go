package lead

import (
	"cmp"
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
)

// steps are what a lead's process can do.
var steps = []string{ladder.DoAcknowledge, ladder.DoAssign, ladder.DoTell, ladder.DoRemind, ladder.DoReassign,
	ladder.DoTellManager, ladder.DoRecycle, ladder.DoAskQuote}

// Terms are the rules for the leads of one branch at one moment.
type Terms struct {
	firm.Terms
	Policy Policy
}

// Policy says how fast a lead is followed up and by whom. All durations are seconds of working time.
type Policy struct {
	FirstContact int64         `json:"first_contact_s" validate:"min=1,max=10000000" description:"From capture to the first contact · 从收到询价到首次联系"`
	Pool         int64         `json:"pool_s" validate:"min=1,max=10000000" description:"How long a lead may lie in the pool · 线索可在公海停留多久"`
	NextStep     int64         `json:"next_step_s" validate:"min=1,max=10000000" description:"After a contact, when no date was agreed · 联系之后未约定日期时的下一步期限"`
	Quote        int64         `json:"quote_s,omitempty" validate:"min=0,max=10000000" description:"Time to quote · 报价期限"`
	MaxOwners    int           `json:"max_owners" validate:"min=1,max=100" description:"After so many owners without a contact it goes to the pool · 多少位负责人未联系后退回公海"`
	ClaimsPerDay int           `json:"claims_per_day" validate:"min=1,max=10000" description:"Per sales person and calendar day of the branch · 每位销售每天最多领取"`
	Ladder       []ladder.Rule `json:"ladder" validate:"max=50,dive" description:"What is done while a lead waits, and when; contacted and qualified take the standard where it leaves them out · 等待期间的提醒与升级；未写明已联系与商机阶段时按标准"`
}

// StandardPolicy is what a new shop starts with. The first contact is due within 30 working minutes, with
// reminders at half time and when it is due. Half an hour later the lead goes to the next owner, and after
// three owners to the pool. Once the person was reached, the next step that passes reminds the owner, and a working
// day (8 hours) later the manager. After ten more days (80 hours) without a word the lead returns to the pool, after
// fifteen where it was qualified. A quotation is asked for within two days.
func StandardPolicy() Policy {
	const minute, hour = 60, 3600
	return Policy{
		FirstContact: 30 * minute, Pool: 16 * hour, NextStep: 40 * hour, Quote: standardQuote, MaxOwners: 3,
		ClaimsPerDay: 10,
		Ladder: append([]ladder.Rule{
			{State: StateNew, Name: "acknowledge", Do: ladder.DoAcknowledge},
			{State: StateNew, Name: "assign", Do: ladder.DoAssign},
			{State: StateAssigned, Name: "acknowledge", Do: ladder.DoAcknowledge},
			{State: StateAssigned, Name: "tell", Do: ladder.DoTell},
			{State: StateAssigned, Name: "half", Do: ladder.DoRemind, Percent: 50},
			{State: StateAssigned, Name: "due", Do: ladder.DoRemind, Percent: 100},
			{State: StateAssigned, Name: "overdue", Do: ladder.DoReassign, Percent: 100, Plus: 30 * minute},
			{State: StatePooled, Name: "acknowledge", Do: ladder.DoAcknowledge},
			{State: StatePooled, Name: "pooled", Do: ladder.DoTellManager},
			{State: StatePooled, Name: "stale", Do: ladder.DoTellManager, Percent: 100},
		}, standardPursuit()...),
	}
}

// standardQuote is the working time for a quotation, in seconds: two days of 8 hours.
const standardQuote = 16 * 3600

// standardPursuit is what is done about a lead whose person was reached.
func standardPursuit() []ladder.Rule {
	const hour = 3600
	return []ladder.Rule{
		{State: StateContacted, Name: "step-due", Do: ladder.DoRemind, Percent: 100},
		{State: StateContacted, Name: "step-late", Do: ladder.DoTellManager, Percent: 100, Plus: 8 * hour},
		{State: StateContacted, Name: "idle", Do: ladder.DoRecycle, Percent: 100, Plus: 80 * hour},
		{State: StateQualified, Name: "quote", Do: ladder.DoAskQuote},
		{State: StateQualified, Name: "quote-due", Do: ladder.DoRemind, Percent: 100},
		{State: StateQualified, Name: "quote-late", Do: ladder.DoTellManager, Percent: 100, Plus: 8 * hour},
		{State: StateQualified, Name: "stalled", Do: ladder.DoRecycle, Percent: 100, Plus: 120 * hour},
	}
}

// pursuit is the ladder of a lead whose person was reached. A policy from before such leads were followed does not name
// the state, and takes the standard's rungs.
func (p Policy) pursuit(state string) []ladder.Rule {
	if slices.ContainsFunc(p.Ladder, func(r ladder.Rule) bool { return r.State == state }) {
		return p.Ladder
	}
	return standardPursuit()
}

// quoteTime is the working time for a quotation, in seconds.
func (p Policy) quoteTime() int64 { return cmp.Or(p.Quote, standardQuote) }

// Thanks are the messages that may thank the person for the enquiry, as the ledger of messages names them. By the
// policy's ladder a message has one name in every state.
func (l Lead) Thanks(p Policy) (out []message.Message) {
	about := ladder.Progress{Kind: "lead", ID: l.ID, Round: 1}.About()
	for _, rule := range p.Ladder {
		if rule.Do != ladder.DoAcknowledge || slices.ContainsFunc(out, func(m message.Message) bool {
			return m.Step == rule.Name
		}) {
			continue
		}
		for _, channel := range []string{message.ChannelEmail, message.ChannelSMS} {
			out = append(out, message.Message{Person: l.ContactID, About: about, Step: rule.Name, Channel: channel})
		}
	}
	return out
}

// Check adds to f what is wrong with the policy. Each figure must be above 0.
func (p Policy) Check(f *fault.List) {
	for _, figure := range []struct {
		name string
		n    int64
	}{
		{"first_contact_s", p.FirstContact}, {"pool_s", p.Pool}, {"next_step_s", p.NextStep},
		{"max_owners", int64(p.MaxOwners)},
		{"claims_per_day", int64(p.ClaimsPerDay)},
	} {
		if figure.n <= 0 {
			f.Add("/lead/"+figure.name, "请填写大于 0 的整数。", "Enter a whole number above 0.")
		}
	}
	ladder.Check(f, "/lead/ladder", p.Ladder, States, steps, PassedOn)
}

// Longest is the most working time that the policy asks for at once.
func (p Policy) Longest() time.Duration {
	budget := max(p.FirstContact, p.Pool, p.NextStep, p.quoteTime())
	most := budget
	for _, r := range slices.Concat(p.Ladder, p.pursuit(StateContacted), p.pursuit(StateQualified)) {
		most = max(most, budget*r.Percent/100+r.Plus)
	}
	return calendar.Seconds(most)
}

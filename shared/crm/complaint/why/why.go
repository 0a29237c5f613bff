// Package why puts together for a reader why a complaint stands as it does.
package why

import (
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// File says why a complaint stands as it does, in the reader's language. Each part names its rule, the version of the
// policy, and the inputs.
type File struct {
	Policy    string     `json:"policy"` // of the deadlines: standard@3
	Severity  int        `json:"severity"`
	Deadlines []Deadline `json:"deadlines"`
	Verdict   *Verdict   `json:"verdict,omitempty"`
	Remedy    *Remedy    `json:"remedy,omitempty"`
	Approval  *Approval  `json:"approval,omitempty"`
}

// Verdict is a verdict in words. Stands is what holds: the rule's verdict, or an overruling that another colleague
// has approved.
type Verdict struct {
	Liability  verdict.Liability `json:"liability"`
	Words      string            `json:"words"`
	OurShare   int               `json:"our_share"`
	Stands     verdict.Liability `json:"stands"`
	StandsFor  int               `json:"stands_our_share"`
	Reasons    []string          `json:"reasons"` // in their order; the last one decided
	Missing    []string          `json:"missing,omitempty"`
	Limit      string            `json:"limit,omitempty"`
	Source     string            `json:"limit_source,omitempty"`
	LastDay    string            `json:"last_day,omitempty"`
	Rule       string            `json:"rule"`
	Settings   verdict.Policy    `json:"settings"`
	Inputs     verdict.Case      `json:"inputs"`
	Overruled  string            `json:"overruled,omitempty"` // why
	OverruleBy string            `json:"overruled_by,omitempty"`
	ApprovedBy string            `json:"approved_by,omitempty"`
}

// Remedy says what the proposals followed from, and which colleague chose.
type Remedy struct {
	Basis    *proposal.Basis `json:"basis,omitempty"` // none where staff chose without proposals
	Proposed []Proposal      `json:"proposed,omitempty"`
	Chosen   []remedy.Remedy `json:"chosen,omitempty"`
	By       string          `json:"by,omitempty"`
}

// Proposal is a proposal in words, best first.
type Proposal struct {
	Remedies   []remedy.Remedy `json:"remedies"`
	Why        string          `json:"why"`
	MeetsDate  bool            `json:"meets_date"`
	NeedsOwner bool            `json:"needs_owner"`
}

// Approval is what was asked, what the customer was given before, and which approver decided.
type Approval struct {
	approval.Approval
	Asked   string          `json:"asked_by"`
	Decided string          `json:"decided_by_name,omitempty"`
	Limits  approval.Policy `json:"limits"` // as they are now
}

// Of puts together why the complaint stands as it does. A reader who may see no amounts gets no money.
func Of(c complaint.Complaint, by staff.Actor, shop firm.Roster, terms complaint.Terms, lang words.Lang,
	now time.Time) File {
	out := File{Policy: c.Policy, Severity: c.Severity, Deadlines: Deadlines(c, terms, lang, now)}
	if c.Verdict != nil {
		out.Verdict = judged(*c.Verdict, shop, lang)
	}
	if complaint.NoMoney(by) {
		return out
	}
	if c.ProposedFrom != nil || len(c.Remedies) > 0 {
		out.Remedy = &Remedy{Basis: c.ProposedFrom, Chosen: c.Remedies, By: shop.Who(c.ProposedBy, lang)}
		for _, p := range c.Proposals {
			out.Remedy.Proposed = append(out.Remedy.Proposed,
				Proposal{p.Remedies, p.Why.In(lang), p.MeetsDate, p.NeedsOwner})
		}
	}
	if c.Approval != nil {
		out.Approval = &Approval{*c.Approval, shop.Who(c.Approval.RequestedBy, lang),
			shop.Who(c.Approval.DecidedBy, lang), terms.Policy.OrStandard().Approval}
	}
	return out
}

func judged(v verdict.Verdict, shop firm.Roster, lang words.Lang) *Verdict {
	out := &Verdict{Liability: v.Liability, Words: verdict.Liabilities[v.Liability].In(lang), OurShare: v.OurShare,
		Reasons: []string{}, LastDay: v.LastDay, Rule: v.Rule,
		Settings: v.Policy, Inputs: v.Inputs}
	out.Stands, out.StandsFor = v.Stands()
	for _, r := range v.Reasons {
		out.Reasons = append(out.Reasons, r.Text.In(lang))
	}
	for _, m := range v.Missing {
		out.Missing = append(out.Missing, m.Text.In(lang))
	}
	if v.Tolerance != nil {
		out.Limit, out.Source = v.Tolerance.Words(), v.Tolerance.Source.In(lang)
	}
	if o := v.Overruled; o != nil {
		out.Overruled, out.OverruleBy, out.ApprovedBy = o.Reason, shop.Who(o.By, lang), shop.Who(o.ApprovedBy, lang)
	}
	return out
}

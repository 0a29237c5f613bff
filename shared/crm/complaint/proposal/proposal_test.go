package proposal_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// readRemedy reads a case of testdata/remedy.txt: the facts, and the proposals that must follow, each as the file
// writes it.
func readRemedy(b crmtest.CaseBlock) (proposal.Case, []string, error) {
	c, want, r := proposal.Case{}, []string(nil), &crmtest.CaseReader{}
	digits := 2
	for _, l := range b.Lines {
		parts := l.Parts()
		switch l.Label {
		case "verdict":
			c.Liability, c.OurShare = verdict.Liability(parts[0][0]), int(r.Whole(strings.TrimSuffix(parts[0][1], " %")))
		case "defect":
			c.Defect, c.Severity = defect.Kind(parts[0][0]), int(r.Whole(parts[1][1]))
		case "quantity":
			for _, p := range parts {
				*r.Pick(p[0], map[string]*int64{"ordered": &c.Job.Ordered, "delivered": &c.Job.Delivered,
					"bad": &c.Affected}) = r.Whole(p[1])
			}
		case "price":
			c.Job.Value.Currency = parts[0][1]
			if c.Job.Value.Currency == "JPY" {
				digits = 0
			}
			c.Job.Value.Minor = r.Scaled(parts[0][0], digits)
		case "cost":
			for _, p := range parts {
				minor := map[string]*money.Money{"setup": &c.Cost.Setup, "run": &c.Cost.Run, "mend": &c.Cost.Mend,
					"freight": &c.Cost.Freight}[p[0]]
				if minor == nil {
					r.Fail("no such cost: %q", p[0])
					continue
				}
				*minor = money.Money{Minor: r.Scaled(p[1], digits), Currency: c.Job.Value.Currency}
			}
		case "facts":
			for _, p := range parts {
				remedyFact(r, &c, p[0], p[1])
			}
		case "time":
			for _, p := range parts {
				*r.PickTime(p[0], map[string]*time.Time{"needed": &c.NeededBy, "reprint": &c.ReprintAt,
					"mend": &c.MendAt}) = r.Moment(p[1])
			}
		case "propose":
			want = append(want, l.Words)
		default:
			r.Fail("no such label: %q", l.Label)
		}
	}
	return c, want, r.Err
}

func remedyFact(r *crmtest.CaseReader, c *proposal.Case, word, value string) {
	switch word {
	case "usable":
		c.Usable = true
	case "sortable":
		c.Sortable = true
	case "mendable":
		c.Mendable = true
	case "standing":
		c.Standing = value
	case "wants":
		c.Wanted = remedy.Kind(value)
	case "late":
		c.LateHours = r.Whole(strings.TrimSuffix(value, " h"))
	default:
		r.Fail("no such fact: %q", word)
	}
}

// inFile writes a proposal as the file does.
func inFile(p proposal.Proposal) string {
	var kinds []string
	var cost, worth, pays int64
	currency := p.Remedies[0].Amount.Currency
	for _, r := range p.Remedies {
		kind := string(r.Kind)
		if r.Quantity > 0 {
			kind += fmt.Sprintf(" %d", r.Quantity)
		}
		kinds = append(kinds, kind)
		cost, worth, pays = cost+r.Amount.Minor, worth+r.Value.Minor, pays+r.CustomerPays.Minor
	}
	amount := func(minor int64) string {
		if currency == "JPY" {
			return fmt.Sprint(minor)
		}
		return fmt.Sprintf("%d.%02d", minor/100, minor%100)
	}
	out := strings.Join(kinds, " + ") + ": cost " + amount(cost) + ", worth " + amount(worth)
	if pays > 0 {
		out += ", pays " + amount(pays)
	}
	if !p.MeetsDate {
		out += ", late"
	}
	if p.NeedsOwner {
		out += ", owner"
	}
	return out
}

// TestRemedyCases proposes for every case of testdata/remedy.txt; with -v it prints what was proposed and why.
func TestRemedyCases(t *testing.T) {
	cases := crmtest.ReadCases(t, "remedy.txt")
	if len(cases) < 30 {
		t.Errorf("only %d cases", len(cases))
	}
	seen := map[remedy.Kind]bool{}
	for _, b := range cases {
		c, want, err := readRemedy(b)
		if err != nil || c.Check() != nil {
			t.Errorf("%s: %v %v", b.Title, err, c.Check())
			continue
		}
		var got []string
		t.Log(b.Title)
		for _, p := range proposal.Propose(c, proposal.StandardPolicy()) {
			got = append(got, inFile(p))
			t.Logf("    %-90s %s", inFile(p), p.Why.In(words.En))
			if valid.Validate(p.Why) != nil {
				t.Errorf("%s: %+v", b.Title, p.Why)
			}
			for _, r := range p.Remedies {
				seen[r.Kind] = true
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n  got  %s\n  want %s", b.Title, strings.Join(got, "\n       "), strings.Join(want, "\n       "))
		}
		for i := range want { // a file that says something else must fail
			mutant := slices.Clone(want)
			mutant[i] = strings.Replace(mutant[i], "cost ", "cost 1", 1)
			if slices.Equal(got, mutant) {
				t.Errorf("%s: another amount passes", b.Title)
			}
		}
	}
	for _, kind := range remedy.Kinds {
		if !seen[kind] || valid.Validate(remedy.Words[kind]) != nil {
			t.Errorf("no case proposes %s, or it has no words", kind)
		}
	}
}

func TestCheckRemedies(t *testing.T) {
	job := remedy.Job{Value: kerneltest.CNY(100_000), Ordered: 1000, Delivered: 900}
	cut := func(minor int64) remedy.Remedy {
		return remedy.Remedy{Kind: remedy.PriceCut, Amount: kerneltest.CNY(minor), Value: kerneltest.CNY(minor)}
	}
	makes := func(kind remedy.Kind, n int64) remedy.Remedy {
		return remedy.Remedy{Kind: kind, Quantity: n, Amount: kerneltest.CNY(1), Value: kerneltest.CNY(1)}
	}
	for _, c := range []struct {
		name     string
		remedies []remedy.Remedy
		owner    bool
		faults   string
	}{
		{"the whole price", []remedy.Remedy{cut(100_000)}, false, ""},
		{"one fen more", []remedy.Remedy{cut(100_001)}, true, ""},
		{"together one fen more",
			[]remedy.Remedy{cut(60_000), {Kind: remedy.Gift, Amount: kerneltest.CNY(40_001), Value: kerneltest.CNY(40_001)}},
			true, ""},
		{"worth more, costs less",
			[]remedy.Remedy{{Kind: remedy.FullReprint, Quantity: 1000, Amount: kerneltest.CNY(5),
				Value: kerneltest.CNY(100_001)}}, true, ""},
		{"costs more, worth less",
			[]remedy.Remedy{{Kind: remedy.FullReprint, Quantity: 1000, Amount: kerneltest.CNY(100_001),
				Value: kerneltest.CNY(5)}}, true, ""},
		{"all that was delivered", []remedy.Remedy{makes(remedy.PartReprint, 900)}, false, ""},
		{"more than was delivered", []remedy.Remedy{makes(remedy.PartReprint, 901)}, false, "/remedies/0/quantity"},
		{"rework more than was delivered", []remedy.Remedy{makes(remedy.Rework, 901)}, false, "/remedies/0/quantity"},
		{"all that is short", []remedy.Remedy{makes(remedy.MakeUp, 100)}, false, ""},
		{"more than is short", []remedy.Remedy{makes(remedy.MakeUp, 101)}, false, "/remedies/0/quantity"},
		{"more than was ordered", []remedy.Remedy{makes(remedy.FullReprint, 1001)}, false, "/remedies/0/quantity"},
		{"no quantity", []remedy.Remedy{makes(remedy.Rework, 0)}, false, "/remedies/0/quantity"},
		{"a negative quantity", []remedy.Remedy{makes(remedy.Rework, -1)}, false, "/remedies/0/quantity"},
		{"a quantity of money", []remedy.Remedy{makes(remedy.Refund, 1)}, false, "/remedies/0/quantity"},
		{"nothing", nil, false, "/remedies"},
		{"unknown", []remedy.Remedy{{Kind: "flowers", Amount: kerneltest.CNY(1), Value: kerneltest.CNY(1)}}, false,
			"/remedies/0/kind"},
		{"twice", []remedy.Remedy{cut(1), cut(1)}, false, "/remedies/1/kind"},
		{"all and a part", []remedy.Remedy{makes(remedy.FullReprint, 1), makes(remedy.PartReprint, 1)}, false, "/remedies"},
		{"negative", []remedy.Remedy{cut(-1)}, false, "/remedies/0/amount/minor /remedies/0/value/minor"},
		{"other money", []remedy.Remedy{{Kind: remedy.Refund, Amount: money.Money{Minor: 1, Currency: "USD"},
			Value: kerneltest.CNY(1)}}, false, "/remedies/0/amount/currency"},
		{"no money", []remedy.Remedy{{Kind: remedy.Apology}}, false,
			"/remedies/0/amount/currency /remedies/0/value/currency"},
		{"the customer pays less than nothing",
			[]remedy.Remedy{{Kind: remedy.Apology, Amount: kerneltest.CNY(0), Value: kerneltest.CNY(0),
				CustomerPays: kerneltest.CNY(-1)}}, false, "/remedies/0/customer_pays/minor"},
		{"more than fits", []remedy.Remedy{cut(math.MaxInt64),
			{Kind: remedy.Gift, Amount: kerneltest.CNY(1), Value: kerneltest.CNY(1)}}, false, "/remedies"},
	} {
		owner, faults := remedy.Check(c.remedies, job)
		var pointers []string
		for _, f := range faults {
			pointers = append(pointers, f.Pointer)
			if valid.Validate(f.Text) != nil {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		if owner != c.owner || strings.Join(pointers, " ") != c.faults {
			t.Errorf("%s: owner %v, faults %v", c.name, owner, pointers)
		}
	}
	for pointer, spoilt := range map[string]remedy.Job{
		"/value/currency": {Value: money.Money{Minor: 1, Currency: "RMB"}, Ordered: 1, Delivered: 1},
		"/value/minor":    {Value: kerneltest.CNY(-1), Ordered: 1, Delivered: 1},
		"/delivered":      {Value: kerneltest.CNY(1), Ordered: 1, Delivered: -1},
	} {
		if faults := spoilt.Check(); len(faults) != 1 || faults[0].Pointer != pointer {
			t.Errorf("%s: %+v", pointer, faults)
		}
	}
}

// TestRemedyCaseCheck: a faulty case or policy proposes nothing.
func TestRemedyCaseCheck(t *testing.T) {
	good := proposal.Case{Liability: verdict.LiableUs, OurShare: 100,
		Job: remedy.Job{Value: kerneltest.CNY(100_000), Ordered: 1000, Delivered: 1000}, Defect: defect.SetOff, Severity: 3,
		Affected: 10, Usable: true}
	if len(proposal.Propose(good, proposal.StandardPolicy())) == 0 {
		t.Fatal("nothing is proposed for a good case")
	}
	// overruled to be ours, and yet not a piece is missing or too many
	for _, kind := range []defect.Kind{defect.Short, defect.Over} {
		c := good
		c.Defect = kind
		if got := proposal.Propose(c, proposal.StandardPolicy()); got != nil {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	for pointer, spoil := range map[string]func(*proposal.Case){
		"/our_share": func(c *proposal.Case) { c.OurShare = 101 }, "/defect": func(c *proposal.Case) { c.Defect = "smell" },
		"/severity":    func(c *proposal.Case) { c.Severity = 0 },
		"/affected":    func(c *proposal.Case) { c.Affected = 1001 },
		"/job/ordered": func(c *proposal.Case) { c.Job.Ordered = 0 },
		"/late_hours":  func(c *proposal.Case) { c.LateHours = -1 },
		"/standing":    func(c *proposal.Case) { c.Standing = "friend" },
		"/cost":        func(c *proposal.Case) { c.Cost.Run = money.Money{Minor: 1, Currency: "USD"} },
		"/value/minor": func(c *proposal.Case) { c.Job.Value.Minor = -1 },
	} {
		c := good
		spoil(&c)
		if faults := c.Check(); len(faults) != 1 || faults[0].Pointer != pointer || valid.Validate(faults[0].Text) != nil ||
			proposal.Propose(c, proposal.StandardPolicy()) != nil {
			t.Errorf("%s: %+v", pointer, faults)
		}
	}
	for name, spoil := range map[string]func(*proposal.Policy){
		"waste":    func(p *proposal.Policy) { p.Waste = -1 },
		"cut":      func(p *proposal.Policy) { p.PriceCut = map[int]int64{3: 101} },
		"unusable": func(p *proposal.Policy) { p.PriceCut = map[int]int64{1: 5} },
		"goodwill": func(p *proposal.Policy) { p.Goodwill = map[string]int64{proposal.StandingKey: 101} },
		"late":     func(p *proposal.Policy) { p.LatePerDay = -1 },
	} {
		p := proposal.StandardPolicy()
		spoil(&p)
		if fault.Sound(p) || proposal.Propose(good, p) != nil {
			t.Errorf("%s: a faulty policy is used", name)
		}
	}
}

func drawRemedyCase(t *rapid.T) proposal.Case {
	kinds := []defect.Kind{"smell"}
	for _, d := range defect.Defects() {
		kinds = append(kinds, d.Kind)
	}
	amount := rapid.Custom(func(t *rapid.T) money.Money {
		if rapid.IntRange(0, 3).Draw(t, "not known") == 0 {
			return money.Money{}
		}
		return kerneltest.CNY(rapid.OneOf(rapid.Int64Range(0, 10_000_000), rapid.Int64Min(0)).Draw(t, "minor"))
	})
	at := rapid.Custom(func(t *rapid.T) time.Time {
		days := rapid.IntRange(-1, 10).Draw(t, "days")
		if days < 0 {
			return time.Time{}
		}
		return crmtest.Tuesday.AddDate(0, 0, days)
	})
	number := rapid.OneOf(rapid.Int64Range(0, 10_000), rapid.Int64Range(0, remedy.MaxQuantity))
	c := proposal.Case{
		Liability: rapid.SampledFrom([]verdict.Liability{verdict.LiableUs, verdict.LiableShared, verdict.LiableCustomer,
			verdict.LiableSupplier, verdict.LiableCarrier, verdict.WithinTolerance, verdict.OutOfWindow,
			verdict.Unclear}).Draw(t, "liability"),
		OurShare: rapid.IntRange(0, 100).Draw(t, "share"),
		Job: remedy.Job{Value: kerneltest.CNY(rapid.OneOf(rapid.Int64Range(0, 10_000_000), rapid.Int64()).Draw(t,
			"price")), Ordered: number.Draw(t, "ordered"), Delivered: number.Draw(t, "delivered")},
		Defect: rapid.SampledFrom(kinds).Draw(t, "defect"), Severity: rapid.IntRange(1, 4).Draw(t, "severity"),
		LateHours: rapid.Int64Range(0, 3000).Draw(t, "late"),
		Usable:    rapid.Bool().Draw(t, "usable"), Sortable: rapid.Bool().Draw(t, "sortable"),
		Mendable: rapid.Bool().Draw(t, "mendable"),
		Standing: rapid.SampledFrom([]string{"", proposal.StandingNew, proposal.StandingRegular,
			proposal.StandingKey}).Draw(t,
			"standing"), Wanted: rapid.SampledFrom(remedy.Kinds).Draw(t, "wanted"),
		NeededBy: at.Draw(t, "needed"), ReprintAt: at.Draw(t, "reprint"), MendAt: at.Draw(t, "mend at"),
		Cost: proposal.Cost{amount.Draw(t, "setup"), amount.Draw(t, "run"), amount.Draw(t, "mend"),
			amount.Draw(t, "freight")},
	}
	c.Affected = rapid.Int64Range(0, c.Job.Delivered).Draw(t, "affected")
	return c
}

// TestProposalsHold: whatever the case, each proposal passes the check of remedies and has its why. It passes the
// job's price only where the owner is asked, and counts in time what is in time. The order is the same each time; what
// cannot be proposed is not there.
func TestProposalsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawRemedyCase(t)
		proposals := proposal.Propose(c, proposal.StandardPolicy())
		again, _ := json.Marshal(proposal.Propose(c, proposal.StandardPolicy()))
		if first, _ := json.Marshal(proposals); string(first) != string(again) {
			t.Fatal("another order the second time")
		}
		if (c.Check() != nil || c.Liability == verdict.Unclear) && proposals != nil {
			t.Fatalf("proposed for a case that cannot be: %+v", proposals)
		}
		for i, p := range proposals {
			owner, faults := remedy.Check(p.Remedies, c.Job)
			if faults != nil || owner != p.NeedsOwner || valid.Validate(p.Why) != nil {
				t.Fatalf("%+v: owner %v, %+v", p, owner, faults)
			}
			if i > 0 && c.OurShare > 0 && p.MeetsDate && !proposals[i-1].MeetsDate {
				t.Fatalf("late before in time: %+v", proposals)
			}
			for _, r := range p.Remedies {
				if r.Kind == remedy.PriceCut && (c.Severity == 1 || !c.Usable && len(p.Remedies) == 1) {
					t.Fatalf("to keep what cannot be used: %+v", p)
				}
				if r.CustomerPays.Minor > 0 && c.OurShare == 100 || p.MeetsDate && r.PromisedAt.After(c.NeededBy) &&
					!c.NeededBy.IsZero() {
					t.Fatalf("the customer pays for our fault, or it comes too late: %+v", p)
				}
			}
		}
	})
}

// TestRemediesNeverOverflow: any list of remedies is either refused, or its sums fit and the owner is asked exactly
// when one passes the price.
func TestRemediesNeverOverflow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		job := remedy.Job{Value: kerneltest.CNY(rapid.Int64Min(0).Draw(t, "price")), Ordered: 1000, Delivered: 1000}
		var remedies []remedy.Remedy
		var cost, value float64 // only tells near from far: the exact sums are compared where they fit
		for i := range rapid.IntRange(1, 5).Draw(t, "remedies") {
			r := remedy.Remedy{Kind: remedy.Kinds[4+i], Amount: kerneltest.CNY(rapid.Int64Min(0).Draw(t, "amount")),
				Value: kerneltest.CNY(rapid.Int64Min(0).Draw(t, "value"))}
			remedies, cost, value = append(remedies, r), cost+float64(r.Amount.Minor), value+float64(r.Value.Minor)
		}
		owner, faults := remedy.Check(remedies, job)
		if tooMuch := max(cost, value) > 1.01*math.MaxInt64; tooMuch && faults == nil ||
			max(cost, value) < 0.99*math.MaxInt64 && faults != nil {
			t.Fatalf("cost %g, value %g: %+v", cost, value, faults)
		}
		if faults != nil {
			return
		}
		var exactCost, exactValue int64
		for _, r := range remedies {
			exactCost, exactValue = exactCost+r.Amount.Minor, exactValue+r.Value.Minor
		}
		if owner != (exactCost > job.Value.Minor || exactValue > job.Value.Minor) {
			t.Fatalf("owner %v for %d and %d of %d", owner, exactCost, exactValue, job.Value.Minor)
		}
	})
}

package verdict_test

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/valid"

	"pgregory.net/rapid"
)

// wantVerdict is what a case of testdata/verdict.txt says must follow.
type wantVerdict struct {
	liability verdict.Liability
	share     int
	because   string
	missing   []defect.Evidence
}

func readVerdict(b crmtest.CaseBlock) (verdict.Case, wantVerdict, error) {
	c, want, r := verdict.Case{Zone: "Asia/Shanghai"}, wantVerdict{}, &crmtest.CaseReader{}
	for _, l := range b.Lines {
		parts := l.Parts()
		switch l.Label {
		case "defect":
			c.Defect, c.Class = defect.Kind(parts[0][0]), defect.ProductClass(parts[1][0])
		case "quantity":
			for _, p := range parts {
				*r.Pick(p[0], map[string]*int64{"ordered": &c.Ordered, "delivered": &c.Delivered,
					"bad": &c.Affected}) = r.Whole(p[1])
			}
		case "time":
			for _, p := range parts {
				if p[0] == "window" {
					c.ContractDays = int(r.Whole(strings.TrimSuffix(p[1], " days")))
					continue
				}
				*r.PickTime(p[0], map[string]*time.Time{"promised": &c.PromisedAt, "delivered": &c.DeliveredAt,
					"reported": &c.ReportedAt}) = r.Moment(p[1])
			}
		case "measured":
			value, unit, _ := strings.Cut(parts[0][1], " ")
			c.Measurements = append(c.Measurements,
				defect.Measurement{Measure: defect.Measure(parts[0][0]), Value: r.Scaled(value, 3), Unit: unit,
					Samples: int(r.Whole(parts[1][0]))})
		case "contract":
			value, unit, _ := strings.Cut(parts[0][1], " ")
			c.Contract = &defect.Tolerance{Measure: defect.Measure(parts[0][0]), Limit: r.Scaled(value, 3), Unit: unit}
		case "facts":
			for _, p := range parts {
				fact(r, &c, p[0], p[1])
			}
		case "verdict":
			want.liability, want.share = verdict.Liability(parts[0][0]), int(r.Whole(strings.TrimSuffix(parts[0][1], " %")))
		case "because":
			want.because = l.Words
		case "missing":
			for _, p := range parts {
				want.missing = append(want.missing, defect.Evidence(p[0]))
			}
		default:
			r.Fail("no such label: %q", l.Label)
		}
	}
	return c, want, r.Err
}

func fact(r *crmtest.CaseReader, c *verdict.Case, word, value string) {
	switch word {
	case "proof":
		c.Proof = value
	case "file":
		c.File = value
	case "cause":
		c.Cause = value
	case "note":
		c.Note = value
	case "sample":
		c.Sample = value
	case "seen":
		c.Seen = value
	case "warned":
		c.Warned = true
	case "counted":
		c.Counted = true
	case "known":
		c.KnownToUs = true
	default:
		r.Fail("no such fact: %q", word)
	}
}

// differs says in what a verdict is not what the case asks for.
func (w wantVerdict) differs(v verdict.Verdict) string {
	var missing []defect.Evidence
	for _, m := range v.Missing {
		missing = append(missing, m.Evidence)
	}
	got := wantVerdict{v.Liability, v.OurShare, v.Reasons[len(v.Reasons)-1].Code, missing}
	if got.liability != w.liability || got.share != w.share || got.because != w.because ||
		!slices.Equal(got.missing, w.missing) {
		return fmt.Sprintf("got %v, the file says %v", got, w)
	}
	return ""
}

// TestVerdictCases judges every case of testdata/verdict.txt; with -v it prints the decision table.
func TestVerdictCases(t *testing.T) {
	cases := crmtest.ReadCases(t, "verdict.txt")
	if len(cases) < 60 {
		t.Errorf("only %d cases", len(cases))
	}
	var table strings.Builder
	seen := map[verdict.Liability]int{}
	for _, b := range cases {
		c, want, err := readVerdict(b)
		if err != nil {
			t.Errorf("%s: %v", b.Title, err)
			continue
		}
		v := verdict.Judge(c, verdict.StandardPolicy())
		if d := want.differs(v); d != "" {
			t.Errorf("%s: %s", b.Title, d)
		}
		seen[v.Liability]++
		var codes []string
		for _, r := range v.Reasons {
			codes = append(codes, r.Code)
		}
		fmt.Fprintf(&table, "%-17s%3d %%  %-24s%-15s%s\n%45s%s\n", v.Liability, v.OurShare, c.Defect, c.Class,
			strings.Join(codes, " > "), "", b.Title)
	}
	for liability := range verdict.Liabilities {
		if seen[liability] == 0 {
			t.Errorf("no case ends with %s", liability)
		}
	}
	t.Logf("%d cases, rule %s\n%s", len(cases), verdict.Rule, table.String())
}

// TestVerdictCasesBind changes each expectation of the file in turn: a file that says something else must fail.
func TestVerdictCasesBind(t *testing.T) {
	for _, b := range crmtest.ReadCases(t, "verdict.txt") {
		c, want, err := readVerdict(b)
		if err != nil {
			t.Fatal(err)
		}
		v := verdict.Judge(c, verdict.StandardPolicy())
		for i, spoil := range []func(*wantVerdict){
			func(w *wantVerdict) { w.liability += "x" }, func(w *wantVerdict) { w.share++ },
			func(w *wantVerdict) { w.because += "x" },
			func(w *wantVerdict) { w.missing = append(slices.Clone(w.missing), defect.EvidenceLab) },
		} {
			mutant := want
			spoil(&mutant)
			if mutant.differs(v) == "" {
				t.Errorf("%s: mutant %d passes", b.Title, i)
			}
		}
	}
	for _, line := range []crmtest.CaseLine{{Label: "verdicts", Words: "ours 100 %"},
		{Label: "quantity", Words: "orderd 5"}, {Label: "facts", Words: "proof2 matches"},
		{Label: "time", Words: "delivered soon"}, {Label: "measured", Words: "trim 1.2345 mm, 5 samples"}} {
		if _, _, err := readVerdict(crmtest.CaseBlock{Lines: []crmtest.CaseLine{line}}); err == nil {
			t.Errorf("a slip in the file is not found: %v", line)
		}
	}
}

// TestVerdictWords reads every reason that the cases bring about: both languages, short enough for a record, ending
// as a sentence.
func TestVerdictWords(t *testing.T) {
	for _, b := range crmtest.ReadCases(t, "verdict.txt") {
		c, _, _ := readVerdict(b)
		for _, r := range verdict.Judge(c, verdict.StandardPolicy()).Reasons {
			if faults := valid.Validate(r.Text); faults != nil || !strings.HasSuffix(r.Text.Zh, "。") ||
				!strings.HasSuffix(r.Text.En, ".") {
				t.Errorf("%s: %q %q", r.Code, r.Text.Zh, r.Text.En)
			}
		}
	}
	c, _, _ := readVerdict(crmtest.ReadCases(t, "verdict.txt")[13])
	v := verdict.Judge(c, verdict.StandardPolicy())
	if got := v.Reasons[1].Text; got.Zh != "实测超过限值：青品黄色差 4.2，限值 ≤ 3.5 ΔE00，来源：ISO 12647-2（据 TAGA 2015《Tolerances》转引）。" ||
		got.En != "Beyond the limit: colour difference of C, M, Y 4.2, limit ≤ 3.5 ΔE00, source: ISO 12647-2, as quoted in TAGA 2015, Tolerances (RIT)." {
		t.Errorf("%+v", got)
	}
	if v.Rule != verdict.Rule || v.Inputs.Affected != 2000 || v.Policy != verdict.StandardPolicy() ||
		v.LastDay != "2026-11-09" || v.Tolerance == nil {
		t.Errorf("what it was judged from is not kept: %+v", v)
	}
}

// TestVerdictRefuses holds the faults of input that no case of the file has.
func TestVerdictRefuses(t *testing.T) {
	good := verdict.Case{Defect: defect.Trim, Class: defect.ClassPaperback, Ordered: 100, Delivered: 100, Affected: 50,
		DeliveredAt: crmtest.Tuesday, ReportedAt: crmtest.Tuesday.Add(time.Hour),
		Measurements: []defect.Measurement{{Measure: defect.MeasureTrim, Value: 5_000, Unit: "mm", Samples: 5}}}
	if v := verdict.Judge(good, verdict.StandardPolicy()); v.Liability != verdict.LiableUs {
		t.Fatalf("%+v", v)
	}
	for code, spoil := range map[string]func(*verdict.Case, *verdict.Policy){
		"policy-faulty":  func(_ *verdict.Case, p *verdict.Policy) { p.SignedShare = 100 },
		"defect-unknown": func(c *verdict.Case, _ *verdict.Policy) { c.Defect = "smell" },
		"class-unknown":  func(c *verdict.Case, _ *verdict.Policy) { c.Class = "mug" },
		"word-unknown":   func(c *verdict.Case, _ *verdict.Policy) { c.Proof = "yes" },
		"contract-faulty": func(c *verdict.Case, _ *verdict.Policy) {
			c.Contract = &defect.Tolerance{Measure: defect.MeasureTrim, Limit: 1, Unit: "cm"}
		},
		"quantity-impossible": func(c *verdict.Case, _ *verdict.Policy) { c.Delivered = -1 },
		"delivered-missing":   func(c *verdict.Case, _ *verdict.Policy) { c.Delivered, c.Affected = 0, 0 },
		"ordered-missing":     func(c *verdict.Case, _ *verdict.Policy) { c.Defect, c.Ordered = defect.Short, 0 },
		"time-missing":        func(c *verdict.Case, _ *verdict.Policy) { c.ReportedAt = time.Time{} },
		"reported-before-delivery": func(c *verdict.Case,
			_ *verdict.Policy) {
			c.ReportedAt = crmtest.Tuesday.Add(-time.Minute)
		},
		"window-impossible":  func(c *verdict.Case, _ *verdict.Policy) { c.ContractDays = -1 },
		"measurement-faulty": func(c *verdict.Case, _ *verdict.Policy) { c.Measurements[0].Unit = "cm" },
		"proof-contradicts": func(c *verdict.Case, _ *verdict.Policy) {
			c.Defect, c.Proof = defect.ColourDeviation, verdict.ProofMatches
			c.Measurements = []defect.Measurement{{Measure: defect.MeasureDE00K, Value: 9_000, Unit: "ΔE00", Samples: 5}}
		},
		"note-missing": func(c *verdict.Case, _ *verdict.Policy) { c.Cause = verdict.CauseOurCarrier },
	} {
		c, p := good, verdict.StandardPolicy()
		c.Measurements = slices.Clone(good.Measurements)
		spoil(&c, &p)
		v := verdict.Judge(c, p)
		if last := v.Reasons[len(v.Reasons)-1].Code; v.Liability != verdict.Unclear || v.OurShare != 0 || last != code {
			t.Errorf("%s: %s %d %s", code, v.Liability, v.OurShare, last)
		}
	}
	for name, contract := range map[string]defect.Tolerance{
		"a wrong unit": {Measure: defect.MeasureShort, Unit: "h"},
		"negative":     {Measure: defect.MeasureTrim, Limit: -1, Unit: "mm"}, "unknown": {Measure: "smell"},
	} {
		c := good
		c.Contract = &contract
		if v := verdict.Judge(c, verdict.StandardPolicy()); v.Liability != verdict.Unclear ||
			v.Reasons[0].Code != "contract-faulty" {
			t.Errorf("%s: %+v", name, v)
		}
	}
	elsewhere := good
	elsewhere.Contract = defect.Agreed(defect.MeasureShort, 0, false)
	if v := verdict.Judge(elsewhere, verdict.StandardPolicy()); v.Liability != verdict.LiableUs ||
		v.Reasons[1].Code != "contract-elsewhere" {
		t.Errorf("a shortfall agreed for a trim: %+v", v)
	}
	both := good
	both.File, both.Cause = verdict.FileReported, verdict.CauseOurs
	if v := verdict.Judge(both, verdict.StandardPolicy()); v.Liability != verdict.LiableShared || v.OurShare != 50 {
		t.Errorf("both at fault: %s %d", v.Liability, v.OurShare)
	}
}

// TestVerdictTakesTheWorst: of several measurements the worst counts, by its size where a deviation goes both ways
// and downwards where more is better.
func TestVerdictTakesTheWorst(t *testing.T) {
	measured := func(kind defect.Kind, measure defect.Measure, unit string, values ...int64) verdict.Verdict {
		c := verdict.Case{Defect: kind, Ordered: 100, Delivered: 100, Affected: 50, DeliveredAt: crmtest.Tuesday,
			ReportedAt: crmtest.Tuesday, Cause: verdict.CauseOurs}
		for _, v := range values {
			c.Measurements = append(c.Measurements, defect.Measurement{Measure: measure, Value: v, Unit: unit, Samples: 5})
		}
		return verdict.Judge(c, verdict.StandardPolicy())
	}
	for _, c := range []struct {
		got  verdict.Verdict
		want verdict.Liability
	}{
		{measured(defect.Trim, defect.MeasureTrim, "mm", 200, -1_200, 900), verdict.LiableUs},
		{measured(defect.Trim, defect.MeasureTrim, "mm", 200, -1_000, 900), verdict.WithinTolerance},
		{measured(defect.LoosePage, defect.MeasurePull, "N/cm", 9_000, 4_400, 6_000), verdict.LiableUs},
		{measured(defect.LoosePage, defect.MeasurePull, "N/cm", 9_000, 4_500), verdict.WithinTolerance},
	} {
		if c.got.Liability != c.want {
			t.Errorf("%+v", c.got)
		}
	}
}

// TestVerdictNamesWhatIsUnmeasured: what is asked for has its name and unit. A way of measuring that was begun, or
// agreed, is gone on with.
func TestVerdictNamesWhatIsUnmeasured(t *testing.T) {
	for _, c := range []struct {
		kind     defect.Kind
		contract *defect.Tolerance
		measured []defect.Measure
		want     string
	}{
		{defect.ColourDeviation, nil, nil, "colour difference of C, M, Y (ΔE00), colour difference of K (ΔE00)"},
		{defect.ColourDeviation, nil, []defect.Measure{defect.MeasureDE00K}, "colour difference of C, M, Y (ΔE00)"},
		{defect.ColourDeviation, defect.Agreed(defect.MeasureDECMC, 2_000, false),
			[]defect.Measure{defect.MeasureDE00K, defect.MeasureDE00CMY}, "colour difference (CMC) (ΔECMC)"},
		{defect.ColourVariation, nil, nil,
			"colour difference of C, M (ΔE00), colour difference of Y (ΔE00), colour difference of K (ΔE00); or: density of C, M (D), density of K (D), density of Y (D)"},
		{defect.ColourVariation, nil, []defect.Measure{defect.MeasureDensityK}, "density of C, M (D), density of Y (D)"},
		{defect.ColourVariation, defect.Agreed(defect.MeasureDE00K, 3_000, false),
			[]defect.Measure{defect.MeasureDensityCM, defect.MeasureDensityK, defect.MeasureDensityY},
			"colour difference of K (ΔE00), colour difference of C, M (ΔE00), colour difference of Y (ΔE00)"},
		{defect.Spine, defect.Agreed(defect.MeasureSpine20, 1_000, false), nil, "spine title shift (spine 10–20 mm) (mm)"},
		{defect.Spine, nil, []defect.Measure{defect.MeasureSpine30}, ""},
	} {
		in := verdict.Case{Defect: c.kind, Ordered: 100, Delivered: 100, Affected: 50, DeliveredAt: crmtest.Tuesday,
			ReportedAt: crmtest.Tuesday, Contract: c.contract}
		for _, m := range c.measured {
			in.Measurements = append(in.Measurements,
				defect.Measurement{Measure: m, Value: 1, Unit: defect.Measures[m].Unit, Samples: 5})
		}
		v := verdict.Judge(in, verdict.StandardPolicy())
		last := v.Reasons[len(v.Reasons)-1]
		if c.want == "" {
			if v.Liability != verdict.WithinTolerance {
				t.Errorf("%s: %+v", c.kind, last)
			}
			continue
		}
		if last.Code != "measurement-missing" || last.Text.En != "A measurement is missing: "+c.want+"." ||
			v.Tolerance != nil {
			t.Errorf("%s, %v: %s", c.kind, c.measured, last.Text.En)
		}
		if asked := complaint.Unclear(v).Fields; len(asked) != 1 || asked[0].Pointer != "/meter" ||
			!strings.HasPrefix(asked[0].Text.En, last.Text.En) {
			t.Errorf("%s: %+v", c.kind, asked)
		}
	}
}

func TestVerdictHours(t *testing.T) {
	for d, want := range map[time.Duration]int64{-time.Hour: 0, 0: 0, 1: 1, time.Hour: 1_000, time.Hour + 1: 1_001,
		90 * time.Minute: 1_500, math.MaxInt64: 2_562_047_789} {
		if got := verdict.Hours(d); got != want {
			t.Errorf("%v: %d, want %d", d, got, want)
		}
	}
}

// TestVerdictKeepsItsInputs: what the caller does with the case afterwards changes no verdict.
func TestVerdictKeepsItsInputs(t *testing.T) {
	c := verdict.Case{Contract: &defect.Tolerance{Measure: defect.MeasureTrim, Limit: 1, Unit: "mm"},
		Measurements: []defect.Measurement{{Measure: defect.MeasureTrim, Value: 1}}}
	v := verdict.Judge(c, verdict.StandardPolicy())
	c.Contract.Limit, c.Measurements[0].Value = 2, 2
	if v.Inputs.Contract.Limit != 1 || v.Inputs.Measurements[0].Value != 1 {
		t.Errorf("%+v", v.Inputs)
	}
}

func TestOverrule(t *testing.T) {
	v := verdict.Verdict{Liability: verdict.LiableCustomer}
	o := verdict.Overrule{Liability: verdict.LiableShared, OurShare: 30, Reason: "老客户，且样张不清晰", By: "stf_a",
		At: crmtest.Tuesday, ApprovedBy: "stf_m", ApprovedAt: crmtest.Tuesday}
	v.Overruled = &o
	if l, share := v.Stands(); l != verdict.LiableShared || share != 30 || o.Check() != nil {
		t.Errorf("%s %d %v", l, share, o.Check())
	}
	for pointer, spoil := range map[string]func(*verdict.Overrule){
		"/reason":      func(o *verdict.Overrule) { o.Reason = " " },
		"/by":          func(o *verdict.Overrule) { o.By, o.ApprovedBy = "", "stf_m" },
		"/our_share":   func(o *verdict.Overrule) { o.OurShare = 100 },
		"/approved_by": func(o *verdict.Overrule) { o.ApprovedBy = o.By },
		"/liability":   func(o *verdict.Overrule) { o.Liability, o.OurShare = verdict.Unclear, 0 },
	} {
		bad := o
		spoil(&bad)
		v.Overruled = &bad
		if l, share := v.Stands(); l != verdict.LiableCustomer || share != 0 {
			t.Errorf("%s: stands as %s %d", pointer, l, share)
		}
		if faults := bad.Check(); len(faults) != 1 || faults[0].Pointer != pointer || faults[0].Text.Zh == "" ||
			faults[0].Text.En == "" {
			t.Errorf("%s: %+v", pointer, faults)
		}
	}
	waiting := o
	waiting.ApprovedBy = ""
	v.Overruled = &waiting
	if l, _ := v.Stands(); l != verdict.LiableCustomer || waiting.Check() != nil {
		t.Errorf("not approved, yet it stands as %s", l)
	}
}

// drawVerdict makes a case: mostly sensible, sometimes not at all.
func drawVerdict(t *rapid.T) verdict.Case {
	word := func(label string, words ...string) string {
		return rapid.SampledFrom(append(words, "nonsense")).Draw(t, label)
	}
	if rapid.IntRange(0, 3).Draw(t, "wild") > 0 {
		word = func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	}
	number := rapid.OneOf(rapid.Int64Range(0, 5000), rapid.Int64())
	at := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
			return time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "second"), 0)
		}
		return crmtest.Tuesday.Add(time.Duration(rapid.Int64Range(-20, 20).Draw(t, "day")) * 24 * time.Hour)
	})
	kinds := []string{}
	for _, d := range defect.Defects() {
		kinds = append(kinds, string(d.Kind))
	}
	classes := []string{""}
	for c := range maps.Keys(defect.ProductClasses) {
		classes = append(classes, string(c))
	}
	slices.Sort(classes)
	c := verdict.Case{
		Defect: defect.Kind(word("defect", kinds...)), Class: defect.ProductClass(word("class", classes...)),
		Ordered: number.Draw(t, "ordered"), Delivered: number.Draw(t, "delivered"), Affected: number.Draw(t, "affected"),
		DeliveredAt: at.Draw(t, "delivered at"), ReportedAt: at.Draw(t, "reported at"),
		PromisedAt:   at.Draw(t, "promised at"),
		Zone:         word("zone", "", "Asia/Shanghai", "Africa/Cairo"),
		ContractDays: int(rapid.OneOf(rapid.Int64Range(0, 30), rapid.Int64()).Draw(t, "window")),
		Seen:         word("seen", verdict.SeenByCatalogue, verdict.SeenVisible, verdict.SeenHidden),
		KnownToUs:    rapid.Bool().Draw(t, "known"),
		Sample:       word("sample", verdict.SampleUnknown, verdict.SampleLike, verdict.SampleWorse),
		Proof:        word("proof", verdict.ProofUnknown, verdict.ProofNone, verdict.ProofMatches, verdict.ProofDeviates),
		File:         word("file", verdict.FileUnknown, verdict.FileCorrect, verdict.FileReported, verdict.FileUnreported),
		Cause: word("cause", verdict.CauseUnknown, verdict.CauseOurs, verdict.CauseSupplier, verdict.CauseCustomer,
			verdict.CauseCustomerMaterial, verdict.CauseOurCarrier, verdict.CauseTheirCarrier),
		Warned:  rapid.Bool().Draw(t, "warned"),
		Note:    word("note", verdict.NoteUnknown, verdict.NoteClean, verdict.NoteRemark),
		Counted: rapid.Bool().Draw(t, "counted"),
	}
	if rapid.Bool().Draw(t, "in order") {
		c.Ordered, c.Delivered, c.Affected, c.ContractDays = 5000, 4000, 100, 0
		c.DeliveredAt, c.ReportedAt = crmtest.Tuesday, crmtest.Tuesday.Add(time.Hour)
	}
	limits := defect.TolerancesFor(c.Defect, c.Class, nil)
	if len(limits) > 0 && rapid.Bool().Draw(t, "agreed") {
		own := limits[0]
		own.Limit = rapid.OneOf(rapid.Int64Range(0, 5000), rapid.Int64()).Draw(t, "agreed limit")
		c.Contract = &own
	}
	for _, l := range limits {
		if !defect.Measures[l.Measure].Computed && rapid.Bool().Draw(t, "measured") {
			c.Measurements = append(c.Measurements,
				defect.Measurement{Measure: l.Measure, Unit: l.Unit, Samples: rapid.IntRange(0, 10).Draw(t, "samples"),
					Value: rapid.OneOf(rapid.Int64Range(-2*l.Limit-10, 2*l.Limit+10), rapid.Int64()).Draw(t, "value")})
		}
	}
	return c
}

// TestVerdictIsTotal: any input has one verdict, the same each time, with a reason, a share that suits it, and its
// inputs untouched.
func TestVerdictIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p := drawVerdict(t), verdict.StandardPolicy()
		if rapid.IntRange(0, 9).Draw(t, "odd policy") == 0 {
			p.VisibleDays, p.SignedShare, p.Samples = int(rapid.Int64().Draw(t, "days")), int(rapid.Int64().Draw(t, "share")),
				int(rapid.Int64().Draw(t, "samples"))
		}
		v := verdict.Judge(c, p)
		if len(v.Reasons) == 0 || !reflect.DeepEqual(v, verdict.Judge(v.Inputs, v.Policy)) {
			t.Fatalf("no reason, or judged otherwise from what it kept: %+v", v)
		}
		for _, r := range v.Reasons {
			if valid.Validate(r.Text) != nil {
				t.Fatalf("%s: %+v", r.Code, r.Text)
			}
		}
		if len(v.Missing) > 0 && v.Liability != verdict.Unclear {
			t.Fatalf("something is missing, yet it is judged: %+v", v)
		}
		if v.Liability != verdict.Unclear {
			o := verdict.Overrule{Liability: v.Liability, OurShare: v.OurShare, Reason: "as judged", By: "stf_a"}
			if faults := o.Check(); faults != nil {
				t.Fatalf("%s %d: %v", v.Liability, v.OurShare, faults)
			}
		} else if v.OurShare != 0 {
			t.Fatalf("unclear with a share of %d", v.OurShare)
		}
	})
}

// TestVerdictIsMonotone: a greater deviation never brings a case back within tolerance, and never lowers our share.
func TestVerdictIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawVerdict(t)
		if len(c.Measurements) == 0 {
			return // nothing was measured
		}
		i := rapid.IntRange(0, len(c.Measurements)-1).Draw(t, "which")
		worse := c
		worse.Measurements = slices.Clone(c.Measurements)
		m := &worse.Measurements[i]
		more := rapid.Int64Range(0, 10_000).Draw(t, "more")
		switch {
		case defect.Measures[m.Measure].AtLeast:
			m.Value = max(0, m.Value-more)
		case m.Value > math.MaxInt64-more || m.Value < math.MinInt64+more:
			return // as far off as can be
		case m.Value < 0:
			m.Value -= more
		default:
			m.Value += more
		}
		before, after := verdict.Judge(c, verdict.StandardPolicy()), verdict.Judge(worse, verdict.StandardPolicy())
		if before.Liability != verdict.WithinTolerance && before.Liability != verdict.Unclear &&
			after.Liability == verdict.WithinTolerance {
			t.Fatalf("%s became within tolerance", before.Liability)
		}
		if after.Liability != verdict.Unclear && after.OurShare < before.OurShare {
			t.Fatalf("our share fell from %d to %d", before.OurShare, after.OurShare)
		}
	})
}

// TestVerdictCountsMonotone: the same for what is counted: the more is bad, short or late, the less it is within
// tolerance.
func TestVerdictCountsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := verdict.Case{Class: defect.ClassAny, Ordered: 1000, Delivered: 1000, PromisedAt: crmtest.Tuesday,
			DeliveredAt: crmtest.Tuesday, ReportedAt: crmtest.Tuesday.Add(48 * time.Hour)}
		a, b := rapid.Int64Range(1, 1000).Draw(t, "a"), rapid.Int64Range(1, 1000).Draw(t, "b")
		a, b = min(a, b), max(a, b)
		limit := rapid.Int64Range(0, 100_000).Draw(t, "limit")
		judge := func(n int64, measure defect.Measure, unit string) verdict.Verdict {
			c := base
			c.Contract = &defect.Tolerance{Measure: measure, Limit: limit, Unit: unit}
			switch measure {
			case defect.MeasureShort:
				c.Defect, c.Delivered = defect.Short, 1000-n
			case defect.MeasureOver:
				c.Defect, c.Delivered = defect.Over, 1000+n
			case defect.MeasureLate:
				c.Defect, c.DeliveredAt = defect.Late, crmtest.Tuesday.Add(time.Duration(n)*time.Minute)
			default:
				c.Defect, c.Affected = defect.SetOff, n
			}
			return verdict.Judge(c, verdict.StandardPolicy())
		}
		for measure, unit := range map[defect.Measure]string{defect.MeasureShort: "%", defect.MeasureOver: "%",
			defect.MeasureLate: "h", defect.MeasureDefective: "%"} {
			if low, high := judge(a, measure, unit), judge(b, measure, unit); low.OurShare > high.OurShare {
				t.Fatalf("%s: %s makes %d %%, %s makes %d %%", measure, strconv.FormatInt(a, 10), low.OurShare,
					strconv.FormatInt(b, 10), high.OurShare)
			}
		}
	})
}

package verdict

import (
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/words"
)

// heldLimit is a limit with the worst measurement of its measure.
type heldLimit struct {
	defect.Tolerance
	worst    defect.Measurement
	measured bool
}

func (h heldLimit) words() words.Text {
	name := defect.Measures[h.Measure].Name
	return words.Text{Zh: name.Zh + " " + defect.Thousandths(h.worst.Value) + "，限值 " + h.Words() + "，来源：" + h.Source.Zh,
		En: name.En + " " + defect.Thousandths(h.worst.Value) + ", limit " + h.Words() + ", source: " + h.Source.En}
}

func (h heldLimit) broken() bool { return h.measured && !h.Within(h.worst.Value) }

// beyondLimit decides the case when the goods keep the limits, or when that cannot be told. One broken limit
// is enough. Only a measurement of each limit shows that all are kept.
func (j *judging) beyondLimit() bool {
	c := j.c
	limits := defect.TolerancesFor(c.Defect, c.Class, c.Contract)
	agreed := c.Contract != nil && j.defect.MeasuredBy(c.Contract.Measure)
	if c.Contract != nil && !agreed {
		name := defect.Measures[c.Contract.Measure].Name
		j.because("contract-elsewhere", "合同限值针对“"+name.Zh+"”，不适用于这一缺陷。", "The contract's limit is of another measure ("+
			name.En+") and does not hold for this defect.")
	}
	if len(limits) == 0 {
		return j.worseThanSample()
	}
	if defect.Measures[limits[0].Measure].Computed {
		return j.computedBeyond(limits[0])
	}
	held := j.hold(limits)
	beyond, few := j.compare(held)
	missing := unmeasured(held, agreed)
	switch {
	case !beyond && few:
		return j.lacks(defect.EvidenceSamples, "samples-too-few", fmt.Sprintf("测量的样张太少，至少需要 %d 张。", j.needed()),
			fmt.Sprintf("Too few pieces were measured; at least %d are needed.", j.needed()))
	case !beyond && missing.Zh != "" && c.Sample != SampleUnknown && !agreed:
		return j.worseThanSample()
	case !beyond && missing.Zh != "":
		return j.lacks(defect.EvidenceMeter, "measurement-missing", "缺少测量值："+missing.Zh+"。", "A measurement is missing: "+
			missing.En+".")
	case !agreed && (beyond && c.Sample == SampleLike || !beyond && c.Sample == SampleWorse):
		return j.lacks(defect.EvidenceComparison, "sample-contradicts", "测量结果与签样比较的结论矛盾，请对照签样重新测量。",
			"The measurement and the comparison with the signed sample contradict each other; measure again against the sample.")
	case !beyond:
		return j.keeps(held)
	case j.defect.Group == defect.Colour && c.Proof == ProofMatches:
		return j.lacks(defect.EvidenceProof, "proof-contradicts", "色差超过限值，却记为与签样一致，请对照签样重新测量。",
			"The colour is beyond the limit, yet said to match the signed proof; measure again against the proof.")
	}
	return true
}

// hold puts the worst measurement beside each limit.
func (j *judging) hold(limits []defect.Tolerance) []heldLimit {
	out := make([]heldLimit, len(limits))
	for i, t := range limits {
		out[i].Tolerance = t
		own := slices.DeleteFunc(slices.Clone(j.c.Measurements),
			func(m defect.Measurement) bool { return m.Measure != t.Measure })
		if out[i].measured = len(own) > 0; out[i].measured {
			out[i].worst = slices.MaxFunc(own, func(a, b defect.Measurement) int { return t.Worse(a.Value, b.Value) })
		}
	}
	return out
}

// compare adds a reason for each broken limit. beyond means that one limit is broken on enough pieces. few
// means that a measurement covers too few pieces.
func (j *judging) compare(held []heldLimit) (beyond, few bool) {
	for _, h := range held {
		short := h.measured && h.worst.Samples < j.needed()
		few = few || short
		if !h.broken() {
			continue
		}
		if j.out.Tolerance == nil || !short && !beyond {
			j.out.Tolerance = &h.Tolerance
		}
		beyond = beyond || !short
		text := h.words()
		j.because("over-limit", "实测超过限值："+text.Zh+"。", "Beyond the limit: "+text.En+".")
	}
	return beyond, few
}

// keeps adds a reason for each limit that was measured and kept, and decides the case by them.
func (j *judging) keeps(held []heldLimit) bool {
	for _, h := range held {
		if !h.measured {
			continue // of another way to measure the same
		}
		if j.out.Tolerance == nil {
			j.out.Tolerance = &h.Tolerance
		}
		text := h.words()
		j.decide(WithinTolerance, 0, "within-limit", "实测符合限值："+text.Zh+"。", "What was measured keeps the limit: "+text.En+
			".")
	}
	return false
}

// unmeasured names what must still be measured to show that the limits are kept. It is empty once one way to
// measure is complete. An agreed limit fixes the way; otherwise a way that was begun is continued.
func unmeasured(held []heldLimit, agreed bool) words.Text {
	var ways []string
	begun := func(way string) bool {
		return slices.ContainsFunc(held, func(h heldLimit) bool { return h.measured && h.Way == way })
	}
	for _, h := range held {
		if h.Way != "" && !slices.Contains(ways, h.Way) {
			ways = append(ways, h.Way)
		}
	}
	switch {
	case len(ways) == 0:
		ways = []string{""}
	case agreed && held[0].Way != "":
		ways = []string{held[0].Way}
	}
	if slices.ContainsFunc(ways, begun) {
		ways = slices.DeleteFunc(ways, func(way string) bool { return !begun(way) })
	}
	var zh, en []string
	for _, way := range ways {
		var left words.Text
		for _, h := range held {
			if !h.measured && (h.Way == "" || h.Way == way) {
				name := defect.Measures[h.Measure].Name
				left.Zh, left.En = left.Zh+"、"+name.Zh+"（"+h.Unit+"）", left.En+", "+name.En+" ("+h.Unit+")"
			}
		}
		if left.Zh == "" {
			return words.Text{}
		}
		zh, en = append(zh, strings.TrimPrefix(left.Zh, "、")), append(en, strings.TrimPrefix(left.En, ", "))
	}
	return words.Text{Zh: strings.Join(zh, "；或："), En: strings.Join(en, "; or: ")}
}

// needed is how many pieces must be measured: the policy's number, or all bad pieces when they are fewer.
func (j *judging) needed() int {
	if j.c.Affected > 0 && j.c.Affected < int64(j.p.Samples) {
		return int(j.c.Affected)
	}
	return j.p.Samples
}

// worseThanSample judges defects without a figure as limit. The signed sample decides.
func (j *judging) worseThanSample() bool {
	switch j.c.Sample {
	case SampleWorse:
		j.because("worse-than-sample", "比签样差。", "Worse than the signed sample.")
		return true
	case SampleLike:
		return j.decide(WithinTolerance, 0, "like-sample", "与签样一致。", "It is like the signed sample.")
	}
	return j.lacks(defect.EvidenceComparison, "comparison-missing", "此缺陷没有数值限值，须与签样比较。",
		"No figure limits this defect; it must be compared with the signed sample.")
}

// computedBeyond judges by a measure that follows from quantities and times.
func (j *judging) computedBeyond(t defect.Tolerance) bool {
	c := j.c
	j.out.Tolerance = &t
	var value int64
	switch t.Measure {
	case defect.MeasureDefective:
		if c.Affected == 0 {
			return j.lacks(defect.EvidenceCount, "count-missing", "缺少不良数量。", "How many pieces are bad is missing.")
		}
		value = rate(c.Affected, c.Delivered)
	case defect.MeasureShort, defect.MeasureOver:
		if t.Measure == defect.MeasureShort && c.Note == NoteClean && !c.Counted {
			return j.lacks(defect.EvidenceCount, "count-presumed", "送货单已无异议签收，推定数量无误（民法典第六百二十三条）；须有清点记录。",
				"The delivery note was signed without remark, which presumes the count (Civil Code 623); a count protocol is needed.")
		}
		gap := c.Ordered - c.Delivered
		if t.Measure == defect.MeasureOver {
			gap = -gap
		}
		value = rate(max(0, gap), c.Ordered)
	case defect.MeasureLate:
		came := c.DeliveredAt
		if came.IsZero() {
			came = c.ReportedAt
		}
		value = hours(came.Sub(c.PromisedAt))
	}
	name := defect.Measures[t.Measure].Name
	zh := name.Zh + " " + defect.Thousandths(value) + " " + t.Unit + "，限值 " + t.Words() + "，来源：" + t.Source.Zh
	en := name.En + " " + defect.Thousandths(value) + " " + t.Unit + ", limit " + t.Words() + ", source: " + t.Source.En
	if t.Within(value) {
		if t.Measure == defect.MeasureShort && value > 0 {
			j.because("billed-as-delivered", "按实际交货数量结算。", "It is billed as delivered.")
		}
		return j.decide(WithinTolerance, 0, "within-limit", "符合限值："+zh+"。", "Keeps the limit: "+en+".")
	}
	j.because("over-limit", "超过限值："+zh+"。", "Beyond the limit: "+en+".")
	return true
}

package crm

import (
	"fmt"
	"slices"
	"strings"
)

// heldLimit is a limit with the worst that was measured of its measure.
type heldLimit struct {
	Tolerance
	worst    Measurement
	measured bool
}

func (h heldLimit) words() Text {
	name := Measures[h.Measure].Name
	return Text{name.Zh + " " + Thousandths(h.worst.Value) + "，限值 " + h.Words() + "，来源：" + h.Source.Zh,
		name.En + " " + Thousandths(h.worst.Value) + ", limit " + h.Words() + ", source: " + h.Source.En}
}

func (h heldLimit) broken() bool { return h.measured && !h.Within(h.worst.Value) }

// beyondLimit decides the case when the goods keep the limits, or when that cannot be told. One limit that is broken is enough; that they are kept is shown by
// measuring each of them.
func (j *judging) beyondLimit() bool {
	c := j.c
	limits := TolerancesFor(c.Defect, c.Class, c.Contract)
	agreed := c.Contract != nil && j.defect.measuredBy(c.Contract.Measure)
	if c.Contract != nil && !agreed {
		name := Measures[c.Contract.Measure].Name
		j.because("contract-elsewhere", "合同限值针对“"+name.Zh+"”，不适用于这一缺陷。", "The contract's limit is of another measure ("+name.En+") and does not hold for this defect.")
	}
	if len(limits) == 0 {
		return j.worseThanSample()
	}
	if Measures[limits[0].Measure].Computed {
		return j.computedBeyond(limits[0])
	}
	held := j.hold(limits)
	beyond, few := j.compare(held)
	missing := unmeasured(held, agreed)
	switch {
	case !beyond && few:
		return j.lacks(EvidenceSamples, "samples-too-few", fmt.Sprintf("测量的样张太少，至少需要 %d 张。", j.needed()),
			fmt.Sprintf("Too few pieces were measured; at least %d are needed.", j.needed()))
	case !beyond && missing.Zh != "" && c.Sample != SampleUnknown && !agreed:
		return j.worseThanSample()
	case !beyond && missing.Zh != "":
		return j.lacks(EvidenceMeter, "measurement-missing", "缺少测量值："+missing.Zh+"。", "A measurement is missing: "+missing.En+".")
	case !agreed && (beyond && c.Sample == SampleLike || !beyond && c.Sample == SampleWorse):
		return j.lacks(EvidenceComparison, "sample-contradicts", "测量结果与签样比较的结论矛盾，请对照签样重新测量。",
			"The measurement and the comparison with the signed sample contradict each other; measure again against the sample.")
	case !beyond:
		return j.keeps(held)
	case j.defect.Group == DefectColour && c.Proof == ProofMatches:
		return j.lacks(EvidenceProof, "proof-contradicts", "色差超过限值，却记为与签样一致，请对照签样重新测量。",
			"The colour is beyond the limit, yet said to match the signed proof; measure again against the proof.")
	}
	return true
}

// hold sets the worst measurement beside each limit.
func (j *judging) hold(limits []Tolerance) []heldLimit {
	out := make([]heldLimit, len(limits))
	for i, t := range limits {
		out[i].Tolerance = t
		own := slices.DeleteFunc(slices.Clone(j.c.Measurements), func(m Measurement) bool { return m.Measure != t.Measure })
		if out[i].measured = len(own) > 0; out[i].measured {
			out[i].worst = slices.MaxFunc(own, func(a, b Measurement) int { return t.worse(a.Value, b.Value) })
		}
	}
	return out
}

// compare tells each limit that is broken. beyond says that one is so on enough pieces, few that something was measured on too few.
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
		words := h.words()
		j.because("over-limit", "实测超过限值："+words.Zh+"。", "Beyond the limit: "+words.En+".")
	}
	return beyond, few
}

// keeps tells each limit that was measured and kept, and decides by them.
func (j *judging) keeps(held []heldLimit) bool {
	for _, h := range held {
		if !h.measured {
			continue // of another way to measure the same
		}
		if j.out.Tolerance == nil {
			j.out.Tolerance = &h.Tolerance
		}
		words := h.words()
		j.decide(WithinTolerance, 0, "within-limit", "实测符合限值："+words.Zh+"。", "What was measured keeps the limit: "+words.En+".")
	}
	return false
}

// unmeasured names what is still to be measured before the limits can be said to be kept; nothing where one way is whole. A limit that was agreed says which way;
// else one that was begun is gone on with.
func unmeasured(held []heldLimit, agreed bool) Text {
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
		var left Text
		for _, h := range held {
			if !h.measured && (h.Way == "" || h.Way == way) {
				name := Measures[h.Measure].Name
				left.Zh, left.En = left.Zh+"、"+name.Zh+"（"+h.Unit+"）", left.En+", "+name.En+" ("+h.Unit+")"
			}
		}
		if left.Zh == "" {
			return Text{}
		}
		zh, en = append(zh, strings.TrimPrefix(left.Zh, "、")), append(en, strings.TrimPrefix(left.En, ", "))
	}
	return Text{strings.Join(zh, "；或："), strings.Join(en, "; or: ")}
}

// needed is how many pieces must be measured: the policy's number, or all bad ones when they are fewer.
func (j *judging) needed() int {
	if j.c.Affected > 0 && j.c.Affected < int64(j.p.Samples) {
		return int(j.c.Affected)
	}
	return j.p.Samples
}

// worseThanSample is for what no figure limits: the signed sample decides.
func (j *judging) worseThanSample() bool {
	switch j.c.Sample {
	case SampleWorse:
		j.because("worse-than-sample", "比签样差。", "Worse than the signed sample.")
		return true
	case SampleLike:
		return j.decide(WithinTolerance, 0, "like-sample", "与签样一致。", "It is like the signed sample.")
	}
	return j.lacks(EvidenceComparison, "comparison-missing", "此缺陷没有数值限值，须与签样比较。", "No figure limits this defect; it must be compared with the signed sample.")
}

// computedBeyond judges what follows from quantities and times.
func (j *judging) computedBeyond(t Tolerance) bool {
	c := j.c
	j.out.Tolerance = &t
	var value int64
	switch t.Measure {
	case MeasureDefective:
		if c.Affected == 0 {
			return j.lacks(EvidenceCount, "count-missing", "缺少不良数量。", "How many pieces are bad is missing.")
		}
		value = verdictRate(c.Affected, c.Delivered)
	case MeasureShort, MeasureOver:
		if t.Measure == MeasureShort && c.Note == NoteClean && !c.Counted {
			return j.lacks(EvidenceCount, "count-presumed", "送货单已无异议签收，推定数量无误（民法典第六百二十三条）；须有清点记录。",
				"The delivery note was signed without remark, which presumes the count (Civil Code 623); a count protocol is needed.")
		}
		gap := c.Ordered - c.Delivered
		if t.Measure == MeasureOver {
			gap = -gap
		}
		value = verdictRate(max(0, gap), c.Ordered)
	case MeasureLate:
		came := c.DeliveredAt
		if came.IsZero() {
			came = c.ReportedAt
		}
		value = verdictHours(came.Sub(c.PromisedAt))
	}
	name := Measures[t.Measure].Name
	zh := name.Zh + " " + Thousandths(value) + " " + t.Unit + "，限值 " + t.Words() + "，来源：" + t.Source.Zh
	en := name.En + " " + Thousandths(value) + " " + t.Unit + ", limit " + t.Words() + ", source: " + t.Source.En
	if t.Within(value) {
		if t.Measure == MeasureShort && value > 0 {
			j.because("billed-as-delivered", "按实际交货数量结算。", "It is billed as delivered.")
		}
		return j.decide(WithinTolerance, 0, "within-limit", "符合限值："+zh+"。", "Keeps the limit: "+en+".")
	}
	j.because("over-limit", "超过限值："+zh+"。", "Beyond the limit: "+en+".")
	return true
}

package verdict

import (
	"fmt"
	"time"

	"afterpress/shared/crm/complaint/defect"
)

// inTime decides the case when the report came after the claim window. A window agreed in the contract holds
// for visible defects. For hidden ones it cannot shorten the policy's window, which stands for the law's
// (Civil Code 622).
func (j *judging) inTime() bool {
	c := j.c
	if c.DeliveredAt.IsZero() {
		return true // not delivered yet: the window has not begun
	}
	days := j.p.VisibleDays
	transit := c.Defect == defect.Transit || c.Cause == CauseOurCarrier || c.Cause == CauseTheirCarrier
	switch hidden := c.Seen == SeenHidden || c.Seen == SeenByCatalogue && j.defect.Hidden; {
	case hidden:
		days = max(j.p.HiddenDays, c.ContractDays)
	case c.ContractDays > 0:
		days = c.ContractDays
	case transit && c.Defect != defect.Late:
		days = j.p.TransitDays
	}
	// Days are compared as dates. Some zones change their clocks at midnight.
	zone := c.zone()
	last := date(c.DeliveredAt.In(zone)).AddDate(0, 0, days)
	j.out.LastDay = last.Format(time.DateOnly)
	switch {
	case !date(c.ReportedAt.In(zone)).After(last):
		j.because("in-window", fmt.Sprintf("在异议期内提出（%d 天，至 %s）。", days, j.out.LastDay),
			fmt.Sprintf("Reported within the claim window (%d days, to %s).", days, j.out.LastDay))
		return true
	case c.KnownToUs:
		j.because("known-to-us", "本厂交货时已知道这一缺陷，异议期不适用（民法典第六百二十一条）。",
			"We knew of the defect when we delivered, so no claim window holds (Civil Code 621).")
		return true
	}
	return j.decide(OutOfWindow, 0, "out-of-window",
		fmt.Sprintf("异议期为收货后 %d 天，至 %s 止；提出时已过期（民法典第六百二十一条）。", days, j.out.LastDay),
		fmt.Sprintf("The claim window was %d days from receipt, to %s; it was reported later (Civil Code 621).", days,
			j.out.LastDay))
}

// date is the local date of at, as midnight in UTC.
func date(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// rate is part of whole in thousandths of a percent. It is rounded up, so that a value beyond a limit by a
// fraction stays beyond it. whole must be above 0.
func rate(part, whole int64) int64 {
	return (part*100_000 + whole - 1) / whole
}

// hours is a delay in thousandths of an hour, rounded up. An early delivery gives 0.
func hours(d time.Duration) int64 {
	const unit = int64(time.Hour / 1000)
	if d <= 0 {
		return 0
	}
	return (int64(d)-1)/unit + 1
}

// attribute decides who is liable. The steps before it have shown that the defect is real.
func (j *judging) attribute() {
	c := j.c
	switch c.Cause {
	case CauseCustomer:
		j.decide(LiableCustomer, 0, "customer-cause", "原因在客户一方（存放、使用或确认过迟）。",
			"The cause is on the customer's side: storage, use or a late confirmation.")
	case CauseCustomerMaterial:
		j.attributeMaterial()
	case CauseSupplier:
		j.decide(LiableSupplier, 100, "supplier-material", "来料有问题：本厂先对客户负责，再向供应商追偿。",
			"The supplier's material is at fault: we answer to the customer and claim from the supplier.")
	case CauseOurCarrier, CauseTheirCarrier:
		j.attributeTransit()
	default:
		j.attributeWork()
	}
}

func (j *judging) attributeMaterial() {
	if j.c.Warned {
		j.decide(LiableCustomer, 0, "material-warned", "本厂已提示客户来料有问题，客户书面要求继续（民法典第七百七十五条）。",
			"We warned the customer about the material, and the customer told us in writing to go on (Civil Code 775).")
		return
	}
	j.decide(LiableUs, 100, "material-unchecked", "客户来料未经检验或未提示即付印，由本厂负责（民法典第七百七十五条）。",
		"The customer's material was printed unchecked or without a warning; we answer for it (Civil Code 775).")
}

func (j *judging) attributeTransit() {
	switch {
	case j.c.Cause == CauseTheirCarrier:
		j.decide(LiableCarrier, 0, "customer-carrier", "由客户自己的承运方造成，请客户向其索赔。",
			"The customer's own carrier did it; the customer claims from the carrier.")
	case j.c.Defect == defect.Late || j.c.Note == NoteRemark:
		j.decide(LiableCarrier, 100, "our-carrier", "由本厂委托的承运方造成：本厂先对客户负责，再向承运方追偿。",
			"The carrier that we sent did it: we answer to the customer and claim from the carrier.")
	case j.c.Note == NoteClean:
		j.share(j.p.UnnotedShare, "damage-unnoted",
			fmt.Sprintf("由本厂委托的承运方运输，但送货单上没有注明损坏（民法典第六百二十三条）：本厂承担 %d %%。", j.p.UnnotedShare),
			fmt.Sprintf("Our carrier brought it, but the delivery note shows no damage (Civil Code 623): our share is %d %%.",
				j.p.UnnotedShare))
	default:
		j.lacks(defect.EvidenceDeliveryNote, "note-missing", "不清楚送货单上是否注明损坏。",
			"Whether the delivery note shows the damage is not known.")
	}
}

// attributeWork judges errors of prepress, press or finishing, and defects without a known cause.
func (j *judging) attributeWork() {
	c, ours := j.c, j.c.Cause == CauseOurs
	fileFault := c.File == FileReported || c.File == FileUnreported
	switch {
	case c.Proof == ProofDeviates && j.defect.InProof:
		j.decide(LiableUs, 100, "not-as-signed", "产品与签样不符。", "The product is not what was signed.")
	case c.Proof == ProofMatches && j.defect.InProof && ours:
		j.share(j.p.SignedShare, "signed-our-error", fmt.Sprintf("错误由本厂造成，客户签样时未发现：本厂承担 %d %%。", j.p.SignedShare),
			fmt.Sprintf("We made the error, and the customer signed the proof that shows it: our share is %d %%.",
				j.p.SignedShare))
	case c.Proof == ProofMatches && j.defect.InProof:
		j.decide(LiableCustomer, 0, "proof-signed", "客户签字的样张上就有同样的错误。",
			"The proof that the customer signed shows the same error.")
	case fileFault && ours:
		j.share(j.p.SignedShare, "both-at-fault", fmt.Sprintf("客户文件和本厂都有错：本厂承担 %d %%。", j.p.SignedShare),
			fmt.Sprintf("The customer's file and our work are both at fault: our share is %d %%.", j.p.SignedShare))
	case c.File == FileReported:
		j.decide(LiableCustomer, 0, "file-reported", "客户文件有错，本厂在付印前已告知，客户要求继续。",
			"The customer's file is at fault; we said so before printing, and the customer let it go on.")
	case c.File == FileUnreported && j.defect.Preflight:
		j.share(j.p.UnreportedShare, "file-unchecked",
			fmt.Sprintf("客户文件有错，但印前检查应当发现并告知（民法典第七百七十五条）：本厂承担 %d %%。", j.p.UnreportedShare),
			fmt.Sprintf("The customer's file is at fault, but our check should have found and reported it (Civil Code 775): our share is %d %%.", j.p.UnreportedShare))
	case c.File == FileUnreported:
		j.decide(LiableCustomer, 0, "file-fault", "错误在客户文件中，印前检查看不出来。",
			"The error is in the customer's file, and a check before printing cannot see it.")
	case ours:
		j.decide(LiableUs, 100, "our-work", "原因在本厂的制作过程。", "The cause is in our work.")
	case j.defect.InProof && c.File == FileUnknown:
		j.lacks(defect.EvidenceFile, "reference-missing", "没有签样，也没有核对客户文件，无法判断错误从何而来。",
			"There is no signed proof, and the customer's file was not checked: where the error came from cannot be told.")
	case j.defect.CauseNeeded:
		j.lacks(defect.EvidenceCause, "cause-missing", "存放、使用或运输也可能造成此缺陷，须先查明原因。",
			"Storage, use or transport could have made this too; find the cause first.")
	default:
		j.decide(LiableUs, 100, "no-other-cause", "缺陷成立，且没有查到其他责任方。",
			"The defect is real, and nobody else is found to answer for it.")
	}
}

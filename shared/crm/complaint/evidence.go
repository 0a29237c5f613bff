package complaint

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// RequestEvidence asks the customer for what proves or refutes the defect. The clock runs on until it is paused. What
// was asked already, and not answered since, is the same question: it changes nothing.
func (c Complaint) RequestEvidence(by staff.Actor, wanted []defect.Evidence, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	if c.asksAlready(wanted) && c.may(by, permission.RequestEvidence, now) == nil {
		return c, event.Event{}, nil
	}
	return c.change(by, permission.RequestEvidence, event.ComplaintEvidenceRequested, terms, now, nil,
		func(next *Complaint) (string, error) {
			for i, e := range wanted {
				if defect.EvidenceWords[e].Zh == "" {
					return "", fault.Faulty(fault.Field{Pointer: fmt.Sprintf("/evidence/%d", i),
						Text: words.Text{Zh: "没有这种证据，请从列表中选择。", En: "There is no such evidence; choose from the list."}})
				}
			}
			if len(wanted) == 0 {
				return "", fault.Faulty(fault.Field{Pointer: "/evidence",
					Text: words.Text{Zh: "请至少选择一种证据。", En: "Choose at least one kind of evidence."}})
			}
			next.Requests, next.AskedAt = c.Requests+1, now
			next.Asked = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(c.Asked), wanted...))))
			return StateInvestigating, nil
		})
}

func (c Complaint) asksAlready(wanted []defect.Evidence) bool {
	other := func(e defect.Evidence) bool { return !slices.Contains(c.Asked, e) }
	return c.State == StateInvestigating && !c.AskedAt.IsZero() && !c.RepliedAt.After(c.AskedAt) && len(wanted) > 0 &&
		!slices.ContainsFunc(wanted, other)
}

// Measure records a measurement of the pieces. A complaint takes at most 50.
func (c Complaint) Measure(by staff.Actor, m defect.Measurement, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.MeasureComplaint, event.ComplaintMeasured, terms, now,
		map[string]string{"measure": string(m.Measure)}, func(next *Complaint) (string, error) {
			entry, known := defect.Measures[m.Measure]
			size := max(m.Value, -m.Value)
			switch {
			case !known || entry.Computed:
				return "", fault.Faulty(fault.Field{Pointer: "/measure",
					Text: words.Text{Zh: "没有这种测量项目，请从列表中选择。", En: "There is no such measure; choose one from the list."}})
			case m.Unit != entry.Unit:
				return "", fault.Faulty(fault.Field{Pointer: "/unit",
					Text: words.Text{Zh: "单位应为 " + entry.Unit + "。", En: "The unit must be " + entry.Unit + "."}})
			case size < 0 || size > defect.MaxFigure || entry.AtLeast && m.Value < 0:
				return "", fault.Faulty(fault.Field{Pointer: "/value",
					Text: words.Text{Zh: "数值大得不合理或为负，请核对。", En: "The figure is impossibly large, or negative; check it."}})
			case m.Samples < 1 || m.Samples > 100_000:
				return "", fault.Faulty(fault.Field{Pointer: "/samples",
					Text: words.Text{Zh: "请填写测量了多少件。", En: "Enter how many pieces were measured."}})
			case len(c.Measurements) >= maxMeasurements:
				return "", fault.Faulty(fault.Field{Pointer: "/measure",
					Text: words.Text{Zh: "测量记录已满，请写入备注。",
						En: "There are as many measurements as one complaint takes; write a note."}})
			}
			next.Measurements = append(slices.Clone(c.Measurements), m)
			return StateInvestigating, nil
		})
}

// ArtworkPlace is where the photos of the complaint are kept. A closed complaint takes no more.
func (c Complaint) ArtworkPlace() artwork.Place {
	return artwork.PhotoPlace(c.ID, c.Branch, c.Customer, c.Closed())
}

package casework

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// DefectCatalogue is all that a complaint is made of, in both languages, for those who type one.
type DefectCatalogue struct {
	Defects  []defect.Defect                        `json:"defects"` // content, colour, press, finishing, delivery
	Measures map[defect.Measure]defect.MeasureEntry `json:"measures"`
	Classes  map[defect.ProductClass]words.Text     `json:"classes"`
	Evidence map[defect.Evidence]words.Text         `json:"evidence"`
	Remedies map[remedy.Kind]words.Text             `json:"remedies"`
	Liable   map[verdict.Liability]words.Text       `json:"liabilities"`
	Factors  map[string]words.Text                  `json:"cause_factors"`
}

// Defects reads the catalogue.
func (d Desk) Defects(_ context.Context, by app.Caller) (DefectCatalogue, error) {
	return DefectCatalogue{defect.Defects(), defect.Measures, defect.ProductClasses, defect.EvidenceWords, remedy.Words,
		verdict.Liabilities, defect.CauseFactors}, permission.Permit(by.Actor, permission.ReadDefects)
}

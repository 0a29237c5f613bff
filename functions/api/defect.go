package api

import (
	"net/http"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

func (s *Server) defectRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /defects", permission.ReadDefects, s.listDefects,
			httpapi.Doc{Summary: "Read the catalogue: defects with limits and sources, measures, product classes, evidence, remedies · 缺陷目录", Answer: DefectCatalogue{}}),
	}
}

// DefectCatalogue is all from which whoever types a complaint chooses, in both languages.
type DefectCatalogue struct {
	Defects  []defect.Defect                        `json:"defects"` // content, colour, press, finishing, delivery
	Measures map[defect.Measure]defect.MeasureEntry `json:"measures"`
	Classes  map[defect.ProductClass]words.Text     `json:"classes"`
	Evidence map[defect.Evidence]words.Text         `json:"evidence"`
	Remedies map[remedy.Kind]words.Text             `json:"remedies"`
	Liable   map[verdict.Liability]words.Text       `json:"liabilities"`
	Factors  map[string]words.Text                  `json:"cause_factors"`
}

func (s *Server) listDefects(*http.Request) (httpapi.Answer, error) {
	return httpapi.OK(DefectCatalogue{defect.Defects(), defect.Measures, defect.ProductClasses, defect.EvidenceWords,
		remedy.Words, verdict.Liabilities, defect.CauseFactors}), nil
}

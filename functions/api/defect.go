package api

import (
	"net/http"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

func (s *Server) defectRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /defects", crm.ReadDefects, s.listDefects, httpapi.Doc{Summary: "Read the catalogue: defects with limits and sources, measures, product classes, evidence, remedies · 缺陷目录", Answer: DefectCatalogue{}}),
	}
}

// DefectCatalogue is all from which whoever types a complaint chooses, in both languages.
type DefectCatalogue struct {
	Defects  []crm.Defect                     `json:"defects"` // content, colour, press, finishing, delivery
	Measures map[crm.Measure]crm.MeasureEntry `json:"measures"`
	Classes  map[crm.ProductClass]crm.Text    `json:"classes"`
	Evidence map[crm.Evidence]crm.Text        `json:"evidence"`
	Remedies map[crm.RemedyKind]crm.Text      `json:"remedies"`
	Liable   map[crm.Liability]crm.Text       `json:"liabilities"`
	Factors  map[string]crm.Text              `json:"cause_factors"`
}

func (s *Server) listDefects(*http.Request) (httpapi.Answer, error) {
	return httpapi.OK(DefectCatalogue{crm.Defects(), crm.Measures, crm.ProductClasses, crm.EvidenceWords, crm.RemedyWords, crm.Liabilities, crm.CauseFactors}), nil
}

// Package files keeps the files that customers and staff hand in with a submission, a complaint or a production
// question.
package files

import (
	"afterpress/shared/store/company"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/service"
	"afterpress/shared/store/table"
)

// Files reads and writes files and the folders that list them.
type Files struct {
	table     *table.Table
	company   *company.Company
	enquiries *enquiries.Enquiries
	service   *service.Service
}

// New makes a Files on the table and the areas below it.
func New(t *table.Table, c *company.Company, e *enquiries.Enquiries, s *service.Service) *Files {
	return &Files{table: t, company: c, enquiries: e, service: s}
}

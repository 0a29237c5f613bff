package crm

import (
	"cmp"
	"slices"
	"strings"
)

// ComplaintReportRows is how many rows a report shows; those with the fewest complaints are left out.
const ComplaintReportRows = 500

// ComplaintReport says what became of the complaints that were opened in a time, by the values of a dimension; most complaints first.
type ComplaintReport struct {
	By      string               `json:"by"`
	From    string               `json:"from"` // yyyy-mm-dd where the branch is
	To      string               `json:"to"`
	Rows    []ComplaintReportRow `json:"rows"`
	LeftOut int                  `json:"left_out,omitempty"` // rows beyond ComplaintReportRows
}

// ComplaintReportRow is one value of the dimension.
type ComplaintReportRow struct {
	Value   string           `json:"value"`
	Name    string           `json:"name"`
	Opened  int64            `json:"opened"`
	Rounds  int64            `json:"rounds"`  // reopenings count one each
	Settled int64            `json:"settled"` // rounds that the customer has confirmed; a reopening takes none back
	Ended   map[string]int64 `json:"ended"`   // rounds that ended otherwise, by outcome
	Cost    []Money          `json:"cost"`    // of what was carried out, by currency
	Stages  []ComplaintStage `json:"stages"`  // of rounds that are settled or over
	InTime  int64            `json:"in_time"` // of those settled
	Kept    *float64         `json:"sla_kept_percent,omitempty"`
}

// ComplaintStage is the mean working time from the beginning of a round until a state was reached.
type ComplaintStage struct {
	State   string `json:"state"`
	Rounds  int64  `json:"rounds"`
	Seconds int64  `json:"mean_working_s"`
}

// ReportComplaints makes rows of counters: figures by value of the dimension. named gives a value its name; empty where it has none but itself.
func ReportComplaints(figures map[string]map[string]int64, named func(value string) string) (rows []ComplaintReportRow, leftOut int) {
	rows = []ComplaintReportRow{}
	for value, n := range figures {
		if row := complaintReportRow(value, n); row.Opened != 0 { // a counter that was moved back to nothing counts nothing
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b ComplaintReportRow) int {
		return cmp.Or(cmp.Compare(b.Opened, a.Opened), strings.Compare(a.Value, b.Value))
	})
	leftOut = max(0, len(rows)-ComplaintReportRows)
	rows = rows[:len(rows)-leftOut]
	for i := range rows {
		rows[i].Name = cmp.Or(named(rows[i].Value), rows[i].Value)
	}
	return rows, leftOut
}

func complaintReportRow(value string, n map[string]int64) ComplaintReportRow {
	row := ComplaintReportRow{Value: value, Opened: n["opened"], Rounds: n["rounds"], Settled: n["settled"], InTime: n["in_time"], Ended: map[string]int64{}, Cost: []Money{},
		Stages: []ComplaintStage{}}
	for name, figure := range n {
		if outcome, ok := strings.CutPrefix(name, "ended_"); ok && figure != 0 {
			row.Ended[outcome] = figure
		}
		if currency, ok := strings.CutPrefix(name, "cost_"); ok && figure != 0 {
			row.Cost = append(row.Cost, Money{figure, currency})
		}
	}
	slices.SortFunc(row.Cost, func(a, b Money) int { return strings.Compare(a.Currency, b.Currency) })
	for _, state := range ComplaintStates {
		if reached := n["reached_"+state]; reached > 0 {
			row.Stages = append(row.Stages, ComplaintStage{state, reached, n["seconds_"+state] / reached})
		}
	}
	if row.Settled > 0 {
		kept := float64(row.InTime) * 100 / float64(row.Settled)
		row.Kept = &kept
	}
	return row
}

// TallyName is how a value of a dimension is called; empty where it is its own name, and for customers, whom the store knows.
func TallyName(dimension, value string) Text {
	switch dimension {
	case TallyAll:
		return Text{"全部", "all"}
	case TallyDefect:
		d, _ := DefectOf(DefectKind(value))
		return d.Name
	case TallyProduct:
		return ProductClasses[ProductClass(value)]
	}
	return Text{}
}

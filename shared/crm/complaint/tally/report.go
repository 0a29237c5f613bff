package tally

import (
	"cmp"
	"slices"
	"strings"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// Rows is the most rows that a report shows. Rows with the fewest complaints are left out.
const Rows = 500

// Report says what became of the complaints opened in a period, by the values of a dimension. Rows with the
// most complaints come first.
type Report struct {
	By      string `json:"by" of:"report-by"`
	From    string `json:"from"` // yyyy-mm-dd, the branch's date
	To      string `json:"to"`
	Rows    []Row  `json:"rows"`
	LeftOut int    `json:"left_out,omitempty"` // rows beyond Rows
}

// Row has the figures of one value of the dimension. Kept is InTime in percent of Settled, and absent when
// none is settled.
type Row struct {
	Value  string `json:"value"`
	Name   string `json:"name"`
	Opened int64  `json:"opened"`
	Rounds int64  `json:"rounds"` // reopenings count one each
	// Rounds that the customer confirmed as settled. A reopening takes none back.
	Settled int64            `json:"settled"`
	Ended   map[string]int64 `json:"ended"`   // rounds that ended otherwise, by outcome
	Cost    []money.Money    `json:"cost"`    // of carried-out remedies, by currency
	Stages  []Stage          `json:"stages"`  // of rounds that are settled or over
	InTime  int64            `json:"in_time"` // of those settled
	Kept    *float64         `json:"sla_kept_percent,omitempty"`
}

// Stage is the mean working time, in seconds, from the start of a round until a state was reached.
type Stage struct {
	State   string `json:"state" of:"complaint-state"`
	Rounds  int64  `json:"rounds"`
	Seconds int64  `json:"mean_working_s"`
}

// ReportOf makes rows of counters: figures by value of the dimension. named gives a value its name. Where it
// is empty the value is its own name. leftOut is the number of rows beyond Rows.
func ReportOf(figures map[string]map[string]int64, named func(value string) string) (rows []Row, leftOut int) {
	rows = []Row{}
	for value, n := range figures {
		if row := row(value, n); row.Opened != 0 { // all its complaints were moved to other values
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Opened, a.Opened), strings.Compare(a.Value, b.Value))
	})
	leftOut = max(0, len(rows)-Rows)
	rows = rows[:len(rows)-leftOut]
	for i := range rows {
		rows[i].Name = cmp.Or(named(rows[i].Value), rows[i].Value)
	}
	return rows, leftOut
}

func row(value string, n map[string]int64) Row {
	row := Row{Value: value, Opened: n["opened"], Rounds: n["rounds"], Settled: n["settled"], InTime: n["in_time"],
		Ended: map[string]int64{}, Cost: []money.Money{},
		Stages: []Stage{}}
	for name, figure := range n {
		if outcome, ok := strings.CutPrefix(name, "ended_"); ok && figure != 0 {
			row.Ended[outcome] = figure
		}
		if currency, ok := strings.CutPrefix(name, "cost_"); ok && figure != 0 {
			row.Cost = append(row.Cost, money.Money{Minor: figure, Currency: currency})
		}
	}
	slices.SortFunc(row.Cost, func(a, b money.Money) int { return strings.Compare(a.Currency, b.Currency) })
	for _, state := range complaint.States {
		if reached := n["reached_"+state]; reached > 0 {
			row.Stages = append(row.Stages, Stage{state, reached, n["seconds_"+state] / reached})
		}
	}
	if row.Settled > 0 {
		kept := float64(row.InTime) * 100 / float64(row.Settled)
		row.Kept = &kept
	}
	return row
}

// Name is the name of a dimension's value. It is empty where the value is its own name, and for customers,
// whose names the store has.
func Name(dimension, value string) words.Text {
	switch dimension {
	case All:
		return words.Text{Zh: "全部", En: "all"}
	case Defect:
		d, _ := defect.Of(defect.Kind(value))
		return d.Name
	case Product:
		return defect.ProductClasses[defect.ProductClass(value)]
	}
	return words.Text{}
}

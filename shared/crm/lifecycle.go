package crm

import "time"

// Stages of a customer's life.
const (
	LifeLead       = "lead"
	LifeProspect   = "prospect"
	LifeFirstOrder = "first-order"
	LifeActive     = "active"
	LifeAtRisk     = "at-risk"
	LifeLapsed     = "lapsed"
	LifeWonBack    = "won-back"
	LifeExit       = "exit"
)

// LifeStages lists the stages in the order of a life.
var LifeStages = []string{LifeLead, LifeProspect, LifeFirstOrder, LifeActive, LifeAtRisk, LifeLapsed, LifeWonBack, LifeExit}

// askedAgain is how long after one enquiry another is worth a note: many that come at once would only stand in one another's way.
const askedAgain = time.Hour

// Asked notes an enquiry: it ends a silence, and brings back a customer who was archived.
func (c Customer) Asked(now time.Time) (next Customer, changed bool) {
	if c.ArchivedAt == nil && c.History.LastTouchAt != nil && now.Before(c.History.LastTouchAt.Add(askedAgain)) {
		return c, false
	}
	c.Seq++
	c.ArchivedAt = nil
	c.History.LastTouchAt = &now
	if c.History.FirstLeadAt == nil {
		c.History.FirstLeadAt = &now
	}
	if c.LifeCycle == "" {
		c.LifeCycle, c.LifeSince = LifeLead, now
	}
	return c, true
}

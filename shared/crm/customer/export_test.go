package customer

// What the tests of customers look at beside what others may call.
const (
	KeptTouches    = keptTouches
	LongestSilence = longestSilence
	WholeDay       = wholeDay
)

var ReviewSteps = reviewSteps

func (p LifePolicy) PaceOf(c Customer) (touch, review int64) { return p.paceOf(c) }

package customer

import (
	"slices"

	"afterpress/shared/kernel/valid"
)

// Kinds of customers.
var Kinds = []string{Company, Person}

// AddressUses say what an address is for.
var AddressUses = []string{"billing", "delivery", "visit"}

// Sources of a preference: who says so.
var preferenceSources = []string{SourceContact, SourceStaff, SourceJob}

// Outcomes lists the outcomes of a contact. The last one is only an attempt.
var Outcomes = []string{OutcomeInterested, OutcomeQuote, OutcomeCallBack, OutcomeAnswered, OutcomeNotNow,
	OutcomeUnreachable}

// Lists are the words that fields of customers take, by the names that tags call them.
var Lists = valid.Lists{
	"customer-kind":     Kinds,
	"address-use":       AddressUses,
	"life-stage":        LifeStages,
	"contact-role":      ContactRoles,
	"industry":          values(Industries),
	"periodical":        values(Periodicals),
	"scope":             values(Scopes),
	"value-orientation": values(ValueOrientations),
	"purchase-purpose":  values(PurchasePurposes),
	"relationship":      values(Relationships),
	"preferred-channel": values(PreferredChannels),
	"preference-kind":   PreferenceKinds,
	"preference-source": preferenceSources,
	"touch-channel":     TouchChannels,
	"touch-direction":   {TouchIn, TouchOut},
	"touch-outcome":     Outcomes,
	"answered-outcome":  append(slices.Clone(Outcomes), OutcomeWritten), // also of what staff wrote
	"spoken-outcome":    slices.DeleteFunc(slices.Clone(Outcomes), func(o string) bool { return o == OutcomeUnreachable }),
}

// values are the words of a closed list.
func values(classes []Class) []string {
	out := make([]string, len(classes))
	for i, c := range classes {
		out[i] = c.Value
	}
	return out
}

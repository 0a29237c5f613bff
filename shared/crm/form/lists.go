package form

import (
	"slices"

	"afterpress/shared/kernel/valid"
)

// Sources of leads and customers. What staff enter did not come by a form; what a form catches was met nowhere else.
var (
	Sources = []string{SourceWeb, SourceWalkIn, SourcePhone, SourceFax, SourceExhibition, SourceSurvey,
		SourceMail}
	enteredFrom  = slices.DeleteFunc(slices.Clone(Sources), func(s string) bool { return s == SourceWeb })
	caughtByForm = []string{SourceWeb, SourceExhibition, SourceSurvey}
)

// DiscardReasons say why nothing comes of a submission.
var DiscardReasons = []string{"spam", "test", "duplicate", "unreadable", "not-for-us"}

// FieldNames lists the fields that a form may ask for, in their usual order.
var FieldNames = []FieldName{FieldPerson, FieldCompany, FieldPhone, FieldEmail, FieldProduct, FieldQuantity,
	FieldNeededBy, FieldMessage, FieldHeard, FieldConsent, FieldArtwork}

// Lists are the words that fields of forms and submissions take, by the names that tags call them.
var Lists = valid.Lists{
	"source":             Sources,
	"entered-source":     enteredFrom,
	"form-source":        caughtByForm,
	"form-field":         valid.Of(FieldNames...),
	"submission-outcome": SubmissionOutcomes,
	"discard-reason":     DiscardReasons,
}

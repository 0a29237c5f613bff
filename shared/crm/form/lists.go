package form

import "afterpress/shared/kernel/valid"

// DiscardReasons say why nothing comes of a submission.
var DiscardReasons = []string{"spam", "test", "duplicate", "unreadable", "not-for-us"}

// FieldNames lists the fields that a form may ask for, in their usual order.
var FieldNames = []FieldName{FieldPerson, FieldCompany, FieldPhone, FieldEmail, FieldProduct, FieldQuantity,
	FieldNeededBy, FieldMessage, FieldHeard, FieldConsent, FieldArtwork}

// Lists are the words that fields of forms and submissions take, by the names that tags call them.
var Lists = valid.Lists{
	"question-kind":      QuestionKinds,
	"form-field":         valid.Of(FieldNames...),
	"submission-outcome": SubmissionOutcomes,
	"discard-reason":     DiscardReasons,
}

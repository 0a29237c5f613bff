// Package intake is the public door, made of its parts: forms, the links of customers, files, and signed calls of other
// systems. Anybody may come in. So it shows nothing of what the tables hold but the shop's forms and what a signed link
// is about. Its answers never tell whether a person is known.
//
// An enquiry is read strictly and answered with its faults, or it is accepted. What is accepted is stored before the
// sender is answered: as a lead or, when the rules fail, as it came.
package intake

// Package intake is the public door: the shop's forms as pages and as JSON. Anybody may come in, so it shows
// nothing of what the tables hold but the forms themselves, and its answers never tell whether a person is known.
//
// An enquiry is read strictly and answered with its faults, or it is accepted; what is accepted is stored before
// anybody is answered, as a lead or, when the rules fail, as it came.
package intake

package message

// Address is one value by which a message reaches a person: an e-mail address by e-mail, a phone number
// (E.164) by SMS.
type Address struct{ Channel, Value string }

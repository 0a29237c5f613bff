// Package hook is the door of other systems: calls that they sign. It finds out whether a call is its source's own.
// Then it reads what was sent, hands it to one use case and answers with what was made of it. Enquiries and complaints
// come as JSON, mail as it was sent, and news of our messages as notices of SNS.
package hook

// Package cloud stands between Afterpress and the local engines and is as strict as AWS is where they are not: it
// holds each request against the role of the function that signed it and refuses what meets a transaction in flight.
// It throttles, and shows indexes and loose reads as they were a moment ago.
//
// A Cloud is a transport: tests put it into their client, the stack serves it over HTTP (Serve). Whose request it is
// follows from the access key, which is the function's name. Keys that are no function's belong to the operator,
// whom no role binds.
package cloud

// Package httpapi turns handlers that return an answer or an error into an HTTP door: one table of routes, one
// order of checks, one writer for answers and problem documents, one log line per request.
//
// A request meets, in this order: its id, the limit of its body (413) and its route (404, 405); then the caller (401)
// and the permission (403); last its Idempotency-Key (400, 422, or the answer given before) and its handler. Nothing
// is read from the tables for a caller who may not ask. An error says outside only what a fault.Error marks as safe to
// show.
package httpapi

package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
)

// route is one line of the table: pattern, permission, use case, description. The functions below make them, one for
// each shape that a use case has.
type route struct {
	httpapi.Route
	// try calls the use case without HTTP and without input. A caller without the permission must be refused.
	try func(ctx context.Context, by app.Caller) error
}

// caller is who asks, and the language in which they read.
func caller(r *http.Request) app.Caller {
	return app.Caller{Actor: httpapi.Actor(r), Lang: httpapi.Lang(r)}
}

// record is the record in the path.
func record(r *http.Request) app.Record {
	return app.At(r.PathValue("id"), part(r), 0)
}

// part is what the path names below its record.
func part(r *http.Request) string {
	for _, name := range []string{"artwork", "preference", "version"} {
		if value := r.PathValue(name); value != "" {
			return value
		}
	}
	return ""
}

// recordAsRead is the record in the path, in the version that If-Match names where it is sent.
func recordAsRead(r *http.Request) (app.Record, error) {
	version, _, err := httpapi.Version(r)
	return app.At(r.PathValue("id"), part(r), version), err
}

// recordToChange is the record in the path, in the version that If-Match has to name.
func recordToChange(r *http.Request) (app.Record, error) {
	version, err := httpapi.MustVersion(r)
	return app.At(r.PathValue("id"), part(r), version), err
}

// answered is what a use case returned, as the door answers it.
func answered[T any](got T, err error) (httpapi.Answer, error) {
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(got), nil
}

// all reads something of which there is one, or a whole list.
func all[T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller) (T, error), summary string) route {
	return route{httpapi.Route{Pattern: pattern, Action: action,
		Handle: func(r *http.Request) (httpapi.Answer, error) { return answered(use(r.Context(), caller(r))) },
		Doc:    httpapi.Doc{Summary: summary, Answer: *new(T)},
	}, func(ctx context.Context, by app.Caller) error {
		_, err := use(ctx, by)
		return err
	}}
}

// list answers a query.
func list[Q, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, Q) (T, error), summary string) route {
	return route{httpapi.Route{Pattern: pattern, Action: action,
		Handle: func(r *http.Request) (httpapi.Answer, error) {
			q, err := httpapi.Query[Q](r)
			if err != nil {
				return httpapi.Answer{}, err
			}
			return answered(use(r.Context(), caller(r), q))
		},
		Doc: httpapi.Doc{Summary: summary, Query: *new(Q), Answer: *new(T)},
	}, func(ctx context.Context, by app.Caller) error {
		_, err := use(ctx, by, *new(Q))
		return err
	}}
}

// read reads a record, or what belongs to it.
func read[T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record) (T, error), summary string) route {
	return route{httpapi.Route{Pattern: pattern, Action: action,
		Handle: func(r *http.Request) (httpapi.Answer, error) {
			return answered(use(r.Context(), caller(r), record(r)))
		},
		Doc: httpapi.Doc{Summary: summary, Answer: *new(T)},
	}, func(ctx context.Context, by app.Caller) error {
		_, err := use(ctx, by, app.Record{})
		return err
	}}
}

// listOf answers a query about a record.
func listOf[Q, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record, Q) (T, error), summary string) route {
	return route{httpapi.Route{Pattern: pattern, Action: action,
		Handle: func(r *http.Request) (httpapi.Answer, error) {
			q, err := httpapi.Query[Q](r)
			if err != nil {
				return httpapi.Answer{}, err
			}
			return answered(use(r.Context(), caller(r), record(r), q))
		},
		Doc: httpapi.Doc{Summary: summary, Query: *new(Q), Answer: *new(T)},
	}, func(ctx context.Context, by app.Caller) error {
		_, err := use(ctx, by, app.Record{}, *new(Q))
		return err
	}}
}

// open makes a record, which then stands where place says.
func open[In, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, In) (T, error), place func(T) string, summary string) route {
	return add(pattern, action, func(ctx context.Context, by app.Caller, _ app.Record, in In) (T, error) {
		return use(ctx, by, in)
	}, func(_ app.Record, made T) string { return place(made) }, summary)
}

// add makes a record that belongs to another one, and stands where place says.
func add[In, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record, In) (T, error), place func(app.Record, T) string,
	summary string) route {
	return adding(pattern, action, use, place, summary,
		func(r *http.Request, _ In, made func(any) httpapi.Answer) context.Context {
			return httpapi.Answering(r, made)
		})
}

// doubleClick is how long the same message of a person to the same record is one message.
const doubleClick = 10 * time.Minute

// write is add for a message: a double click sends it once, also without an Idempotency-Key.
func write[T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record, app.WriteMessage) (T, error), place func(app.Record, T) string,
	summary string) route {
	return adding(pattern, action, use, place, summary,
		func(r *http.Request, in app.WriteMessage, made func(any) httpapi.Answer) context.Context {
			content := strings.Join([]string{in.Contact, in.Channel, in.Subject, in.Text}, "\x00")
			return httpapi.AnsweringAlike(r, content, doubleClick, made)
		})
}

func adding[In, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record, In) (T, error), place func(app.Record, T) string,
	summary string, once func(*http.Request, In, func(any) httpapi.Answer) context.Context) route {
	return route{httpapi.Route{Pattern: pattern, Action: action,
		Handle: func(r *http.Request) (httpapi.Answer, error) {
			in, err := httpapi.Decode[In](r)
			if err != nil {
				return httpapi.Answer{}, err
			}
			at := record(r)
			made := func(result any) httpapi.Answer { return httpapi.Created(place(at, result.(T)), result) }
			got, err := use(once(r, in, made), caller(r), at, in)
			if err != nil {
				return httpapi.Answer{}, err
			}
			return made(got), nil
		},
		Doc: httpapi.Doc{Summary: summary, Body: *new(In), Answer: *new(T), Status: http.StatusCreated},
	}, trying(use)}
}

// command gives a command to a record, in the version that the caller has read where they name one.
func command[In, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record, In) (T, error), summary string) route {
	out := confirm(pattern, action, use, summary)
	out.Doc.Versioned = true
	return out
}

// confirm is command for a record whose description does not speak of versions. One that the caller names counts.
func confirm[In, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record, In) (T, error), summary string) route {
	return asking(pattern, action, recordAsRead, use, summary)
}

// ask asks something about a record, or has something done that depends on no version of it. If-Match is not read.
func ask[In, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record, In) (T, error), summary string) route {
	inPath := func(r *http.Request) (app.Record, error) { return record(r), nil }
	return asking(pattern, action, inPath, use, summary)
}

// asking posts an input to the record that of finds.
func asking[In, T any](pattern string, action permission.Action, of func(*http.Request) (app.Record, error),
	use func(context.Context, app.Caller, app.Record, In) (T, error), summary string) route {
	return route{httpapi.Route{Pattern: pattern, Action: action,
		Handle: func(r *http.Request) (httpapi.Answer, error) {
			in, err := httpapi.Decode[In](r)
			if err != nil {
				return httpapi.Answer{}, err
			}
			at, err := of(r)
			if err != nil {
				return httpapi.Answer{}, err
			}
			return answered(use(httpapi.Answering(r, httpapi.OK), caller(r), at, in))
		},
		Doc: httpapi.Doc{Summary: summary, Body: *new(In), Answer: *new(T)},
	}, trying(use)}
}

// change changes a record in place, by a merge patch over what people entered of it.
func change[E, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record, app.Edit[E]) (T, error), summary string) route {
	return route{httpapi.Route{Pattern: pattern, Action: action,
		Handle: func(r *http.Request) (httpapi.Answer, error) {
			at, err := recordToChange(r)
			if err != nil {
				return httpapi.Answer{}, err
			}
			return answered(use(r.Context(), caller(r), at,
				func(entry E) (E, error) { return httpapi.Patch(r, entry) }))
		},
		Doc: httpapi.Doc{Summary: summary, Body: *new(E), Answer: *new(T), Changes: true},
	}, trying(use)}
}

// remove takes a record away.
func remove(pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record) error, summary string) route {
	return route{httpapi.Route{Pattern: pattern, Action: action,
		Handle: func(r *http.Request) (httpapi.Answer, error) {
			at, err := recordToChange(r)
			if err == nil {
				err = use(r.Context(), caller(r), at)
			}
			return httpapi.NoContent(), err
		},
		Doc: httpapi.Doc{Summary: summary, Status: http.StatusNoContent, Changes: true},
	}, func(ctx context.Context, by app.Caller) error { return use(ctx, by, app.Record{}) }}
}

// trying calls a use case without input.
func trying[In, T any](
	use func(context.Context, app.Caller, app.Record, In) (T, error)) func(context.Context, app.Caller) error {
	return func(ctx context.Context, by app.Caller) error {
		_, err := use(ctx, by, app.Record{}, *new(In))
		return err
	}
}

package screen

import (
	"context"
	"net/http"
	"net/url"

	"afterpress/shared/app"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
)

// Route is one line of the console's table: pattern, permission, use case, and the page or form that goes with it.
type Route struct {
	httpapi.Route
	// Redraw draws the page on which a refused form stands, with what was typed; nil: the problem has a page of its own.
	Redraw func(r *http.Request, p httpapi.Problem) (httpapi.Answer, error)
}

// Refused is a command that was not taken: its form is drawn again, with what was typed into it.
type Refused struct {
	Command string
	Problem httpapi.Problem
	Typed   url.Values
}

// Of is what was typed into the form of a command; nil where another one was sent, or none.
func (f *Refused) Of(command string) *Refused {
	if f == nil || f.Command != command {
		return nil
	}
	return f
}

func record(r *http.Request, version int64) app.Record {
	return app.At(r.PathValue("id"), r.PathValue("part"), version)
}

// Public is a page or command for people who need not have signed in: the sign-in itself.
func Public(pattern string, handle httpapi.Handler) Route {
	return Route{Route: httpapi.Route{Pattern: pattern, Action: permission.Public, Handle: handle}}
}

// Own is a page or command about the console itself.
func Own(pattern string, action permission.Action, handle httpapi.Handler) Route {
	return Route{Route: httpapi.Route{Pattern: pattern, Action: action, Handle: handle}}
}

// List is a page that answers a query.
func List[Q, T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, Q) (T, error),
	draw func(*http.Request, Q, T) (httpapi.Answer, error)) Route {
	return Own(pattern, action, func(r *http.Request) (httpapi.Answer, error) {
		q, err := httpapi.Query[Q](r)
		if err != nil {
			return httpapi.Answer{}, err
		}
		got, err := use(r.Context(), Caller(r), q)
		if err != nil {
			return httpapi.Answer{}, err
		}
		return draw(r, q, got)
	})
}

// Drawing draws the page of a record, with a command that was refused, or nil.
type Drawing[T any] func(r *http.Request, got T, no *Refused) (httpapi.Answer, error)

// Reads is the page of a record, and reading it.
type Reads[T any] struct {
	Use  func(context.Context, app.Caller, app.Record) (T, error)
	Draw Drawing[T]
	Area string
}

// Record is the page of a record.
func Record[T any](pattern string, action permission.Action, page Reads[T]) Route {
	return Own(pattern, action, func(r *http.Request) (httpapi.Answer, error) { return page.show(r, nil) })
}

func (p Reads[T]) show(r *http.Request, no *Refused) (httpapi.Answer, error) {
	got, err := p.Use(r.Context(), Caller(r), record(r, 0))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return p.Draw(r, got, no)
}

// Onward sends the browser on to the address that a use case makes, such as that of a file.
func Onward[T any](pattern string, action permission.Action,
	use func(context.Context, app.Caller, app.Record) (T, error), to func(T) string) Route {
	return Own(pattern, action, func(r *http.Request) (httpapi.Answer, error) {
		got, err := use(r.Context(), Caller(r), record(r, 0))
		if err != nil {
			return httpapi.Answer{}, err
		}
		return httpapi.SeeOther(to(got)), nil
	})
}

// Command gives a command to a record, and leads back to its page. The version that the page showed, and the key of the
// form, come in the headers If-Match and Idempotency-Key: Unwrap put them there.
func Command[In, Out, T any](pattern string, command permission.Action, entries []Entry,
	use func(context.Context, app.Caller, app.Record, In) (Out, error), page Reads[T]) Route {
	place := func(r *http.Request) string { return page.Area + "/" + url.PathEscape(r.PathValue("id")) }
	route := Own(pattern, command, func(r *http.Request) (httpapi.Answer, error) {
		in, err := Decode[In](r, entries)
		if err != nil {
			return httpapi.Answer{}, err
		}
		version, err := httpapi.MustVersion(r)
		if err != nil {
			return httpapi.Answer{}, err
		}
		done := httpapi.SeeOther(place(r) + "?done=" + url.QueryEscape(string(command)))
		kept := httpapi.Answering(r, func(any) httpapi.Answer { return done })
		if _, err := use(kept, Caller(r), record(r, version), in); err != nil {
			return httpapi.Answer{}, err
		}
		return done, nil
	})
	route.Redraw = func(r *http.Request, p httpapi.Problem) (httpapi.Answer, error) {
		back := onPage(r, place(r))
		return page.show(back, &Refused{Command: string(command), Problem: p, Typed: r.PostForm})
	}
	return route
}

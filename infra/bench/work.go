package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"

	"afterpress/infra/demo/people"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
)

// Kinds of work that clients do at the public door.
const (
	workPost = "post" // sends an enquiry to the seeded form
	workHook = "hook" // hands the same over, signed, as another system
	workPage = "page" // opens the form's page
)

// works are the ways of doing one piece of work as person n.
var works = map[string]func(api, dir string) (func(ctx context.Context, n int) error, error){
	workPost: func(api, _ string) (func(context.Context, int) error, error) { return post(api, enquiry), nil },
	workHook: hook,
	workPage: func(api, _ string) (func(context.Context, int) error, error) { return page(api), nil },
}

func init() {
	for _, q := range questions {
		works[q.work] = asking(q)
	}
}

// browsers keep their connections, as a busy client does.
var browsers = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// post sends enquiries to the seeded form.
func post(api string, said func(n int) map[string]any) func(context.Context, int) error {
	house := people.House{API: api}
	return func(ctx context.Context, n int) error {
		_, err := house.Post(ctx, seed.Quote, said(n))
		return err
	}
}

func hook(api, dir string) (func(context.Context, int) error, error) {
	const source = "leads"
	key, err := stack.HookSecret(dir, source)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, n int) error {
		lead := maps.Clone(enquiry(n))
		lead["form"] = seed.Quote
		body, err := json.Marshal(lead)
		if err != nil {
			return err
		}
		r, err := stack.HookCall(ctx, api, key, source, body)
		if err != nil {
			return err
		}
		return expect(r, http.StatusAccepted)
	}, nil
}

func page(api string) func(context.Context, int) error {
	return func(ctx context.Context, _ int) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/forms/"+seed.Quote, nil)
		if err != nil {
			return err
		}
		return expect(r, http.StatusOK)
	}
}

// unavailable reports whether the door answered that it is busy (503).
func unavailable(err error) bool {
	var answer *people.Refused
	return errors.As(err, &answer) && answer.Status == http.StatusServiceUnavailable
}

// expect sends the request and reads the whole answer.
func expect(r *http.Request, status int) error {
	answer, err := browsers.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != status {
		err = &people.Refused{Request: r.Method + " " + r.URL.Path, Status: answer.StatusCode, Body: string(body)}
	}
	return err
}

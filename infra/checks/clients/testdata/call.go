// What an integrator writes against the Go client: it compiles by the description, and the stack answers so. The check
// puts this file beside the client that oapi-codegen made.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

func main() {
	if err := call(context.Background(), os.Getenv("API"), os.Getenv("TOKEN")); err != nil {
		fmt.Fprintln(os.Stderr, "the Go client:", err)
		os.Exit(1)
	}
}

func call(ctx context.Context, api, token string) error {
	stranger, err := NewClientWithResponses(api)
	if err != nil {
		return err
	}
	signedIn := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	shop, err := NewClientWithResponses(api, WithRequestEditorFn(signedIn))
	if err != nil {
		return err
	}
	name, email, product := "Li Na", "clients-go@visitor.example", "cards"
	sent, err := stranger.SendEnquiryWithResponse(ctx, "quote", nil, SendEnquiryJSONRequestBody{Name: &name,
		Email: &email, Product: &product})
	if err != nil || sent.JSON202 == nil || sent.JSON202.Reference == "" {
		return fmt.Errorf("the enquiry: %w, %s", err, said(sent.JSONDefault))
	}
	made, err := shop.CreateCustomerWithResponse(ctx, nil, CreateCustomerJSONRequestBody{Kind: "company",
		Name: "Tea House Go", Lang: "en", Source: "phone"})
	if err != nil || made.JSON201 == nil {
		return fmt.Errorf("a customer: %w, %s", err, said(made.JSONDefault))
	}
	renamed := "Tea House"
	version := &UpdateCustomerParams{IfMatch: made.HTTPResponse.Header.Get("ETag")}
	patch := UpdateCustomerApplicationMergePatchPlusJSONRequestBody{Name: &renamed}
	changed, err := shop.UpdateCustomerWithApplicationMergePatchPlusJSONBodyWithResponse(ctx, made.JSON201.Id, version,
		patch)
	if err != nil || changed.JSON200 == nil || changed.JSON200.Name != renamed {
		return fmt.Errorf("a change: %w, %s", err, said(changed.JSONDefault))
	}
	return failures(ctx, shop, stranger)
}

// failures are calls that the door and the gateway refuse.
func failures(ctx context.Context, shop, stranger *ClientWithResponses) error {
	leads, err := shop.ListLeadsWithResponse(ctx, nil)
	if err != nil || leads.JSON200 == nil {
		return fmt.Errorf("leads: %w, %s", err, said(leads.JSONDefault))
	}
	missing, err := shop.GetLeadWithResponse(ctx, "led_019b0000-0000-7000-8000-00000000ffff", nil)
	if err != nil || missing.StatusCode() != http.StatusNotFound || missing.ApplicationproblemJSONDefault == nil ||
		missing.ApplicationproblemJSONDefault.Title == nil {
		return fmt.Errorf("no such lead: %d, %w", missing.StatusCode(), err)
	}
	refused, err := stranger.ListLeadsWithResponse(ctx, nil)
	if err != nil || refused.StatusCode() != http.StatusUnauthorized || refused.JSONDefault == nil ||
		refused.JSONDefault.Message == nil {
		return fmt.Errorf("no token: %d, %w", refused.StatusCode(), err)
	}
	return nil
}

// said is why a call failed: the door's title, or the gateway's message.
func said(problem *Problem) string {
	switch {
	case problem == nil:
		return "nothing"
	case problem.Title != nil:
		return *problem.Title
	case problem.Message != nil:
		return *problem.Message
	}
	return "nothing"
}

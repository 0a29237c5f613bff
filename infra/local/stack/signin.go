package stack

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"afterpress/infra/local/issuer"
	"afterpress/shared/boot"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
)

// startSignIn lets people of the shop sign in to the console: by a page on which one picks who one is.
func (s *Stack) startSignIn(context.Context) error {
	ring, err := Ring(s.Dir)
	if err != nil {
		return err
	}
	kept, err := store.New(table.Config{DB: s.database, Ring: ring, NewID: boot.NewID, Now: time.Now,
		Tables: table.Tables{Records: "Records", Events: "Events", Messages: "Messages"}})
	if err != nil {
		return err
	}
	signIn := &issuer.SignIn{Issuer: s.tokens, URL: s.Issuer, Sites: []string{s.API}, People: people(kept)}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", s.state.Ports["issuer"]))
	if err != nil {
		return err
	}
	server := &http.Server{Handler: signIn.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // until Close
	s.onClose(func() { closeServer(server) })
	return nil
}

// people are the staff of the shop, as they are now. Systems do not sign in by a browser.
func people(kept *store.Store) func(context.Context) ([]issuer.Person, error) {
	return func(ctx context.Context) ([]issuer.Person, error) {
		shop, err := kept.ShopNow(ctx)
		if err != nil {
			return nil, err
		}
		var out []issuer.Person
		for _, p := range shop.Staff {
			if !p.Has(staff.Integration) && p.Employed(time.Now()) {
				roles := staff.RoleNames(p.Roles)
				names := []string{roles.Zh, roles.En, strings.Join(p.Branches, ", ")}
				out = append(out, issuer.Person{Subject: p.Subject, Name: p.Name, Roles: strings.Join(names, " · ")})
			}
		}
		return out, nil
	}
}

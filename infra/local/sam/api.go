package sam

import (
	"errors"
	"fmt"
	"strings"
)

// httpAPI is the part of an HTTP API that its routes refer to.
type httpAPI struct {
	authorizers map[string]*JWT
	usual       string // name of the default authorizer; empty: none
}

type apiProperties struct {
	Auth struct {
		DefaultAuthorizer string
		Authorizers       map[string]struct {
			IdentitySource      string
			AuthorizationScopes []string
			JwtConfiguration    struct {
				Issuer   string   `json:"issuer"`
				Audience []string `json:"audience"`
			}
		}
	}
	StageName string

	// Watching and throttling, which the local gateway does not do. Tests of alarms read what it logs.
	AccessLogSettings    struct{ DestinationArn, Format string }
	DefaultRouteSettings any
	Description          any
	RouteSettings        any
	Tags                 any
}

func (r *reader) readAPI(res resource) error {
	var p apiProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	if p.StageName != "" && p.StageName != "$default" {
		return errors.New("property StageName: the local gateway serves the stage $default")
	}
	api := httpAPI{authorizers: map[string]*JWT{}, usual: p.Auth.DefaultAuthorizer}
	for name, a := range p.Auth.Authorizers {
		if a.IdentitySource != "" && a.IdentitySource != "$request.header.Authorization" {
			return fmt.Errorf("authorizer %s: the local gateway takes the token from $request.header.Authorization", name)
		}
		if a.JwtConfiguration.Issuer == "" || len(a.JwtConfiguration.Audience) == 0 {
			return fmt.Errorf("authorizer %s needs a JwtConfiguration with issuer and audience", name)
		}
		api.authorizers[name] = &JWT{Issuer: a.JwtConfiguration.Issuer, Audience: a.JwtConfiguration.Audience,
			Scopes: a.AuthorizationScopes}
	}
	if api.usual != "" && api.authorizers[api.usual] == nil {
		return fmt.Errorf("property DefaultAuthorizer: no authorizer %s", api.usual)
	}
	r.apis[res.id] = api
	r.out.AccessLog = p.AccessLogSettings.Format
	return nil
}

type routeProperties struct {
	ApiId                string
	Method               string
	Path                 string
	PayloadFormatVersion string
	Auth                 struct{ Authorizer string }
}

func (r *reader) readRoute(function string, e event) error {
	var p routeProperties
	if err := fill(&p, e.Properties); err != nil {
		return err
	}
	api, ok := r.apis[p.ApiId]
	if !ok {
		return fmt.Errorf("property ApiId: no HTTP API %q", p.ApiId)
	}
	if p.PayloadFormatVersion != "" && p.PayloadFormatVersion != "2.0" {
		return errors.New("property PayloadFormatVersion: the local gateway sends 2.0")
	}
	if !strings.HasPrefix(p.Path, "/") || p.Method == "" {
		return errors.New("a route needs a Method and a Path that starts with /")
	}
	route := Route{Method: strings.ToUpper(p.Method), Path: p.Path, Function: function}
	name := p.Auth.Authorizer
	if name == "" {
		name = api.usual
	}
	if name != "" && name != "NONE" {
		if route.JWT = api.authorizers[name]; route.JWT == nil {
			return fmt.Errorf("property Auth: no authorizer %s", name)
		}
	}
	r.out.Routes = append(r.out.Routes, route)
	return nil
}

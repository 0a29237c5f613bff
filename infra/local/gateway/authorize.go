package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"afterpress/infra/local/sam"
)

// authorize checks the token as the JWT authorizer does and returns its claims; a route that asks for none has none.
func (g *Gateway) authorize(r *http.Request, want *sam.JWT) (map[string]string, *refusal) {
	if want == nil {
		return nil, nil
	}
	text := r.Header.Get("Authorization")
	if scheme, rest, ok := strings.Cut(text, " "); ok && strings.EqualFold(scheme, "Bearer") {
		text = rest
	}
	if text == "" {
		return nil, unauthorized("Bearer", nil)
	}
	token, err := verify(strings.TrimSpace(text), want, g.Keys[want.Issuer])
	if err != nil {
		return nil, unauthorized(`Bearer error="invalid_token"`, err)
	}
	if !scoped(token, want.Scopes) {
		return nil, &refusal{status: http.StatusForbidden, message: "Forbidden",
			header: fmt.Sprintf(`Bearer scope="%s" error="insufficient_scope"`, strings.Join(want.Scopes, " ")),
			cause:  errors.New("the token has none of the scopes: it may be an ID token")}
	}
	claims, err := texts(token)
	if err != nil {
		return nil, unauthorized(`Bearer error="invalid_token"`, err)
	}
	return claims, nil
}

func unauthorized(header string, cause error) *refusal {
	return &refusal{status: http.StatusUnauthorized, message: "Unauthorized", header: header, cause: cause}
}

func verify(text string, want *sam.JWT, keys jwk.Set) (jwt.Token, error) {
	if keys == nil {
		return nil, fmt.Errorf("no keys of the issuer %s", want.Issuer)
	}
	if err := wellFormed(text); err != nil {
		return nil, err
	}
	token, err := jwt.ParseString(text, jwt.WithKeySet(keys), jwt.WithIssuer(want.Issuer),
		jwt.WithRequiredClaim(jwt.ExpirationKey))
	if err != nil {
		return nil, err
	}
	// client_id counts only where there is no aud: Cognito's access tokens have none.
	audience, ok := token.Audience()
	if !ok {
		var id string
		if err := token.Get("client_id", &id); err != nil {
			return nil, errors.New("the token has neither aud nor client_id")
		}
		audience = []string{id}
	}
	for _, name := range audience {
		if slices.Contains(want.Audience, name) {
			return token, nil
		}
	}
	return nil, fmt.Errorf("the token is for %v, not %v", audience, want.Audience)
}

// scoped reports whether the token has one of the scopes, in scope or scp: a text with spaces between them, or a list.
func scoped(token jwt.Token, want []string) bool {
	var has []string
	for _, name := range []string{"scope", "scp"} {
		var text string
		var list []any
		if token.Get(name, &text) == nil {
			has = append(has, strings.Fields(text)...)
		} else if token.Get(name, &list) == nil {
			for _, one := range list {
				has = append(has, fmt.Sprint(one))
			}
		}
	}
	return len(want) == 0 || slices.ContainsFunc(want, func(scope string) bool { return slices.Contains(has, scope) })
}

// compact is a signed token as it travels in a header. encoding/base64 reads past line breaks, so they are refused
// here.
var compact = regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`)

// wellFormed refuses what jwx overlooks: a token that does not name its algorithm, and extensions that we do not
// know (RFC 7515, 4.1.1 and 4.1.11).
func wellFormed(text string) error {
	if !compact.MatchString(text) {
		return errors.New("the token is not three parts of base64url")
	}
	message, err := jws.ParseString(text)
	if err != nil {
		return err
	}
	header := message.Signatures()[0].ProtectedHeaders()
	if _, ok := header.Algorithm(); !ok {
		return errors.New("the token names no algorithm")
	}
	if critical, ok := header.Critical(); ok {
		return fmt.Errorf("the token needs %v", critical)
	}
	return nil
}

// texts writes the claims as API Gateway hands them over: all of them texts, a list as [a b].
func texts(token jwt.Token) (map[string]string, error) {
	claims := map[string]string{}
	for _, name := range token.Keys() {
		var value any
		if err := token.Get(name, &value); err != nil {
			return nil, err
		}
		switch value := value.(type) {
		case string:
			claims[name] = value
		case time.Time:
			claims[name] = strconv.FormatInt(value.Unix(), 10)
		case float64:
			claims[name] = strconv.FormatFloat(value, 'f', -1, 64)
		default:
			claims[name] = fmt.Sprint(value)
		}
	}
	return claims, nil
}

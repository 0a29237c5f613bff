package console

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
)

const (
	sessionLife = 12 * time.Hour
	sessionIdle = 2 * time.Hour
	// seenEvery is how old the time of the last request may be before the cookie is written again.
	seenEvery = time.Minute
)

// session is what the cookie of somebody who has signed in says: who, since when, and when they were last here. Times
// are in milliseconds. What the person may do stands in the staff record, which each request reads.
type session struct {
	Subject string `json:"s"`
	Began   int64  `json:"b"`
	Seen    int64  `json:"a"`
}

// People knows who stands behind a session. It is implemented by *store.Store. Unauthenticated means that nobody does,
// or that they have signed out everywhere since it began.
type People interface {
	Session(ctx context.Context, subject string, began time.Time) (staff.Actor, error)
}

// cookies writes and reads the cookies of one browser. Over https their names begin with __Host-, so that no other
// host or path can set them.
type cookies struct {
	sessions, signIns token.Seals
	now               func() time.Time
}

func newCookies(ring *token.Ring, now func() time.Time) cookies {
	return cookies{token.NewSeals(ring, "console session"), token.NewSeals(ring, "console sign-in"), now}
}

const (
	sessionCookie = "session"
	signInCookie  = "sign-in"
	langCookie    = "lang"
)

// safe reports whether the site is reached over https.
func safe(site string) bool { return strings.HasPrefix(site, "https://") }

// cookieName is how a cookie is called at the site.
func cookieName(site, name string) string {
	if safe(site) {
		return "__Host-" + name
	}
	return name
}

// baked is a cookie for the site that scripts cannot read. One without a value takes the cookie away.
func baked(site, name, value string, life time.Duration) *http.Cookie {
	c := &http.Cookie{Name: cookieName(site, name), Value: value, Path: "/", HttpOnly: true, Secure: safe(site),
		SameSite: http.SameSiteLaxMode, MaxAge: int(life.Seconds())}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// seal is the session as its cookie holds it.
func (c cookies) seal(s session) string {
	plain, err := json.Marshal(s)
	if err != nil {
		panic(err) // a text and two numbers
	}
	return c.sessions.Seal(plain)
}

// begin is the session of somebody who signs in now.
func (c cookies) begin(subject string) session {
	now := c.now().UnixMilli()
	return session{Subject: subject, Began: now, Seen: now}
}

// read is the session that the browser carries. ok is false where it carries none that holds now.
func (c cookies) read(r *http.Request, site string) (s session, ok bool) {
	cookie, err := r.Cookie(cookieName(site, sessionCookie))
	if err != nil {
		return session{}, false
	}
	plain, ok := c.sessions.Open(cookie.Value)
	if !ok || json.Unmarshal(plain, &s) != nil || s.Subject == "" {
		return session{}, false
	}
	now := c.now()
	began, seen := time.UnixMilli(s.Began), time.UnixMilli(s.Seen)
	if now.Sub(began) >= sessionLife || now.Sub(seen) >= sessionIdle || began.After(now) || seen.Before(began) {
		return session{}, false
	}
	return s, true
}

type sessionKey struct{}

// carrying is a request of the session. The door asks knows for whom it is.
func carrying(r *http.Request, s session) *http.Request {
	ctx := httpapi.WithSubject(r.Context(), s.Subject)
	return r.WithContext(context.WithValue(ctx, sessionKey{}, s))
}

// knows is how the door knows the people behind sessions.
type knows struct{ people People }

// Actor is who stands behind the session of the request.
func (k knows) Actor(ctx context.Context, subject string) (staff.Actor, error) {
	s, ok := ctx.Value(sessionKey{}).(session)
	if !ok || s.Subject != subject {
		return staff.Actor{}, fault.Fail(fault.Unauthenticated, "请先登录。", "Sign in first.")
	}
	return k.people.Session(ctx, subject, time.UnixMilli(s.Began))
}

// keep gives the request the session that its cookie holds, and writes down that the person was here.
func (c cookies) keep(w http.ResponseWriter, r *http.Request, site string) *http.Request {
	s, ok := c.read(r, site)
	if !ok {
		return r
	}
	if now := c.now().UnixMilli(); now-s.Seen >= seenEvery.Milliseconds() {
		s.Seen = now
		http.SetCookie(w, baked(site, sessionCookie, c.seal(s), sessionLife))
	}
	return carrying(r, s)
}

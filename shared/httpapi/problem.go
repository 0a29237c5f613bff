package httpapi

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// Problem is an error as the caller reads it (RFC 9457).
type Problem struct {
	Type     string   `json:"type"`     // urn:afterpress:problem:<kind>
	Title    string   `json:"title"`    // the same for every problem of this type
	Status   int      `json:"status"`   // as in the status line
	Detail   string   `json:"detail"`   // what to do next
	Instance string   `json:"instance"` // urn:afterpress:request:<id>, also in the log
	Errors   []Fault  `json:"errors,omitempty"`
	State    string   `json:"state,omitempty"`   // of the record that refused a command
	Allowed  []string `json:"allowed,omitempty"` // the commands that this state takes
	Record   any      `json:"record,omitempty"`  // the record as it stands
}

// Fault is one thing to change in the input: a JSON pointer into the body, or "?name" for a query parameter.
type Fault struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// methodNotAllowed is a matter of HTTP alone; the domain does not know it.
const methodNotAllowed fault.Kind = "method-not-allowed"

type outcome struct {
	status int
	title  words.Text
}

// outcomes says for every kind of error how it is answered.
var outcomes = map[fault.Kind]outcome{
	fault.Unreadable:      {http.StatusBadRequest, words.Text{Zh: "无法读取请求", En: "The request cannot be read"}},
	fault.Unauthenticated: {http.StatusUnauthorized, words.Text{Zh: "请先登录", En: "Sign in first"}},
	fault.Unsigned:        {http.StatusUnauthorized, words.Text{Zh: "签名无效", En: "Not signed as agreed"}},
	fault.Forbidden:       {http.StatusForbidden, words.Text{Zh: "没有权限", En: "Not permitted"}},
	fault.NotFound:        {http.StatusNotFound, words.Text{Zh: "未找到", En: "Not found"}},
	methodNotAllowed:      {http.StatusMethodNotAllowed, words.Text{Zh: "不支持此方法", En: "Method not allowed"}},
	fault.Refused:         {http.StatusConflict, words.Text{Zh: "当前状态不允许", En: "Not possible in this state"}},
	fault.Conflict:        {http.StatusConflict, words.Text{Zh: "记录已被他人修改", En: "Changed by somebody else"}},
	fault.Taken:           {http.StatusConflict, words.Text{Zh: "已属于他人", En: "Already belongs to somebody else"}},
	fault.Stale:           {http.StatusPreconditionFailed, words.Text{Zh: "版本已过期", En: "The version is out of date"}},
	fault.TooLarge:        {http.StatusRequestEntityTooLarge, words.Text{Zh: "内容过大", En: "Too large"}},
	fault.Unsupported:     {http.StatusUnsupportedMediaType, words.Text{Zh: "不支持的内容类型", En: "Unsupported media type"}},
	fault.Invalid:         {http.StatusUnprocessableEntity, words.Text{Zh: "内容需要修改", En: "Some input needs a change"}},
	fault.Unversioned:     {http.StatusPreconditionRequired, words.Text{Zh: "缺少版本号", En: "The version is missing"}},
	fault.TooMany:         {http.StatusTooManyRequests, words.Text{Zh: "请求过多", En: "Too many requests"}},
	fault.Internal:        {http.StatusInternalServerError, words.Text{Zh: "内部错误", En: "Internal error"}},
	fault.Impossible:      {http.StatusInternalServerError, words.Text{Zh: "无法保存", En: "It cannot be stored"}},
	fault.Unavailable:     {http.StatusServiceUnavailable, words.Text{Zh: "暂时无法服务", En: "Unavailable for the moment"}},
}

// Statuses lists the status of every kind of error, for the API description and tests.
func Statuses() map[fault.Kind]int {
	out := make(map[fault.Kind]int, len(outcomes))
	for kind, o := range outcomes {
		out[kind] = o.status
	}
	return out
}

// classify makes any error one that may be shown. What nobody classified says nothing of the inside.
func classify(err error) *fault.Error {
	var known *fault.Error
	switch {
	case errors.As(err, &known) && known.Kind != fault.Internal:
		if _, ok := outcomes[known.Kind]; ok {
			return known
		}
	case errors.Is(err, context.DeadlineExceeded):
		late := fault.Fail(fault.Unavailable, "处理超时，请稍后再试。", "This took too long; try again in a moment.")
		late.RetryAfter = 2 * time.Second
		return late.Because(err)
	}
	return fault.Fail(fault.Internal,
		"出现了内部错误，没有您需要修改的内容。请稍后再试；若仍不行，请把 instance 中的编号告诉管理员。",
		"Something went wrong on our side; nothing in your request needs changing. Try again in a moment, and if it stays, give the id in instance to your administrator.").Because(err)
}

// problem is e in the language of the request.
func problem(e *fault.Error, id string, lang words.Lang) Problem {
	o := outcomes[e.Kind]
	p := Problem{
		Type:     "urn:afterpress:problem:" + string(e.Kind),
		Title:    o.title.In(lang),
		Status:   o.status,
		Detail:   e.Text.In(lang),
		Instance: "urn:afterpress:request:" + id,
		State:    e.State,
		Allowed:  e.Allowed,
		Record:   e.Record,
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, Fault{Pointer: f.Pointer, Detail: f.Text.In(lang)})
	}
	return p
}

// refusal is e as an answer: a problem document, or the door's own page for a browser.
func (s *server) refusal(r *http.Request, x *exchange, e *fault.Error) Answer {
	lang := Lang(r)
	p := problem(e, x.id, lang)
	a := Answer{Status: p.Status, Body: p, Type: typeProblem}
	if s.ErrorPage != nil && strings.Contains(strings.Join(r.Header.Values("Accept"), ","), "text/html") {
		a = s.ErrorPage(r, p)
		if a.Status < http.StatusMultipleChoices {
			a.Status = p.Status
		}
	}
	if a.Header.Get("Content-Language") == "" {
		a = a.With("Content-Language", string(lang))
	}
	switch e.Kind {
	case fault.Unauthenticated:
		a = a.With("WWW-Authenticate", "Bearer")
	case fault.TooMany, fault.Unavailable:
		wait := max(e.RetryAfter, time.Second)
		a = a.With("Retry-After", strconv.FormatFloat(math.Ceil(wait.Seconds()), 'f', 0, 64))
	case methodNotAllowed:
		a = a.With("Allow", strings.Join(e.Allowed, ", "))
	}
	return a
}

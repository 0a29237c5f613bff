// Package message is the ledger of what is sent: one row for each message, claimed before it is sent.
package message

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Purposes that a message serves. Service messages answer what the contact started. Every other purpose needs
// their consent.
const (
	PurposeService   = "service"
	PurposeMarketing = "marketing"
	PurposeSurvey    = "survey"
	PurposeReferral  = "referral"
)

// States of a message. Only the step to claimed may lead to the network. A message that was claimed and not
// recorded becomes unknown.
const (
	StateQueued     = "queued"     // surely not sent; may be claimed (again)
	StateClaimed    = "claimed"    // one writer is sending it until LeaseUntil
	StateSent       = "sent"       // the provider took it
	StateFailed     = "failed"     // the provider refused it for good
	StateUnknown    = "unknown"    // it may or may not have been sent; never sent again by itself
	StateSuppressed = "suppressed" // not permitted, or no address; Reason says which
	StateCancelled  = "cancelled"
)

// States lists the states of a message.
var States = []string{StateQueued, StateClaimed, StateSent, StateFailed, StateUnknown, StateSuppressed,
	StateCancelled}

// Channels that a message can take to a person. Those to a branch's chat group stand in package firm.
const (
	ChannelEmail = "email"
	ChannelSMS   = "sms"
)

// Lease is how long a claim may take to send. It is longer than the 30 s after which the sender itself gives
// up. A lease that has ended thus means that its writer is gone.
const Lease = 40 * time.Second

// A mailbox gets MostReplies automatic replies until ReplyPause has passed without one. So the second enquiry of a day
// is thanked for, and a visitor who types a stranger's address into a form sends them few messages. Enquiries that come
// within ReplyGap of the one before are a flood, or a form sent twice. They get one reply.
const (
	ReplyPause  = 24 * time.Hour
	ReplyGap    = time.Second
	MostReplies = 3
)

// Reasons for suppressing a message.
const (
	ReasonNoAddress = "no-address"
	ReasonBlocked   = "address-blocked"
	ReasonNoConsent = "no-consent"
	ReasonCountry   = "country-not-served"
	ReasonNoMobile  = "no-mobile"
	ReasonAnswered  = "recently-answered"
	ReasonNumberCap = "number-cap"
	ReasonSMSCap    = "company-cap"
	// an automatic message beyond what a domain, a network or the company may have a day
	ReasonDomainCap  = "domain-cap"
	ReasonNetworkCap = "network-cap"
	ReasonLetterCap  = "letter-cap"
	ReasonLeft       = "contact-left"
	ReasonComplaint  = "complaint-open"
	// nobody knows whether the address is the contact's: it may be a stranger's who typed the contact's phone
	ReasonUnproven = "address-unproven"
)

// Message is one row of the ledger: one message to one person. Its key is made of business facts. The same
// fact makes the same key on a retry, a new run or a reset.
type Message struct {
	ID        string     `json:"id"` // msg_…
	Version   int64      `json:"version"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	Person    string     `json:"person"`             // customer or staff id
	Customer  string     `json:"customer,omitempty"` // the customer whose timeline a staff message belongs to
	About     string     `json:"about"`              // workflow id: lead/lead_…/1
	Step      string     `json:"step"`               // rung key: 1/half
	Channel   string     `json:"channel"`
	Purpose   string     `json:"purpose,omitempty" of:"purpose"` // PurposeService where it is empty
	Template  string     `json:"template"`
	Lang      words.Lang `json:"lang"`
	// to a customer: the policy version that their record named at the first attempt; a mail has its texts,
	// whenever it goes
	Policy     string    `json:"policy,omitempty"`
	Branch     string    `json:"branch"`
	Owner      string    `json:"owner"` // has it on their desk when it stays unknown
	State      string    `json:"state" of:"message-state"`
	Reason     string    `json:"reason,omitempty"`
	Attempt    int       `json:"attempt"`
	LeaseUntil time.Time `json:"lease_until,omitzero"`
	Provider   string    `json:"provider_id,omitempty"`
	DueAt      time.Time `json:"due_at,omitzero"` // unknown: when a colleague should have looked
	Fate       string    `json:"fate,omitempty"`  // what other servers reported of it
	FateAt     time.Time `json:"fate_at,omitzero"`
	// of a letter about several records: each of them with what it says of it, a space between two
	Says string `json:"says,omitempty" description:"Of a letter about several records · 一封信涉及的记录"`
	// the address to which it is an automatic reply, of which a mailbox gets MostReplies
	Replies string `json:"-"`
	// when the enquiry came that it answers; zero: it follows a reply, or there is none before it
	Asked   time.Time `json:"-"`
	Network string    `json:"-"` // hash of the network from which that enquiry came; empty where it is not known
	Number  string    `json:"-"` // of an SMS: the number (E.164) against whose cap it counts
	Address string    `json:"-"` // to which it goes, where that may be another's than the contact's; else empty
	// To is the hash of Address. Rows of before November 2026 have none: they went to the contact's own.
	To string `json:"to,omitempty" description:"Hash of the address that it went to · 收件地址的哈希值"`
}

// ETagVersion is the version that an If-Match names.
func (m Message) ETagVersion() int64 { return m.Version }

// Marketing reports whether the reader must be able to switch such messages off, and must be told how.
func (m Message) Marketing() bool { return m.Purpose == PurposeMarketing }

// Key identifies the message among those of its person. A message with the same key is the same one.
func (m Message) Key() string { return fmt.Sprintf("%s/%s/%s", m.About, m.Step, m.Channel) }

// Follows is how the keys of the automatic replies begin that this message may follow within ReplyPause. Those are its
// own, since it may be claimed again. The letter about a time that moved may follow each reply of its record, which
// told the time.
func (m Message) Follows() string {
	if m.Template == TemplateLeadPostponed {
		return m.About + "/"
	}
	return m.Key()
}

// ToStaff reports whether the message goes to a colleague. No gate is asked about such messages.
func (m Message) ToStaff() bool { return strings.HasPrefix(m.Person, "stf_") }

// Reached reports whether the message may have come to its reader. It is being sent, was sent, or its outcome
// is unknown. No server has reported since that it was refused or came back.
func (m Message) Reached() bool {
	switch m.State {
	case StateClaimed, StateSent, StateUnknown:
		return m.Fate != FateRefused && m.Fate != FateReturned && m.Fate != FateBounced
	}
	return false
}

// Unheard reports whether it is decided that the message does not come to its reader. It was not permitted,
// there is no address, or the provider refused it.
func (m Message) Unheard() bool { return m.State == StateSuppressed || m.State == StateFailed }

// Tag names the message to other systems. They report by it what became of the message.
func (m Message) Tag() string { return TagOf(m.Person + "/" + m.Key()) }

// TagOf is the tag of the message with this key, which includes the person: 32 hexadecimal digits. It reveals
// nothing of the key.
func TagOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

// KeyTag is the message tag that SES repeats in each of its events. Its value is WriteKeyTag of a message's key.
// Receivers never see it.
const KeyTag = "afterpress_key"

// WriteKeyTag is a message's key as the value of KeyTag: unpadded base64url, which is all that SES takes.
func WriteKeyTag(key string) string { return base64.RawURLEncoding.EncodeToString([]byte(key)) }

// TagOfKeyTag is the tag of the message whose KeyTag has the value. ok is false for a value that WriteKeyTag did not
// make.
func TagOfKeyTag(value string) (tag string, ok bool) {
	key, err := base64.RawURLEncoding.Strict().DecodeString(value)
	if err != nil || len(key) == 0 {
		return "", false
	}
	return TagOf(string(key)), true
}

// moves is the whole of the state machine: for each state the states that may follow. "" is a row that does
// not exist.
var moves = map[string][]string{
	"":           {StateClaimed, StateSuppressed},
	StateQueued:  {StateClaimed, StateSuppressed, StateCancelled},
	StateClaimed: {StateSent, StateFailed, StateQueued, StateUnknown},
	StateUnknown: {StateSent, StateFailed},
}

func (m Message) move(to string, now time.Time) (Message, error) {
	for _, allowed := range moves[m.State] {
		if allowed == to {
			m.State, m.UpdatedAt, m.Version = to, now, m.Version+1
			return m, nil
		}
	}
	return m, m.refuse()
}

// refusals has, for each state, why it is not settled by hand and what to do instead.
var refusals = map[string]words.Text{
	StateQueued:  {Zh: "消息还在等待发送，无需确认。请等待发送结果。", En: "The message waits to be sent. Wait for its outcome."},
	StateClaimed: {Zh: "消息正在发送，暂时无需确认。请等待发送结果。", En: "The message is being sent. Wait for its outcome."},
	StateSent:    {Zh: "消息已经送出，无需确认。", En: "The message was sent, so there is nothing to settle."},
	StateFailed: {Zh: "消息没有送达，无需再确认。请用其他方式联系对方。",
		En: "The message was not delivered, so there is nothing to settle. Reach the person in another way."},
	StateSuppressed: {Zh: "消息按规定没有发送，无需确认。请查看原因。",
		En: "The message was held back, so there is nothing to settle. See its reason."},
	StateCancelled: {Zh: "消息已取消发送，无需确认。", En: "The message was cancelled, so there is nothing to settle."},
	StateUnknown:   {Zh: "不确定消息是否送达。请先确认。", En: "The message is in doubt. Settle it first."},
}

func (m Message) refuse() error {
	why := refusals[m.State]
	e := fault.Fail(fault.Refused, why.Zh, why.En)
	e.State, e.Allowed = m.State, moves[m.State]
	return e
}

// Claim takes the right to send the message, once, until the lease ends. In a state that does not allow it
// the error is Refused.
func (m Message) Claim(now time.Time) (Message, error) {
	next, err := m.move(StateClaimed, now)
	if err == nil {
		next.Attempt, next.LeaseUntil = m.Attempt+1, now.Add(Lease)
	}
	return next, err
}

// Suppress records why the message is not sent. In a state that does not allow it the error is Refused.
func (m Message) Suppress(reason string, now time.Time) (Message, error) {
	next, err := m.move(StateSuppressed, now)
	next.Reason = reason
	return next, err
}

// Settle records how sending ended: sent with the provider's id, failed, or queued when the provider surely
// never had it. In a state that does not allow it the error is Refused.
func (m Message) Settle(state, provider, reason string, now time.Time) (Message, error) {
	next, err := m.move(state, now)
	next.Provider, next.Reason = provider, reason
	return next, err
}

// SettleLate records how sending ended after the claim had lapsed and the message counts as unknown: nobody has to find
// out any more. One that was surely not sent is failed, since it is not sent again by itself. The error is Refused for
// a message that is not unknown, or of another attempt.
func (m Message) SettleLate(claim Message, state, provider, reason string, now time.Time) (Message, event.Event,
	error) {
	if m.State != StateUnknown || m.Attempt != claim.Attempt {
		return m, event.Event{}, m.refuse()
	}
	if state == StateQueued {
		state = StateFailed
	}
	next, err := m.Settle(state, provider, reason, now)
	if err != nil {
		return m, event.Event{}, err
	}
	return next, next.event(event.MessageSettled, staff.Process("message"), now), nil
}

// Lapse marks a claim whose writer is gone as unknown. It puts the message on the owner's desk, to be looked
// at by due. Before the lease has ended, the error is TooMany with the time to wait.
func (m Message) Lapse(now, due time.Time) (Message, error) {
	if m.State == StateClaimed && now.Before(m.LeaseUntil) {
		e := fault.Fail(fault.TooMany, "此消息正在发送，请稍候。", "This message is being sent; wait a moment.")
		e.RetryAfter = m.LeaseUntil.Sub(now)
		return m, e
	}
	next, err := m.move(StateUnknown, now)
	next.DueAt = due
	return next, err
}

// Confirm is a colleague's word on an unknown message: it was sent, or it was not. The error is NotFound for
// an actor who does not see the branch, and Refused for a message that is not unknown.
func (m Message) Confirm(by staff.Actor, sent bool, now time.Time) (Message, event.Event, error) {
	if !by.Sees(m.Branch) {
		return m, event.Event{}, fault.Missing("消息", "message")
	}
	to := StateFailed
	if sent {
		to = StateSent
	}
	if m.State != StateUnknown {
		return m, event.Event{}, m.refuse()
	}
	next, err := m.move(to, now)
	if err != nil {
		return m, event.Event{}, err
	}
	return next, next.event(event.MessageSettled, by, now), nil
}

// Stuck is the event of a message that became unknown.
func (m Message) Stuck(by staff.Actor, now time.Time) event.Event {
	return m.event(event.MessageUnknown, by, now)
}

func (m Message) event(kind event.Type, by staff.Actor, now time.Time) event.Event {
	return event.New(kind, by, m.Customer, m.ID, m.Version, m.Branch, now,
		map[string]string{"about": m.About, "step": m.Step, "channel": m.Channel, "state": m.State})
}

var messageWords = map[string]words.Text{
	StateQueued:  {Zh: "消息待发送", En: "Message waiting to be sent"},
	StateClaimed: {Zh: "消息正在发送", En: "Message being sent"},
	StateSent:    {Zh: "消息已发送", En: "Message sent"},
	StateFailed:  {Zh: "消息被对方服务器拒收", En: "Message refused by the receiving server"},
	StateUnknown: {Zh: "消息是否送达不明", En: "Message may or may not have been sent"},
}

// ReasonWords say that a message was not sent, and why, for each reason.
var ReasonWords = map[string]words.Text{
	ReasonNoAddress: {Zh: "未发送：客户没有留下邮箱", En: "Not sent: the person left no e-mail address"},
	ReasonBlocked:   {Zh: "未发送：该地址已停用", En: "Not sent: the address is blocked"},
	ReasonNoConsent: {Zh: "未发送：客户未同意接收", En: "Not sent: the person did not agree to it"},
	ReasonNoMobile:  {Zh: "未发送：该号码收不到短信", En: "Not sent: this number takes no SMS"},
	ReasonAnswered: {Zh: "未发送：24 小时内已自动回复过该地址",
		En: "Not sent: the address had an automatic reply within the last 24 hours"},
	ReasonNumberCap: {Zh: "未发送：该号码今天的短信已达上限", En: "Not sent: the number had as many SMS as a day allows"},
	ReasonSMSCap:    {Zh: "未发送：全公司今天的短信已达上限", En: "Not sent: the company sent as many SMS as a day allows"},
	ReasonDomainCap: {Zh: "未发送：该企业邮箱域名今天的自动回复已达上限",
		En: "Not sent: the address's domain had as many automatic letters as a day allows"},
	ReasonNetworkCap: {Zh: "未发送：来自同一网段的询价今天的自动回复已达上限",
		En: "Not sent: enquiries from that network had as many automatic replies as a day allows"},
	ReasonLetterCap: {Zh: "未发送：全公司今天的自动回复邮件已达上限",
		En: "Not sent: the company sent as many automatic letters as a day allows"},
	ReasonComplaint: {Zh: "未发送：客户有未结的投诉", En: "Not sent: a complaint of the customer is open"},
	ReasonUnproven:  {Zh: "未发送：联系方式尚未核实，请致电客户", En: "Not sent: the address is not confirmed; call them"},
	ReasonLeft:      {Zh: "未发送：联系人已离开该客户", En: "Not sent: the contact has left the customer"},
	ReasonCountry:   {Zh: "未发送：不向该国家或地区发短信", En: "Not sent: no SMS goes to this country"},
}

var fateWords = map[string]words.Text{
	FateDelivered:  {Zh: "消息已送达", En: "Message delivered"},
	FateRefused:    {Zh: "消息被发送服务拒绝", En: "Message refused by the mail service"},
	FateReturned:   {Zh: "消息被退回，未能送达", En: "Message came back undelivered"},
	FateBounced:    {Zh: "消息被退回，地址无效", En: "Message came back: the address does not work"},
	FateComplained: {Zh: "收件人投诉此消息", En: "The reader reported this message as unwanted"},
}

// Words say what became of the message, for a timeline.
func (m Message) Words() words.Text {
	if text, told := fateWords[m.Fate]; told {
		return text
	}
	if m.State == StateSuppressed {
		return ReasonWords[m.Reason]
	}
	return messageWords[m.State]
}

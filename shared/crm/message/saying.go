package message

import (
	"regexp"
	"strings"
	"sync"
)

// says is what words of a mail server mean, by their most specific phrase.
type says int

const (
	saysNothing says = iota
	saysFull         // the mailbox is full
	saysPolicy       // what it thinks of us
	saysTooLarge
	saysBroken  // the reader's own program for mail failed
	saysUnknown // no such user: filters say so, too
	saysNobody  // the address does not work, in words that no filter uses
	saysNoHost  // the domain does not exist
	saysLater   // out of time, no connection, try again
)

// contradicts reports whether the words speak against a dead address, whatever the status.
func (k says) contradicts() bool {
	return k == saysFull || k == saysPolicy || k == saysTooLarge || k == saysBroken
}

func (k says) aboutAddress() bool { return k == saysUnknown || k == saysNobody || k == saysNoHost }

// cause is what the words say, where they do not prove that the address does not work.
func (k says) cause() Cause {
	switch k {
	case saysNothing:
		return CauseUnknown
	case saysPolicy:
		return CausePolicy
	case saysTooLarge:
		return CauseMessage
	case saysBroken, saysLater, saysNoHost:
		return CauseRoad
	}
	return CauseMailbox
}

// saying is the first phrase in a text that means something.
type saying struct {
	kind    says
	from    int // bytes
	words   string
	passing bool // the server says that it may pass
}

// phrases are what mail servers say, in lower case and in one line: those of the wide-spread servers, and of the
// systems that our customers use. Of two that begin at one place the earlier in the list counts.
var phrases = []struct {
	kind  says
	words []string
}{
	{saysFull, []string{
		`(?:mail(?:box|folder|dir|file)?|user|inbox|store) (?:is |was )?(?:[a-z]+ )?full\b`,
		`over ?quota`, `over (?:the |its |disk |his )*(?:allowed )?quota`,
		`quota\b.{0,20}\b(?:exceeded|reached|full|violat)`,
		`exceed[a-z]*\b.{0,40}\b(?:quota|storage|local limit|disk space|mailbox)`,
		`(?:not enough|insufficient|no) (?:[a-z]+ )?(?:disk|storage|space)`, `disk (?:is )?full`, `mailbox size limit`,
		`space .{0,20}used up`, `bo[iî]te .{0,20}pleine`,
		`空间.{0,6}(?:满|不足)`, `邮箱.{0,4}满`, `容量.{0,6}(?:满|超)`}},
	{saysPolicy, []string{
		`\bspam\b`, `spamhaus`, `\bspamcop`, `\bube\b`, `\bunsolicited`, `black.?list`, `block.?list`,
		`blocked (?:by|using|for|due|because)`, `\brbls?\b`, `dnsbl`, `reputation`, `\bspf\b`, `\bdkim\b`, `\bdmarc\b`,
		`authenti`, `\bptr\b`, `reverse dns`, `\bpolic(?:y|ies)\b`, `too many`, `rate.?limit`, `\bbanned\b`,
		`gr[ea]y.?list`, `virus`, `malware`, `relay(?:ing)? (?:access )?(?:denied|not|prohibited)`, `to relay\b`,
		`(?:open|mail) relay`, `sender (?:address |domain |is )?(?:rejected|denied|blocked|refused|not)`,
		`sender domain`, `domain of sender`, `from (?:header|domain)`, `not authori[sz]ed`, `denied by`, `access from`,
		`open proxy`, `your (?:ip|server|domain|host|isp)\b`, `ip address`, `client host`, `content rejected`,
		`not accepting (?:connections|messages from)`,
		`垃圾邮件`, `拒收`, `黑名单`, `频率`}},
	{saysTooLarge, []string{
		`(?:message|mail|size|length|lines?) (?:[a-z]+ ){0,3}(?:too (?:big|large|long)|exceed)`,
		`(?:size|length|line) limit`, `exceeds? (?:the )?(?:[a-z]+ ){0,3}(?:size|length)`, `超过.{0,8}(?:大小|限制)`, `邮件过大`}},
	{saysBroken, []string{`procmail`, `maildrop`, `command output`, `pipe to`, `couldn.?t create`, `cannot open`}},
	{saysNobody, []string{
		`recipient (?:address )?(?:rejected: )?(?:access denied|doesn.?t exist|does not exist)`,
		`recipient (?:address )?(?:rejected: )?(?:not found|unknown|was not found|no longer)`,
		`invalid (?:recipient|mailbox|address|user)`,
		`(?:address|mailbox|account|user|recipient|person)\b[^.;:]{0,60}\b(?:` +
			`does not exist|doesn.?t exist|do not exist|couldn.?t be found|could not be found|not found|` +
			`no longer (?:valid|exists?|active|on server)|is (?:not (?:valid|known|active|local)|` +
			`inactive|invalid|disabled|frozen|suspended|deactivated|unavailable))`,
		`not listed in`, `name is not recogni[sz]ed`, `does ?n.?t have (?:an? )?[^ ]+ account`, `mailbox unavailable`,
		`mailbox (?:currently )?(?:disabled|suspended|not found)`,
		`account (?:has been |is )?(?:disabled|suspended|discontinued|locked)`,
		`no (?:such )?(?:mailbox|recipient|address|person|account)\b(?: here| by that)?`, `no valid recipients`,
		`unknown or (?:illegal|invalid)`, `unknown (?:mailbox|account|alias)`,
		`address (?:not found|unknown|rejected [^: ]+@)`, `bad (?:destination|recipient)`,
		`not (?:our|a valid|a known) (?:user|customer|recipient|mailbox)`,
		`(?:收件人|用户|帐号|账号|邮箱|地址)[^，。]{0,40}(?:不存在|未找到|找不到|已停用|已注销|无效)`,
		`utilisateur inconnu`, `destinataire invalide`}},
	{saysUnknown, []string{
		`user (?:is )?unknown`, `unknown (?:local |virtual )?users?\b`, `no such (?:virtual |local )?users?\b`,
		`user (?:[^ ]+ )?(?:was )?not (?:found|known|exist)`, `unknown recipient`}},
	{saysNoHost, []string{
		`host unknown`, `unknown host`, `host not found`, `host or domain name not found`,
		`(?:couldn.?t|could not|cannot) find any host`, `no such (?:domain|host)`,
		`(?:invalid|illegal|unknown|bad) (?:host/)?domain`, `domain[^.;]{0,60}(?:does not exist|not found|must exist)`,
		`domain is not reachable`, `unroute?able (?:mail |recipient )?(?:address|domain)`, `name or service not known`,
		`域名.{0,12}(?:不存在|无效|错误)`}},
}

var (
	compiled = sync.OnceValue(func() []*regexp.Regexp {
		var out []*regexp.Regexp
		for _, p := range phrases {
			out = append(out, regexp.MustCompile(strings.Join(p.words, "|")))
		}
		return out
	})
	// what passes by itself
	later = regexp.MustCompile(`timed? ?out|connection refused|try again|temporar|deferred|expired|too long|lookup fail|` +
		`name service error|multiple retries|over the last|for the last|not responding|unable to connect`)
)

// again is how a server says, right behind a phrase, that it may pass.
var again = regexp.MustCompile(`^[,;. ]{0,3}try again`)

// sayings is the first phrase of a text. Without any it is saysLater where the text says so.
func sayings(text string) saying {
	first := saying{}
	for i, form := range compiled() {
		at := form.FindStringIndex(text)
		if at != nil && (first.kind == saysNothing || at[0] < first.from) {
			first = saying{kind: phrases[i].kind, from: at[0], words: text[at[0]:at[1]]}
		}
	}
	if first.kind == saysNothing {
		if at := later.FindStringIndex(text); at != nil {
			return saying{kind: saysLater, from: at[0], words: text[at[0]:at[1]]}
		}
		return first
	}
	first.passing = again.MatchString(text[first.from+len(first.words):])
	return first
}

package firm

import (
	"slices"
	"strings"
	"sync"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"

	"github.com/nyaruka/phonenumbers"
)

// Branch is one place of the shop. Its calendar and policy hold for the records that it owns.
type Branch struct {
	ID        string     `json:"id"`
	Version   int64      `json:"version"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	Name      words.Text `json:"name"`
	Phone     string     `json:"phone"`
	Calendar  string     `json:"calendar"`
	Policy    string     `json:"policy"`
	Manager   string     `json:"manager"` // staff id: gets what no other colleague can take
	Robot     *Robot     `json:"robot,omitempty"`
}

// ETagVersion is the version that an If-Match names.
func (b Branch) ETagVersion() int64 { return b.Version }

// Region is the country of the branch's own phone (ISO 3166). Numbers without a country code are read as of it.
// It is empty when the phone has no country.
func (b Branch) Region() string {
	number, err := phonenumbers.Parse(b.Phone, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(number)
}

// places keeps what Place makes of a phone. Reading it takes a sixth of what a form post costs, and each asks for it.
var places sync.Map // of identity.Place, by phone; a shop has few branches

// Place is where numbers without a country code are read as of: the country and the town of the branch's own phone.
func (b Branch) Place() identity.Place {
	if known, ok := places.Load(b.Phone); ok {
		return known.(identity.Place)
	}
	out := identity.Place{Region: b.Region()}
	if number, err := phonenumbers.Parse(b.Phone, ""); err == nil {
		national := phonenumbers.GetNationalSignificantNumber(number)
		out.Area = national[:phonenumbers.GetLengthOfGeographicalAreaCode(number)]
	}
	places.Store(b.Phone, out)
	return out
}

// Check says what is wrong with the branch by itself. Each fault names its field as a JSON pointer.
func (b Branch) Check() []fault.Field {
	var f fault.List
	if phone, err := identity.Phone(b.Phone, ""); err != nil || phone != b.Phone || len(b.Region()) != 2 ||
		strings.Contains(phone, ";") {
		f.Add("/phone", "请填写带国家代码、不带分机的电话，例如 +862150801188。",
			"Enter a phone number with its country code and without an extension, such as +862150801188.")
	}
	if b.Robot != nil && b.Robot.Name == "" {
		f.Add("/robot/name", "请填写机器人在设置中的名称。", "Enter the name under which the settings keep the robot.")
	}
	if b.Robot != nil && !slices.Contains(ChatChannels, b.Robot.Kind) {
		f.Add("/robot/kind", "请从这些值中选择："+strings.Join(ChatChannels, "、")+"。", "Choose one of: "+
			strings.Join(ChatChannels, ", ")+".")
	}
	return f
}

// Channels that lead to the chat group of a branch's staff.
const (
	ChannelWeCom    = "wecom"
	ChannelDingTalk = "dingtalk"
	ChannelFeishu   = "feishu"
)

// ChatChannels are the channels that a branch's robot may serve.
var ChatChannels = []string{ChannelWeCom, ChannelDingTalk, ChannelFeishu}

// Robot posts what staff are told into the group chat of a branch.
type Robot struct {
	Kind string `json:"kind" of:"chat-channel"` // one of ChatChannels
	Name string `json:"name"`                   // under which the settings keep its address and secret
}

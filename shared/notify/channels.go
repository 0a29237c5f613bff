package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"afterpress/shared/kernel/words"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Channels are the shop's accounts beside e-mail, as a secret keeps them: one JSON object. Both parts may be left out.
//
//	{"sms": {"provider": "aliyun", "key_id": "…", "key": "…", "sign": "晨光印务", "templates": {"lead-acknowledged.zh": "SMS_1", "lead-acknowledged.en": "SMS_2"}},
//	 "robots": {"pudong": {"url": "https://oapi.dingtalk.com/robot/send?access_token=…", "secret": "SEC…"}}}
type Channels struct {
	SMS    *SMSAccount             `json:"sms"`
	Robots map[string]RobotAddress `json:"robots"` // by the name under which a branch knows its robot
}

// SMSAccount is the shop's account with a provider of SMS.
type SMSAccount struct {
	// aliyun, tencent, or sns, which signs with the process's own AWS credentials
	Provider string `json:"provider"`
	KeyID    string `json:"key_id"` // aliyun: AccessKey ID; tencent: SecretId
	Key      string `json:"key"`    // a secret
	App      string `json:"app"`    // tencent: SmsSdkAppId
	Region   string `json:"region"` // tencent, sns; empty for the usual one
	// the registered signature, which the provider puts before the words; sns: the sender id, or empty
	Sign string `json:"sign"`
	// aliyun, tencent: what the provider calls the words of "lead-acknowledged.zh"
	Templates map[string]string `json:"templates"`
	Endpoint  string            `json:"endpoint"` // empty for the provider's own
}

// RobotAddress is where a group's robot is posted to.
type RobotAddress struct {
	URL    string `json:"url"`    // with the robot's token in it, so a secret
	Secret string `json:"secret"` // DingTalk, Feishu: what requests are signed with; empty where the group asks for none
}

// ReadChannels reads the setting; an empty one has no channel. Addresses must be https, but for the host:port that
// is allowed. The error repeats nothing of the text.
func ReadChannels(text, allowed string) (Channels, error) {
	var c Channels
	if text == "" {
		return c, nil
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return Channels{}, errors.New("the channels are not the JSON object that infra/DEPLOY.md describes")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Channels{}, errors.New("the channels are more than one JSON object")
	}
	var faults []error
	if c.SMS != nil {
		faults = append(faults, c.SMS.fault(allowed))
	}
	for name, robot := range c.Robots {
		if !safeAddress(robot.URL, allowed) {
			faults = append(faults, fmt.Errorf("channels: the robot %q has no https address", name))
		}
	}
	return c, errors.Join(faults...)
}

func (a SMSAccount) fault(allowed string) error {
	lacks := func(what string) error { return fmt.Errorf("channels: sms lacks %s", what) }
	if a.Endpoint != "" && !safeAddress(a.Endpoint, allowed) {
		return errors.New("channels: the endpoint of sms is no https address")
	}
	switch {
	case a.Provider != "aliyun" && a.Provider != "tencent" && a.Provider != "sns":
		return errors.New("channels: the provider of sms is none of aliyun, tencent, sns")
	case a.Provider == "sns":
		return nil
	case a.KeyID == "" || a.Key == "":
		return lacks("key_id or key")
	case a.Sign == "":
		return lacks("sign")
	case a.Provider == "tencent" && a.App == "":
		return lacks("app")
	}
	for name := range smsPlaces {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if a.Templates[smsTemplate(name, lang)] == "" {
				return lacks("the template " + smsTemplate(name, lang))
			}
		}
	}
	return nil
}

func safeAddress(address, allowed string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && u.User == nil &&
		(u.Scheme == "https" || u.Scheme == "http" && allowed != "" && u.Host == allowed)
}

// Texter is the account's provider; nil where the shop has none.
func (c Channels) Texter(client *http.Client, cloud aws.Config, now func() time.Time) Texter {
	if c.SMS == nil {
		return nil
	}
	switch c.SMS.Provider {
	case "aliyun":
		return &Aliyun{SMSAccount: *c.SMS, Client: client, Now: now}
	case "tencent":
		return &Tencent{SMSAccount: *c.SMS, Client: client, Now: now}
	}
	return newSNS(*c.SMS, cloud)
}

func smsTemplate(name string, lang words.Lang) string {
	if lang != words.Zh {
		lang = words.En
	}
	return name + "." + string(lang)
}

// template is what the provider calls the words of t, after t was found fit to send.
func (a SMSAccount) template(t Text) (string, error) {
	if err := t.check("【" + a.Sign + "】"); err != nil {
		return "", err
	}
	id := a.Templates[smsTemplate(t.Template, t.Lang)]
	if id == "" {
		return "", &Error{Kind: Rejected, Code: "template"}
	}
	return id, nil
}

func (a SMSAccount) endpoint(usual string) string {
	if a.Endpoint != "" {
		return a.Endpoint
	}
	return usual
}

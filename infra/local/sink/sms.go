package sink

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
)

var number = regexp.MustCompile(`^\+?[1-9][0-9]{6,14}$`)

// sms keeps an SMS as a mail to its number.
func (s *Sink) sms(phone, text string) error {
	if !number.MatchString(phone) {
		return fmt.Errorf("%q is no number", phone)
	}
	phone = strings.TrimPrefix(phone, "+")
	return s.keep(letter{to: phone + "@sms.example", subject: "短信 SMS: " + text, text: text})
}

// smsWords puts the values of a registered template together; here a template's id is our own name for it.
func smsWords(template string, values map[string]string) (string, error) {
	name, lang, _ := strings.Cut(template, ".")
	text, _, err := notify.RenderSMS(name, words.Lang(lang), values)
	return text, err
}

func (s *Sink) aliyun(r *http.Request) answer {
	refuse := func(status int, code string) answer {
		return answer{status, map[string]string{"Code": code, "Message": code, "RequestId": "local"}}
	}
	said := r.URL.Query()
	if !strings.HasPrefix(r.Header.Get("Authorization"), "ACS3-HMAC-SHA256 Credential=") ||
		r.Header.Get("X-Acs-Version") != "2017-05-25" {
		return refuse(http.StatusBadRequest, "SignatureDoesNotMatch")
	}
	var values map[string]string
	if err := json.Unmarshal([]byte(said.Get("TemplateParam")), &values); err != nil {
		return refuse(http.StatusOK, "isv.INVALID_JSON_PARAM")
	}
	text, err := smsWords(said.Get("TemplateCode"), values)
	if err != nil {
		return refuse(http.StatusOK, "isv.TEMPLATE_MISSING_PARAMETERS")
	}
	if s.sms(said.Get("PhoneNumbers"), "【"+said.Get("SignName")+"】"+text) != nil {
		return refuse(http.StatusOK, "isv.MOBILE_NUMBER_ILLEGAL")
	}
	return answer{http.StatusOK,
		map[string]string{"Code": "OK", "Message": "OK", "RequestId": "local", "BizId": "local^0"}}
}

func (s *Sink) tencent(r *http.Request, body []byte) answer {
	refuse := func(code string) answer {
		return answer{http.StatusOK,
			map[string]any{"Response": map[string]any{"RequestId": "local",
				"Error": map[string]string{"Code": code, "Message": code}}}}
	}
	var said struct {
		PhoneNumberSet, TemplateParamSet []string
		SignName, TemplateId             string
	}
	if !strings.HasPrefix(r.Header.Get("Authorization"), "TC3-HMAC-SHA256 Credential=") ||
		r.Header.Get("X-Tc-Timestamp") == "" {
		return refuse("AuthFailure.SignatureFailure")
	}
	if json.Unmarshal(body, &said) != nil || len(said.PhoneNumberSet) != 1 {
		return refuse("InvalidParameter")
	}
	phone, code := said.PhoneNumberSet[0], "Ok"
	if s.sms(phone, "【"+said.SignName+"】"+said.TemplateId+": "+strings.Join(said.TemplateParamSet, " | ")) != nil {
		code = "InvalidParameterValue.IncorrectPhoneNumber"
	}
	return answer{http.StatusOK,
		map[string]any{"Response": map[string]any{"RequestId": "local", "SendStatusSet": []map[string]any{
			{"SerialNo": "local:1", "PhoneNumber": phone, "Fee": 1, "Code": code, "Message": code, "IsoCode": "CN"},
		}}}}
}

func (s *Sink) sns(body []byte) answer {
	said, err := url.ParseQuery(string(body))
	if err != nil || said.Get("Action") != "Publish" || s.sms(said.Get("PhoneNumber"), said.Get("Message")) != nil {
		return answer{http.StatusBadRequest,
			"<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code></Error></ErrorResponse>"}
	}
	return answer{http.StatusOK,
		"<PublishResponse><PublishResult><MessageId>local</MessageId></PublishResult></PublishResponse>"}
}

// ses keeps a raw mail as it is.
func (s *Sink) ses(body []byte) answer {
	var said struct {
		Destination struct{ ToAddresses []string }
		Content     struct{ Raw struct{ Data []byte } }
	}
	if json.Unmarshal(body, &said) != nil || s.post(said.Destination.ToAddresses, string(said.Content.Raw.Data)) != nil {
		return answer{http.StatusBadRequest, map[string]string{"__type": "BadRequestException"}}
	}
	return answer{http.StatusOK, map[string]string{"MessageId": "local"}}
}

package form

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Check names what is wrong with a form's definition as a whole. The form of its single values is checked
// before.
func (f Form) Check(shop firm.Roster) []fault.Field {
	var faults []fault.Field
	flt := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	_, phone := f.Field(FieldPhone)
	_, email := f.Field(FieldEmail)
	if !phone && !email {
		flt("/fields", "请至少加入电话或电子邮箱字段，否则无法答复客户。", "Ask for a phone or an e-mail: without one nobody can be answered.")
	}
	for i, field := range f.Fields {
		own := field.Artwork != nil
		if field.Name == FieldArtwork && (field.Required || len(field.Options) > 0) || own &&
			(field.Name != FieldArtwork || field.Artwork.Check() != nil) {
			flt(fmt.Sprintf("/fields/%d", i), "文件字段不能设为必填，也没有选项；其限制须在允许的范围内。",
				"Files come after the enquiry, so the field is neither required nor a choice; its limits stay within what is allowed, and no other field has any.")
		}
	}
	if _, asks := f.Field(FieldConsent); asks && (f.Consent.Zh == "" || f.Consent.En == "") {
		flt("/consent", "表单征求营销许可，请填写客户看到的同意文字（中英文）。",
			"The form asks for consent: give the words that the person agrees to, in both languages.")
	}
	if owner, found := shop.Person(f.Owner); f.Owner != "" &&
		(!found || !owner.WorksIn(f.Branch) || !owner.Has(staff.Sales)) {
		flt("/owner", "请选择该网点的一位销售，或留空按轮值分配。", "Choose a sales person of the branch, or leave it out for rotation.")
	}
	for i, o := range f.Origins {
		if !origin(o) {
			flt(fmt.Sprintf("/origins/%d", i), "请填写网站来源，例如 https://shop.example，不带路径。",
				"Enter the origin of a website, such as https://shop.example, without a path.")
		}
	}
	for i, r := range f.Redirects {
		if !landing(r) {
			flt(fmt.Sprintf("/redirects/%d", i), "请填写完整的 https 网址，不含账号和 # 部分。",
				"Enter a whole https address, without an account or a # part.")
		}
	}
	questions := fault.List(nil)
	f.checkQuestions(&questions)
	faults = append(faults, questions...)
	if f.Policy != nil && f.Policy.Check() != nil {
		flt("/limits", "限额须为正数，且 refuse_per_address 不小于 per_address。",
			"Limits are positive, and refuse_per_address is at least per_address.")
	}
	return faults
}

// origin reports whether s is the origin of a website, spelt as browsers send it. Plain http is for trials on
// one machine.
func origin(s string) bool {
	u, err := url.Parse(s)
	local := err == nil && u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1")
	return err == nil && (u.Scheme == "https" || local) && u.Hostname() != "" && s == u.Scheme+"://"+u.Host &&
		s == strings.ToLower(s) && ascii(s)
}

// landing reports whether s is an address that a visitor may be sent on to.
func landing(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.User == nil && u.Fragment == "" && origin(u.Scheme+"://"+u.Host) && u.String() == s &&
		ascii(s) && !strings.ContainsAny(s, `\#`)
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Lands is where the visitor is sent after the form. ok is false unless the form allows the wanted address,
// letter by letter.
func (f Form) Lands(wanted string) (string, bool) {
	if !slices.Contains(f.Redirects, wanted) {
		return "", false
	}
	return wanted, true
}

// Allows reports whether a page of the origin may post the form.
func (f Form) Allows(from string) bool { return from != "" && slices.Contains(f.Origins, from) }

// Reshape is the next version of the form and its event. A form of version 0 is a new one. Where nothing
// changes, the form comes back as it is, with no event.
func (f Form) Reshape(next Form, by staff.Actor, now time.Time) (Form, event.Event) {
	kind := event.FormChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = f.ID, f.Version+1, f.CreatedAt, now
	switch {
	case f.Version > 0 && fault.Same(f, next):
		return f, event.Event{}
	case f.Version == 0:
		kind, next.CreatedAt = event.FormOpened, now
	case next.Closed:
		kind = event.FormClosed
	}
	e := event.New(kind, by, "form/"+f.ID, f.ID, next.Version, next.Branch, now, nil)
	if f.Draw == nil && next.Draw == nil { // there is nothing that a process would wait for
		e.Wakes, e.Pending = false, false
	}
	return next, e
}

// ETagVersion is the version that an If-Match names.
func (f Form) ETagVersion() int64 { return f.Version }

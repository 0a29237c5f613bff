package valid

import (
	"strings"
	"testing"

	"afterpress/shared/kernel/words"
)

type validated struct {
	Ring
	ID       string         `json:"id" validate:"omitempty,id=lead"`
	Any      string         `json:"any" validate:"omitempty,id"`
	Lang     words.Lang     `json:"lang" validate:"omitempty,lang"`
	Region   string         `json:"region" validate:"omitempty,region"`
	Line     string         `json:"line" validate:"oneline,max=5"`
	Note     string         `json:"note" validate:"text"`
	Phone    string         `json:"phone" validate:"required_without_all=Email OtherWay"`
	Email    string         `json:"email" validate:"omitempty,email"`
	OtherWay string         `json:"other_way"`
	Day      string         `json:"day" validate:"omitempty,datetime=2006-01-02"`
	Words    words.Text     `json:"words"`
	Sizes    []Ring         `json:"sizes" validate:"max=2,dive"`
	Labels   map[string]int `json:"labels" validate:"dive,min=1"`
	Exact    string         `json:"exact" validate:"omitempty,hexcolor"`
	Seen     string         `json:"seen" validate:"shown"`
}

// Ring is embedded above: its fields belong to the object around it.
type Ring struct {
	Size int `json:"size" validate:"min=1"`
}

func whole() validated {
	return validated{Ring: Ring{1}, Phone: "1", Words: words.Text{Zh: "一", En: "one"}}
}

func TestValidateNamesThePlaceAndWhatToDo(t *testing.T) {
	const uuid = "0190b0c4-7d1e-7aaa-8bbb-0123456789ab"
	for _, c := range []struct {
		what    string
		change  func(*validated)
		pointer string
		zh, en  string
	}{
		{"whole", func(*validated) {}, "", "", ""},
		{"an id of its kind", func(v *validated) { v.ID, v.Any = "lead_"+uuid, "cmp_"+uuid }, "", "", ""},
		{"an id of another kind", func(v *validated) { v.ID = "cmp_" + uuid }, "/id", "编号", "whole id"},
		{"an id with something behind it", func(v *validated) { v.Any = "cmp_" + uuid + "\n" }, "/any", "编号", "whole id"},
		{"an id of another version", func(v *validated) { v.Any = "cmp_" + strings.Replace(uuid, "-7aaa", "-4aaa", 1) },
			"/any", "编号", "whole id"},
		{"a language", func(v *validated) { v.Lang = "fr" }, "/lang", "zh（中文）", "zh (Chinese)"},
		{"a region", func(v *validated) { v.Region = "cn" }, "/region", "CN", "CN"},
		{"a letter of a font's own", func(v *validated) { v.Seen = "\ue000" }, "", "", ""},
		{"only spaces", func(v *validated) { v.Seen = " \u3000" }, "/seen", "看得见", "can be seen"},
		{"only a filler", func(v *validated) { v.Seen = "\u3164" }, "/seen", "看得见", "can be seen"},
		{"only an empty pattern", func(v *validated) { v.Seen = "\u2800" }, "/seen", "看得见", "can be seen"},
		{"only a mark", func(v *validated) { v.Seen = "\u0301" }, "/seen", "看得见", "can be seen"},
		{"only what has no shape", func(v *validated) { v.Seen = "\u200b\uffff\U0010ffff" }, "/seen", "看得见", "can be seen"},
		{"two lines", func(v *validated) { v.Line = "a\nb" }, "/line", "一行", "one line"},
		{"a line separator", func(v *validated) { v.Line = "a\u2028b" }, "/line", "一行", "one line"},
		{"a turned direction", func(v *validated) { v.Line = "a\u202eb" }, "/line", "一行", "one line"},
		{"not UTF-8", func(v *validated) { v.Line = "a\xff" }, "/line", "一行", "one line"},
		{"six characters", func(v *validated) { v.Line = "一二三四五六" }, "/line", "请填写最多 5 个字符。", "Enter at most 5 characters."},
		{"five characters", func(v *validated) { v.Line = "一二三四五" }, "", "", ""},
		{"lines in a text", func(v *validated) { v.Note = "a\n\tb" }, "", "", ""},
		{"a bell in a text", func(v *validated) { v.Note = "a\ab" }, "/note", "控制字符", "control characters"},
		{"no way to reach", func(v *validated) { v.Phone = "" }, "/phone", "请填写此项，或填写 email、other_way。",
			"Fill in this or email, other_way."},
		{"another way to reach", func(v *validated) { v.Phone, v.OtherWay = "", "fax" }, "", "", ""},
		{"an address", func(v *validated) { v.Email = "a@b@c" }, "/email", "name@example.com", "name@example.com"},
		{"a day", func(v *validated) { v.Day = "2026-02-30" }, "/day", "2026-11-30", "2026-11-30"},
		{"an embedded field", func(v *validated) { v.Size = 0 }, "/size", "请填写至少 1 的数。", "Enter a number of at least 1."},
		{"a nested field", func(v *validated) { v.Words.Zh = "" }, "/words/zh", "请填写此项。", "Fill this in."},
		{"an entry", func(v *validated) { v.Sizes = []Ring{{1}, {0}} }, "/sizes/1/size", "至少", "at least"},
		{"entries", func(v *validated) { v.Sizes = []Ring{{1}, {1}, {1}} }, "/sizes", "请给出最多 2 项。",
			"Give at most 2 entries."},
		{"a key", func(v *validated) { v.Labels = map[string]int{"x": 0} }, "/labels/x", "至少", "at least"},
		{"a tag without words of its own", func(v *validated) { v.Exact = "red" }, "/exact", "核对", "check"},
	} {
		t.Run(c.what, func(t *testing.T) {
			v := whole()
			c.change(&v)
			faults := Validate(&v)
			if c.pointer == "" {
				if len(faults) != 0 {
					t.Errorf("refused: %+v", faults)
				}
				return
			}
			if len(faults) != 1 || faults[0].Pointer != c.pointer || !strings.Contains(faults[0].Text.Zh, c.zh) ||
				!strings.Contains(faults[0].Text.En, c.en) {
				t.Errorf("%+v", faults)
			}
		})
	}
}

func TestValidateListsEveryFault(t *testing.T) {
	if faults := Validate(validated{Line: "\n", Lang: "x"}); len(faults) != 6 { // line, lang, phone, size, and both words
		t.Errorf("%d faults: %+v", len(faults), faults)
	}
}

// Package valid checks the form of what comes in, by struct tags, and answers with faults in both languages.
package valid

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	validator "github.com/go-playground/validator/v10"
)

// Lists are closed lists of words by name. The rule that owns a list spells it once; `one=` names it in tags.
type Lists map[string][]string

// Of makes a list of the words of a type.
func Of[K ~string](values ...K) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// Checker checks the form of what comes in, by struct tags.
type Checker struct {
	validate *validator.Validate
	lists    Lists
}

// New makes a Checker that knows the lists. It panics where two of them have one name and differ.
func New(lists ...Lists) *Checker {
	c := &Checker{validate: newValidate(), lists: Lists{}}
	for _, more := range lists {
		for name, list := range more {
			if known, twice := c.lists[name]; twice && !slices.Equal(known, list) {
				panic("valid: two lists are called " + name)
			}
			c.lists[name] = list
		}
	}
	if err := c.validate.RegisterValidation("one", func(f validator.FieldLevel) bool {
		return slices.Contains(c.list(f.Param()), f.Field().String())
	}); err != nil {
		panic(err)
	}
	return c
}

// list is the list of that name. A tag that names another one is a mistake in the code, not in the input.
func (c *Checker) list(name string) []string {
	list, known := c.lists[name]
	if !known {
		panic("valid: no list is called " + name)
	}
	return list
}

// Lists are the lists that the Checker knows.
func (c *Checker) Lists() Lists { return c.lists }

// Faults checks the form of v, a struct or a pointer to one, by its `validate` tags. Each fault carries a
// JSON pointer made of the names in the json tags. A page, a client and a log thus speak of the same place. The
// rules check what a value means. It panics when v is no struct.
//
// Beside the tags of validator/v10 there are ours: `one=name` (a word of that list), `lang` (zh or en), `region` (ISO
// 3166-1, two letters), `id` (prefix_uuidv7; `id=lead` asks for that prefix) and `slug` (as SlugForm). For words there
// are `oneline` (one line of printable text), `text` (the same with line breaks and tabs) and `shown` (empty, or
// something to see).
func (c *Checker) Faults(v any) []fault.Field {
	err := c.validate.Struct(v)
	if err == nil {
		return nil
	}
	faults, ok := err.(validator.ValidationErrors)
	if !ok {
		// not a struct: a mistake in the code, not in the input
		panic(fmt.Sprintf("valid: Faults of a %T: %v", v, err))
	}
	out := make([]fault.Field, len(faults))
	for i, f := range faults {
		out[i] = fault.Field{Pointer: pointer(f.Namespace()), Text: c.advice(f)}
	}
	return out
}

// plain knows no lists.
var plain = New()

// Validate is Faults for types whose tags name no list.
func Validate(v any) []fault.Field { return plain.Faults(v) }

// Holds reports whether a single value keeps the tag, such as "iso4217".
func Holds(value any, tag string) bool { return plain.validate.Var(value, tag) == nil }

// embedded stands in a namespace for an embedded struct, since its fields belong to the object around it.
const embedded = "\x00"

func newValidate() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" && f.Anonymous {
			return embedded
		}
		return name
	})
	v.RegisterAlias("lang", "oneof=zh en")
	v.RegisterAlias("region", "iso3166_1_alpha2")
	for tag, holds := range map[string]validator.Func{
		"id": func(f validator.FieldLevel) bool {
			found := IDForm.FindStringSubmatch(f.Field().String())
			return found != nil && (f.Param() == "" || f.Param() == found[1])
		},
		"slug":    func(f validator.FieldLevel) bool { return SlugForm.MatchString(f.Field().String()) },
		"oneline": func(f validator.FieldLevel) bool { return words.Printable(f.Field().String(), "") },
		"text":    func(f validator.FieldLevel) bool { return words.Printable(f.Field().String(), "\n\t") },
		"shown": func(f validator.FieldLevel) bool {
			s := f.Field().String()
			return s == "" || words.Seen(s)
		},
	} {
		if err := v.RegisterValidation(tag, holds); err != nil {
			panic(err)
		}
	}
	return v
}

// IDForm matches a whole id: a prefix of small letters, an underscore and a UUIDv7. Its first group is the
// prefix.
var IDForm = regexp.MustCompile(`^([a-z]+)_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// SlugForm matches a slug: small letters, digits and hyphens, beginning with a letter.
var SlugForm = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// pointer turns a namespace such as "OpenLead.contacts[0].email" into "/contacts/0/email".
func pointer(namespace string) string {
	_, path, _ := strings.Cut(namespace, ".")
	path = strings.ReplaceAll(path, embedded+".", "")
	return "/" + strings.NewReplacer("~", "~0", "/", "~1", "].", "/", ".", "/", "[", "/", "]", "").Replace(path)
}

var snake = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// siblings writes the Go names in a tag's parameter ("Email NeededBy") as they stand in JSON.
func siblings(param, join string) string {
	return strings.ToLower(snake.ReplaceAllString(strings.Join(strings.Fields(param), join), "${1}_${2}"))
}

// advice says what to do about a fault.
func (c *Checker) advice(f validator.FieldError) words.Text {
	param := f.Param()
	switch f.Tag() {
	case "one":
		return choose(c.list(param))
	case "required", "required_if", "required_unless", "required_with":
		return words.Text{Zh: "请填写此项。", En: "Fill this in."}
	case "required_without", "required_without_all":
		return words.Text{
			Zh: "请填写此项，或填写 " + siblings(param, "、") + "。",
			En: "Fill in this or " + siblings(param, ", ") + ".",
		}
	case "email":
		return words.Text{Zh: "请填写完整的电子邮箱，例如 name@example.com。",
			En: "Enter a whole e-mail address, such as name@example.com."}
	case "url", "http_url", "https_url":
		return words.Text{Zh: "请填写以 https:// 开头的网址。", En: "Enter a web address that begins with https://."}
	case "oneof":
		return choose(strings.Fields(param))
	case "lang":
		return words.Text{Zh: "请选择 zh（中文）或 en（英文）。", En: "Choose zh (Chinese) or en (English)."}
	case "region":
		return words.Text{Zh: "请填写两个大写字母的国家或地区代码，例如 CN。",
			En: "Enter the two capital letters of a country or region, such as CN."}
	case "id":
		return words.Text{Zh: "请填写系统给出的完整编号。", En: "Enter the whole id, as the system gave it."}
	case "slug":
		return words.Text{Zh: "请用小写字母、数字和连字符，以字母开头。", En: "Use small letters, digits and hyphens; begin with a letter."}
	case "oneline":
		return words.Text{Zh: "请填写一行文字，不要换行，也不要控制字符。",
			En: "Enter one line of text, without line breaks or control characters."}
	case "text":
		return words.Text{Zh: "请去掉文字中的控制字符。", En: "Remove the control characters from the text."}
	case "shown":
		return words.Text{Zh: "请填写看得见的文字，不能只有空格或看不见的符号。",
			En: "Enter something that can be seen, not only spaces or invisible signs."}
	case "datetime":
		example := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC).Format(param)
		return words.Text{Zh: "请按这种格式填写：" + example + "。", En: "Write it like this: " + example + "."}
	case "timezone":
		return words.Text{Zh: "请填写时区名称，例如 Asia/Shanghai。", En: "Enter the name of a time zone, such as Asia/Shanghai."}
	case "iso4217":
		return words.Text{Zh: "请填写三个大写字母的货币代码，例如 CNY。", En: "Enter the three capital letters of a currency, such as CNY."}
	case "unique":
		return words.Text{Zh: "请去掉重复的内容。", En: "Remove what is there twice."}
	case "min", "gte", "max", "lte", "len", "gt", "lt":
		return limit(f)
	}
	return words.Text{Zh: "此项不符合要求，请核对。", En: "This is not what is expected here; check it."}
}

func choose(values []string) words.Text {
	return words.Text{Zh: "请从这些值中选择：" + strings.Join(values, "、") + "。", En: "Choose one of: " +
		strings.Join(values, ", ") + "."}
}

var limits = map[string]words.Text{
	"min": {Zh: "至少 ", En: "at least "},
	"gte": {Zh: "至少 ", En: "at least "},
	"max": {Zh: "最多 ", En: "at most "},
	"lte": {Zh: "最多 ", En: "at most "},
	"len": {Zh: "正好 ", En: "exactly "},
	"gt":  {Zh: "多于 ", En: "more than "},
	"lt":  {Zh: "少于 ", En: "fewer than "},
}

// limit words a bound by what it bounds: characters of a text, entries of a list, or a number.
func limit(f validator.FieldError) words.Text {
	bound := limits[f.Tag()]
	switch f.Kind() {
	case reflect.String:
		return words.Text{Zh: "请填写" + bound.Zh + f.Param() + " 个字符。", En: "Enter " + bound.En + f.Param() + " characters."}
	case reflect.Slice, reflect.Array, reflect.Map:
		return words.Text{Zh: "请给出" + bound.Zh + f.Param() + " 项。", En: "Give " + bound.En + f.Param() + " entries."}
	default:
		return words.Text{Zh: "请填写" + bound.Zh + f.Param() + " 的数。", En: "Enter a number of " + bound.En + f.Param() + "."}
	}
}

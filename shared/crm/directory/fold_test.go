package directory_test

import (
	"slices"
	"strings"
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/crm/directory/pinyin"
)

// TestOneSpelling holds what people type to what stands in the name, and back.
func TestOneSpelling(t *testing.T) {
	for name, spellings := range map[string][]string{
		"长沙":       {"⻓沙", "長沙", "长\ufe00沙", "長\U000e0101沙"},
		"黄河":       {"⻩河", "黃河"},
		"龙门":       {"⻰门", "龍門"},
		"大华":       {"⼤华", "大華"},
		"台湾":       {"臺灣", "台灣"},
		"后里发面":     {"後裡發麵", "後裏髮麵"},
		"众为":       {"衆爲", "眾為"},
		"abc":      {"ＡＢＣ", "𝐀𝐁𝐂", "ⓐⓑⓒ", "A\u00adB\u200bC"},
		"finance":  {"ﬁnance", "FINANCE"},
		"orsted":   {"Ørsted", "ørsted"},
		"lodz":     {"Łódź"},
		"dordevic": {"Đorđević"},
		"strasse":  {"Straße", "STRASSE"},
		"aeroe":    {"Ærø\u200be"},
		"istanbul": {"İstanbul", "ıstanbul"},
		"0123":     {"０１２３"},
		"㐂":        {"㐂"},
		"パ":        {"ﾊﾟ", "ハ\u309a"},
		"muller":   {"Müller", "Mu\u0308ller"},
		"한국":       {"한\u3164국"},
		"单于":       {"單于"},
		"钟":        {"鐘", "鍾"},
		"干":        {"乾"},
	} {
		folded := directory.FoldTerm(name)
		if folded != directory.FoldTerm(folded) {
			t.Errorf("%q folds to %q", name, folded)
		}
		for _, spelling := range spellings {
			if got := directory.FoldTerm(spelling); got != folded {
				t.Errorf("%q folds to %q, %q to %q", spelling, got, name, folded)
			}
		}
	}
}

// TestOthers lists what else is looked for. Rows of before have other spellings, and pinyin writes ü as v.
func TestOthers(t *testing.T) {
	for typed, want := range map[string][]string{
		"龙华": nil, "龍華": {"龍華"}, "⻓沙": nil, "Ørsted": {"ørsted"}, "Straße": {"straße"},
		"lübu": {"lvbu"}, "LÜ Bu": {"lvbu"}, "lǚbù": {"lvbu"}, "lyubu": {"lvbu"}, "lvbu": nil, "lubu": nil,
		"nyu": {"nv"}, "nuer": {"nver"}, "celue": {"celve"}, "Müller": nil, "Lübeck": {"lvbeck"},
		"0138": nil, "x": nil, "": nil, "龍": nil,
	} {
		if got := directory.Others(typed); !slices.Equal(got, want) {
			t.Errorf("%q is looked for as %q as well, want %q", typed, got, want)
		}
	}
}

func TestParts(t *testing.T) {
	for typed, want := range map[string][]string{
		"长城 印务": {"长城", "印务"}, "龍華abc12": {"龙华", "abc12"}, "龙华-Print 设计": {"龙华", "print", "设计"}, "长城": nil,
		"长城印务": nil, "长 城": nil, "长城a": nil, "abc 长城": nil, "great wall": nil, "021 5080": nil, "": nil, " ": nil,
	} {
		if got := directory.Parts(typed); !slices.Equal(got, want) {
			t.Errorf("%q has the parts %q, want %q", typed, got, want)
		}
	}
}

// TestSurnamesAreReadAsNames asks for people by the readings that surnames have.
func TestSurnamesAreReadAsNames(t *testing.T) {
	for name, questions := range map[string][]string{
		"单于静": {"chanyujing", "shanyujing", "cyj", "單于"}, "單于靜": {"chanyujing", "单于"}, "单雄信": {"shanxiongxin", "sxx"},
		"万俟明": {"moqiming", "mqm"}, "萬俟明": {"moqiming"}, "尉迟恭": {"yuchigong", "ycg"}, "长孙皇后": {"zhangsunhuang"},
		"吕布": {"lvbu", "lyubu", "lübu", "lb"}, "呂布": {"lyubu", "吕布"}, "澹台灭明": {"tantaimieming"}, "仇英": {"qiuying"},
		"解缙": {"xiejin"}, "查良镛": {"zhaliangyong"}, "区寄": {"ouji"}, "朴志": {"piaozhi"}, "盖聂": {"genie"}, "覃思": {"qinsi"},
		"翟让": {"zhairang"}, "乐毅": {"yueyi"}, "曾巩": {"zenggong"}, "令狐冲": {"linghuchong"}, "皇甫嵩": {"huangfusong"},
		"冼星海": {"xianxinghai"}, "宓妃": {"mifei"}, "缪昌": {"miaochang"}, "召公": {"shaogong"}, "员半千": {"yunbanqian"},
		"折可": {"sheke"}, "种师道": {"chongshidao"}, "郗鉴": {"xijian"}, "谌洪": {"chenhong"}, "隗嚣": {"weixiao"},
	} {
		for _, p := range []customer.Customer{{Name: name}, {Name: "海河", Kind: customer.Company}} {
			people := []customer.Contact{person(name, "", "")}
			terms := directory.TermsOf(p, people, pinyin.Read)
			for _, typed := range questions {
				question, _ := directory.Question(typed)
				if !slices.ContainsFunc(append(directory.Others(typed), question), func(q string) bool {
					return first(terms, q) > 0
				}) {
					t.Errorf("%s is not found by %s: %v", name, typed, terms)
				}
			}
		}
	}
}

// FuzzFold holds what is stored and what is asked to one spelling, whatever was typed.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"⻓沙龍華", "臺灣彩印有限公司", "Øłđß ﬁ", "長\U000e0101\ufe00", "lǚbù",
		"한\u3164국", "ǿ\u0327", "ᾳ\u0313", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		once := directory.FoldTerm(typed)
		if twice := directory.FoldTerm(once); twice != once && len([]rune(once)) < 40 || strings.ContainsAny(once, "# \n") {
			t.Errorf("%q folds to %q, then %q", typed, once, twice)
		}
		if !directory.MayNameHave(once, once) || !directory.NameHas(typed, once) {
			t.Errorf("%q is not found by %q", typed, once)
		}
		for _, other := range directory.Others(typed) {
			if strings.ContainsAny(other, "# \n") || len([]rune(other)) > 40 {
				t.Errorf("%q is looked for as %q", typed, other)
			}
		}
	})
}

// Package pinyin gives the readings of Chinese characters in names. It holds a dictionary, so only programs
// that write search rows should link it: a question is matched as it was typed.
package pinyin

import (
	"strings"

	// 44,000 characters from the Unihan data. It has no code of its own beside a map, and no dependencies.
	"github.com/mozillazg/go-pinyin"
)

// inNames are characters whose first reading in the dictionary is not the usual one in names. Names are those
// of people, places and companies. Others are here because their rare readings would only fill rows.
var inNames = map[rune]string{
	'长': "chang zhang", '長': "chang zhang", '重': "chong zhong", '行': "hang xing", '厦': "xia sha", '廈': "xia sha",
	'都': "du", '曾': "zeng",
	'单': "shan dan", '單': "shan dan", '解': "xie jie", '查': "zha cha", '仇': "qiu chou", '朴': "piao pu", '区': "qu ou",
	'區': "qu ou", '翟': "zhai",
	'覃': "qin tan", '盖': "gai ge", '尉': "wei yu", '乐': "le yue", '樂': "le yue", '调': "diao tiao", '調': "diao tiao",
	'传': "chuan", '傳': "chuan",
	'印': "yin", '有': "you", '大': "da", '会': "hui", '會': "hui", '和': "he", '英': "ying", '沈': "shen", '贾': "jia",
	'賈': "jia", '陆': "lu", '陸': "lu",
	'金': "jin", '绿': "lv", '綠': "lv", '中': "zhong", '万': "wan", '萬': "wan", '宁': "ning", '寧': "ning", '台': "tai",
	'臺': "tai", '车': "che",
	'車': "che", '厂': "chang", '校': "xiao jiao", '数': "shu", '數': "shu", '期': "qi", '华': "hua", '華': "hua", '石': "shi",
	'合': "he", '红': "hong",
	'紅': "hong", '广': "guang", '廣': "guang", '艺': "yi", '色': "se", '服': "fu", '任': "ren", '化': "hua", '作': "zuo",
	'南': "nan", '信': "xin",
	'叶': "ye", '葉': "ye", '卡': "ka", '司': "si", '限': "xian", '务': "wu", '可': "ke", '思': "si", '佳': "jia", '晓': "xiao",
	'文': "wen", '朝': "chao zhao",
	'慶': "qing", '務': "wu", '方': "fang", '氏': "shi", '阿': "a", '家': "jia", '正': "zheng", '兴': "xing", '興': "xing",
	'平': "ping", '成': "cheng", '盛': "sheng", '荣': "rong",
}

var plain = pinyin.Args{Style: pinyin.Normal, Heteronym: true,
	Fallback: func(rune, pinyin.Args) []string { return nil }}

// Read gives the readings of a character without tones, the likeliest first, at most two. It gives none for a
// character that is not Chinese. It is a directory.Reading.
func Read(r rune) []string {
	if known, found := inNames[r]; found {
		return strings.Fields(known)
	}
	var out []string
	for _, s := range pinyin.SinglePinyin(r, plain) {
		// a few interjections are written with marks on the letters
		if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" && len(out) < 2 {
			out = append(out, s)
		}
	}
	return out
}

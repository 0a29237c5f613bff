package words

import "strings"

// mostSaid is how many characters of what a person typed stand in one line of a sheet.
const mostSaid = 200

// Sheet is what a notice says of a record so that a colleague can act at once: a line for each thing, in one language.
// Values are as people typed them, in one line each and cut. One that is empty adds nothing.
type Sheet struct {
	Lang  Lang
	lines []string
}

// Add adds a line. The name brings its own colon.
func (s *Sheet) Add(name Text, value string) {
	if plain, _ := Plain(value, mostSaid); plain != "" {
		s.lines = append(s.lines, name.In(s.Lang)+strings.Join(strings.Fields(plain), " "))
	}
}

// Who adds the person with their company, or the one of both that is known.
func (s *Sheet) Who(name, company string) {
	who := name
	switch {
	case name == "":
		who = company
	case company != "" && company != name:
		who = Text{Zh: name + "（" + company + "）", En: name + " (" + company + ")"}.In(s.Lang)
	}
	s.Add(Text{Zh: "客户：", En: "Customer: "}, who)
}

// Reach adds how to reach the person.
func (s *Sheet) Reach(phone, email string) {
	s.Add(Text{Zh: "电话：", En: "Phone: "}, phone)
	s.Add(Text{Zh: "邮箱：", En: "E-mail: "}, email)
}

// Said adds what the customer wrote last.
func (s *Sheet) Said(text string) {
	s.Add(Text{Zh: "客户写道：", En: "The customer wrote: "}, text)
}

// String is the sheet, ready for a notice.
func (s *Sheet) String() string { return strings.Join(s.lines, "\n") }

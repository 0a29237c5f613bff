package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

func TestWritersOfTheSetUpMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), companyMeetings)
}

func TestWritersOfTasksMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), workMeetings)
}

func TestWritersOfOutboxAndReceiptsMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), tableMeetings)
}

// now is the set-up as it stands.
func (h *house) now() setup.Shop {
	h.t.Helper()
	shop, err := h.ShopNow(h.t.Context())
	h.must(err)
	return shop
}

// rebranch is a change of the branch in Shanghai.
func rebranch(h *house, edit func(*firm.Branch)) act {
	return func(s *store.Store) error {
		shop := h.now()
		b, _ := shop.Branch(seed.Shanghai)
		to := b
		edit(&to)
		next, e, err := setup.ReshapeBranch(b, to, h.by(1), shop, h.Clock.Now())
		if err != nil {
			return err
		}
		return s.SaveBranch(h.t.Context(), next, e)
	}
}

// recalendar changes a calendar, or opens it.
func recalendar(h *house, id, name string) act {
	return func(s *store.Store) error {
		shop := h.now()
		c, _ := shop.Calendar(id)
		to, _ := shop.Calendar(seed.Shanghai)
		to.Name.En, c.ID = name, id
		next, e, err := setup.ReshapeCalendar(c, to, h.by(1), shop, h.Clock.Now())
		if err != nil {
			return err
		}
		return s.SaveCalendar(h.t.Context(), next, e)
	}
}

func (h *house) calendar(id string) string {
	c, _ := h.now().Calendar(id)
	return c.Name.En
}

func reform(h *house, edit func(*form.Form)) act {
	return func(s *store.Store) error {
		f, err := h.FormRecord(h.t.Context(), seed.Contact)
		if err != nil {
			return err
		}
		to := f
		edit(&to)
		next, e := f.Reshape(to, h.by(1), h.Clock.Now())
		return s.SaveForm(h.t.Context(), next, e)
	}
}

func repolicy(h *house, edit func(*setup.Policy)) act {
	return func(s *store.Store) error {
		shop := h.now()
		p, _ := shop.Policy("standard")
		to := p
		edit(&to)
		next, e, err := p.Reshape(to, h.by(1), shop, h.Clock.Now())
		if err != nil {
			return err
		}
		return s.SavePolicy(h.t.Context(), p, next, e)
	}
}

// restaff changes a person.
func restaff(h *house, id string, edit func(*staff.Staff)) act {
	return func(s *store.Store) error {
		shop := h.now()
		p, _ := shop.Person(id)
		to := p
		edit(&to)
		c, err := setup.ReshapeStaff(p, to, h.by(1), shop, h.Clock.Now())
		if err != nil {
			return err
		}
		return s.SaveStaff(h.t.Context(), c)
	}
}

// second makes one more owner of the shop, so that there are two. Whom a row before made one is one no longer.
func (h *house) second() string {
	h.t.Helper()
	for _, p := range h.now().Staff {
		role := staff.Manager
		if p.ID == seed.StaffID(1) {
			role = staff.Owner
		} else if !p.Has(staff.Owner) {
			continue
		}
		h.must(restaff(h, p.ID, func(p *staff.Staff) { p.Roles = []staff.Role{role} })(h.Store))
	}
	p := storetest.Person(h.t, h.Bench, 1)
	p.ID, p.Subject = storetest.NewID("stf"), h.id("local|owner")
	h.must(h.Establish(h.t.Context(), setup.Shop{Roster: firm.Roster{Staff: []staff.Staff{p}}}))
	return p.ID
}

func below(h *house, id, parent string) act {
	return func(s *store.Store) error {
		_, err := s.ChangeCategory(h.t.Context(),
			func(tree customer.CategoryTree) (customer.Category, []event.Event, error) {
				c, _ := tree.Find(id)
				c.ID, c.Parent, c.Name.Zh, c.Name.En = id, parent, id, id
				return tree.Place(c, h.by(1), h.Clock.Now())
			})
		return err
	}
}

var companyMeetings = []meeting{
	{"name and phone of a branch", [2]string{"SaveBranch", "SaveBranch"}, func(h *house) pair {
		return pair{rebranch(h, func(b *firm.Branch) { b.Name.En = h.id("branch") }),
			rebranch(h, func(b *firm.Branch) { b.Phone = "+86215080118" + string(rune('0'+h.n%10)) }),
			func() string {
				b, _ := h.now().Branch(seed.Shanghai)
				return lines(b.Version, b.Name.En, b.Phone)
			}}
	}, [2]string{"conflict: 2, Shanghai, head office, +862150801181", "conflict: 3, branch_2, +862150801181"}},
	{"two changes of a calendar", [2]string{"SaveCalendar", "SaveCalendar"}, func(h *house) pair {
		return pair{recalendar(h, seed.Hangzhou, h.id("a")), recalendar(h, seed.Hangzhou, h.id("b")),
			func() string { return h.calendar(seed.Hangzhou) }}
	}, [2]string{"conflict: b_3", "conflict: a_4"}},
	{"a calendar is opened and established", [2]string{"SaveCalendar", "Establish"}, func(h *house) pair {
		id := h.id("calendar")
		return pair{recalendar(h, id, "opened"), func(s *store.Store) error {
			c, _ := h.now().Calendar(seed.Shanghai)
			c.ID, c.Name.En = id, "established"
			return s.Establish(h.t.Context(), setup.Shop{Roster: firm.Roster{Calendars: []calendar.Calendar{c}}})
		}, func() string { return h.calendar(id) }}
	}, [2]string{"invalid: established", "opened"}},
	{"origins and closing of a form", [2]string{"SaveForm", "SaveForm"}, func(h *house) pair {
		return pair{reform(h, func(f *form.Form) { f.Origins = []string{h.id("https://site")} }),
			reform(h, func(f *form.Form) { f.Closed = !f.Closed }), func() string {
				f, err := h.FormRecord(h.t.Context(), seed.Contact)
				h.must(err)
				return lines(f.Version, f.Origins, f.Closed)
			}}
	}, [2]string{"conflict: 2, [], true", "conflict: 3, [https://site_8], true"}},
	{"two arrivals at the last place of a form", [2]string{"Admit", "Admit"}, func(h *house) pair {
		said := [2]string{"away", "away"}
		arrives := func(i int) act {
			return func(s *store.Store) (err error) {
				f := form.Form{ID: h.id("form"), Policy: &form.Policy{Window: 3600, Address: 9, Refuse: 9, Person: 9, Form: 1}}
				said[i], err = s.Admit(h.t.Context(), f, form.Arrival{Address: "a", At: storetest.Began})
				return err
			}
		}
		return pair{arrives(0), arrives(1), func() string { return lines(said[0], said[1]) }}
	}, [2]string{"form-limit, -", "-, form-limit"}},
	{"two changes of a policy", [2]string{"SavePolicy", "SavePolicy"}, func(h *house) pair {
		return pair{repolicy(h, func(p *setup.Policy) { p.Preference.StaleDays = int64(100 + h.n) }),
			repolicy(h, func(p *setup.Policy) { p.Preference.StaleDays = int64(200 + h.n) }), func() string {
				p, _ := h.now().Policy("standard")
				before, err := h.PolicyVersion(h.t.Context(), "standard", p.Version-1)
				h.must(err)
				return lines(p.Version, p.Preference.StaleDays, before.Version)
			}}
	}, [2]string{"conflict: 2, 211, 1", "conflict: 3, 112, 2"}},
	{"name and e-mail of a colleague", [2]string{"SaveStaff", "SaveStaff"}, func(h *house) pair {
		id := seed.StaffID(5)
		return pair{restaff(h, id, func(p *staff.Staff) { p.Name = h.id("name") }),
			restaff(h, id, func(p *staff.Staff) { p.Email = h.id("mail") + "@lanyin.example" }), func() string {
				p, _ := h.now().Person(id)
				return lines(p.Version, p.Name, p.Email)
			}}
	}, [2]string{"conflict: 2, 王思齐, mail_13@lanyin.example", "conflict: 3, name_14, mail_13@lanyin.example"}},
	{"one account for two colleagues", [2]string{"SaveStaff", "SaveStaff"}, func(h *house) pair {
		to := h.id("local|wanted")
		takes := func(n int) act { return restaff(h, seed.StaffID(n), func(p *staff.Staff) { p.Subject = to }) }
		return pair{takes(3), takes(4), func() string {
			p, _ := h.now().Subject(to, h.Clock.Now())
			return p.ID[len(p.ID)-1:]
		}}
	}, [2]string{"invalid: 4", "invalid: 3"}},
	{"two owners remove each other", [2]string{"SaveStaff", "SaveStaff"}, func(h *house) pair {
		other := h.second()
		quits := func(id string) act {
			return restaff(h, id, func(p *staff.Staff) { p.Roles = []staff.Role{staff.Manager} })
		}
		return pair{quits(seed.StaffID(1)), quits(other), func() string {
			first, _ := h.now().Person(seed.StaffID(1))
			second, _ := h.now().Person(other)
			return lines(first.Roles, second.Roles)
		}}
	}, [2]string{"conflict: [owner], [manager]", "conflict: [manager], [owner]"}},
	{"two categories below each other", [2]string{"ChangeCategory", "ChangeCategory"}, func(h *house) pair {
		a, b := h.id("a"), h.id("b")
		h.must(below(h, a, "")(h.Store))
		h.must(below(h, b, "")(h.Store))
		return pair{below(h, a, b), below(h, b, a), func() string {
			tree, err := h.Categories(h.t.Context())
			h.must(err)
			x, _ := tree.Find(a)
			y, _ := tree.Find(b)
			return lines(x.Parent, y.Parent)
		}}
	}, [2]string{"invalid: -, a_19", "invalid: b_20, -"}},
}

// failing is a step of a lead that fails.
func (h *house) failing() stuck.Stuck {
	return stuck.Stuck{What: stuck.KindStep, Record: h.id("lead"), Step: "1/half", Process: "lead", Round: 1,
		Customer: h.id("cus"), Branch: seed.Shanghai, Cause: string(fault.Internal)}
}

func (h *house) stuck(seen stuck.Stuck) string {
	h.t.Helper()
	row, err := h.Stuck(h.t.Context(), stuck.IDOf(seen))
	h.must(err)
	return lines(row.Version, row.State, row.Tries, len(h.Events(h.t, seen.Customer)))
}

// onTask is a change of a task.
func onTask(h *house, id string, rule func(task.Task) (task.Task, event.Event, error)) act {
	return func(s *store.Store) error {
		_, err := s.ChangeTask(h.t.Context(), id, rule)
		return err
	}
}

func (h *house) task(id string) string {
	h.t.Helper()
	tsk, err := h.Task(h.t.Context(), id)
	h.must(err)
	return lines(tsk.Version, tsk.State, tsk.Owner[len(tsk.Owner)-1:], tsk.Comments)
}

var workMeetings = []meeting{
	{"a comment on a task that is cancelled", [2]string{"NoteTask", "ChangeTask"}, func(h *house) pair {
		id := storetest.OpenTask(h.t, h.Bench, 3, task.Draft{}).ID
		return pair{func(s *store.Store) error {
			_, err := s.NoteTask(h.t.Context(), id, task.Note{Text: "好"},
				func(t task.Task) (task.Task, event.Event, error) { return t.Comment(h.by(3), nil, h.Clock.Now()) })
			return err
		}, onTask(h, id, func(t task.Task) (task.Task, event.Event, error) { return t.Cancel(h.by(2), h.Clock.Now()) }),
			func() string { return h.task(id) }}
	}, [2]string{"refused: 2, cancelled, 3, 0", "3, cancelled, 3, 1"}},
	{"a task is done while it is handed on", [2]string{"ChangeTask", "ChangeTask"}, func(h *house) pair {
		id := storetest.OpenTask(h.t, h.Bench, 3, task.Draft{}).ID
		return pair{
			onTask(h, id, func(t task.Task) (task.Task, event.Event, error) {
				return t.Complete(h.by(3), false, h.Clock.Now())
			}),
			onTask(h, id, func(t task.Task) (task.Task, event.Event, error) {
				return t.HandOn(h.by(2), storetest.Person(h.t, h.Bench, 4), h.terms().Task(), h.Clock.Now())
			}), func() string { return h.task(id) }}
	}, [2]string{"forbidden: 2, open, 4, 0", "refused: 2, done, 3, 0"}},
	{"a step fails again while a colleague has it tried", [2]string{"NoteStuck", "ChangeStuck"}, func(h *house) pair {
		seen := h.failing()
		_, err := h.NoteStuck(h.t.Context(), seen, false)
		h.must(err)
		return pair{func(s *store.Store) error { _, err := s.NoteStuck(h.t.Context(), seen, true); return err },
			func(s *store.Store) error {
				_, err := s.ChangeStuck(h.t.Context(), stuck.IDOf(seen), func(x stuck.Stuck) (stuck.Stuck, event.Event, error) {
					return x.Retry(h.by(2), h.Clock.Now())
				})
				return err
			}, func() string { return h.stuck(seen) }}
	}, [2]string{"3, parked, 2, 1", "3, retried, 2, 1"}},
	{"a step fails again while another one went on", [2]string{"NoteStuck", "StuckOver"}, func(h *house) pair {
		seen := h.failing()
		_, err := h.NoteStuck(h.t.Context(), seen, false)
		h.must(err)
		return pair{func(s *store.Store) error { _, err := s.NoteStuck(h.t.Context(), seen, false); return err },
			func(s *store.Store) error { return s.StuckOver(h.t.Context(), seen) },
			func() string { return h.stuck(seen) }}
	}, [2]string{"3, waiting, 1, 0", "3, over, 2, 0"}},
	{"two servers refuse our mail on one day", [2]string{"NoteOnce", "NoteOnce"}, func(h *house) pair {
		seen := h.failing()
		notes := func(s *store.Store) error { return s.NoteOnce(h.t.Context(), seen) }
		return pair{notes, notes, func() string { return h.stuck(seen) }}
	}, [2]string{"1, parked, 1, 0", "1, parked, 1, 0"}},
	{"one fact opens its task twice", [2]string{"OpenTask", "OpenTask"}, func(h *house) pair {
		id := storetest.NewID("tsk")
		opens := func(title string) act {
			return func(s *store.Store) error {
				t, e, err := task.New(h.by(2), task.Draft{ID: id, Title: title}, storetest.Person(h.t, h.Bench, 3),
					h.terms().Task(), h.Clock.Now())
				if err != nil {
					return err
				}
				_, err = s.OpenTask(h.t.Context(), t, e)
				return err
			}
		}
		return pair{opens("a"), opens("b"), func() string {
			t, err := h.Task(h.t.Context(), id)
			h.must(err)
			return lines(t.Title, len(h.Events(h.t, id)))
		}}
	}, [2]string{"b, 1", "a, 1"}},
}

// waiting is a pending event of somebody new.
func (h *house) waiting() event.Event {
	h.t.Helper()
	l := h.lead()
	all, err := h.Pending(h.t.Context(), h.Clock.Now().Add(time.Hour), 100)
	h.must(err)
	return all[slices.IndexFunc(all, func(e event.Event) bool { return e.Customer == l.Customer })]
}

// queue says whether an event is in the queue, and what is known of attempts.
func (h *house) queue(e event.Event) string {
	h.t.Helper()
	left, err := h.Pending(h.t.Context(), h.Clock.Now().Add(time.Hour), 100)
	h.must(err)
	var said []string
	for _, line := range h.Items(h.t) {
		for _, name := range []string{"try_again", "parked"} {
			if strings.Contains(line, e.ID) && strings.Contains(line, `"`+name) {
				said = append(said, name)
			}
		}
	}
	return lines(slices.ContainsFunc(left, func(x event.Event) bool { return x.ID == e.ID }), said)
}

// counting is the event of a new complaint, which nobody has counted.
func (h *house) counting() event.Event {
	h.t.Helper()
	c := storetest.OpenComplaint(h.t, h.Bench, h.id("cus"))
	all, err := h.Pending(h.t.Context(), h.Clock.Now().Add(time.Hour), 100)
	h.must(err)
	return all[slices.IndexFunc(all, func(e event.Event) bool { return e.Record == c.ID })]
}

func (h *house) addsUp(e event.Event) act {
	return func(s *store.Store) error { return s.AddUp(h.t.Context(), []event.Event{e})[0] }
}

// counters says whether all that the log counts is counted once.
func (h *house) counters() string {
	stand, log := h.Books(h.t)
	return lines(maps.Equal(stand, log) && len(log) > 0)
}

var tableMeetings = []meeting{
	{"an event is handed over while another fails at it", [2]string{"Handed", "NotHanded"}, func(h *house) pair {
		e := h.waiting()
		return pair{func(s *store.Store) error { return s.Handed(h.t.Context(), e) }, func(s *store.Store) error {
			_, err := s.NotHanded(h.t.Context(), e, "busy", h.Clock.Now())
			return err
		}, func() string { return h.queue(e) }}
	}, [2]string{"false, [try_again]", "false, []"}},
	{"an event is handed over while another parks it", [2]string{"Handed", "Park"}, func(h *house) pair {
		e := h.waiting()
		return pair{func(s *store.Store) error { return s.Handed(h.t.Context(), e) }, func(s *store.Store) error {
			_, err := s.Park(h.t.Context(), e, "too large")
			return err
		}, func() string { return h.queue(e) }}
	}, [2]string{"false, [parked]", "false, []"}},
	{"a parked event is queued again and left out", [2]string{"Requeue", "LeaveOut"}, func(h *house) pair {
		e := h.waiting()
		_, err := h.Park(h.t.Context(), e, "too large")
		h.must(err)
		return pair{func(s *store.Store) error { return s.Requeue(h.t.Context(), e.Customer, e.ID) },
			func(s *store.Store) error { return s.LeaveOut(h.t.Context(), e.Customer, e.ID) },
			func() string { return h.queue(e) }}
	}, [2]string{"false, []", "false, []"}},
	{"two sweeps end", [2]string{"KeepSweepPlace", "KeepSweepPlace"}, func(h *house) pair {
		began, err := h.SweepPlace(h.t.Context())
		h.must(err)
		ends := func(place string) act {
			return func(s *store.Store) error { return s.KeepSweepPlace(h.t.Context(), began, h.id(place)) }
		}
		return pair{ends("a"), ends("b"), func() string {
			place, err := h.SweepPlace(h.t.Context())
			h.must(err)
			return place
		}}
	}, [2]string{"b_7", "a_8"}},
	{"two runs of the stream count an event", [2]string{"AddUp", "AddUp"}, func(h *house) pair {
		e := h.counting()
		return pair{h.addsUp(e), h.addsUp(e), h.counters}
	}, [2]string{"true", "true"}},
	{"an event is counted while a person leaves it out", [2]string{"AddUp", "LeaveOut"}, func(h *house) pair {
		e := h.counting()
		return pair{h.addsUp(e), func(s *store.Store) error { return s.LeaveOut(h.t.Context(), e.Customer, e.ID) },
			h.counters}
	}, [2]string{"true", "true"}},
	{"one request is answered twice", [2]string{"Save", "Save"}, func(h *house) pair {
		answers := func(body string) act {
			return func(s *store.Store) error {
				return s.Save(h.t.Context(), receipt.Receipt{Key: h.id("key"), Hash: "h", Keep: time.Hour},
					receipt.SavedAnswer{Status: 200, Body: body})
			}
		}
		return pair{answers("a"), answers("b"), func() string {
			found, err := h.Find(h.t.Context(), h.id("key"))
			h.must(err)
			return found.Answer.Body
		}}
	}, [2]string{"*receipt.Replay: b", "*receipt.Replay: a"}},
	{"a lead of before comes to its board and is given to a colleague", [2]string{"KeyByState", "ChangeLead"},
		func(h *house) pair {
			l := h.lead()
			h.stateless("lead", l.ID)
			return pair{func(s *store.Store) error { return s.KeyByState(h.t.Context(), "lead", l.ID) }, assigns(h, l.ID, 3),
				func() string { return h.boardOf("lead", l.ID) }}
		}, [2]string{"LEAD#OPEN#shanghai#assigned", "LEAD#OPEN#shanghai#assigned"}},
}

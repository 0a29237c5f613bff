package cloud

import "testing"

func TestWhichMethodOfTheStoreAsks(t *testing.T) {
	for function, want := range map[string]string{
		"afterpress/shared/store/centre.(*Centre).RecordTouch":       "RecordTouch",
		"afterpress/shared/store/work.(*Work).Loads.func1":           "Loads",
		"afterpress/shared/store/table.Outbox.Handed":                "Handed",
		"afterpress/shared/store/finder.Directory.Index":             "Index",
		"afterpress/shared/store/centre.(*Centre).putManifest":       "",
		"afterpress/shared/store/table.Change[...]":                  "",
		"afterpress/shared/store/table.Retry[...].func1":             "",
		"afterpress/shared/store/storetest.Enquire":                  "",
		"afterpress/shared/app/frontdesk.Desk.Visit":                 "",
		"afterpress/shared/store/company.(*Company).refresh.func1.1": "",
	} {
		got := ""
		if found := method.FindStringSubmatch(function); found != nil {
			got = found[1]
		}
		if got != want {
			t.Errorf("%s is %q, want %q", function, got, want)
		}
	}
}

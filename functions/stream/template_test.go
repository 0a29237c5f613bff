package stream

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/sam"
)

// What this function believes of its schedule, its time and its alarm stands in template.yaml.
func TestTheTemplateKeepsWhatTheSweepBelieves(t *testing.T) {
	template, err := sam.Load(filepath.Join("..", "..", "template.yaml"),
		map[string]string{"TemporalAddress": "temporal:7233", "SenderAddress": "shop@shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	f := template.Functions[slices.IndexFunc(template.Functions, func(f sam.Function) bool { return f.ID == "Stream" })]
	alarm := template.Alarms[slices.IndexFunc(template.Alarms, func(a sam.Alarm) bool { return a.ID == "EventsStuck" })]
	var sweeps []time.Duration
	for _, s := range template.Schedules {
		var in Input
		if err := json.Unmarshal(s.Input, &in); err == nil && in.Sweep && s.Function == f.ID {
			sweeps = append(sweeps, s.Every)
		}
	}
	if len(sweeps) != 1 {
		t.Fatalf("%d schedules sweep", len(sweeps))
	}
	every := sweeps[0]
	third := sweepAge + pause(0) + pause(1) + pause(2)
	for what, holds := range map[string]bool{
		"the first pause is the next sweep's":                         pause(0) == every,
		"a sweep ends before the next one begins":                     f.Timeout <= every,
		"a sweep has time for an event":                               f.Timeout >= 2*sweepReserve,
		"what is kept back is enough for the event in hand":           sweepReserve > 4*patience,
		"each period of the alarm has a sweep, or the alarm rings":    alarm.Period >= every && alarm.Missing == "breaching",
		"two sweeps may miss an event before the alarm rings":         alarm.Threshold >= (sweepAge + 2*every).Seconds(),
		"the alarm rings before the third pause has passed":           alarm.Threshold < third.Seconds(),
		"a record is the stream's for as long as the sweep leaves it": template.Streams[0].MaxAge > sweepAge,
	} {
		if !holds {
			t.Errorf("%s: no longer so; sweep every %s, %+v, the alarm %+v", what, every, f.Timeout, alarm)
		}
	}
}

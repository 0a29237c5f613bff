package file

import (
	"fmt"

	"afterpress/shared/page"
)

var wordsEn = wording{
	Title: "Your files",
	Hint: func(most int, size, kinds string) string {
		return fmt.Sprintf("Up to %d files of %s each: %s.", most, size, kinds)
	},
	Later: "Send the enquiry first; on the next page you can add files.",
	Name:  "File name", Add: "Add a file", File: "Choose the file",
	Upload: "Upload the file",
	Sent:   page.Note("The file has arrived", "One more step: check it and attach it."),
	Attach: "Attach the file",
	Unsent: "The file has not arrived. Choose it again.",
	Over:   "The time for sending this file has run out. Go back to your files and add it again.",
	All:    "All your files", Kept: "Received", Scanning: "Received; it is being scanned for malware",
	Remove: func(name string) string { return "Remove " + name },
	Full:   "No more files can be sent here. Send the others to our colleague when you hear from us.",
	Gone: page.Note("This link no longer works",
		"Files can be added for 24 hours after an enquiry, and to a complaint while it is open. Send them to our "+
			"colleague when you hear from us, or call us."),
	Script: scriptPhrase{
		Choose: "Choose files", Chosen: "It will be uploaded once the enquiry is sent.", Remove: "Remove {name}",
		Sending: "Sending {name}: {percent}%", Checking: "Checking {name}",
		Kept: "{name}: received", Received: "Received",
		Failed: "{name} could not be sent. Check your connection and try again.", Retry: "Try {name} again",
		WrongKind: "{name} was left out: it is not {kinds}. Save it as one of these and choose it again.",
		TooLarge:  "{name} is too large.", TooMany: "{name} was left out: there are too many files.",
		Unsent: "The enquiry could not be sent. Check your connection and try again.",
	},
	Back: "Back",
}

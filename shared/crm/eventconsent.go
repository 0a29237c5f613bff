package crm

// What happens to consents.
const (
	ConsentConfirmed EventType = "consent.confirmed"
	ConsentWithdrawn EventType = "consent.withdrawn"
	ConsentRecorded  EventType = "consent.recorded"
)

// consentEvents are the entries of the catalogue for consents.
var consentEvents = map[EventType]EventEntry{
	ConsentConfirmed: {Words: Text{Zh: "客户同意接收一类信息", En: "Consent given"}},
	ConsentWithdrawn: {Words: Text{Zh: "客户不再接收一类信息", En: "Consent withdrawn"}},
	ConsentRecorded:  {Words: Text{Zh: "补录了客户以前的答复，较新的答复仍然有效", En: "An earlier answer was recorded; the newer one stands"}},
}

package message

// Templates of messages about a lead. Each template is named by its area and what it says. The names stand in
// stored rows of the ledger. shared/notify has the words of each, and the places in them.
const (
	TemplateLeadAcknowledged = "lead-acknowledged" // to the contact: we have your enquiry
	// the same, and whether they want our news: a yes that was typed counts once it is confirmed
	TemplateLeadConfirm   = "lead-acknowledged-confirm"
	TemplateLeadPostponed = "lead-postponed" // to the contact: we are in touch later than we said
	TemplateLeadAssigned  = "lead-assigned"  // to the new owner
	// to the new owner, where nobody thanked the person
	TemplateLeadUnacknowledged = "lead-unacknowledged"
	TemplateLeadRemindedHalf   = "lead-reminded-half" // to the owner: half of the time for the first contact is gone
	TemplateLeadRemindedDue    = "lead-reminded-due"  // to the owner: the time is up
	TemplateLeadReassigned     = "lead-reassigned"    // to the manager: it went on to the next owner
	TemplateLeadPooled         = "lead-pooled"        // to the manager: no owner reacted, it lies in the pool
	TemplateLeadReplied        = "lead-replied"       // to the owner: the contact wrote back
	TemplateLeadHandedOver     = "lead-handed-over"   // to the new owner of a lead whose person was reached
	TemplateLeadStepDue        = "lead-step-due"      // to the owner: the next step is due
	TemplateLeadStepLate       = "lead-step-late"     // to the manager: the next step has passed
	TemplateLeadQuoteDue       = "lead-quote-due"     // to the owner: the quotation is due
	TemplateLeadQuoteLate      = "lead-quote-late"    // to the manager: there was no quotation in time
	TemplateLeadKept           = "lead-kept"          // to the manager: nothing happened, and it is somebody's own
)

// Templates of messages about a task.
const (
	TemplateTaskAssigned  = "task-assigned"  // to the new owner: a colleague gave it to them
	TemplateTaskReminded  = "task-reminded"  // to the owner: most of the time is gone
	TemplateTaskDue       = "task-due"       // to the owner: the time is up
	TemplateTaskOverdue   = "task-overdue"   // to the manager: it is not done, and the time was up long ago
	TemplateTaskMentioned = "task-mentioned" // to each colleague whom a comment names
)

// Templates of messages about a complaint: to the customer first, then to colleagues.
const (
	TemplateComplaintAcknowledged = "complaint-acknowledged" // we have it, and by when they hear of us
	TemplateComplaintReceived     = "complaint-received"     // the same without its link
	TemplateComplaintEvidence     = "complaint-evidence"     // what we need from them
	TemplateComplaintOffered      = "complaint-offered"      // what we offer
	TemplateComplaintVerify       = "complaint-verify"       // it is done: is it settled?
	TemplateComplaintReminded     = "complaint-reminded"     // we wait for them
	TemplateComplaintReplied      = "complaint-replied"      // what a colleague writes to them
	TemplateComplaintProgress     = "complaint-progress"     // what is being done, and by when
	TemplateComplaintPromise      = "complaint-promise"      // it takes longer than we told them
	TemplateComplaintPromises     = "complaint-promises"     // the same of several complaints
	TemplateComplaintJoined       = "complaint-joined"       // it is handled with another one
	TemplateComplaintUnanswered   = "complaint-unanswered"   // closed, since they did not answer
	TemplateComplaintWithdrawn    = "complaint-withdrawn"    // closed as withdrawn, which a colleague entered
	TemplateComplaintCode         = "complaint-code"         // the code that they asked for on the page for complaints

	TemplateComplaintAssigned   = "complaint-assigned"   // to the new owner
	TemplateComplaintHalf       = "complaint-half"       // to the owner: half of the time is gone
	TemplateComplaintDue        = "complaint-due"        // to the owner: the time is up
	TemplateComplaintOverdue    = "complaint-overdue"    // to the manager, then a shop owner: it stands still
	TemplateComplaintApproval   = "complaint-approval"   // to an approver
	TemplateComplaintRefused    = "complaint-refused"    // to the colleague who asked for it: it was not approved
	TemplateComplaintCall       = "complaint-call"       // to the owner: call the customer, who cannot be written to
	TemplateComplaintDecided    = "complaint-decided"    // to the owner: what the customer decided
	TemplateComplaintAnswered   = "complaint-answered"   // to the owner: the customer wrote or added files
	TemplateComplaintToCorrect  = "complaint-to-correct" // to the owner of the corrective action: it is theirs
	TemplateComplaintCorrection = "complaint-correction" // to the owner of the corrective action: it is due
	TemplateComplaintEffect     = "complaint-effect"     // to the owner: did the correction help?
)

// TemplateAccountChanged tells an owner that a colleague's sign-in account changed.
const TemplateAccountChanged = "account-changed"

// TemplateContactWritten is what a colleague writes to a contact. As an SMS it asks for a call, in fixed words.
const TemplateContactWritten = "contact-written"

// TemplateContactCode brings a contact the code by which they show that a phone or an e-mail is theirs.
const TemplateContactCode = "contact-code"

// TemplateContactInfected tells the sender of a file, a contact or a colleague, that malware was found in it.
const TemplateContactInfected = "contact-infected"

// Templates of messages about a question while a job is printed.
const (
	TemplateHoldAsked     = "hold-asked"     // to the customer: the question
	TemplateHoldQuestion  = "hold-question"  // the question without its link: whose the address is, nobody knows
	TemplateHoldReminded  = "hold-reminded"  // to the customer: the same once more
	TemplateHoldAssigned  = "hold-assigned"  // to its owner: their customer was asked
	TemplateHoldDue       = "hold-due"       // to its owner: no answer yet, call
	TemplateHoldEscalated = "hold-escalated" // to the manager: no answer in time, it is theirs
	TemplateHoldOverdue   = "hold-overdue"   // to the manager or an owner of the shop: it still stands
	TemplateHoldAnswered  = "hold-answered"  // to the colleague who asked: what the customer wants
	TemplateHoldWithdrawn = "hold-withdrawn" // to its owner and the colleague who asked: it was withdrawn
)

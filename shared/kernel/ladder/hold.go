package ladder

// DoEscalate hands a question that nobody answered to the manager.
const DoEscalate = "escalate"

package care

// A WeekOf is how it goes with a mentor's own students, for the weekly message. It has no name.
type WeekOf struct {
	School   School
	Newest   Date // the day of the newest figures; "" for none
	Students int
	Percent  float64 // of absence in the week that ends with Newest, or -1 if that is not known
	Before   float64 // in the week before it, likewise
	Waiting  int     // cases that wait for their follow-up day
}

// A Report is how it goes at a school, in counts, for the team's and the principal's message.
type Report struct {
	School School
	Room   Room
	Month  Date // the first day of the month that it is about; "" of a weekly one
	Newest Date
}

package care_test

import (
	"testing"

	"lotsen/internal/care"
)

func TestCaseStories(t *testing.T) {
	swedish, norwegian := alenYears(t), fjordvikYear(t)
	tests := []caseStory{
		{
			name: "a week of flu, known", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-18"},
			want: `
				- - - - -
				- 1 1 1c 1c  // Tue: 2 of 20 days are 10 %; Wed: the mentor knows of it
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "a week of flu, talked about", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-16 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- 1 1 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Wed, the follow-up: nothing after the flu
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "a week of flu, and nobody acts", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-09 P`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- 1 1 1 1  // due on Fri 18th
				1 1 1 1 1  // the team is told on Wed
				1! 2 2 2 2  // the principal is told on Mon; then it rises by 5 of 20 days
				2 2 2 2 2`,
		},
		{
			name: "ten days of flu, known", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-10-16 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-25"},
			want: `
				- - - - -
				- 1 1 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "ten days of flu, talked about", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- 1 1 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Wed, the follow-up: three days after the flu, and then more, and no absence
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "a leave of three weeks, known", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-09-28 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-10-02"},
			want: `
				- - - - -
				- 1 1 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "one sick day in the first week", school: swedish, ladder: "se-grund", from: "2026-08-17",
			absent: `
				2026-08-18 S
				2026-09-04 P`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -`,
		},
		{
			name: "every Monday away", school: swedish, ladder: "se-grund", from: "2026-08-17",
			absent: `
				2026-08-17 S
				2026-08-24 S
				2026-08-31 S
				2026-09-07 S
				2026-09-14 S
				2026-09-21 S
				2026-09-28 S
				2026-10-05 S`,
			acts: map[care.Date]string{"2026-08-31": "talked", "2026-09-15": "home"},
			want: `
				- - - - -
				- - - - 1  // Fri, the tenth day: 2 of 10
				1 1w 1w 1w 1w  // talked about on Mon
				1w 1w 1w 1w 1w
				2 2 2w 2w 2w  // Mon, the follow-up: 3 of 11 days after day 0
				2w 2w 2w 2w 2w
				2w 2w 2w 2w 2w  // Tue 29th, the follow-up: 2 of 11 days
				3!  // Mon: 3 of 15 days are 20 %`,
		},
		{
			name: "late every day", school: swedish, ladder: "se-grund", from: "2026-08-17",
			absent: `
				2026-08-17 L L L L L
				2026-08-24 L L L L L
				2026-08-31 L L L L L
				2026-09-07 L L L L L`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -
				- - - - -`,
		},
		{
			name: "wrongly registered, corrected", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 U
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-14": "wrong 2026-09-14", "2026-09-17": "correct"},
			want: `
				0 0w 0w 0w 0c  // corrected on Thu after the figures
				0c 0c 0c 0c 0c
				0c 0c 0c 0c 0c`,
		},
		{
			name: "wrongly registered, never corrected", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 U
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-14": "wrong 2026-09-14"},
			want: `
				0 0w 0w 0w 0w
				0w 0w 0w 0w 0w
				0 0 0 0 0  // ten school days on`,
		},
		{
			name: "lessons not reported", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 ? ? ? ? ?
				2026-09-21 ? ? ? ? ?`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -`,
		},
		{
			name: "skipped two lessons once, home told", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 u2
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-14": "home"},
			want: `
				0 0w 0w 0w 0w
				0w 0w 0w 0w 0w
				0w 0w 0w 0w 0w  // Mon, the follow-up: no more of it`,
		},
		{
			name: "skipped two lessons once, and nobody acts", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 u2
				2026-10-02 P`,
			acts: map[care.Date]string{},
			want: `
				0 0 1 1 1  // the admin is told on Tue; it rises by a lesson in 20 days
				1 1 1 1 1  // due on Mon 21st; the team is told on Thu
				1 1! 2 2 2  // the principal is told on Tue; it rises since step 1 is open ten days`,
		},
		{
			name: "flu, closed, and ill again", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 S S S S S
				2026-10-12 S S S S S`,
			acts: map[care.Date]string{"2026-09-16": "talked", "2026-09-21": "close"},
			want: `
				- 1 1 1w 1w
				1w 1c 1c 1c 1c  // closed on Mon
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1 1 1 1  // Tue: 2 of 16 days since`,
		},
		{
			name: "flu, known, and ill again after it", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 S S S S S
				2026-10-12 S S S S S`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-18"},
			want: `
				- 1 1 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1 1 1 1  // Tue: 2 of 17 days, without the known ones`,
		},
		{
			name: "on the list of the team", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-09-28 S S S S S`,
			acts: map[care.Date]string{"2026-09-16": "needs_eht"},
			want: `
				- 1 1 1w 1w  // Wed: the team is asked, and it rests with them
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "a week of flu, known", school: norwegian, ladder: "no-grunnskole", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-18"},
			want: `
				- - - - -
				- 1 1 1c 1c  // Tue: 2 of 11 days of the month, which is step 2's; step 1 comes first
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "a week of flu, talked about", school: norwegian, ladder: "no-grunnskole", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- 1 1 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Wed, the follow-up: nothing after the flu
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "ten days of flu, talked about", school: norwegian, ladder: "no-grunnskole", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- 1 1 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "ten days of flu, known", school: norwegian, ladder: "no-grunnskole", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-25"},
			want: `
				- - - - -
				- 1 1 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "one sick day in the first week", school: norwegian, ladder: "no-grunnskole", from: "2026-08-17",
			absent: `
				2026-08-18 S
				2026-09-04 P`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -`,
		},
		{
			name: "late every day", school: norwegian, ladder: "no-grunnskole", from: "2026-08-17",
			absent: `
				2026-08-17 L L L L L
				2026-08-24 L L L L L
				2026-08-31 L L L L L
				2026-09-07 L L L L L`,
			acts: map[care.Date]string{"2026-08-20": "talked", "2026-09-03": "talked"},
			want: `
				- - 1 1 1w  // Wed: three times this month
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Thu, the follow-up, talked about again; no higher step is about coming late
				1w 1w 1w 1w 1w`,
		},
		{
			name: "every Monday away", school: norwegian, ladder: "no-grunnskole", from: "2026-08-17",
			absent: `
				2026-08-17 S
				2026-08-24 S
				2026-08-31 S
				2026-09-07 S
				2026-09-14 S
				2026-09-21 S
				2026-09-28 S`,
			acts: map[care.Date]string{"2026-08-31": "talked"},
			want: `
				- - - - -
				- - - - 1  // Fri, the tenth day: 2 of 10
				1 1w 1w 1w 1w
				1w 1w 1w 1w 1w
				2! 2! 2! 2! 2!  // Mon, the follow-up: 2 of the 10 days of the month
				2! 2! 2! 2! 2!
				2!`,
		},
		{
			name: "a week of flu, talked about", school: norwegian, ladder: "no-vgs", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- - 1 1w 1w  // Wed: three days this year
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Wed, the follow-up: 6.25 % of the subject, and none since
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "one sick day in the first week", school: norwegian, ladder: "no-vgs", from: "2026-08-17",
			absent: `
				2026-08-18 S
				2026-09-04 P`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -`,
		},
		{
			name: "late every day", school: norwegian, ladder: "no-vgs", from: "2026-08-17",
			absent: `
				2026-08-17 L L L L L
				2026-08-24 L L L L L
				2026-08-31 L L L L L
				2026-09-07 L L L L L`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -
				- - - - -`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.ladder+"/"+tt.name, func(t *testing.T) {
			if got, _ := tt.tell(t); clean(tt.want) != got {
				t.Errorf("the weeks are\n%s\nwant\n%s", got, clean(tt.want))
			}
		})
	}
}

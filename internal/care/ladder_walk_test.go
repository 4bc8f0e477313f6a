package care_test

import (
	"testing"

	"lotsen/internal/care"
)

// TestLaddersAreWalkedToTheirEnd lets a student's absence grow although everything is done about it in time.
func TestLaddersAreWalkedToTheirEnd(t *testing.T) {
	swedish, norwegian := alenYears(t), fjordvikYear(t)
	tests := []caseStory{
		{
			school: swedish, ladder: "se-grund",
			absent: `
				2026-09-07 u1
				2026-09-14 S s3
				2026-09-28 S s4
				2026-10-12 S S s2
				2026-11-09 S S S S S S S S`,
			acts: map[care.Date]string{"2026-09-07": "home", "2026-09-22": "talked", "2026-10-07": "talked", "2026-10-22": "talked", "2026-11-19": "talked"},
			moves: `
				2026-09-07 open 0: unreported_lessons 1/1 invalid_lessons 1/1 (1), due 2026-09-07
				2026-09-21 rise 1: total_pct 16/10 total_pct 16/15 (2), due 2026-09-22  // 480 of 10 × 300
				2026-10-06 rise 2: total_pct 16.36/15, due 2026-10-20                   // 540 of 11 × 300
				2026-10-21 rise 3: total_pct 21.82/20, due 2026-11-18                   // 720 of 11 × 300
				2026-11-19 rise 4: total_pct 50/50, due 2026-12-03                      // 8 of 16 days, without the break`,
		},
		{
			school: swedish, ladder: "se-gy",
			absent: `
				2026-09-07 u4
				2026-09-14 S u2 P U
				2026-10-05 S s4
				2026-10-12 P P S s3 S
				2026-11-09 S S S S S S S S`,
			acts: map[care.Date]string{"2026-09-07": "home", "2026-09-22": "talked", "2026-10-07": "talked", "2026-10-22": "talked", "2026-11-19": "talked"},
			moves: `
				2026-09-07 open 0: unreported_lessons 4/1 invalid_min 240/240 (1), due 2026-09-07
				2026-09-21 rise 1: invalid_min 420/240 total_pct 24/10 total_pct 24/15 (2) total_pct 24/20 (3), due 2026-09-22  // 720 of 10 × 300
				2026-10-06 rise 2: total_pct 16.36/15, due 2026-10-20                                                           // 540 of 11 × 300
				2026-10-21 rise 3: total_pct 23.64/20, due 2026-11-18                                                           // 780 of 11 × 300
				2026-11-17 rise 4: total_pct 50/50, due 2026-11-24                                                              // 7 of 14 days`,
		},
		{
			school: norwegian, ladder: "no-grunnskole",
			absent: `
				2026-08-31 u1 L L L
				2026-09-21 S P S P S
				2026-09-30 S S S S S S S S S S S S S
				2026-11-09 S S S S S S S S S S`,
			acts: map[care.Date]string{"2026-08-31": "home", "2026-09-14": "talked", "2026-09-29": "home", "2026-10-28": "talked", "2026-11-25": "talked"},
			moves: `
				2026-08-31 open 0: unreported_lessons 1/1, due 2026-08-31
				2026-09-14 rise 1: late 3/3, due 2026-09-16
				2026-09-28 rise 2: total_pct 30/10, due 2026-10-12                      // 3 of 10 days; the break is not counted
				2026-10-27 rise 3: days 13/13 total_pct 81.25/50 (4), due 2026-10-28    // 13 of 16 days
				2026-11-25 rise 4: total_pct 50/50, due 2026-12-02                      // 10 of 20 days`,
		},
		{
			school: norwegian, ladder: "no-vgs",
			absent: `
				2026-09-01 s1 s1 s1 s1 s1
				2026-09-14 s1 s1
				2026-10-12 s1 s1
				2026-10-26 s1`,
			acts: map[care.Date]string{"2026-09-08": "talked", "2026-09-23": "home", "2026-10-15": "talked", "2026-10-29": "talked"},
			moves: `
				2026-09-07 open 1: subject_limit_pct 5/5, due 2026-09-10
				2026-09-22 rise 2: subject_limit_pct 7/7, due 2026-09-25   // of all the year, since there is more of it
				2026-10-14 rise 3: subject_limit_pct 9/9, due 2026-10-21
				2026-10-29 rise 4: subject_limit_pct 10/10, due 2026-11-05`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.ladder, func(t *testing.T) {
			if _, got := tt.tell(t); clean(got) != clean(tt.moves) {
				t.Errorf("the moves are\n%s\nwant\n%s", clean(got), clean(tt.moves))
			}
		})
	}
}

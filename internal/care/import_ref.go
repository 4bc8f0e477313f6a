package care

import (
	"context"
	"errors"
	"fmt"
)

// student returns the student that the row is about, and whether it is still to be added. A
// student to be added has its key reserved: the reservation, written first, says by which ref
// the next import finds it, so that a stop between the two writes makes no second student.
// A ref that the row cannot have is a fault of the row.
func (im *studentImport) student(ctx context.Context, row StudentRow, r *studentResult) (stu Student, isNew bool, err error) {
	key, err := im.StudentKeys.Get(ctx, im.studentKeyID(row.School, row.Key))
	reserved := err == nil
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Student{}, false, fmt.Errorf("get a student's key: %w", err)
	}
	ref := row.Ref
	if reserved {
		stu, state, err := im.holder(ctx, key.Student, row)
		switch {
		case err != nil:
			return Student{}, false, err
		case state == isThisStudent:
			if ref != "" && ref != key.Student && !row.protects(stu) { // protection does not fail for a ref's sake
				r.refuse(row, "ref", fmt.Sprintf("this student has the ref %s, and a ref never changes; give that one or none", key.Student))
			}
			return stu, false, nil
		case state == isFree && ref == "":
			ref = key.Student // an import stopped before it added the student
		}
	}
	if row.Ref != "" {
		_, state, err := im.holder(ctx, row.Ref, row)
		if err != nil {
			return Student{}, false, err
		}
		if state == isAnothers {
			r.refuse(row, "ref", "another student has this ref; give another one or none")
			return Student{}, false, nil
		}
	}
	if ref == "" {
		group := row.Group
		if row.protects(Student{}) {
			group = row.School // a stub's ref must not tell its group
		}
		if group == "" {
			r.refuse(row, "group", "is empty, and a new student needs a group")
			return Student{}, false, nil
		}
		if ref, err = im.drawRef(ctx, group); err != nil {
			return Student{}, false, err
		}
	}
	if stu, err = im.blank(ref, row); err != nil {
		return Student{}, false, err
	}
	switch {
	case !reserved:
		key = StudentKey{Meta: Meta{ID: im.studentKeyID(row.School, row.Key)}, Student: ref}
		err = im.StudentKeys.Add(ctx, key)
	case key.Student != ref:
		key.Student = ref
		err = im.StudentKeys.Replace(ctx, key)
	}
	if err != nil {
		return Student{}, false, fmt.Errorf("reserve a student's key: %w", err)
	}
	return stu, true, nil
}

// holding is who has a ref.
type holding int

const (
	isFree holding = iota
	isThisStudent
	isAnothers
)

// holder returns the student with the ref, if any, and whether that is the row's.
func (im *studentImport) holder(ctx context.Context, ref Ref, row StudentRow) (Student, holding, error) {
	stu, err := im.Students.Get(ctx, string(ref))
	if errors.Is(err, ErrNotFound) {
		return Student{}, isFree, nil
	}
	if err != nil {
		return Student{}, isFree, fmt.Errorf("get student: %w", err)
	}
	key, err := im.Vault.Open(stu.Key, studentCollection, stu.ID, "key")
	if err != nil {
		return Student{}, isFree, fmt.Errorf("open a student's key: %w", err)
	}
	if stu.School == row.School && key == row.Key {
		return stu, isThisStudent, nil
	}
	return stu, isAnothers, nil
}

// refDraws is how often a ref is drawn before the group counts as full. A group has 21 952.
const refDraws = 100

// drawRef makes a ref that no student has and that the file gives to none.
func (im *studentImport) drawRef(ctx context.Context, group string) (Ref, error) {
	for range refDraws {
		ref, err := newRef(group)
		if err != nil {
			return "", err
		}
		if im.given[ref] {
			continue
		}
		switch _, err := im.Students.Get(ctx, string(ref)); {
		case errors.Is(err, ErrNotFound):
			return ref, nil
		case err != nil:
			return "", fmt.Errorf("look for a free ref: %w", err)
		}
	}
	return "", errors.New("find a free ref: too many of the group's are taken")
}

// blank is the row's student before anything else is known.
func (im *studentImport) blank(ref Ref, row StudentRow) (Student, error) {
	stu := Student{Meta: Meta{ID: string(ref)}, School: row.School}
	sealed, err := im.Vault.Seal(row.Key, studentCollection, stu.ID, "key")
	if err != nil {
		return Student{}, fmt.Errorf("seal a student's key: %w", err)
	}
	stu.Key = sealed
	return stu, nil
}

package mongo_test

import (
	"testing"

	"lotsen/internal/store"
	"lotsen/internal/store/mongo"
	"lotsen/internal/store/storetest"
)

func TestEngine(t *testing.T) {
	storetest.NeedServer(t)
	storetest.Run(t, func(t *testing.T, dir string) store.Engine {
		db, err := mongo.Open(t.Context(), storetest.Address(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		return db
	})
}

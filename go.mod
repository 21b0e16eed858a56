module github.com/undelivered/undelivered

go 1.26.0

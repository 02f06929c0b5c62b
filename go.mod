module github.com/sfstore/sfstore

go 1.26.0

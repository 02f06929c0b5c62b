module github.com/sfstore/sfstore/bench

go 1.26.0

require (
	github.com/google/uuid v1.6.0
	github.com/sfstore/sfstore v0.0.0
)

require (
	github.com/apapsch/go-jsonmerge/v2 v2.0.0 // indirect
	github.com/klauspost/cpuid/v2 v2.2.10 // indirect
	github.com/oapi-codegen/runtime v1.8.0 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace github.com/sfstore/sfstore => ../

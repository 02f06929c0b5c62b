// Package testcert makes certificates for tests: valid ones, and ones that are invalid in one way.
//
//	authority := testcert.NewAuthority()
//	server.TLS = &tls.Config{Certificates: []tls.Certificate{authority.Issue()}}
//	security := imagestore.Security{RootCAs: authority.Pool()}
//
// A certificate is valid unless a [Change] makes it invalid: from an hour ago for a day, for
// servers and clients, for the names localhost, 127.0.0.1 and ::1. The functions panic if a
// certificate cannot be made, because then the test is wrong.
package testcert

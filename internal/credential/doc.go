// Package credential loads credentials: a client certificate, the authorities to trust, a token.
//
//	certificate, err := credential.LoadCertificate("client.pfx", "", password)
//	if err != nil {
//		return err
//	}
//
// # Certificates
//
// File types are detected from content, not from names: PEM, with the key in the same or in
// another file, or PKCS#12, as Windows and Azure Key Vault export it (.pfx, .p12). Keys may
// be encrypted, by PKCS#8 or by the older headers of OpenSSL; a [Password] comes from a file
// or from a variable. The certificate of the key is put first, whatever the order
// in the file, and the others follow as its chain.
//
// # Tokens
//
// A token is a text ([StaticToken]) or the output of a program ([TokenCommand]). It is kept
// until shortly before it expires.
//
// # Secrets
//
// Errors do not contain passwords, keys, tokens, command lines, or the output of a command. A
// [Password] prints as REDACTED.
package credential

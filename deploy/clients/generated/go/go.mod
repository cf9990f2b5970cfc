module plimsoll.dev/clients/flow

go 1.26.0

require plimsoll.dev/clients/generated v0.0.0

// Where the build puts it.
replace plimsoll.dev/clients/generated => ../../target/clients/go

module plimsoll.dev/clients/sdk

go 1.26.0

require (
	github.com/google/uuid v1.6.0
	github.com/stackitcloud/stackit-sdk-go/core v0.26.0
	github.com/stackitcloud/stackit-sdk-go/services/loadbalancer v1.15.1
)

require github.com/golang-jwt/jwt/v5 v5.3.1 // indirect

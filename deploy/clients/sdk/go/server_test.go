package sdk

import (
	"context"
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stackitcloud/stackit-sdk-go/core/config"
	"github.com/stackitcloud/stackit-sdk-go/core/oapierror"
	"github.com/stackitcloud/stackit-sdk-go/core/runtime"
	lb "github.com/stackitcloud/stackit-sdk-go/services/loadbalancer/v2api"
	"github.com/stackitcloud/stackit-sdk-go/services/loadbalancer/v2api/wait"
)

const (
	region     = "eu01"
	network    = "2028e5d4-af4f-45e2-98df-502be37a4317"
	listenPort = 8000
	poll       = 200 * time.Millisecond
	patience   = 30 * time.Second
)

// server is a running Plimsoll, and a project of it, as the environment describes them.
type server struct {
	t       *testing.T
	api     lb.DefaultAPI
	project string
}

func (s server) as(token string) server {
	s.t.Helper()
	s.api = client(s.t, config.WithToken(token))
	return s
}

func plimsoll(t *testing.T) server {
	t.Helper()
	return server{t: t, project: environment(t, "PLIMSOLL_PROJECT")}.as(environment(t, "PLIMSOLL_TOKEN"))
}

func client(t *testing.T, authentication config.ConfigurationOption) lb.DefaultAPI {
	t.Helper()
	made, err := lb.NewAPIClient(config.WithEndpoint(environment(t, "PLIMSOLL_URL")), authentication)
	if err != nil {
		t.Fatal(err)
	}
	return made.DefaultAPI
}

func environment(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set", name)
	}
	return value
}

// ready creates a load balancer, waits with the SDK's own waiter, and removes it after the test.
func (s server) ready(payload lb.CreateLoadBalancerPayload) *lb.LoadBalancer {
	s.t.Helper()
	s.created(payload)
	made, err := wait.CreateLoadBalancerWaitHandler(s.t.Context(), s.api, s.project, region, *payload.Name).
		SetThrottle(poll).SetTimeout(patience).WaitWithContext(s.t.Context())
	s.ok(err)
	return made
}

func (s server) created(payload lb.CreateLoadBalancerPayload) *lb.LoadBalancer {
	s.t.Helper()
	made, err := s.api.CreateLoadBalancer(s.t.Context(), s.project, region).
		CreateLoadBalancerPayload(payload).XRequestID(uuid.NewString()).Execute()
	s.ok(err)
	s.t.Cleanup(func() { s.gone(*payload.Name) })
	return made
}

// gone deletes, which is no error when there is nothing to delete, and waits with the SDK's own waiter.
func (s server) gone(name string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := s.api.DeleteLoadBalancer(ctx, s.project, region, name).Execute()
	s.ok(err)
	_, err = wait.DeleteLoadBalancerWaitHandler(ctx, s.api, s.project, region, name).
		SetThrottle(poll).SetTimeout(patience).WaitWithContext(ctx)
	s.ok(err)
}

func (s server) get(name string) *lb.LoadBalancer {
	s.t.Helper()
	found, err := s.api.GetLoadBalancer(s.t.Context(), s.project, region, name).Execute()
	s.ok(err)
	return found
}

func (s server) put(name string, payload lb.UpdateLoadBalancerPayload) (*lb.LoadBalancer, error) {
	return s.api.UpdateLoadBalancer(s.t.Context(), s.project, region, name).
		UpdateLoadBalancerPayload(payload).Execute()
}

func (s server) updated(name string, payload lb.UpdateLoadBalancerPayload) *lb.LoadBalancer {
	s.t.Helper()
	updated, err := s.put(name, payload)
	s.ok(err)
	return updated
}

func (s server) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// refused is the status that the SDK decoded from an error, which must be one of that HTTP status.
func refused(t *testing.T, err error, httpStatus int) lb.Status {
	t.Helper()
	var failure *oapierror.GenericOpenAPIError
	if !errors.As(err, &failure) {
		t.Fatalf("not an error of the API: %v", err)
	}
	equal(t, "HTTP status", failure.StatusCode, httpStatus)
	status, decoded := failure.Model.(lb.Status)
	if !decoded {
		t.Fatalf("not decoded: %v", failure)
	}
	return status
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func answered(ctx context.Context) (context.Context, **http.Response) {
	var response *http.Response
	return runtime.WithCaptureHTTPResponse(ctx, &response), &response
}

func of[T any](value T) *T { return &value }

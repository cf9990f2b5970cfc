package sdk

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	lb "github.com/stackitcloud/stackit-sdk-go/services/loadbalancer/v2api"
)

func TestCredentialsOfObservabilityAreProtectedWhileInUse(t *testing.T) {
	s := plimsoll(t)
	ref := s.credentials("go-metrics")
	observed := &lb.LoadBalancerOptions{Observability: &lb.LoadbalancerOptionObservability{
		Metrics: &lb.LoadbalancerOptionMetrics{CredentialsRef: of(ref), PushUrl: of("https://metrics.example.com/receive")},
	}}
	payload := static("go-observed", "127.0.0.206")
	payload.Options = observed
	made := s.ready(payload)
	equal(t, "credentialsRef", *made.Options.Observability.Metrics.CredentialsRef, ref)

	_, err := s.api.DeleteCredentials(t.Context(), s.project, region, ref).Execute()
	equal(t, "code while in use", *refused(t, err, http.StatusBadRequest).Code, 9)

	rotated, err := s.api.UpdateCredentials(t.Context(), s.project, region, ref).
		UpdateCredentialsPayload(lb.UpdateCredentialsPayload{
			DisplayName: of("go-metrics"), Username: of("other"), Password: of("secret-2"),
		}).Execute()
	s.ok(err)
	equal(t, "username", *rotated.Credential.Username, "other")
	equal(t, "version after a new password", *s.get("go-observed").Version, *made.Version)

	change := same(made)
	change.Options = &lb.LoadBalancerOptions{}
	if s.updated("go-observed", change).Options.GetObservability().Metrics != nil {
		t.Error("observability is still there")
	}
	_, err = s.api.DeleteCredentials(t.Context(), s.project, region, ref).Execute()
	s.ok(err)
	_, err = s.api.GetCredentials(t.Context(), s.project, region, ref).Execute()
	equal(t, "code of what is gone", *refused(t, err, http.StatusNotFound).Code, 5)
}

func TestCredentialsAreListedWithoutTheirPasswords(t *testing.T) {
	s := plimsoll(t)
	ref := s.credentials("go-listed")
	listed, err := s.api.ListCredentials(t.Context(), s.project, region).Execute()
	s.ok(err)
	for _, it := range listed.Credentials {
		if *it.CredentialsRef == ref {
			equal(t, "displayName", *it.DisplayName, "go-listed")
			equal(t, "region", *it.Region, region)
			return
		}
	}
	t.Errorf("%s is not listed", ref)
}

func (s server) credentials(displayName string) string {
	s.t.Helper()
	ctx, response := answered(s.t.Context())
	made, err := s.api.CreateCredentials(ctx, s.project, region).
		CreateCredentialsPayload(lb.CreateCredentialsPayload{
			DisplayName: of(displayName), Username: of("user"), Password: of("secret-1"),
		}).XRequestID(uuid.NewString()).Execute()
	s.ok(err)
	ref := *made.Credential.CredentialsRef
	if !strings.HasPrefix(ref, "credentials-") || (*response).Header.Get("X-Request-Id") == "" {
		s.t.Errorf("not as documented: %s", ref)
	}
	s.t.Cleanup(func() {
		_, err := s.api.DeleteCredentials(context.Background(), s.project, region, ref).Execute()
		s.ok(err)
	})
	return ref
}

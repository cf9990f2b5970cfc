// Package flow drives Plimsoll with a Go client generated from its document.
package flow

import (
	"context"
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	plimsoll "plimsoll.dev/clients/generated"
)

const (
	region   = "eu01"
	name     = "generated-go"
	patience = 30 * time.Second
)

func TestLoadBalancerIsOrderedChangedAndRemoved(t *testing.T) {
	project := os.Getenv("PLIMSOLL_PROJECT")
	configuration := plimsoll.NewConfiguration()
	configuration.Servers = plimsoll.ServerConfigurations{{URL: os.Getenv("PLIMSOLL_URL")}}
	api := plimsoll.NewAPIClient(configuration)
	ctx := context.WithValue(t.Context(), plimsoll.ContextAccessToken, os.Getenv("PLIMSOLL_TOKEN"))

	made, _, err := api.LoadBalancersAPI.CreateLoadBalancer(ctx, project, region).
		CreateLoadBalancerPayload(payload()).Prefer("wait=30").Execute()
	ok(t, err)
	equal(t, "status", made.Status, "STATUS_READY")

	found, response, err := api.LoadBalancersAPI.GetLoadBalancer(ctx, project, region, name).Execute()
	ok(t, err)
	equal(t, "ETag", response.Header.Get("ETag"), `"`+found.Version+`"`)

	list, _, err := api.LoadBalancersAPI.ListLoadBalancers(ctx, project, region).Execute()
	ok(t, err)
	equal(t, "load balancers", len(list.LoadBalancers), 1)

	change := plimsoll.NewUpdateLoadBalancerPayload(found.Version, found.Listeners, found.TargetPools)
	change.ExternalAddress = found.ExternalAddress
	change.PlanId = plimsoll.PtrString("p50")
	updated, _, err := api.LoadBalancersAPI.UpdateLoadBalancer(ctx, project, region, name).
		UpdateLoadBalancerPayload(*change).Execute()
	ok(t, err)
	equal(t, "planId", updated.PlanId, "p50")

	pool, _, err := api.TargetPoolsAPI.UpdateTargetPool(ctx, project, region, name, "web").
		UpdateTargetPoolPayload(*plimsoll.NewUpdateTargetPoolPayload(9090, []plimsoll.Target{{Ip: "127.0.0.13"}})).
		Execute()
	ok(t, err)
	equal(t, "targetPort", pool.TargetPort, 9090)

	_, _, err = api.LoadBalancersAPI.UpdateLoadBalancer(ctx, project, region, name).
		UpdateLoadBalancerPayload(*change).Execute()
	stale := problem(t, err)
	equal(t, "code", stale.Code, 10)
	equal(t, "type", stale.Type, "/problems/stale-version")

	_, _, err = api.LoadBalancersAPI.DeleteLoadBalancer(ctx, project, region, name).Execute()
	ok(t, err)
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		_, response, err = api.LoadBalancersAPI.GetLoadBalancer(ctx, project, region, name).Execute()
		if response.StatusCode == http.StatusNotFound {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("not removed")
		}
	}
	equal(t, "message", problem(t, err).Message, "load balancer not found")
}

func payload() plimsoll.CreateLoadBalancerPayload {
	return plimsoll.CreateLoadBalancerPayload{
		Name:            name,
		ExternalAddress: plimsoll.PtrString("127.0.0.241"),
		Networks: []plimsoll.Network{{
			NetworkId: "2028e5d4-af4f-45e2-98df-502be37a4317",
			Role:      "ROLE_LISTENERS_AND_TARGETS",
		}},
		Listeners:   []plimsoll.Listener{{Port: 8000, Protocol: "PROTOCOL_TCP", TargetPool: "web"}},
		TargetPools: []plimsoll.TargetPool{{Name: "web", TargetPort: 9080, Targets: []plimsoll.Target{{Ip: "127.0.0.11"}}}},
	}
}

func problem(t *testing.T, err error) plimsoll.Problem {
	t.Helper()
	var failure *plimsoll.GenericOpenAPIError
	if !errors.As(err, &failure) {
		t.Fatalf("not an error of the API: %v", err)
	}
	decoded, is := failure.Model().(plimsoll.Problem)
	if !is {
		t.Fatalf("not decoded: %s", failure.Body())
	}
	return decoded
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// Package sdk drives Plimsoll with the unmodified Go SDK of the API that Plimsoll is compatible with.
package sdk

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/google/uuid"
	lb "github.com/stackitcloud/stackit-sdk-go/services/loadbalancer/v2api"
)

func TestLoadBalancerIsOrderedChangedAndRemoved(t *testing.T) {
	s := plimsoll(t)
	made := s.ready(static("go-static", "127.0.0.201"))
	equal(t, "externalAddress", *made.ExternalAddress, "127.0.0.201")
	equal(t, "planId", *made.PlanId, "p10")
	equal(t, "region", *made.Region, region)
	equal(t, "listener's name", *made.Listeners[0].Name, "tcp-8000")
	equal(t, "disableTargetSecurityGroupAssignment", *made.DisableTargetSecurityGroupAssignment, false)
	if made.TargetPools[0].ActiveHealthCheck != nil || made.Listeners[0].Tcp != nil || made.Labels != nil {
		t.Error("defaults are echoed")
	}

	change := same(made)
	change.PlanId = of("p50")
	change.Listeners = append(change.Listeners, listener(listenPort+1, lb.LISTENERPROTOCOL_PROTOCOL_TCP_PROXY))
	change.TargetPools[0].ActiveHealthCheck = &lb.ActiveHealthCheck{
		Interval:           of("3s"),
		IntervalJitter:     of("0.5s"),
		UnhealthyThreshold: of(int32(2)),
		HttpHealthChecks:   &lb.HttpHealthChecks{Path: of("/healthz"), OkStatuses: []string{"200", "204"}},
	}
	updated := s.updated("go-static", change)
	equal(t, "planId", *updated.PlanId, "p50")
	equal(t, "jitter", *updated.TargetPools[0].ActiveHealthCheck.IntervalJitter, "0.5s")
	equal(t, "privateAddress", *updated.PrivateAddress, *made.PrivateAddress)
	equal(t, "security group", *updated.TargetSecurityGroup.Id, *made.TargetSecurityGroup.Id)
	equal(t, "version", *s.get("go-static").Version, *updated.Version)

	_, err := s.put("go-static", change)
	equal(t, "code of a stale version", *refused(t, err, http.StatusConflict).Code, 10)

	s.gone("go-static")
	_, err = s.api.GetLoadBalancer(t.Context(), s.project, region, "go-static").Execute()
	equal(t, "code of what is gone", *refused(t, err, http.StatusNotFound).Code, 5)
}

func TestTargetPoolIsReplacedAlone(t *testing.T) {
	s := plimsoll(t)
	payload := static("go-pools", "127.0.0.202")
	other := pool("other")
	payload.TargetPools = append(payload.TargetPools, other)
	made := s.ready(payload)

	replaced, err := s.api.UpdateTargetPool(t.Context(), s.project, region, "go-pools", "web").
		UpdateTargetPoolPayload(lb.UpdateTargetPoolPayload{
			Name:       of("web"),
			TargetPort: of(int32(9090)),
			Targets:    []lb.Target{target("c", "127.0.0.13")},
		}).Execute()
	s.ok(err)
	equal(t, "targetPort", *replaced.TargetPort, 9090)

	after := s.get("go-pools")
	equal(t, "target", *after.TargetPools[0].Targets[0].Ip, "127.0.0.13")
	equal(t, "other pool's targets", len(after.TargetPools[1].Targets), len(other.Targets))
	if *after.Version == *made.Version {
		t.Error("the version has not changed")
	}

	_, err = s.api.UpdateTargetPool(t.Context(), s.project, region, "go-pools", "nope").
		UpdateTargetPoolPayload(lb.UpdateTargetPoolPayload{
			TargetPort: of(int32(9090)),
			Targets:    []lb.Target{target("c", "127.0.0.13")},
		}).Execute()
	equal(t, "code of an unknown pool", *refused(t, err, http.StatusNotFound).Code, 5)
}

func TestEphemeralAddressIsKeptAsAStaticOne(t *testing.T) {
	s := plimsoll(t)
	payload := static("go-ephemeral", "")
	payload.ExternalAddress = nil
	payload.Options = &lb.LoadBalancerOptions{EphemeralAddress: of(true)}
	made := s.ready(payload)
	equal(t, "ephemeralAddress", *made.Options.EphemeralAddress, true)

	both := same(made)
	_, err := s.put("go-ephemeral", both)
	equal(t, "code of both at once", *refused(t, err, http.StatusBadRequest).Code, 3)

	promotion := same(made)
	promotion.Options = &lb.LoadBalancerOptions{}
	kept := s.updated("go-ephemeral", promotion)
	equal(t, "externalAddress", *kept.ExternalAddress, *made.ExternalAddress)
	if kept.Options.GetEphemeralAddress() {
		t.Error("the address is still ephemeral")
	}
}

func TestPrivateLoadBalancerHasNoExternalAddress(t *testing.T) {
	s := plimsoll(t)
	payload := static("go-private", "")
	payload.ExternalAddress = nil
	payload.Options = &lb.LoadBalancerOptions{PrivateNetworkOnly: of(true)}
	made := s.ready(payload)
	if made.ExternalAddress != nil || made.PrivateAddress == nil {
		t.Errorf("external %v, private %v", made.ExternalAddress, made.PrivateAddress)
	}
	_, err := s.put("go-private", func() lb.UpdateLoadBalancerPayload {
		open := same(made)
		open.Options = &lb.LoadBalancerOptions{EphemeralAddress: of(true)}
		return open
	}())
	refused(t, err, http.StatusBadRequest)
}

func TestLabelsAndSourceRangesAreEchoed(t *testing.T) {
	s := plimsoll(t)
	payload := static("go-labels", "127.0.0.203")
	payload.Labels = &map[string]string{"cost.center": "billing", "empty": ""}
	ranges := []string{"127.0.0.0/8", "10.2.1.0/24"}
	payload.Options = &lb.LoadBalancerOptions{
		AccessControl: &lb.LoadbalancerOptionAccessControl{AllowedSourceRanges: ranges},
		Observability: &lb.LoadbalancerOptionObservability{},
	}
	made := s.ready(payload)
	equal(t, "labels", len(*made.Labels), 2)
	equal(t, "ranges in their order", slices.Equal(made.Options.AccessControl.AllowedSourceRanges, ranges), true)
	if made.Options.Observability != nil {
		t.Error("an empty observability is echoed")
	}

	change := same(made)
	change.Labels = &map[string]string{"cost.center": "sales"}
	equal(t, "label", (*s.updated("go-labels", change).Labels)["cost.center"], "sales")
}

func TestPagesAreFollowedToTheirEnd(t *testing.T) {
	s := plimsoll(t)
	var want []string
	for i := range 3 {
		name := "go-page-" + strconv.Itoa(i)
		want = append(want, name)
		s.created(static(name, fmt.Sprintf("127.0.0.%d", 211+i)))
	}
	var got []string
	list := s.api.ListLoadBalancers(t.Context(), s.project, region).PageSize("1")
	for {
		page, err := list.Execute()
		s.ok(err)
		for _, it := range page.LoadBalancers {
			got = append(got, *it.Name)
		}
		if page.NextPageId == nil {
			break
		}
		list = list.PageId(*page.NextPageId)
	}
	equal(t, "all, in order", slices.Equal(got, want), true)
}

func TestPlansAndQuota(t *testing.T) {
	s := plimsoll(t)
	plans, err := s.api.ListPlans(t.Context(), region).Execute()
	s.ok(err)
	var ids []string
	for _, plan := range plans.ValidPlans {
		ids = append(ids, *plan.PlanId)
	}
	equal(t, "plans", slices.Equal(ids, []string{"p10", "p50", "p250", "p750", "p1500"}), true)

	quota, err := s.api.GetQuota(t.Context(), s.project, region).Execute()
	s.ok(err)
	equal(t, "projectId", *quota.ProjectId, s.project)
	if quota.UsedLoadBalancers == nil || quota.MaxCredentials == nil {
		t.Errorf("not whole: %v", quota)
	}
}

func TestRefusalsAreDecoded(t *testing.T) {
	s := plimsoll(t)
	wrong := static("go-wrong", "127.0.0.204")
	wrong.Listeners[0].Port = of(int32(65536))
	_, err := s.api.CreateLoadBalancer(t.Context(), s.project, region).CreateLoadBalancerPayload(wrong).Execute()
	invalid := refused(t, err, http.StatusBadRequest)
	equal(t, "code", *invalid.Code, 3)
	equal(t, "message", *invalid.Message, "listeners[0].port: must be from 1 to 65535")

	reader := s.as(environment(t, "PLIMSOLL_READER_TOKEN"))
	_, err = reader.api.DeleteLoadBalancer(t.Context(), s.project, region, "go-wrong").Execute()
	equal(t, "code", *refused(t, err, http.StatusForbidden).Code, 7)
	_, err = reader.api.ListLoadBalancers(t.Context(), s.project, region).Execute()
	s.ok(err)
}

func TestRequestIdIsAnswered(t *testing.T) {
	s := plimsoll(t)
	id := uuid.NewString()
	ctx, response := answered(t.Context())
	payload := static("go-request", "127.0.0.205")
	payload.Listeners = nil
	_, err := s.api.CreateLoadBalancer(ctx, s.project, region).
		CreateLoadBalancerPayload(payload).XRequestID(id).Execute()
	refused(t, err, http.StatusBadRequest)
	equal(t, "X-Request-Id", (*response).Header.Get("X-Request-Id"), id)
}

func static(name, address string) lb.CreateLoadBalancerPayload {
	return lb.CreateLoadBalancerPayload{
		Name:            of(name),
		ExternalAddress: of(address),
		Networks: []lb.Network{{
			NetworkId: of(network),
			Role:      lb.NETWORKROLE_ROLE_LISTENERS_AND_TARGETS.Ptr(),
		}},
		Listeners:   []lb.Listener{listener(listenPort, lb.LISTENERPROTOCOL_PROTOCOL_TCP)},
		TargetPools: []lb.TargetPool{pool("web")},
	}
}

func listener(port int32, protocol lb.ListenerProtocol) lb.Listener {
	return lb.Listener{Port: of(port), Protocol: protocol.Ptr(), TargetPool: of("web")}
}

func pool(name string) lb.TargetPool {
	return lb.TargetPool{
		Name:       of(name),
		TargetPort: of(int32(9080)),
		Targets:    []lb.Target{target("a", "127.0.0.11"), target("b", "127.0.0.12")},
	}
}

func target(name, address string) lb.Target {
	return lb.Target{DisplayName: of(name), Ip: of(address)}
}

// same is what a client sends that has read a load balancer and changes nothing.
func same(it *lb.LoadBalancer) lb.UpdateLoadBalancerPayload {
	return lb.UpdateLoadBalancerPayload{
		Name:                                 it.Name,
		Version:                              it.Version,
		ExternalAddress:                      it.ExternalAddress,
		Networks:                             it.Networks,
		Listeners:                            it.Listeners,
		TargetPools:                          it.TargetPools,
		Options:                              it.Options,
		PlanId:                               it.PlanId,
		Labels:                               it.Labels,
		DisableTargetSecurityGroupAssignment: it.DisableTargetSecurityGroupAssignment,
	}
}

package dev.plimsoll.api.http;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** What requests may carry along from an answer, whatever it holds; it is not even read. */
final class ReadOnlyMembers {
    private ReadOnlyMembers() {}

    @JsonIgnoreProperties({
        "region",
        "status",
        "errors",
        "privateAddress",
        "targetSecurityGroup",
        "loadBalancerSecurityGroup"
    })
    interface OfLoadBalancer {}

    @JsonIgnoreProperties(value = "name", allowGetters = true)
    interface OfListener {}
}

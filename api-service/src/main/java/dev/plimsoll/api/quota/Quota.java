package dev.plimsoll.api.quota;

/** Limits (-1 is unlimited) and what is used of them. */
public record Quota(
        int maxLoadBalancers, int usedLoadBalancers, int maxCredentials, int usedCredentials) {
    static final int UNLIMITED = -1;

    boolean hasRoomForLoadBalancer() {
        return maxLoadBalancers == UNLIMITED || usedLoadBalancers < maxLoadBalancers;
    }

    boolean hasRoomForCredential() {
        return maxCredentials == UNLIMITED || usedCredentials < maxCredentials;
    }
}

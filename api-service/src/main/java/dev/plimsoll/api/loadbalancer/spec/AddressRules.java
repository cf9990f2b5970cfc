package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.loadbalancer.spec.Findings.Place;
import dev.plimsoll.api.problem.FieldError.Code;
import org.jspecify.annotations.Nullable;

/**
 * The three ways to be reached, of which a load balancer has exactly one, on each write anew. The
 * one change that is possible is to keep an ephemeral address for good.
 */
final class AddressRules {
    private static final Place EXTERNAL = Place.ROOT.at("externalAddress");
    private static final Place EPHEMERAL = Place.ROOT.at("options").at("ephemeralAddress");
    private static final Place PRIVATE = Place.ROOT.at("options").at("privateNetworkOnly");

    private AddressRules() {}

    static void checkNew(LoadBalancerSpec spec, Findings findings) {
        isOneKind(spec, findings);
    }

    static void checkUpdate(
            LoadBalancerSpec spec,
            LoadBalancerSpec current,
            @Nullable String currentAddress,
            Findings findings) {
        if (!isOneKind(spec, findings)) {
            return;
        }
        var sent = spec.externalAddress();
        switch (spec.addressKind()) {
            case STATIC -> {
                if (current.addressKind() == AddressKind.PRIVATE || sent == null) {
                    immutable(PRIVATE, findings);
                } else if (!sent.equals(currentAddress)) {
                    findings.add(
                            EXTERNAL, Code.IMMUTABLE, "cannot be changed", sent, currentAddress);
                }
            }
            case EPHEMERAL -> {
                if (current.addressKind() != AddressKind.EPHEMERAL) {
                    immutable(
                            current.addressKind() == AddressKind.STATIC ? EPHEMERAL : PRIVATE,
                            findings);
                }
            }
            case PRIVATE -> {
                if (current.addressKind() != AddressKind.PRIVATE) {
                    immutable(PRIVATE, findings);
                }
            }
        }
    }

    private static void immutable(Place place, Findings findings) {
        findings.add(place, Code.IMMUTABLE, "cannot be changed after creation");
    }

    private static boolean isOneKind(LoadBalancerSpec spec, Findings findings) {
        var address = spec.externalAddress();
        boolean ephemeral =
                spec.options() != null && Boolean.TRUE.equals(spec.options().ephemeralAddress());
        boolean isPrivate =
                spec.options() != null && Boolean.TRUE.equals(spec.options().privateNetworkOnly());
        if (address != null && !Syntax.isIpv4(address)) {
            findings.add(EXTERNAL, Code.MALFORMED, "must be an IPv4 address", address, null);
            return false;
        }
        if (address != null && ephemeral) {
            findings.add(
                    EPHEMERAL,
                    Code.CONFLICT,
                    "Ephemeral address is not supported for existing floating IPs");
            return false;
        }
        if (address == null && !ephemeral && !isPrivate) {
            findings.add(
                    EXTERNAL,
                    Code.REQUIRED,
                    "one of externalAddress, options.ephemeralAddress, options.privateNetworkOnly"
                            + " is required");
            return false;
        }
        if (isPrivate && (address != null || ephemeral)) {
            findings.add(
                    PRIVATE,
                    Code.CONFLICT,
                    "cannot be combined with an external or ephemeral address");
            return false;
        }
        return true;
    }
}

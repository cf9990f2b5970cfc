package dev.plimsoll.api.network;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A network of a project. */
public record Network(UUID id, String name, List<String> cidrs) {
    private static final int MAX_NAME = 253;
    private static final int MAX_CIDRS = 64;

    public Network {
        cidrs = List.copyOf(cidrs);
    }

    /** Whether this is an IPv4 address that lies outside. */
    public boolean excludes(@Nullable String ip) {
        var address = ip == null ? null : Cidr.parse(ip + "/32").orElse(null);
        return address != null
                && cidrs.stream().noneMatch(it -> Cidr.parse(it).orElseThrow().contains(address));
    }

    void check() {
        var errors = new ArrayList<FieldError>();
        if (name.isEmpty() || name.length() > MAX_NAME) {
            errors.add(
                    new FieldError(
                            "/name",
                            FieldError.Code.REQUIRED,
                            "must have 1 to " + MAX_NAME + " characters",
                            name,
                            null));
        }
        if (cidrs.isEmpty() || cidrs.size() > MAX_CIDRS) {
            errors.add(
                    new FieldError(
                            "/cidrs",
                            cidrs.isEmpty() ? FieldError.Code.REQUIRED : FieldError.Code.TOO_MANY,
                            "must have 1 to " + MAX_CIDRS + " entries",
                            null,
                            "1.." + MAX_CIDRS));
        }
        for (int i = 0; i < cidrs.size(); i++) {
            if (Cidr.parse(cidrs.get(i)).isEmpty()) {
                errors.add(
                        new FieldError(
                                "/cidrs/" + i,
                                FieldError.Code.MALFORMED,
                                "must be an IPv4 range without host bits such as 10.0.0.0/16",
                                cidrs.get(i),
                                null));
            }
        }
        if (!errors.isEmpty()) {
            throw new DomainFailure.InvalidFields(errors);
        }
    }
}

package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.loadbalancer.Origin;
import dev.plimsoll.api.problem.RequestId;
import dev.plimsoll.api.tenancy.Caller;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Where the request that this thread serves came from. */
final class Origins {
    private Origins() {}

    static Origin current() {
        var attributes = (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
        var request = attributes.getRequest();
        return new Origin(
                Caller.current().author(),
                request.getHeader(HttpHeaders.USER_AGENT),
                RequestId.of(request));
    }
}

package dev.plimsoll.api.write.web;

import dev.plimsoll.api.problem.RequestId;
import dev.plimsoll.api.tenancy.Caller;
import dev.plimsoll.api.write.Origin;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Where the request that this thread serves came from. */
public final class Origins {
    private Origins() {}

    public static Origin current() {
        var attributes = (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
        var request = attributes.getRequest();
        return new Origin(
                Caller.current().author(),
                request.getHeader(HttpHeaders.USER_AGENT),
                RequestId.of(request));
    }
}

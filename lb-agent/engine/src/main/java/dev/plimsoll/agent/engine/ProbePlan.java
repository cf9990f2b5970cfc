package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.HealthCheckConfig;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What each probe of one target does.
 *
 * @param isProxied whether the target expects a PROXY header before anything else
 * @param http null for a probe that only connects
 */
record ProbePlan(
        InetSocketAddress address, long timeoutMillis, boolean isProxied, @Nullable Http http) {

    record Http(byte[] request, BitSet okStatuses, @Nullable Tls tls) {}

    record Tls(SSLContext context, Executor arithmetic) {}

    static ProbePlan of(Target target, HealthCheckConfig check, ProbeTls tls) {
        var address = target.probeAddress();
        return new ProbePlan(
                address,
                check.timeoutMillis(),
                target.key().isProxied() && check.port() == null,
                check.http() == null ? null : http(check.http(), address, tls));
    }

    private static Http http(
            HealthCheckConfig.Http http, InetSocketAddress address, ProbeTls allTls) {
        var ok = new BitSet();
        http.okStatuses().forEach(ok::set);
        var tls = http.tls();
        return new Http(
                ProbeRequest.get(http.path(), address),
                ok,
                tls == null ? null : new Tls(allTls.context(tls), allTls.arithmetic()));
    }

    boolean isOk(int status) {
        return http != null && http.okStatuses().get(status);
    }

    ProbePlan within(long millis) {
        return new ProbePlan(address, Math.min(millis, timeoutMillis), isProxied, http);
    }

    /** With a PROXY header where this one has none, and the other way round. */
    ProbePlan counterpart() {
        return new ProbePlan(address, timeoutMillis, !isProxied, http);
    }

    static ProbePlan connecting(InetSocketAddress address, long timeoutMillis) {
        return new ProbePlan(address, timeoutMillis, false, null);
    }
}

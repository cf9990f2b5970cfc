package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.loadbalancer.spec.Findings.Place;
import dev.plimsoll.api.problem.FieldError.Code;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;

final class HealthCheckRules {
    private static final int MAX_THRESHOLD = 1_000_000;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_STATUSES = 100;

    private HealthCheckRules() {}

    static void check(Place place, HealthCheckSpec check, Findings findings) {
        findings.range(place.at("healthyThreshold"), check.healthyThreshold(), 1, MAX_THRESHOLD);
        findings.range(
                place.at("unhealthyThreshold"), check.unhealthyThreshold(), 1, MAX_THRESHOLD);
        findings.range(place.at("altPort"), check.altPort(), 1, MAX_PORT);
        Durations.checkPositive(
                place.at("interval"), check.interval(), Durations.DAY_SECONDS, findings);
        Durations.checkNotNegative(
                place.at("intervalJitter"),
                check.intervalJitter(),
                Durations.DAY_SECONDS,
                findings);
        Durations.checkPositive(
                place.at("timeout"), check.timeout(), Durations.DAY_SECONDS, findings);
        if (check.httpHealthChecks() != null) {
            checkHttp(place.at("httpHealthChecks"), check.httpHealthChecks(), findings);
        }
    }

    private static void checkHttp(Place place, HealthCheckSpec.Http http, Findings findings) {
        if (http.path() != null && !Syntax.isPath(http.path())) {
            findings.add(
                    place.at("path"),
                    Code.MALFORMED,
                    "must start with / and have no spaces",
                    http.path(),
                    null);
        }
        if (http.okStatuses() != null) {
            checkStatuses(place.at("okStatuses"), http.okStatuses(), findings);
        }
        if (http.tls() != null) {
            checkTls(place.at("tls"), http.tls(), findings);
        }
    }

    private static void checkStatuses(Place place, List<String> statuses, Findings findings) {
        if (!findings.size(place, statuses, MAX_STATUSES)) {
            return;
        }
        for (int i = 0; i < statuses.size(); i++) {
            if (!statuses.get(i).matches("2[0-9]{2}")) {
                findings.add(
                        place.at(i),
                        Code.OUT_OF_RANGE,
                        "must be from 200 to 299",
                        statuses.get(i),
                        "200..299");
            }
        }
    }

    private static void checkTls(Place place, HealthCheckSpec.Tls tls, Findings findings) {
        boolean enabled = Boolean.TRUE.equals(tls.enabled());
        boolean skip = Boolean.TRUE.equals(tls.skipCertificateValidation());
        if (skip && !enabled) {
            findings.add(
                    place.at("skipCertificateValidation"),
                    Code.CONFLICT,
                    "needs tls.enabled to be true");
        }
        var ca = tls.customCa();
        if (ca == null || ca.isEmpty()) {
            return;
        }
        if (!enabled || skip) {
            findings.add(
                    place.at("customCa"),
                    Code.CONFLICT,
                    "needs tls.enabled and certificate validation");
        }
        if (!isCertificates(ca)) {
            findings.add(
                    place.at("customCa"), Code.MALFORMED, "must be base64 of PEM certificates");
        }
    }

    private static boolean isCertificates(String base64) {
        try {
            var pem = Base64.getDecoder().decode(base64);
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .isEmpty();
        } catch (IllegalArgumentException | CertificateException _) {
            return false;
        }
    }
}

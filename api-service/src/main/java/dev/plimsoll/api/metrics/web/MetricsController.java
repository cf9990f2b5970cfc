package dev.plimsoll.api.metrics.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.plimsoll.api.metrics.LoadBalancerMetrics;
import dev.plimsoll.api.metrics.Resolution;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.MetricsApi;
import dev.plimsoll.openapi.model.MetricsSeriesReportDto;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class MetricsController implements MetricsApi {
    private static final MediaType PROMETHEUS =
            new MediaType(
                    MediaType.TEXT_PLAIN, Map.of("version", "0.0.4", "charset", UTF_8.name()));

    private static final Map<String, Resolution> RESOLUTIONS = resolutions();

    private final LoadBalancerMetrics metrics;

    MetricsController(LoadBalancerMetrics metrics) {
        this.metrics = metrics;
    }

    private static Map<String, Resolution> resolutions() {
        var byText = new TreeMap<String, Resolution>();
        for (var resolution : Resolution.values()) {
            byText.put(resolution.text(), resolution);
        }
        return byText;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<String> getLoadBalancerMetrics(
            String projectId, String region, String name) {
        return ResponseEntity.ok()
                .contentType(PROMETHEUS)
                .body(metrics.page(UUID.fromString(projectId), region, name));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<MetricsSeriesReportDto> getLoadBalancerMetricsSeries(
            String projectId,
            String region,
            String name,
            @Nullable String from,
            @Nullable String to,
            @Nullable String resolution) {
        var chosen = QueryParameter.oneOf("resolution", resolution, RESOLUTIONS.keySet());
        var report =
                metrics.series(
                        UUID.fromString(projectId),
                        region,
                        name,
                        QueryParameter.instant("from", from).orElse(null),
                        QueryParameter.instant("to", to).orElse(null),
                        chosen == null ? null : RESOLUTIONS.get(chosen));
        return ResponseEntity.ok(ToDto.report(report));
    }
}

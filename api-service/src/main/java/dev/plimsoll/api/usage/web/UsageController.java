package dev.plimsoll.api.usage.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.usage.Bill;
import dev.plimsoll.api.usage.BillCsv;
import dev.plimsoll.api.usage.FocusCsv;
import dev.plimsoll.api.usage.Usage;
import dev.plimsoll.api.usage.UsageRange;
import dev.plimsoll.openapi.api.UsageApi;
import dev.plimsoll.openapi.model.ListUsageResponseDto;
import dev.plimsoll.openapi.model.UsageForecastDto;
import dev.plimsoll.openapi.model.UsageSummaryDto;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class UsageController implements UsageApi {
    private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);
    private static final Pattern MONTH = Pattern.compile("[0-9]{4}-(?:0[1-9]|1[0-2])");

    private final Usage usage;
    private final FocusCsv focus;
    private final ApiSettings settings;

    UsageController(Usage usage, FocusCsv focus, ApiSettings settings) {
        this.usage = usage;
        this.focus = focus;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListUsageResponseDto> listUsage(
            String projectId,
            String region,
            @Nullable String from,
            @Nullable String to,
            @Nullable String pageSize,
            @Nullable String pageId) {
        var size = PageSize.parse(pageSize, settings.maxPageSize());
        var found = usage.list(UUID.fromString(projectId), region, range(from, to), size, pageId);
        return ResponseEntity.ok(
                new ListUsageResponseDto(
                                Utc.of(found.span().from()),
                                Utc.of(found.span().to()),
                                found.page().map(ToDto::usage))
                        .nextPageId(found.page().nextPageId()));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<UsageSummaryDto> getUsageSummary(
            String projectId,
            String region,
            @Nullable String from,
            @Nullable String to,
            @Nullable String label) {
        var key = QueryParameter.text("label", label);
        var summary = usage.summary(UUID.fromString(projectId), region, range(from, to), key);
        return ResponseEntity.ok(ToDto.summary(summary, key != null));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<UsageForecastDto> getUsageForecast(String projectId, String region) {
        return ResponseEntity.ok(
                ToDto.forecast(usage.forecast(UUID.fromString(projectId), region)));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<String> exportBill(
            String projectId, String month, @Nullable String region) {
        return csv(BillCsv.of(bill(projectId, month, region)));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<String> exportBillAsFocus(
            String projectId, String month, @Nullable String region) {
        return csv(focus.of(bill(projectId, month, region)));
    }

    private Bill bill(String projectId, String month, @Nullable String region) {
        if (!MONTH.matcher(month).matches()) {
            throw new DomainFailure.NotFound("month not found: it must be one such as 2026-11");
        }
        return usage.bill(
                UUID.fromString(projectId),
                YearMonth.parse(month),
                QueryParameter.text("region", region));
    }

    private static UsageRange range(@Nullable String from, @Nullable String to) {
        return new UsageRange(
                QueryParameter.instant("from", from).orElse(null),
                QueryParameter.instant("to", to).orElse(null));
    }

    private static ResponseEntity<String> csv(String text) {
        return ResponseEntity.ok().contentType(CSV).body(text);
    }
}

package dev.plimsoll.api.price.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.price.PriceList;
import dev.plimsoll.api.price.PriceListDraft;
import dev.plimsoll.api.price.PriceListWrites;
import dev.plimsoll.api.price.PriceLists;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.tenancy.web.PathId;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.AdminPriceListsApi;
import dev.plimsoll.openapi.model.AdminCreatePriceListPayloadDto;
import dev.plimsoll.openapi.model.AdminListPriceListsResponseDto;
import dev.plimsoll.openapi.model.AdminPriceDto;
import dev.plimsoll.openapi.model.AdminPriceListDto;
import dev.plimsoll.openapi.model.AdminUpdatePriceListPayloadDto;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AdminPriceListsController implements AdminPriceListsApi {
    private final PriceLists lists;
    private final PriceListWrites writes;
    private final ApiSettings settings;

    AdminPriceListsController(PriceLists lists, PriceListWrites writes, ApiSettings settings) {
        this.lists = lists;
        this.writes = writes;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminListPriceListsResponseDto> adminListPriceLists(
            @Nullable String pageSize, @Nullable String pageId, @Nullable String region) {
        var page =
                lists.list(
                        QueryParameter.text("region", region),
                        PageSize.parse(pageSize, settings.maxPageSize()),
                        pageId);
        return ResponseEntity.ok(
                new AdminListPriceListsResponseDto(page.map(AdminPriceListsController::dto))
                        .nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminPriceListDto> adminCreatePriceList(
            AdminCreatePriceListPayloadDto payload) {
        var draft =
                new PriceListDraft(
                        payload.getRegion(),
                        payload.getCurrency(),
                        Utc.instant(payload.getValidFrom()),
                        Utc.instant(payload.getValidTo()),
                        lines(payload.getPrices()));
        return ResponseEntity.ok(dto(writes.create(draft, Origins.current())));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminPriceListDto> adminGetPriceList(String priceListId) {
        return ResponseEntity.ok(dto(lists.get(id(priceListId))));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<AdminPriceListDto> adminUpdatePriceList(
            String priceListId, AdminUpdatePriceListPayloadDto payload) {
        var validTo = Utc.instant(payload.getValidTo());
        return ResponseEntity.ok(dto(writes.end(id(priceListId), validTo, Origins.current())));
    }

    @Override
    @Requires(Permission.OPERATE)
    public ResponseEntity<Object> adminDeletePriceList(String priceListId) {
        writes.delete(id(priceListId), Origins.current());
        return ResponseEntity.ok(Map.of());
    }

    private static UUID id(String priceListId) {
        return PathId.parse(priceListId, "price list");
    }

    private static @Nullable List<PriceListDraft.Line> lines(@Nullable List<AdminPriceDto> sent) {
        return sent == null
                ? null
                : sent.stream()
                        .map(it ->
                                it == null
                                        ? new PriceListDraft.Line(null, null)
                                        : new PriceListDraft.Line(it.getPlanId(), it.getHourly()))
                        .toList();
    }

    private static AdminPriceListDto dto(PriceList list) {
        return new AdminPriceListDto(
                        list.id().toString(),
                        list.region(),
                        list.currency(),
                        Utc.of(list.validFrom()),
                        ToDto.prices(list.prices()),
                        Utc.of(list.createdAt()))
                .validTo(Utc.ofNullable(list.validTo()));
    }
}

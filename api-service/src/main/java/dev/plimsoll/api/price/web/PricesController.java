package dev.plimsoll.api.price.web;

import dev.plimsoll.api.price.PriceLists;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.PricesApi;
import dev.plimsoll.openapi.model.ListPricesResponseDto;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class PricesController implements PricesApi {
    private final PriceLists lists;
    private final InstantSource clock;

    PricesController(PriceLists lists, InstantSource apiClock) {
        this.lists = lists;
        this.clock = apiClock;
    }

    @Override
    @Requires(Permission.READ_CATALOGUE)
    public ResponseEntity<ListPricesResponseDto> listPrices(String region, @Nullable String at) {
        var list = lists.at(region, QueryParameter.instant("at", at).orElseGet(clock::instant));
        return ResponseEntity.ok(
                new ListPricesResponseDto(
                                list.region(),
                                list.currency(),
                                Utc.of(list.validFrom()),
                                ToDto.prices(list.prices()))
                        .validTo(Utc.ofNullable(list.validTo())));
    }
}

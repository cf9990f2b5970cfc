package dev.plimsoll.api.v1.web;

import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The document of v1. Open to everyone. */
@RestController
class V1Page {
    private final Supplier<String> document = SingletonSupplier.of(V1Document::json);

    @Requires(Permission.NONE)
    @GetMapping(path = "/openapi-v1.json", produces = MediaType.APPLICATION_JSON_VALUE)
    String json() {
        return document.get();
    }
}

package dev.plimsoll.api.serviceaccount.web;

import dev.plimsoll.api.serviceaccount.ServiceAccountSettings;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Where clients get their tokens: as configured, or beside the request that this thread serves. */
@Component
final class TokenEndpoint {
    private final ServiceAccountSettings settings;

    TokenEndpoint(ServiceAccountSettings settings) {
        this.settings = settings;
    }

    String url() {
        return Optional.ofNullable(settings.tokenEndpoint())
                .map(Object::toString)
                .orElseGet(() ->
                        ServletUriComponentsBuilder.fromCurrentContextPath()
                                .path("/token")
                                .toUriString());
    }
}

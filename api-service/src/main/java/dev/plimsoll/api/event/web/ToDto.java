package dev.plimsoll.api.event.web;

import dev.plimsoll.api.event.Event;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.openapi.model.EventDto;

/** To what lists and streams tell alike. */
final class ToDto {
    private ToDto() {}

    static EventDto event(Event event) {
        return new EventDto()
                .id(Long.toString(event.id()))
                .at(Utc.of(event.at()))
                .type(event.type())
                .region(event.region())
                .loadBalancer(event.loadBalancer())
                .message(event.message())
                .details(event.details());
    }
}

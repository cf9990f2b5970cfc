package dev.plimsoll.api.event.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.event.EventFeed;
import dev.plimsoll.api.event.EventScope;
import dev.plimsoll.api.event.Events;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.read.web.PageSize;
import dev.plimsoll.api.read.web.QueryParameter;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.EventsApi;
import dev.plimsoll.openapi.model.ListEventsResponseDto;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class EventsController implements EventsApi {
    private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

    private final Events events;
    private final EventFeed feed;
    private final ServerSentEvents sent;
    private final ApiSettings settings;

    EventsController(Events events, EventFeed feed, ServerSentEvents sent, ApiSettings settings) {
        this.events = events;
        this.feed = feed;
        this.sent = sent;
        this.settings = settings;
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListEventsResponseDto> listEvents(
            String projectId,
            @Nullable String pageSize,
            @Nullable String pageId,
            @Nullable String type,
            @Nullable String since) {
        var scope = EventScope.ofProject(UUID.fromString(projectId));
        return list(scope, pageSize, pageId, type, since);
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListEventsResponseDto> listEventsOfLoadBalancer(
            String projectId,
            String region,
            String name,
            @Nullable String pageSize,
            @Nullable String pageId,
            @Nullable String type,
            @Nullable String since) {
        var scope = new EventScope(UUID.fromString(projectId), region, name);
        return list(scope, pageSize, pageId, type, since);
    }

    private ResponseEntity<ListEventsResponseDto> list(
            EventScope scope,
            @Nullable String pageSize,
            @Nullable String pageId,
            @Nullable String type,
            @Nullable String since) {
        var page =
                events.list(
                        scope,
                        QueryParameter.text("type", type),
                        QueryParameter.instant("since", since).orElse(null),
                        PageSize.parse(pageSize, settings.maxPageSize()),
                        pageId);
        return ResponseEntity.ok(
                new ListEventsResponseDto(page.map(ToDto::event)).nextPageId(page.nextPageId()));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<String> streamEvents(String projectId, @Nullable String lastEventId) {
        return stream(EventScope.ofProject(UUID.fromString(projectId)), lastEventId);
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<String> streamEventsOfLoadBalancer(
            String projectId, String region, String name, @Nullable String lastEventId) {
        return stream(new EventScope(UUID.fromString(projectId), region, name), lastEventId);
    }

    /** The answer is written here, on the request's own virtual thread, for as long as it lasts. */
    private ResponseEntity<String> stream(EventScope scope, @Nullable String lastEventId) {
        try (var stream = feed.open(scope, id(lastEventId))) {
            sent.write(stream, scope.projectId());
        }
        return ResponseEntity.ok().build();
    }

    private static @Nullable Long id(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return null;
        }
        if (!ID.matcher(lastEventId).matches()) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#header/Last-Event-ID",
                            FieldError.Code.MALFORMED,
                            "is not the id of an event",
                            lastEventId,
                            null));
        }
        return Long.valueOf(lastEventId);
    }
}

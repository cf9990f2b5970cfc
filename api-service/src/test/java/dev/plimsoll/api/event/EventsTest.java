package dev.plimsoll.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class EventsTest extends ApiTest {
    private static final String WEB = "load-balancers/web/events";

    @Autowired private Events events;
    @Autowired private EventSettings settings;
    private UUID web;
    private String ofProject;

    @BeforeEach
    void aLoadBalancer() {
        api.create(Payload.onPrivateAddress("web")).isOk();
        web = world.id(project.projectId(), "web");
        ofProject = "/v2/projects/" + project.projectId() + "/events";
    }

    @Test
    void newestComesFirstAndTheFiltersNarrow() {
        world.happens(web, "CREATED", "one");
        world.happens(web, "A_TYPE_OF_TOMORROW", "two");
        world.happens(web, "CREATED", "three");
        assertThat(messages(WEB)).containsExactly("three", "two", "one");
        assertThat(messages(WEB + "?type=CREATED")).containsExactly("three", "one");
        assertThat(messages(WEB + "?type=A_TYPE_OF_TOMORROW")).containsExactly("two");
        assertThat(messages(WEB + "?type=NONE")).isEmpty();
        var second = api.get(WEB).isOk().string("/events/1/at");
        assertThat(messages(WEB + "?since=" + second)).containsExactly("three", "two");
        assertThat(messages(ofProject)).containsExactly("three", "two", "one");
        assertThat(statements.during(() -> api.get(WEB).isOk())).isEqualTo(2);
    }

    @Test
    void eventSaysWhatHappenedToWhat() {
        world.happens(web, "FAILOVER", "The standby took over");
        var event = with(project.readerToken()).get(WEB).isOk().json().at("/events/0");
        assertThat(event.path("type").asString()).isEqualTo("FAILOVER");
        assertThat(event.path("region").asString()).isEqualTo("eu01");
        assertThat(event.path("loadBalancer").asString()).isEqualTo("web");
        assertThat(event.at("/details/generation").asInt()).isEqualTo(1);
    }

    @Test
    void pagesTogetherAreTheWholeList() {
        for (int i = 1; i <= 5; i++) {
            world.happens(web, "READY", "" + i);
        }
        var first = api.get(WEB + "?pageSize=3").isOk();
        var rest = api.get(WEB + "?pageSize=3&pageId=" + first.string("/nextPageId")).isOk();
        assertThat(messages(first)).containsExactly("5", "4", "3");
        assertThat(messages(rest)).containsExactly("2", "1");
        assertThat(rest.json().has("nextPageId")).isFalse();
    }

    @Test
    void eachSeesItsOwn() {
        api.create(Payload.onPrivateAddress("other")).isOk();
        world.happens(web, "READY", "of web");
        world.happens(world.id(project.projectId(), "other"), "READY", "of other");
        var stranger = anotherProject();
        var theirs = new ApiClient(base(), stranger.projectId(), stranger.adminToken());
        theirs.create(Payload.onPrivateAddress("web")).isOk();
        world.happens(world.id(stranger.projectId(), "web"), "READY", "of a stranger");

        assertThat(messages(WEB)).containsExactly("of web");
        assertThat(messages(ofProject)).containsExactly("of other", "of web");
        assertThat(messages(theirs.get(WEB).isOk())).containsExactly("of a stranger");
        theirs.get(ofProject).isProblem(403, 7);
        api.inRegion("eu02").get(WEB).isProblem(404, 5);
        api.get("load-balancers/nobody/events").isProblem(404, 5);
    }

    @Test
    void thoseOfALoadBalancerThatIsGoneStay() {
        world.happens(web, "DELETED", "gone");
        api.delete("load-balancers/web").isOk();
        world.isGone(web);
        assertThat(messages(WEB)).containsExactly("gone");
        api.create(Payload.onPrivateAddress("web")).isOk();
        world.happens(world.id(project.projectId(), "web"), "CREATED", "again");
        assertThat(messages(WEB)).containsExactly("again", "gone");
    }

    @Test
    void wrongParametersAreNamed() {
        api.get(WEB + "?since=monday").blames("#query/since");
        api.get(WEB + "?pageId=abc").blames("#query/pageId");
        api.get(WEB + "?pageSize=0").blames("#query/pageSize");
        api.get(WEB + "?type=" + "x".repeat(254)).blames("#query/type");
    }

    @Test
    void oldOnesAreRemovedInSteps() {
        assertThat(settings.keep()).isEqualTo(Duration.ofDays(90));
        for (int i = 0; i < 3; i++) {
            jdbc.sql(
                            """
                            INSERT INTO event (project_id, load_balancer_id, at, type, message)
                            VALUES (?, ?, now() - interval '91 days', 'READY', 'old')
                            """)
                    .param(project.projectId())
                    .param(web)
                    .update();
        }
        world.happens(web, "READY", "new");
        assertThat(events.sweep(settings.keep(), 2)).isTrue();
        assertThat(messages(WEB)).hasSize(2).startsWith("new");
        assertThat(events.sweep(settings.keep(), 2)).isFalse();
        assertThat(messages(WEB)).containsExactly("new");
    }

    private List<String> messages(String path) {
        return messages(api.get(path).isOk());
    }

    private static List<String> messages(Answer list) {
        return list.json().path("events").findValuesAsString("message");
    }
}

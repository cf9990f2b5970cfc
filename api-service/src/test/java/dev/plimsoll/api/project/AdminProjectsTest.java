package dev.plimsoll.api.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminProjectsTest extends ApiTest {
    private static final String PROJECTS = "/admin/v1/projects";
    private ApiClient operator;
    private String own;

    @BeforeEach
    void operator() {
        operator = with(project.operatorToken());
        own = PROJECTS + "/" + project.projectId();
    }

    @Test
    void createdProjectHasARandomIdAndTheDefaultLimits() {
        var created = operator.post(PROJECTS, "{\"name\":\"Web shop\"}").isOk();

        assertThat(UUID.fromString(created.string("/projectId")).version()).isEqualTo(4);
        assertThat(created.json().path("maxListeners").asInt()).isEqualTo(20);
        assertThat(created.json().path("maxTargets").asInt()).isEqualTo(250);
        assertThat(created.json().path("loadBalancers").asInt(-1)).isZero();
        var read = operator.get(PROJECTS + "/" + created.string("/projectId")).isOk();
        assertThat(read.text()).isEqualTo(created.text());
    }

    @Test
    void givenIdIsKeptAndTakenOnce() {
        var id = UUID.randomUUID();
        var body = "{\"projectId\":\"%s\",\"name\":\"x\",\"maxListeners\":3}".formatted(id);

        assertThat(operator.post(PROJECTS, body).isOk().string("/projectId"))
                .isEqualTo(id.toString());

        operator.post(PROJECTS, body).isProblem(409, 6);
        operator.delete(PROJECTS + "/" + id).isOk();
        operator.post(PROJECTS, body).isProblem(409, 6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                                  | /name",
                "{\"name\":\" \"}                                                    | /name",
                "{\"name\":\"a\\u0000b\"}                                            | /name",
                "{\"name\":\"x\",\"maxListeners\":21}                          | /maxListeners",
                "{\"name\":\"x\",\"maxListeners\":0}                           | /maxListeners",
                "{\"name\":\"x\",\"maxTargets\":251}                             | /maxTargets",
                "{\"name\":\"x\",\"maxTargets\":\"many\"}                        | /maxTargets",
                "{\"name\":\"x\",\"projectId\":\"7\"}                             | /projectId",
                "{\"name\":\"x\",\"projectId\":\"0199a3a0-7d1e-7c53-8d0c-5a4c2d1b7e11\"} |"
                        + " /projectId"
            })
    void wrongMembersAreNamed(String body, String pointer) {
        operator.post(PROJECTS, body).blames(pointer);
    }

    @Test
    void updateChangesWhatItNames() {
        var changed = operator.put(own, "{\"maxTargets\":50}").isOk();

        assertThat(changed.json().path("maxTargets").asInt()).isEqualTo(50);
        assertThat(changed.string("/name")).isEqualTo("test");
        operator.put(own, "{\"name\":\"\"}").blames("/name");
        operator.put(PROJECTS + "/" + UUID.randomUUID(), "{}").isProblem(404, 5);
        operator.get(PROJECTS + "/some").isProblem(404, 5);
    }

    @Test
    void projectWithALoadBalancerIsNotDeleted() {
        api.create(Payload.onPrivateAddress("web")).isOk();

        var refused = operator.delete(own).isProblem(409, 9);

        assertThat(refused.string("/message")).contains("load balancers (1)");
        api.delete("load-balancers/web").isOk();
        operator.delete(own).isProblem(409, 9);
        world.isGone(world.id(project.projectId(), "web"));
        operator.delete(own).isOk();
    }

    @Test
    void deletedProjectIsUnknownAndItsTokensAreRevoked() {
        operator.delete(own).isOk();

        operator.get(own).isProblem(404, 5);
        operator.delete(own).isProblem(404, 5);
        api.get("load-balancers").isProblem(401, 16);
        assertThat(operator.get(PROJECTS).isOk().text()).doesNotContain(project.projectId() + "");
        assertThat(operator.get("/admin/v1/audit?projectId=" + project.projectId()).text())
                .contains("project.delete");
    }

    @Test
    void pagesTogetherAreTheListInTheOrderOfNames() {
        for (var name : new String[] {"b", "a", "b"}) {
            operator.post(PROJECTS, "{\"name\":\"%s\"}".formatted(name)).isOk();
        }
        var names = new ArrayList<String>();
        var ids = new ArrayList<String>();
        for (var next = ""; ; ) {
            var page = operator.get(PROJECTS + "?pageSize=2" + next).isOk();
            names.addAll(page.json().path("projects").findValuesAsString("name"));
            ids.addAll(page.json().path("projects").findValuesAsString("projectId"));
            if (!page.json().has("nextPageId")) {
                break;
            }
            next = "&pageId=" + page.string("/nextPageId");
        }

        var whole = operator.get(PROJECTS).isOk().json().path("projects");
        assertThat(ids).doesNotHaveDuplicates().isEqualTo(whole.findValuesAsString("projectId"));
        assertThat(names).isSorted();
        operator.get(PROJECTS + "?pageId=x").blames("#query/pageId");
        operator.get(PROJECTS + "?pageId=" + "0".repeat(32)).isProblem(410, 9);
    }

    @Test
    void listTakesTwoQueriesHoweverManyThereAre() {
        assertThat(statements.during(() -> operator.get(PROJECTS).isOk())).isEqualTo(2);
    }
}

package dev.plimsoll.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Past;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PriceModelsTest extends ApiTest {
    private static final String PREPAID = "{\"priceModel\":\"PREPAID\"}";
    private static final String PAY_AS_YOU_GO = "{\"priceModel\":\"PAY_AS_YOU_GO\"}";

    private ApiClient operator;
    private String path;

    @BeforeEach
    void operator() {
        operator = with(project.operatorToken());
        path = "/admin/v1/projects/" + project.projectId() + "/price-model";
    }

    @Test
    void projectsPayAsTheyGoUnlessToldOtherwise() {
        assertThat(models(operator.get(path))).isEqualTo("PAY_AS_YOU_GO PAY_AS_YOU_GO");
    }

    @Test
    void projectThatUsedNothingYetIsPrepaidAtOnce() {
        assertThat(models(operator.put(path, PREPAID))).isEqualTo("PREPAID PREPAID");
        assertThat(models(operator.put(path, PAY_AS_YOU_GO)))
                .isEqualTo("PAY_AS_YOU_GO PAY_AS_YOU_GO");
    }

    @Test
    void projectInUseIsPrepaidFromTheNextMonthOnAndMayChangeItsMind() {
        var past = new Past(jdbc, project.projectId());
        var begin = Instant.parse("2026-03-01T00:00:00Z");
        past.becomesReady(past.orders("eu01", "web", "p10", begin, Map.of()), begin);

        assertThat(models(operator.put(path, PREPAID))).isEqualTo("PAY_AS_YOU_GO PREPAID");
        assertThat(models(operator.put(path, PAY_AS_YOU_GO)))
                .isEqualTo("PAY_AS_YOU_GO PAY_AS_YOU_GO");
    }

    @Test
    void whatIsThereAlreadyIsNoWrite() {
        operator.put(path, PREPAID).isOk();
        var before = writes();
        operator.put(path, PREPAID).isOk();
        assertThat(writes()).isEqualTo(before);
    }

    @Test
    void wrongRequestsAreNamed() {
        operator.put(path, "{}").blames("/priceModel");
        operator.put(path, "{\"priceModel\":\"FREE\"}").blames("/priceModel");
        operator.get(path.replace(project.projectId().toString(), UUID.randomUUID().toString()))
                .isProblem(404, 5);
        api.get(path).isProblem(403, 7);
    }

    private int writes() {
        return jdbc.sql("SELECT count(*) FROM audit_entry WHERE project_id = ?")
                .param(project.projectId())
                .query(Integer.class)
                .single();
    }

    private static String models(Answer answer) {
        return answer.isOk().string("/current") + " " + answer.string("/next");
    }
}

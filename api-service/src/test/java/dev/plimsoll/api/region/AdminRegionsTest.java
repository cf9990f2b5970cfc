package dev.plimsoll.api.region;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminRegionsTest extends ApiTest {
    private static final String REGIONS = "/admin/v1/regions";
    private ApiClient operator;

    @BeforeEach
    void operator() {
        operator = with(project.operatorToken());
    }

    @Test
    void regionIsCreatedOnceAndCanBeRenamed() {
        var created = operator.post(REGIONS, "{\"region\":\"rg01\",\"displayName\":\"One\"}");
        assertThat(created.isOk().string("/displayName")).isEqualTo("One");
        operator.post(REGIONS, "{\"region\":\"rg01\",\"displayName\":\"x\"}").isProblem(409, 6);

        operator.put(REGIONS + "/rg01", "{\"displayName\":\"First\"}").isOk();

        assertThat(operator.get(REGIONS + "/rg01").isOk().string("/displayName"))
                .isEqualTo("First");
        operator.put(REGIONS + "/rg99", "{\"displayName\":\"x\"}").isProblem(404, 5);
    }

    @Test
    void wrongMembersAreNamed() {
        operator.post(REGIONS, "{\"displayName\":\"x\"}").blames("/region");
        operator.post(REGIONS, "{\"region\":\"EU01\",\"displayName\":\"x\"}").blames("/region");
        operator.post(REGIONS, "{\"region\":\"rg02\"}").blames("/displayName");
        operator.put(REGIONS + "/eu01", "{\"displayName\":\"\"}").blames("/displayName");
        operator.put(REGIONS + "/eu01", "{\"displayName\":7}").blames("/displayName");
    }

    @Test
    void listIsPagedAndTakesTwoQueries() {
        var first = operator.get(REGIONS + "?pageSize=1").isOk();
        assertThat(first.string("/regions/0/region")).isEqualTo("eu01");
        var second = operator.get(REGIONS + "?pageSize=1&pageId=" + first.string("/nextPageId"));
        assertThat(second.isOk().string("/regions/0/region")).isEqualTo("eu02");
        assertThat(statements.during(() -> operator.get(REGIONS).isOk())).isEqualTo(2);
    }
}

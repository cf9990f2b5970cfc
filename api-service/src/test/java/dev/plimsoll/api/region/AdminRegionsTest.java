package dev.plimsoll.api.region;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import java.util.ArrayList;
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
        var ids = new ArrayList<String>();
        for (var next = ""; ; ) {
            var page = operator.get(REGIONS + "?pageSize=1" + next).isOk();
            assertThat(page.json().path("regions").size()).isEqualTo(1);
            ids.add(page.string("/regions/0/region"));
            if (!page.json().has("nextPageId")) {
                break;
            }
            next = "&pageId=" + page.string("/nextPageId");
        }

        assertThat(ids)
                .isSorted()
                .contains("eu01", "eu02")
                .isEqualTo(
                        operator.get(REGIONS)
                                .isOk()
                                .json()
                                .path("regions")
                                .findValuesAsString("region"));
        assertThat(statements.during(() -> operator.get(REGIONS).isOk())).isEqualTo(2);
    }
}

package dev.plimsoll.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.AnsweringAgents;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.KeyFile;
import dev.plimsoll.api.support.Likeness;
import dev.plimsoll.api.support.Operation;
import dev.plimsoll.api.support.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * What the contract shows works as it stands: each body is accepted, and each operation is answered
 * as it shows.
 */
class ExamplesTest extends ApiTest {
    private static final String JSON = "application/json";
    private static final String DRY_RUN = "application/vnd.plimsoll.dry-run+json";

    /** Not as it stands: what it shows is an assertion, which is good for minutes and once. */
    private static final String WITH_ASSERTION = "CreateAccessToken";

    private static final String EXPLAINED =
            """
            {"isBusy": false, "activeConnections": 12, "connectionLimit": 250,
             "steps": [{"name": "ROUTE", "outcome": "OK", "millis": 0, "detail": "There is one."},
                       {"name": "CONNECT", "outcome": "FAILED", "reason": "REFUSED", "millis": 1,
                        "detail": "It refused the connection."}]}
            """;
    private static final String UNFILTERED =
            """
            {"outcome": "NOT_FILTERED", "wanted": [], "applied": []}
            """;

    private static final String PLANNED =
            """
            {"document": "{}", "replaced": [], "drainMillis": 300000}
            """;

    /** For all tests of the class: to stop listening takes a while. */
    private static AnsweringAgents agents;

    private Surroundings surroundings;

    @BeforeEach
    void surroundings() throws InterruptedException {
        surroundings = new Surroundings(base(), project, world, jdbc);
        if (agents == null) {
            agents = answering();
        }
    }

    private AnsweringAgents answering() throws InterruptedException {
        return new AnsweringAgents(database, jdbc)
                .everybodyAnswers("HEALTH", Surroundings.healthReported())
                .everybodyAnswers("EXPLAIN", EXPLAINED)
                .everybodyAnswers("CONNECTIONS", Surroundings.connectionsListed())
                .everybodyAnswers("CLOSE", "{\"isClosed\": true}")
                .everybodyAnswers("TRAFFIC", "{}")
                .everybodyAnswers("FILTER", UNFILTERED)
                .everybodyAnswers("PLAN", PLANNED)
                .everybodyAnswers("REHEARSE", Surroundings.rehearsed());
    }

    @AfterAll
    static void nobodyAnswers() {
        agents.close();
        agents = null;
    }

    static Stream<Operation> operations() {
        return Operation.all()
                .filter(it -> !it.id().equals(WITH_ASSERTION))
                .filter(it -> it.shows(JSON));
    }

    static Stream<Arguments> bodies() {
        return operations()
                .flatMap(operation ->
                        operation
                                .bodies()
                                .map(it -> Arguments.of(operation, it.getKey(), it.getValue())));
    }

    static Stream<Operation> rehearsable() {
        return operations().filter(Operation::isRehearsable);
    }

    @Test
    void everyBodyIsShown() {
        var hidden = Operation.all().filter(it -> it.takesABody() && it.bodies().count() == 0);
        assertThat(hidden).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("bodies")
    void bodyIsAccepted(Operation operation, String name, JsonNode body) {
        send(operation, surroundings.path(operation), body);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void answerIsLikeTheOneShown(Operation operation) {
        var path = surroundings.path(operation);
        var answer = send(operation, path, operation.firstBody());
        isLikeTheOneShown(operation, JSON, pages(operation, path, answer));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rehearsable")
    void dryRunTellsWhatIsShown(Operation operation) {
        var path = surroundings.path(operation) + "?dryRun=true";
        var told = send(operation, path, operation.firstBody()).json();
        isLikeTheOneShown(operation, DRY_RUN, List.of(told));
        assertThat(explanations(told))
                .as(operation.id())
                .isEqualTo(explanations(operation.shown(DRY_RUN)));
    }

    private static List<String> explanations(JsonNode dryRun) {
        return dryRun.path("changes").findValuesAsString("explanation");
    }

    @Test
    void accessTokenIsAnsweredForAnAssertionOfToday() {
        var operation = Operation.called(WITH_ASSERTION);
        var operator = with(project.operatorToken());
        var file = KeyFile.create(operator, project.projectId(), "terraform", "nlb.admin");
        var grantType = operation.firstBody().path("grant_type").asString();
        var nobody = surroundings.client(operation);
        var answer = KeyFile.exchange(nobody, grantType, "assertion", file.assertion()).isOk();
        isLikeTheOneShown(operation, JSON, List.of(answer.json()));
    }

    private Answer send(Operation operation, String path, JsonNode example) {
        var body = surroundings.body(operation, example);
        var answer =
                surroundings
                        .client(operation)
                        .send(operation.method(), path, body, "Prefer", "wait=0");
        assertThat(answer.status()).as("%s: %s", operation, answer.text()).isEqualTo(200);
        return answer;
    }

    private static void isLikeTheOneShown(
            Operation operation, String mediaType, List<JsonNode> answers) {
        var differences = Likeness.fewestDifferences(operation.shown(mediaType), answers.stream());
        assertThat(differences).as(operation.id()).isEmpty();
    }

    /** What a list of the whole installation shows may come after other tests' entries. */
    private List<JsonNode> pages(Operation operation, String path, Answer first) {
        var pages = new ArrayList<>(List.of(first.json()));
        while (pages.getLast().has("nextPageId")) {
            var next = path + "?pageId=" + pages.getLast().path("nextPageId").asString();
            pages.add(surroundings.client(operation).get(next).isOk().json());
        }
        return pages;
    }
}

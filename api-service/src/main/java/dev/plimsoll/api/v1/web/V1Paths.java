package dev.plimsoll.api.v1.web;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which path of v1 is which of v2. */
final class V1Paths {
    static final String SERVICE = "/v1/projects/{projectId}";
    private static final String PLANS = "/v1/plans";
    private static final String PROJECT = "/v2/projects/{projectId}/regions/{region}/";
    private static final String PLANS_OF_REGION = "/v2/regions/{region}/plans";
    private static final List<String> RESOURCES =
            List.of(
                    "load-balancers",
                    "load-balancers/{name}",
                    "load-balancers/{name}/target-pools/{targetPoolName}",
                    "credentials",
                    "credentials/{credentialsRef}",
                    "quota");
    private static final Pattern REQUEST =
            Pattern.compile(
                    RESOURCES.stream()
                            .map(resource -> resource.replaceAll("\\{[^}]+}", "[^/:]+"))
                            .collect(Collectors.joining("|", "/v1/projects/([^/]+)/(", ")")));

    private V1Paths() {}

    /** The path that a request for {@code path} is sent on to; others stay. */
    static String toV2(String path, String region) {
        if (path.equals(PLANS)) {
            return PLANS_OF_REGION.replace("{region}", region);
        }
        var request = REQUEST.matcher(path);
        return request.matches()
                ? "/v2/projects/%s/regions/%s/%s"
                        .formatted(request.group(1), region, request.group(2))
                : path;
    }

    /** What a path of the contract is called in v1, where it has it. */
    static Optional<String> toV1(String template) {
        if (template.equals(PLANS_OF_REGION)) {
            return Optional.of(PLANS);
        }
        if (template.equals(SERVICE)) {
            return Optional.of(SERVICE);
        }
        return RESOURCES.stream()
                .filter(resource -> template.equals(PROJECT + resource))
                .map(resource -> SERVICE + "/" + resource)
                .findFirst();
    }
}

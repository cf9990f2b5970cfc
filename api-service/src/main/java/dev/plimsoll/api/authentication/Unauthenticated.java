package dev.plimsoll.api.authentication;

import dev.plimsoll.api.problem.ProblemType;
import dev.plimsoll.api.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.stereotype.Component;

/** The answer to whoever sent no token, or not a valid one. */
@Component
final class Unauthenticated implements AuthenticationEntryPoint {
    private final FailedAttempts failures;
    private final ProblemWriter problems;

    Unauthenticated(FailedAttempts failures, ProblemWriter problems) {
        this.failures = failures;
        this.problems = problems;
    }

    /** No token at all is no failure: some clients ask whether they need one that way. */
    @Override
    public void commence(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException failure)
            throws IOException {
        if (failure instanceof IssuerUnavailable) {
            problems.write(
                    request,
                    response,
                    ProblemType.UNAVAILABLE,
                    "the issuer of the token cannot be reached - please retry");
        } else if (!(failure instanceof OAuth2AuthenticationException)
                || !failures.answered(request, response)) {
            problems.write(
                    request,
                    response,
                    ProblemType.UNAUTHENTICATED,
                    "a valid bearer token is required");
        }
    }
}

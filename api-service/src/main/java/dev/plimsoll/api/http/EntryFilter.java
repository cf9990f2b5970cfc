package dev.plimsoll.api.http;

import dev.plimsoll.api.problem.ProblemAdvice;
import dev.plimsoll.api.problem.RequestId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * First and last to see a request: gives it an id, forgives doubled slashes in its path (which the
 * Go SDK makes of a base URL that ends in one), and answers for what no handler dealt with.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class EntryFilter extends OncePerRequestFilter {
    private static final String MDC_KEY = "requestId";

    private final ProblemAdvice problems;
    private final Leaving leaving;

    EntryFilter(ProblemAdvice problems, Leaving leaving) {
        this.problems = problems;
        this.leaving = leaving;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        var id = RequestId.assign(request, request.getHeader(RequestId.HEADER));
        response.setHeader(RequestId.HEADER, id);
        if (leaving.hasBegun()) {
            response.setHeader("Connection", "close");
        }
        try (var _ = MDC.putCloseable(MDC_KEY, id)) {
            chain.doFilter(new Cleaned(request, id), response);
        } catch (ServletException e) {
            problems.on(e.getRootCause() instanceof Exception cause ? cause : e, request, response);
        } catch (RuntimeException | IOException e) {
            problems.on(e, request, response);
        }
    }

    private static final class Cleaned extends HttpServletRequestWrapper {
        private final String id;

        Cleaned(HttpServletRequest request, String id) {
            super(request);
            this.id = id;
        }

        @Override
        public String getRequestURI() {
            return withoutDoubledSlashes(super.getRequestURI());
        }

        @Override
        public String getServletPath() {
            return withoutDoubledSlashes(super.getServletPath());
        }

        @Override
        public StringBuffer getRequestURL() {
            var url = super.getRequestURL();
            var path = super.getRequestURI();
            return url.replace(url.length() - path.length(), url.length(), getRequestURI());
        }

        /** An id that is not a UUID is as good as none. */
        @Override
        public @Nullable String getHeader(String name) {
            return name.equalsIgnoreCase(RequestId.HEADER) ? id : super.getHeader(name);
        }

        @Override
        public java.util.Enumeration<String> getHeaders(String name) {
            return name.equalsIgnoreCase(RequestId.HEADER)
                    ? java.util.Collections.enumeration(java.util.List.of(id))
                    : super.getHeaders(name);
        }

        private static String withoutDoubledSlashes(String path) {
            return path.contains("//") ? path.replaceAll("/{2,}", "/") : path;
        }
    }
}

package dev.plimsoll.api.v1.web;

import dev.plimsoll.api.ApiSettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Sends requests for v1 on to v2; before security, which so sees what is really asked for. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class V1Filter extends OncePerRequestFilter {
    private static final String MARK = V1Filter.class.getName();

    private final String region;

    V1Filter(ApiSettings settings) {
        this.region = settings.defaultRegion();
    }

    /** Whether the request came in for v1. */
    static boolean isV1(ServletRequest request) {
        return request.getAttribute(MARK) != null;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var path = request.getRequestURI();
        if (V1Paths.toV2(path, region).equals(path)) {
            chain.doFilter(request, response);
        } else {
            request.setAttribute(MARK, true);
            chain.doFilter(new SentOn(request, region), response);
        }
    }

    private static final class SentOn extends HttpServletRequestWrapper {
        private final String region;

        SentOn(HttpServletRequest request, String region) {
            super(request);
            this.region = region;
        }

        @Override
        public String getRequestURI() {
            return V1Paths.toV2(super.getRequestURI(), region);
        }

        @Override
        public String getServletPath() {
            return V1Paths.toV2(super.getServletPath(), region);
        }

        @Override
        public StringBuffer getRequestURL() {
            var url = super.getRequestURL();
            var path = super.getRequestURI();
            return url.replace(url.length() - path.length(), url.length(), getRequestURI());
        }
    }
}

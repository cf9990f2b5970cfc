package dev.plimsoll.api.authentication;

import dev.plimsoll.api.problem.ProblemType;
import dev.plimsoll.api.problem.ProblemWriter;
import dev.plimsoll.api.tenancy.KnownProjects;
import jakarta.servlet.DispatcherType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** Who somebody is; what they may do is named by the endpoints themselves. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final String[] OPEN = {
        "/",
        "/openapi.json",
        "/openapi.yaml",
        "/openapi-v1.json",
        "/swagger-ui.html",
        "/webjars/**",
        "/problems",
        "/problems/*",
        "/livez",
        "/readyz",
        "/token",
        "/.well-known/jwks.json",
        "/error"
    };

    /** What nobody is asked for a token for; one that is sent is not looked at. */
    @Bean
    @Order(1)
    SecurityFilterChain openToAll(HttpSecurity http) throws Exception {
        var paths =
                Arrays.stream(OPEN)
                        .<RequestMatcher>map(PathPatternRequestMatcher.withDefaults()::matcher);
        var all = Stream.concat(paths, Stream.of(EndpointRequest.toAnyEndpoint())).toList();
        return stateless(http.securityMatcher(new OrRequestMatcher(all)))
                .authorizeHttpRequests(it -> it.anyRequest().permitAll())
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain forCallersOnly(
            HttpSecurity http,
            BearerAuthentication bearer,
            Unauthenticated unauthenticated,
            ProblemWriter problems,
            AuthenticationSettings settings,
            KnownProjects projects)
            throws Exception {
        AccessDeniedHandler denied =
                (request, response, _) ->
                        problems.write(
                                request,
                                response,
                                ProblemType.PERMISSION_DENIED,
                                ProblemType.PERMISSION_DENIED.why());
        if (settings.mode() == AuthenticationSettings.Mode.NONE) {
            http.addFilterBefore(new AnyoneFilter(projects), AnonymousAuthenticationFilter.class);
        }
        return stateless(http)
                .authorizeHttpRequests(it ->
                        it.dispatcherTypeMatchers(DispatcherType.ERROR)
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .oauth2ResourceServer(it ->
                        it.authenticationManagerResolver(_ -> bearer)
                                .authenticationEntryPoint(unauthenticated)
                                .accessDeniedHandler(denied))
                .exceptionHandling(it ->
                        it.authenticationEntryPoint(unauthenticated).accessDeniedHandler(denied))
                .build();
    }

    private static HttpSecurity stateless(HttpSecurity http) throws Exception {
        return http.csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(it -> it.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
    }

    @Bean
    RequestRejectedHandler rejectedRequests(ProblemWriter problems) {
        return (request, response, _) ->
                problems.write(
                        request,
                        response,
                        ProblemType.INVALID_ARGUMENT,
                        "the path or a header has characters that are not accepted");
    }
}

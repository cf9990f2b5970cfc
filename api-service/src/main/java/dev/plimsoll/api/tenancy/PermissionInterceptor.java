package dev.plimsoll.api.tenancy;

import dev.plimsoll.api.problem.DomainFailure;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Holds every request against the permission that its endpoint names. */
@Component
public final class PermissionInterceptor implements HandlerInterceptor {
    private static final String OWN_PACKAGE = "dev.plimsoll.api.";

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith(OWN_PACKAGE)) {
            var required = method.getMethodAnnotation(Requires.class);
            if (required == null) {
                throw new DomainFailure.Forbidden("this endpoint is open to nobody");
            }
            check(required.value(), projectOf(request));
        }
        return true;
    }

    private static void check(Permission permission, @Nullable String project) {
        switch (permission) {
            case NONE -> {}
            case READ_CATALOGUE -> Caller.current();
            case READ_PROJECT -> roleIn(project);
            case WRITE_PROJECT -> {
                if (roleIn(project) != Role.ADMIN) {
                    throw new DomainFailure.Forbidden("this needs the role nlb.admin");
                }
            }
            case OPERATE -> {
                if (!Caller.current().grants().operator()) {
                    throw new DomainFailure.Forbidden("this needs an operator's token");
                }
            }
        }
    }

    /** The same answer for projects of others and projects that do not exist. */
    private static Role roleIn(@Nullable String project) {
        return Caller.current()
                .grants()
                .roleIn(String.valueOf(project))
                .orElseThrow(DomainFailure.Forbidden::otherProject);
    }

    private static @Nullable String projectOf(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                        instanceof Map<?, ?> variables
                ? (String) variables.get("projectId")
                : null;
    }
}

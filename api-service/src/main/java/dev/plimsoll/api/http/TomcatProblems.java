package dev.plimsoll.api.http;

import dev.plimsoll.api.problem.ProblemType;
import dev.plimsoll.api.problem.RequestId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Requests that Tomcat refuses before any filter sees them get the same body as all others. */
@Component
final class TomcatProblems implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(Valve.class.getName());
            }
        });
    }

    /** Made by Tomcat, by name. */
    public static final class Valve extends ErrorReportValve {
        @Override
        protected void report(Request request, Response response, @Nullable Throwable failure) {
            if (response.getStatus() < 400 || response.getContentWritten() > 0) {
                return;
            }
            var type = ProblemType.ofFrameworkStatus(response.getStatus());
            var id = UUID.randomUUID().toString();
            try {
                response.setStatus(type.status());
                response.setHeader(RequestId.HEADER, id);
                response.setContentType("application/problem+json");
                response.getOutputStream().write(body(type, id).getBytes(StandardCharsets.UTF_8));
                response.finishResponse();
            } catch (IOException e) {
                getContainer().getLogger().debug("The client left before it had its answer", e);
            }
        }

        private static String body(ProblemType type, String id) {
            return """
            {"status":%d,"code":%d,"message":"%s","type":"%s","title":"%s","detail":"%3$s",\
            "requestId":"%6$s","instance":"urn:uuid:%6$s","details":[]}\
            """
                    .formatted(
                            type.status(), type.code(), type.why(), type.uri(), type.title(), id);
        }
    }
}

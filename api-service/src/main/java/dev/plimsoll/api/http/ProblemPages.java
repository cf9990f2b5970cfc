package dev.plimsoll.api.http;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.ProblemType;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the {@code type} of an error points to. */
@RestController
class ProblemPages {
    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>%1$s</title>
            <style>body{font-family:sans-serif;max-width:42em;margin:3em auto;line-height:1.5}</style>
            </head><body><h1>%1$s</h1>%2$s</body></html>
            """;

    @Requires(Permission.NONE)
    @GetMapping(path = "/problems", produces = MediaType.TEXT_HTML_VALUE)
    String all() {
        var items =
                Arrays.stream(ProblemType.values())
                        .map(type ->
                                "<li><a href=\"%s\">%s</a> (%d)</li>"
                                        .formatted(type.uri(), type.title(), type.status()))
                        .collect(Collectors.joining("", "<ul>", "</ul>"));
        return PAGE.formatted("Problems", items);
    }

    @Requires(Permission.NONE)
    @GetMapping(path = "/problems/{slug}", produces = MediaType.TEXT_HTML_VALUE)
    String one(@PathVariable("slug") String slug) {
        var type =
                ProblemType.ofSlug(slug)
                        .orElseThrow(() -> new DomainFailure.NotFound("no such problem"));
        var text =
                "<p>HTTP %d, google.rpc.Code %d</p><h2>Cause</h2><p>%s</p><h2>Fix</h2><p>%s</p>"
                        .formatted(
                                type.status(),
                                type.code(),
                                escaped(type.why()),
                                escaped(type.fix()));
        return PAGE.formatted(type.title(), text);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

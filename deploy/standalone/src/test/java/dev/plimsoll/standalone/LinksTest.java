package dev.plimsoll.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a page of this repository names beside itself is there. */
class LinksTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern LINK =
            Pattern.compile("]\\((?!https?:|#)([^)#\\s]+)(?:#[^)]*)?\\)");

    @Test
    void noLinkLeadsNowhere() throws IOException {
        try (var files = Files.walk(ROOT)) {
            var pages = files.filter(LinksTest::isPage).toList();
            assertThat(pages).contains(ROOT.resolve("README.md"));
            assertThat(pages.stream().flatMap(LinksTest::broken).toList()).isEmpty();
        }
    }

    private static boolean isPage(Path file) {
        return file.toString().endsWith(".md")
                && Stream.of("/target/", "/.git/", "/.plimsoll/")
                        .noneMatch(file.toString()::contains);
    }

    private static Stream<String> broken(Path page) {
        return links(page).stream()
                .filter(link -> !Files.exists(page.resolveSibling(link)))
                .map(link -> page + ": " + link);
    }

    private static List<String> links(Path page) {
        try {
            return LINK.matcher(Files.readString(page)).results().map(it -> it.group(1)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

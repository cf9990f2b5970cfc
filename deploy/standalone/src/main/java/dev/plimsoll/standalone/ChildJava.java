package dev.plimsoll.standalone;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts commands of this program as processes that outlive it. */
record ChildJava(Path java, String classPath) {

    static ChildJava likeThisOne() {
        return new ChildJava(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"));
    }

    Process start(List<String> jvmOptions, String command, Path log) throws IOException {
        var line = new ArrayList<String>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            line.add("/usr/bin/setsid");
        }
        line.add(java.toString());
        line.addAll(jvmOptions);
        line.addAll(List.of("-cp", classPath, Main.class.getName(), command));
        return new ProcessBuilder(line)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}

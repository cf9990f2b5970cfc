package dev.plimsoll.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The commands behind {@code ./plimsoll}. Ends with 0, or with 1 after one line that says what is
 * wrong.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        try {
            run(args);
        } catch (CommandFailed e) {
            System.err.println("plimsoll: " + e.getMessage());
            System.exit(1);
        } catch (IOException e) {
            System.err.println("plimsoll: " + CommandFailed.sentence(e));
            System.exit(1);
        }
    }

    private static void run(String[] args) throws IOException {
        if (args.length == 0) {
            throw new CommandFailed("no command given; start it through ./plimsoll");
        }
        var options = Options.of(Arrays.copyOfRange(args, 1, args.length));
        var folder = DataFolder.at(options.path("data", Path.of(".plimsoll")));
        switch (args[0]) {
            case "run" -> Standalone.run(folder, options);
            case "status" -> new Status(folder).print(options);
            case "down" -> new Down(folder).stopEverything();
            case "train" -> Training.run(folder, options);
            case "demo-targets" ->
                    DemoTargets.serve(Optional.ofNullable(options.values().get("address")));
            case "plug" -> Plug.into(folder, options);
            default -> throw new CommandFailed("no such command: " + args[0]);
        }
    }
}

package org.ebpf4j.cli.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.FileError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ebpf4j man`: writes the man pages of all commands.
@Command(
    name = "man",
    mixinStandardHelpOptions = true,
    header = "Write man pages of all commands.",
    description = "Writes a page for each command into a directory, for section 1.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j man /usr/local/share/man/man1", "  ebpf4j man . && man ./ebpf4j-run.1"})
public final class ManCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIRECTORY", description = "Where to; it is made where it is missing.")
  private @Nullable Path directory;

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;
  private final Supplier<CommandLine> commands;
  private final String version;

  /// @param commands all of them
  public ManCommand(Console console, Supplier<CommandLine> commands, String version) {
    this.console = console;
    this.commands = commands;
    this.version = version;
  }

  @Override
  public Integer call() {
    var to = Objects.requireNonNull(directory);
    var pages = ManPage.all(commands.get(), version);
    var path = to;
    try {
      Files.createDirectories(to);
      for (var page : pages.entrySet()) {
        path = to.resolve(page.getKey());
        Files.writeString(path, page.getValue());
      }
    } catch (IOException e) {
      throw FileError.of(path, "written", e);
    }
    if (json.isJson()) {
      var list = json.list(console.out());
      pages.forEach((name, text) ->
          list.add(fields ->
              fields
                  .put("action", "write")
                  .put("path", to.resolve(name).toString())
                  .put("bytes", text.getBytes(StandardCharsets.UTF_8).length)));
      list.end();
      console.out().flush();
    }
    console.err().println("wrote " + pages.size() + " pages to " + to);
    console.err().flush();
    return 0;
  }
}

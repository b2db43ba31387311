package org.ebpf4j.cli.machine;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.linux.LinuxKernel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `ebpf4j iter cat`.
@Command(
    name = "cat",
    mixinStandardHelpOptions = true,
    header = "Read an iterator.",
    description = "Runs the program of an iterator and prints what it writes.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j iter cat 7", "  ebpf4j iter cat /sys/fs/bpf/tasks"})
public final class CatIteratorCommand implements java.util.concurrent.Callable<Integer> {
  private static final int MANY = 8192;

  @Parameters(paramLabel = "WHICH", description = "The id of a link, or the path of a pin.")
  private @Nullable String which;

  private final Console console;

  public CatIteratorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var wanted = Objects.requireNonNull(which);
    try (var kernel = LinuxKernel.open();
        var link =
            wanted.matches("[0-9]{1,9}")
                ? kernel.openLink(Integer.parseInt(wanted))
                : kernel.openLink(Path.of(wanted));
        var text = new InputStreamReader(link.read(), StandardCharsets.UTF_8)) {
      var part = new char[MANY];
      for (int count = text.read(part); count >= 0; count = text.read(part)) {
        console.out().write(part, 0, count);
      }
    }
    console.out().flush();
    return 0;
  }
}

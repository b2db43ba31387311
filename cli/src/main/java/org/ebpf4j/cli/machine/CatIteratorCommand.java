package org.ebpf4j.cli.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.ebpf4j.cli.input.ObjectId;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public CatIteratorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    var wanted = Objects.requireNonNull(which);
    var id = ObjectId.of(wanted);
    var ending = Ending.of(null);
    StandardOutput.neverBlockAfter(console.out(), ending);
    try (var kernel = LinuxKernel.open();
        var link =
            id.isPresent() ? kernel.openLink(id.getAsInt()) : kernel.openLink(Path.of(wanted));
        var text = new InputStreamReader(link.read(), StandardCharsets.UTF_8)) {
      if (json.isJson()) {
        json(kernel, link, text, ending);
        return ending.getAsBoolean() ? ExitStatus.INTERRUPTED : 0;
      }
      var part = new char[MANY];
      for (int count = text.read(part);
          count >= 0 && !ending.getAsBoolean();
          count = text.read(part)) {
        console.out().write(part, 0, count);
      }
    }
    console.out().flush();
    return ending.getAsBoolean() ? ExitStatus.INTERRUPTED : 0;
  }

  /// An object for each line.
  private void json(LinuxKernel kernel, LinuxLink link, InputStreamReader text, Ending ending)
      throws IOException {
    var id = link.info().getFirst().programId();
    var name =
        kernel.programs().stream()
            .filter(p -> p.id() == id)
            .map(ProgramInfo::fullName)
            .findFirst()
            .orElse("");
    var lines = new BufferedReader(text);
    try (var list = json.list(console.out())) {
      for (var line = lines.readLine();
          line != null && !ending.getAsBoolean();
          line = lines.readLine()) {
        var next = line;
        list.add(fields -> fields.put("iterator", name).put("line", next));
      }
      list.end();
    }
    console.out().flush();
  }
}

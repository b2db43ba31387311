package org.ebpf4j.cli.inspect;

import java.nio.file.Path;
import java.util.Objects;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j link pin`.
@Command(
    name = "pin",
    mixinStandardHelpOptions = true,
    header = "Pin a link, so that its program stays attached.",
    description = {
      "Gives a link a path in a bpffs, which holds it until the path is removed. Mounts nothing and"
          + " replaces nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j link pin 42 /sys/fs/bpf/hello", "  ebpf4j unpin /sys/fs/bpf/hello"})
public final class PinLinkCommand implements PlainLine.Command {
  @Parameters(index = "0", paramLabel = "LINK", description = "An id, or the path of another pin.")
  private @Nullable String link;

  @Parameters(index = "1", paramLabel = "PATH", description = "Where to pin it.")
  private @Nullable Path path;

  @Option(names = "--dry-run", description = "Only say what would be pinned.")
  private boolean dryRun;

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public PinLinkCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    if (name.equals("--dry-run")) {
      dryRun = value.flag(dryRun);
      return true;
    }
    return json.option(name, value);
  }

  @Override
  public boolean word(String word) {
    if (link == null) {
      link = word;
      return true;
    }
    if (path == null) {
      path = Path.of(word);
      return true;
    }
    return false;
  }

  @Override
  public boolean complete() {
    return path != null;
  }

  @Override
  public Integer call() {
    var where = Objects.requireNonNull(path);
    try (var kernel = LinuxKernel.open();
        var opened = DetachLinkCommand.open(kernel, Objects.requireNonNull(link))) {
      var info = opened.info();
      if (!dryRun) {
        opened.pin(where);
      }
      if (json.isJson()) {
        json.print(
            console.out(),
            fields -> {
              DetachLinkCommand.action(fields, "pin", dryRun, info);
              fields.put("path", where.toString());
            });
      } else {
        console
            .out()
            .println(
                (dryRun ? "would pin " : "pinned ")
                    + DetachLinkCommand.describe(info)
                    + " at "
                    + where);
      }
    }
    return 0;
  }
}

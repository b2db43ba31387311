package org.ebpf4j.cli.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.ebpf4j.linux.PinDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ebpf4j unpin`: removes pins.
@Command(
    name = "unpin",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Remove pins.",
    description = {
      "Removes pins, and directories of pins with all that is in them. What nothing else holds is"
          + " gone with its pin.",
      "Touches nothing outside a bpffs; everything is looked at before anything is removed."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j unpin /sys/fs/bpf/hello", "  ebpf4j unpin /sys/fs/bpf/hello/links/hello"})
public final class UnpinCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "PATH", description = "Pins, or directories of pins.")
  private List<Path> paths = new ArrayList<>();

  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(command).commandLine().getOut();
    PinDirectory.unpin(paths).forEach(path -> out.println("unpinned " + path));
    return 0;
  }
}

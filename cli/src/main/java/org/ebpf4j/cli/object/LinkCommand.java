package org.ebpf4j.cli.object;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.error.FileError;
import org.ebpf4j.linker.ObjectLinker;
import org.ebpf4j.object.Bytes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ebpf4j link`: makes one object file of several.
@Command(
    name = "link",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Link object files into one.",
    description = {
      "Links object files into one, in which maps, variables and functions that one file declares"
          + " and another defines are",
      "the same. Needs no kernel and no privileges. OUT is written as a whole or not at all; what"
          + " was there is replaced."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j link whole.bpf.o first.bpf.o second.bpf.o"})
public final class LinkCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "OUT", description = "The file to write.")
  private @Nullable Path out;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Object files that clang compiled, or that were linked before.")
  private List<Path> files = new ArrayList<>();

  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var target = OutputFile.target(Objects.requireNonNull(out));
    var inputs = new ArrayList<ObjectLinker.Input>();
    for (var file : files) {
      inputs.add(new ObjectLinker.Input(file.toString(), read(file)));
    }
    var bytes = ObjectLinker.link(target.toString(), inputs);
    OutputFile.write(target, bytes);
    Objects.requireNonNull(command).commandLine().getOut().println(out);
    return 0;
  }

  private static Bytes read(Path file) {
    try {
      return Bytes.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }
}

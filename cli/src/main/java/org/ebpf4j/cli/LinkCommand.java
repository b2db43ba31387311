package org.ebpf4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.link.ObjectLinker;
import org.ebpf4j.object.Bytes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ebpf4j link`: makes one object file of several.
@Command(
    name = "link",
    mixinStandardHelpOptions = true,
    header = "Link object files into one.",
    description = {
      "Links object files into one, in which maps, variables and functions that one file declares and another defines are",
      "the same. Needs no kernel and no privileges. OUT is written as a whole or not at all; what was there is replaced."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j link whole.bpf.o first.bpf.o second.bpf.o"})
final class LinkCommand implements Callable<Integer> {
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
    var target = target(Objects.requireNonNull(out));
    var inputs = new ArrayList<ObjectLinker.Input>();
    for (var file : files) {
      inputs.add(new ObjectLinker.Input(file.toString(), read(file)));
    }
    var bytes = ObjectLinker.link(target.toString(), inputs);
    // A signal waits until the file is whole, so that none of it is left beside it.
    Interrupt.onSignal(() -> {});
    write(target, bytes);
    Objects.requireNonNull(command).commandLine().getOut().println(out);
    return 0;
  }

  /// The file itself, where the name is a link to it; what is no file is not replaced by one.
  private static Path target(Path path) {
    try {
      var target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        throw new BpfException(path + ": not a file, and not replaced by one");
      }
      return target;
    } catch (IOException e) {
      throw new BpfException(path + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static Bytes read(Path file) {
    try {
      return Bytes.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new BpfException(file + ": no such file", e);
    } catch (IOException e) {
      throw new BpfException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// Writes a file beside the target and gives it the target's name.
  private static void write(Path target, byte[] bytes) {
    var beside =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      try {
        Files.write(beside, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (NoSuchFileException e) {
      throw new BpfException(target + ": cannot be written: no such directory", e);
    } catch (IOException e) {
      throw new BpfException(target + ": cannot be written: " + e.getMessage(), e);
    }
  }
}

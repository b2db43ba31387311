package org.ebpf4j.cli.object;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.elf.WholeFile;
import org.ebpf4j.error.FileError;
import org.ebpf4j.linker.ObjectLinker;
import org.ebpf4j.object.Bytes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ebpf4j link`: makes one object file of several.
@Command(
    name = "link",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Link object files into one; show, detach and pin links of the kernel.",
    description = {
      "'link list', 'show', 'detach' and 'pin' are about links that are alive in the kernel; all"
          + " else is about files.",
      "",
      "Links object files into one, in which maps, variables and functions that one file declares"
          + " and another defines are",
      "the same. Needs no kernel and no privileges. OUT is written as a whole or not at all; what"
          + " was there is replaced."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j link list", "  ebpf4j link whole.bpf.o first.bpf.o second.bpf.o"})
public final class LinkCommand implements PlainLine.Command {
  @Parameters(index = "0", arity = "0..1", paramLabel = "OUT", description = "The file to write.")
  private @Nullable Path out;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "FILE",
      description = "Object files that clang compiled, or that were linked before.")
  private List<Path> files = new ArrayList<>();

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public LinkCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return json.option(name, value);
  }

  @Override
  public boolean word(String word) {
    if (out == null) {
      out = Path.of(word);
      return true;
    }
    return files.add(Path.of(word));
  }

  @Override
  public boolean complete() {
    return !files.isEmpty();
  }

  @Override
  public Integer call() {
    if (files.isEmpty()) {
      throw new UsageException(
          out == null
              ? "'ebpf4j link' wants OUT and files to link, or one of list, show, detach and pin"
              : "missing required parameter: 'FILE'");
    }
    var target = OutputFile.target(Objects.requireNonNull(out));
    var inputs = new ArrayList<ObjectLinker.Input>();
    for (var file : files) {
      inputs.add(new ObjectLinker.Input(file.toString(), read(file)));
    }
    var bytes = ObjectLinker.link(target.toString(), inputs);
    OutputFile.write(target, bytes);
    if (json.isJson()) {
      json.print(
          console.out(),
          fields ->
              fields
                  .put("action", "write")
                  .put("path", String.valueOf(out))
                  .put("bytes", bytes.length));
    } else {
      console.out().println(out);
    }
    return 0;
  }

  private static Bytes read(Path file) {
    try {
      return Bytes.of(WholeFile.read(file));
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }
}

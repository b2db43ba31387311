package org.ebpf4j.cli.btf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.relocation.CoreRelocator;
import org.ebpf4j.relocation.MinimalTypes;
import org.ebpf4j.relocation.TargetTypes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ebpf4j btf min`: keeps of a kernel's types what objects ask of them.
@Command(
    name = "min",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Keep of a kernel's types what objects need.",
    description = {
      "Writes of the types in FILE those that CO-RE relocations of the objects find, and no more:"
          + " small enough to be shipped",
      "with them for a kernel that does not say what its types are, and given to run or load with"
          + " --btf. Needs no kernel and",
      "no privileges. OUT is written as a whole or not at all; what was there is replaced."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j btf min vmlinux-5.4.btf small.btf examples/core/exec.bpf.o"})
public final class MinimalBtfCommand implements PlainLine.Command {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "The kernel's types: a file of bare BTF, or an ELF file with a section of it.")
  private @Nullable Path file;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write, of bare BTF.")
  private @Nullable Path out;

  @Parameters(
      index = "2..*",
      arity = "1..*",
      paramLabel = "OBJECT",
      description = "Object files that clang compiled.")
  private List<Path> objects = new ArrayList<>();

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public MinimalBtfCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return json.option(name, value);
  }

  @Override
  public boolean word(String word) {
    if (file == null) {
      file = Path.of(word);
    } else if (out == null) {
      out = Path.of(word);
    } else {
      objects.add(Path.of(word));
    }
    return true;
  }

  @Override
  public boolean complete() {
    return !objects.isEmpty();
  }

  @Override
  public Integer call() {
    var target = OutputFile.target(Objects.requireNonNull(out));
    var types = BtfFile.read(Objects.requireNonNull(file), null);
    var minimal = new MinimalTypes(types);
    objects.forEach(object -> add(minimal, types, ObjectSpec.read(object)));
    var bytes = minimal.build().bytes();
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

  private static void add(MinimalTypes minimal, Btf types, ObjectSpec object) {
    if (object.types().isEmpty()) {
      return;
    }
    var relocator =
        new CoreRelocator(
            object.types().get(),
            object.order(),
            new TargetTypes() {
              @Override
              public Btf kernel() {
                return types;
              }

              @Override
              public List<Btf> modules() {
                return List.of();
              }
            });
    for (var each : object.relocations()) {
      minimal.add(
          relocator.resolve(
              each.relocation(),
              () ->
                  object.name()
                      + ", function '"
                      + each.function()
                      + "', section "
                      + each.section()
                      + ", instruction "
                      + each.relocation().slot()));
    }
  }
}

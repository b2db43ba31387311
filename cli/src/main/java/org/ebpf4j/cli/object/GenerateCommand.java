package org.ebpf4j.cli.object;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.FileError;
import org.ebpf4j.generate.ClassOptions;
import org.ebpf4j.generate.TypedClass;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j generate`: writes a Java class for an object file.
@Command(
    name = "generate",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Write a Java class for an object file.",
    description = {
      "Writes a Java class with a method for each program, map and variable of an object file, and a"
          + " record or enum for each",
      "type that keys, values, events and variables have. It reads the object from a resource beside"
          + " it, loads it into any",
      "kernel of ebpf4j, and needs the library alone. The same object gives the same text. With"
          + " --out, the class is written",
      "below that folder, and the object is copied beside it. Needs no kernel and no privileges."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j generate examples/tools/execs.bpf.o --package org.example",
      "  ebpf4j generate examples/tools/tcpconn.bpf.o --package org.example --out made --json",
      "  ebpf4j generate probe.bpf.o --class Probe --out src/main/java --resources"
          + " src/main/resources"
    })
public final class GenerateCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "An object file that clang compiled.")
  private @Nullable Path file;

  @Option(
      names = "--package",
      paramLabel = "NAME",
      description = "The package of the class; without it, the class is in none.")
  private String packageName = "";

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description =
          "The name of the class; without it, that of the file: TaskStats for task_stats.bpf.o.")
  private @Nullable String className;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of sources to write to; without it, the class is printed.")
  private @Nullable Path out;

  @Option(
      names = "--resources",
      paramLabel = "DIR",
      description = "The folder of resources to copy the object to, in place of the one of --out.")
  private @Nullable Path resources;

  @Option(
      names = "--event",
      paramLabel = "MAP=STRUCT",
      description = "What the events of a ring or perf buffer are, if the object does not say.")
  private List<String> events = new ArrayList<>();

  @Option(
      names = "--also",
      paramLabel = "TYPE",
      description =
          "A struct, union or enum that gets a Java type although no map or variable has it.")
  private List<String> types = new ArrayList<>();

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public GenerateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var path = Objects.requireNonNull(file);
    if (resources != null && out == null) {
      throw new UsageException("--resources goes with --out DIR, where the class is written");
    }
    var bytes = read(path);
    var spec = ObjectSpec.read(path.toString(), bytes);
    var made = TypedClass.of(spec, options(String.valueOf(path.getFileName())));
    if (out == null) {
      print(made);
    } else {
      write(made, out, bytes, String.valueOf(path.getFileName()));
    }
    return 0;
  }

  private ClassOptions options(String resource) {
    try {
      return new ClassOptions(
          packageName, Optional.ofNullable(className), resource, structs(), types);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, String> structs() {
    var structs = new HashMap<String, String>();
    for (var event : events) {
      var equals = event.indexOf('=');
      if (equals <= 0 || equals == event.length() - 1) {
        throw new UsageException("--event wants MAP=STRUCT, not '" + event + "'");
      }
      structs.put(event.substring(0, equals), event.substring(equals + 1));
    }
    return structs;
  }

  private static byte[] read(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      // It knows what else could be meant.
      ObjectSpec.read(path);
      throw FileError.of(path, "read", e);
    }
  }

  private void print(TypedClass made) {
    if (json.isJson()) {
      try (var list = json.list(console.out())) {
        add(list, "print", made.path().toString(), bytes(made).length, made.text());
        list.end();
      }
    } else {
      console.out().print(made.text());
    }
    console.out().flush();
  }

  private static byte[] bytes(TypedClass made) {
    return made.text().getBytes(StandardCharsets.UTF_8);
  }

  private void write(TypedClass made, Path sources, byte[] object, String name) {
    var source = sources.resolve(made.path());
    var copy = (resources == null ? sources : resources).resolve(made.folder()).resolve(name);
    write(source, bytes(made));
    write(copy, object);
    if (json.isJson()) {
      try (var list = json.list(console.out())) {
        add(list, "write", source.toString(), bytes(made).length, null);
        add(list, "write", copy.toString(), object.length, null);
        list.end();
      }
    } else {
      console.out().println(source);
      console.out().println(copy);
    }
    console.out().flush();
  }

  private static void add(
      JsonList list, String action, String path, int bytes, @Nullable String text) {
    list.add(fields ->
        fields.put("action", action).put("path", path).put("bytes", bytes).put("text", text));
  }

  /// Writes a file; folders above it are made. The object itself may lie there already.
  private static void write(Path path, byte[] bytes) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw FileError.of(path, "written", e);
    }
    OutputFile.write(OutputFile.target(path), bytes);
  }
}

package org.ebpf4j.cli.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.source.JavaObject;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.NearestNames;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The file that a command works on, and what its name and bytes do not say.
public final class ProgramFile {
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  @Parameters(
      paramLabel = "FILE",
      description =
          "An object file that clang compiled; a program in Java: a source file, a class file, a jar;"
              + " or, with --type, a file of bare instructions.")
  private @Nullable Path file;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "The program type, such as socket_filter, where no section name says it.")
  private @Nullable String type;

  /// Takes an option in its plain form.
  public boolean option(String name, PlainLine.Value value) {
    if (!name.equals("--type")) {
      return false;
    }
    type = value.text(type);
    return true;
  }

  /// Takes the file; false where there is one.
  public boolean word(String word) {
    if (file != null) {
      return false;
    }
    file = Path.of(word);
    return true;
  }

  /// Whether there is a file.
  public boolean complete() {
    return file != null;
  }

  /// Reads it.
  public ObjectSpec read() {
    var path = path();
    if (JavaObject.isNamed(path)) {
      return JavaObject.read(path);
    }
    var wanted = type == null ? null : programType(type);
    if (wanted == null || isElf(path)) {
      var spec = readElf(path);
      return wanted == null ? spec : withType(spec, wanted);
    }
    return ObjectSpec.readInstructions(path, wanted);
  }

  /// Its path.
  public Path path() {
    return java.util.Objects.requireNonNull(file);
  }

  private static ObjectSpec readElf(Path path) {
    try {
      return ObjectSpec.read(path);
    } catch (MalformedObjectException e) {
      if (e.offset() == 0 && !isElf(path)) {
        throw new MalformedObjectException(
            path.toString(),
            "",
            0,
            "not an ELF file: it does not begin with 7f 45 4c 46; if it holds bare instructions,"
                + " say of which type with --type");
      }
      throw e;
    }
  }

  /// A type for those programs whose section has none, or, if all have one, for all.
  private static ObjectSpec withType(ObjectSpec spec, ProgramType type) {
    var allTyped = spec.programs().stream().allMatch(p -> p.type().isPresent());
    return spec.withEachProgram(p -> allTyped || p.type().isEmpty() ? p.withType(type) : p);
  }

  private static boolean isElf(Path path) {
    try (InputStream stream = Files.newInputStream(path)) {
      return Arrays.equals(stream.readNBytes(4), ELF);
    } catch (IOException _) {
      // Reading the file for good will say why.
      return true;
    }
  }

  private static ProgramType programType(String label) {
    return ProgramType.parse(label)
        .orElseThrow(() ->
            new UsageException(
                "--type: there is no program type '" + label + "'; " + known(label)));
  }

  private static String known(String label) {
    var types =
        Arrays.stream(ProgramType.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();
    var near = NearestNames.of(label, types);
    return near.isEmpty()
        ? "there are " + String.join(", ", types)
        : "did you mean " + String.join(" or ", near) + "?";
  }
}

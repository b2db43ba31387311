package org.ebpf4j.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Programs of object files whose declarations say what they return: tags of BTF such as
/// `comment:3:test_retval=42`, as the selftests of the kernel have them.
final class Selftests {
  private static final String COMMENT = "comment:";
  private static final String RETURNED = "test_retval=";
  private static final String AUXILIARY = "test_auxiliary";

  /// They hang a kernel's verifier for minutes.
  private static final Set<String> NEVER =
      Set.of("verifier_subprog_precision.o", "verifier_liveness_exp.o");

  /// A packet of zeroes, as the kernel's own runner gives it.
  private static final int PACKET = 64;

  /// One program that says what it returns.
  ///
  /// @param others the programs that are loaded with it
  record Case(ObjectSpec object, ProgramSpec program, int expected, Set<String> others) {
    String name() {
      return object.name() + " " + program.name();
    }

    /// Loads it alone, with the programs that it needs, and runs it.
    int run(Kernel kernel) {
      var alone =
          object.withEachProgram(other ->
              other.withAutoload(
                  other.name().equals(program.name()) || others.contains(other.name())));
      try (var loaded = kernel.load(alone)) {
        return loaded.program(program.name()).run(input()).returnValue();
      }
    }

    private RunInput input() {
      return program.type().filter(type -> type == ProgramType.SYSCALL).isPresent()
          ? RunInput.none()
          : RunInput.packet(new byte[PACKET]);
    }
  }

  private Selftests() {}

  /// All cases of the object files in a folder.
  static List<Case> in(Path folder) throws IOException {
    var cases = new ArrayList<Case>();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        if (file.toString().endsWith(".o") && !NEVER.contains(String.valueOf(file.getFileName()))) {
          addTo(cases, ObjectSpec.read(file));
        }
      }
    }
    return cases;
  }

  private static void addTo(List<Case> cases, ObjectSpec object) {
    var comments = comments(object);
    var auxiliary = new HashSet<String>();
    comments.forEach((name, tags) -> {
      if (tags.contains(AUXILIARY)) {
        auxiliary.add(name);
      }
    });
    for (var program : object.programs()) {
      var tags = comments.getOrDefault(program.subprograms().getFirst().name(), List.of());
      returned(tags).ifPresent(value -> cases.add(new Case(object, program, value, auxiliary)));
    }
  }

  /// What is said of each function.
  private static Map<String, List<String>> comments(ObjectSpec object) {
    var types = object.types().orElseThrow();
    var found = new HashMap<String, List<String>>();
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof BtfType.DeclarationTag tag
          && tag.value().startsWith(COMMENT)
          && types.type(tag.target()) instanceof BtfType.Function function) {
        found
            .computeIfAbsent(function.name(), _ -> new ArrayList<>())
            .add(tag.value().substring(COMMENT.length()).replaceFirst("^\\d+:", ""));
      }
    }
    return found;
  }

  private static Optional<Integer> returned(List<String> tags) {
    if (tags.contains("test_expect_failure")) {
      return Optional.empty();
    }
    return tags.stream()
        .filter(tag -> tag.startsWith(RETURNED))
        .map(tag -> tag.substring(RETURNED.length()))
        .filter(text -> !text.equals("0xbadcafe"))
        .map(Selftests::number)
        .findFirst();
  }

  private static int number(String text) {
    var plain = text.replace("(", "").replace(")", "").replace(" ", "");
    return plain.equals("_INT_MIN") ? Integer.MIN_VALUE : Long.decode(plain).intValue();
  }

  /// What came of a case on a kernel: a number, or why there is none.
  static String outcome(Case each, Kernel kernel) {
    try {
      return String.valueOf(each.run(kernel));
    } catch (BpfException e) {
      return e.getClass().getSimpleName() + ": " + String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      return "defect: " + e + " at " + List.of(e.getStackTrace()).stream().limit(4).toList();
    }
  }
}

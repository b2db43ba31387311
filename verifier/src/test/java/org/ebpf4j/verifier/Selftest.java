package org.ebpf4j.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// A program of the kernel's selftests whose declaration says what a verifier makes of it: by tags
/// of BTF such as `comment:1:test_expect_failure`.
///
/// @param file the file, without its ending
/// @param accepted whether a privileged user may load it
/// @param messages what is printed of it, as far as it is said
record Selftest(
    String file, ObjectSpec object, ProgramSpec program, boolean accepted, List<String> messages) {
  private static final String COMMENT = "comment:";
  private static final String MESSAGE = "test_expect_msg=";

  /// They keep a kernel's verifier busy for minutes.
  private static final Set<String> NEVER =
      Set.of("verifier_subprog_precision", "verifier_liveness_exp");

  /// All in the object files of a folder whose names begin with a word.
  static List<Selftest> in(Path folder, String prefix) throws IOException {
    var all = new ArrayList<Selftest>();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        var name = String.valueOf(file.getFileName());
        if (name.endsWith(".o") && name.startsWith(prefix)) {
          var plain = name.substring(0, name.length() - 2);
          if (!NEVER.contains(plain)) {
            try {
              add(plain, ObjectSpec.read(file), all);
            } catch (BpfException e) {
              System.out.println("not read: " + e.getMessage());
            }
          }
        }
      }
    }
    return all;
  }

  private static void add(String file, ObjectSpec object, List<Selftest> all) {
    var tags = tags(object);
    for (var program : object.programs()) {
      var of = tags.getOrDefault(program.subprograms().getFirst().name(), List.of());
      verdict(of)
          .ifPresent(accepted ->
              all.add(
                  new Selftest(
                      file,
                      object,
                      flagged(program, of),
                      accepted,
                      of.stream()
                          .filter(t -> t.startsWith(MESSAGE))
                          .map(t -> t.substring(MESSAGE.length()))
                          .toList())));
    }
  }

  private static ProgramSpec flagged(ProgramSpec program, List<String> tags) {
    int flags = program.flags();
    for (var tag : tags) {
      flags |=
          switch (tag) {
            case "test_prog_flags=BPF_F_STRICT_ALIGNMENT" -> 1;
            case "test_prog_flags=BPF_F_ANY_ALIGNMENT" -> 2;
            case "test_prog_flags=BPF_F_TEST_STATE_FREQ" -> 8;
            case "test_prog_flags=BPF_F_SLEEPABLE" -> 16;
            default -> 0;
          };
    }
    return program.withFlags(flags);
  }

  private static Optional<Boolean> verdict(List<String> tags) {
    var archs = tags.stream().filter(t -> t.startsWith("test_arch=")).toList();
    if ((!archs.isEmpty() && !archs.contains("test_arch=X86_64"))
        || tags.contains("load_mode=no_jited")) {
      return Optional.empty();
    }
    return tags.contains("test_expect_failure")
        ? Optional.of(false)
        : tags.contains("test_expect_success") ? Optional.of(true) : Optional.empty();
  }

  private static Map<String, List<String>> tags(ObjectSpec object) {
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

  /// Whether a message has all that is expected of it, in any of the forms of the selftests: text,
  /// or a pattern between `{{` and `}}`.
  boolean says(String message) {
    return messages.isEmpty() || messages.stream().anyMatch(expected -> matches(expected, message));
  }

  private static boolean matches(String expected, String message) {
    var pattern = new StringBuilder();
    int at = 0;
    while (at < expected.length()) {
      int open = expected.indexOf("{{", at);
      int end = open < 0 ? expected.length() : open;
      pattern.append(java.util.regex.Pattern.quote(expected.substring(at, end)));
      if (open < 0) {
        break;
      }
      int close = expected.indexOf("}}", open);
      pattern.append("(?:").append(expected, open + 2, close).append(')');
      at = close + 2;
    }
    try {
      return java.util.regex.Pattern.compile(pattern.toString()).matcher(message).find();
    } catch (java.util.regex.PatternSyntaxException e) {
      return false;
    }
  }
}

package org.ebpf4j.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextRules;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.HelperSignature.Argument;
import org.ebpf4j.insn.HelperSignature.Kind;

/// Writes the class `Bpf`: a static method for each helper function of the table in core that takes
/// no map, no callback, and none of the objects that programs in Java do not have.
final class BpfSource {
  /// Arguments that make a function a method of something else.
  private static final Map<Kind, String> ELSEWHERE =
      Map.of(
          Kind.MAP, "a method of a map",
          Kind.FUNCTION, "a method that takes a lambda",
          Kind.RINGBUF_RECORD, "a method of a map",
          Kind.SPIN_LOCK, "a lock in a value, which programs in Java do not have",
          Kind.TIMER, "a timer in a value, which programs in Java do not have",
          Kind.KPTR_DESTINATION, "a kernel pointer in a value, which programs in Java do not have",
          Kind.DYNPTR, "a dynptr, which programs in Java do not have",
          Kind.LOCAL_DYNPTR, "a dynptr, which programs in Java do not have",
          Kind.RINGBUF_DYNPTR, "a dynptr, which programs in Java do not have",
          Kind.PERCPU_OBJECT, "a variable of the kernel, which programs in Java do not have");

  /// Written by hand: their arguments are as many as the format wants.
  private static final Set<String> BY_HAND = Set.of("trace_printk");

  private static final Set<String> CALLBACKS = Set.of("find_vma", "user_ringbuf_drain");

  private static final Map<String, String> CONTEXTS =
      Map.of(
          "xdp_md", "Xdp",
          "__sk_buff", "SocketBuffer",
          "bpf_sock_ops", "SocketOperation",
          "sk_msg_md", "SocketMessage",
          "bpf_sock_addr", "SocketAddress",
          "bpf_sysctl", "Sysctl",
          "sk_reuseport_md", "ReuseportChoice");

  private static final Set<String> WORDS = Set.of("from", "to", "in", "class", "int");

  private record Said(String java, String sentence) {}

  private final Map<String, Said> said = read();

  private static Map<String, Said> read() {
    var all = new HashMap<String, Said>();
    try (var in = BpfSource.class.getResourceAsStream("bpf.tsv")) {
      for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.startsWith("#")) {
          var parts = line.split("\t", -1);
          all.put(parts[0], new Said(parts[1], parts[2]));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return all;
  }

  /// Why a function is no method of `Bpf`; empty where it is.
  static String elsewhere(HelperFunction function) {
    if (function.name().equals("bpf_get_local_storage")) {
      return "a method of a map";
    }
    if (CALLBACKS.contains(shortName(function))) {
      return "a callback with objects of the kernel, which programs in Java do not have";
    }
    return function.signatures().getFirst().arguments().stream()
        .map(a -> ELSEWHERE.getOrDefault(a.kind(), ""))
        .filter(why -> !why.isEmpty())
        .max(Comparator.comparing(why -> why.endsWith("do not have")))
        .orElse("");
  }

  private static String shortName(HelperFunction function) {
    return function.name().substring("bpf_".length());
  }

  /// What a function is called in Java.
  String name(HelperFunction function) {
    var name = shortName(function);
    var known = said.get(name);
    if (known != null && !known.java().isEmpty()) {
      return known.java();
    }
    var words = name.replaceFirst("^get_", "").replaceFirst("^ktime_get_", "ktime_").split("_");
    var java = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      java.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return java.toString();
  }

  String write() {
    var out = new StringBuilder(HEAD);
    for (var function : HelperFunction.all()) {
      if (elsewhere(function).isEmpty() && !BY_HAND.contains(shortName(function))) {
        method(out, function);
      }
    }
    return out.append("}\n").toString();
  }

  private void method(StringBuilder out, HelperFunction function) {
    var known = said.get(shortName(function));
    out.append("\n");
    if (known != null) {
      out.append("  /// ").append(known.sentence()).append("\n  ///\n");
    }
    out.append("  /// `").append(function.prototype()).append("`, since Linux ");
    out.append(function.since());
    out.append(function.gplOnly() ? ", for programs under the GPL" : "");
    out.append(function.sleeps() ? ", for programs that may sleep" : "").append(".\n");
    out.append("  @Helper(").append(function.id()).append(")\n");
    var parameters = parameters(function);
    var result = result(function);
    out.append("  public static ").append(result.startsWith("T ") ? "<T> " : "");
    out.append(result.startsWith("T ") ? "@Nullable T" : result).append(" ");
    out.append(name(function)).append("(");
    out.append(parameters.stream().map(Parameter::declared).collect(Collectors.joining(", ")));
    out.append(") {\n    ");
    var arguments =
        function.id() + parameters.stream().map(p -> ", " + p.name()).collect(Collectors.joining());
    out.append(
        switch (result) {
          case "void" -> "number(" + arguments + ");";
          case "int" -> "return (int) number(" + arguments + ");";
          case "long" -> "return number(" + arguments + ");";
          default -> "return object(" + arguments + ");";
        });
    out.append("\n  }\n");
  }

  private record Parameter(String type, String name) {
    String declared() {
      return type + " " + name;
    }
  }

  private static String result(HelperFunction function) {
    return switch (function.signatures().getFirst().result().kind()) {
      case VOID -> "void";
      case INTEGER ->
          switch (function.prototype().split(" ")[0]) {
            case "u32", "int" -> "int";
            default -> shortName(function).equals("get_current_task") ? "T object" : "long";
          };
      case MAP_VALUE,
          SOCKET,
          TCP_SOCKET,
          SOCKET_COMMON,
          MEMORY,
          RINGBUF_RECORD,
          MEMORY_OR_OBJECT,
          BTF_OBJECT ->
          "T object";
    };
  }

  private static List<Parameter> parameters(HelperFunction function) {
    var all = new ArrayList<Parameter>();
    var declared = function.prototype().replaceFirst("^[^(]*\\(", "").replaceFirst("\\)$", "");
    var texts = declared.split(", ");
    var kinds = function.signatures().getFirst().arguments();
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i).kind() != Kind.SIZE && kinds.get(i).kind() != Kind.SIZE_OR_ZERO) {
        all.add(new Parameter(type(function, kinds.get(i), texts[i]), parameterName(texts[i])));
      }
    }
    return all;
  }

  private static String parameterName(String text) {
    var name = text.substring(text.lastIndexOf(' ') + 1).replace("*", "");
    var words = name.split("_");
    var java = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      java.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return WORDS.contains(java.toString()) && java.toString().equals("class")
        ? java + "Of"
        : java.toString();
  }

  private static String type(HelperFunction function, Argument argument, String text) {
    var nullable = argument.nullable() ? "@Nullable " : "";
    return switch (argument.kind()) {
      case CONTEXT -> nullable + context(function);
      case ANYTHING, SCALAR ->
          text.contains("*") || text.matches(".*\\b(u64|s64|size_t)\\b.*") ? "long" : "int";
      case CONSTANT_STRING -> "String";
      case MAP,
          MAP_KEY,
          MAP_VALUE,
          MEMORY,
          SIZE,
          SIZE_OR_ZERO,
          ALLOCATION_SIZE,
          SPIN_LOCK,
          SOCKET_COMMON,
          SOCKET,
          BTF_OBJECT,
          BTF_SOCKET_COMMON,
          PERCPU_OBJECT,
          RINGBUF_RECORD,
          FUNCTION,
          STACK,
          TIMER,
          KPTR_DESTINATION,
          DYNPTR,
          LOCAL_DYNPTR,
          RINGBUF_DYNPTR ->
          nullable + (isFormat(text) ? "String" : "Object");
    };
  }

  private static boolean isFormat(String text) {
    return text.equals("const char *fmt");
  }

  /// The class of the context where all programs that may call it have the same.
  private static String context(HelperFunction function) {
    var structs =
        function.programTypes().stream()
            .map(id ->
                ProgramType.of(id)
                    .map(ContextRules::of)
                    .map(rules -> rules.struct().name())
                    .orElse(""))
            .collect(Collectors.toSet());
    return structs.size() == 1
        ? CONTEXTS.getOrDefault(structs.iterator().next(), "Object")
        : "Object";
  }

  private static final String HEAD =
      """
      package org.ebpf4j.program;

      import org.ebpf4j.program.jvm.Environment;
      import org.jspecify.annotations.Nullable;

      /// The helper functions of the kernel ([org.ebpf4j.insn.HelperFunction]). Those that take a map
      /// are methods of maps ([org.ebpf4j.program.map]). Where the kernel takes memory and its size,
      /// Java has an array or an object.
      ///
      /// On the JVM they do what [Environment] says: what a kernel does where that makes sense there,
      /// and what a test says for others.
      // The methods are written by BpfSource, from the table of core: do not change them here.
      @SuppressWarnings("TypeParameterUnusedInFormals") // The caller says what kernel type it is.
      public final class Bpf {
        private Bpf() {}

        private static long number(int helper, @Nullable Object... arguments) {
          return Environment.current().number(helper, arguments);
        }

        @SuppressWarnings("unchecked") // The caller says what it is, as with the kernel.
        private static <T> @Nullable T object(int helper, @Nullable Object... arguments) {
          return (T) Environment.current().object(helper, arguments);
        }

        /// Writes a line into the trace, for people to read.
        @Helper(6)
        public static long printk(String format) {
          return number(6, format);
        }

        /// Writes a line with a number in it, where the format has `%d` or its like.
        @Helper(6)
        public static long printk(String format, long first) {
          return number(6, format, first);
        }

        /// Writes a line with two numbers in it.
        @Helper(6)
        public static long printk(String format, long first, long second) {
          return number(6, format, first, second);
        }

        /// Writes a line with three numbers in it.
        @Helper(6)
        public static long printk(String format, long first, long second, long third) {
          return number(6, format, first, second, third);
        }

        /// What is done in a round of [#loop(int, Round)].
        @FunctionalInterface
        public interface Round {
          /// Does it.
          ///
          /// @param index the number of the round, from 0
          /// @return whether to go on
          boolean run(int index);
        }

        /// Does something many times, which the verifier looks at once: how many rounds there were.
        ///
        /// `long bpf_loop(u32 nr_loops, void *callback_fn, void *callback_ctx, u64 flags)`, since Linux
        /// 5.17.
        ///
        /// @param times at most 8,388,608
        @Helper(value = 181, trailing = 0)
        public static long loop(int times, Round round) {
          if (Integer.compareUnsigned(times, 1 << 23) > 0) {
            return -org.ebpf4j.error.Errno.E2BIG;
          }
          for (int i = 0; i < times; i++) {
            if (!round.run(i)) {
              return i + 1L;
            }
          }
          return times;
        }
      """;
}
